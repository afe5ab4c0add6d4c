"""What a look finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How it is."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was looked at.

    Attributes:
        subject: What was looked at.
        outcome: How it is.
        found: What was found, or why it was not looked at; never a secret.
        advice: What to do; empty where nothing is to be done.
    """

    subject: str
    outcome: Outcome
    found: str
    advice: str = ""


def ok(subject: str, found: str) -> Check:
    """Say that something is as it should be."""
    return Check(subject=subject, outcome=Outcome.OK, found=found)


def warning(subject: str, found: str, advice: str) -> Check:
    """Say that something will be in the way one day."""
    return Check(subject=subject, outcome=Outcome.WARNING, found=found, advice=advice)


def fault(subject: str, found: str, advice: str) -> Check:
    """Say that something is in the way."""
    return Check(subject=subject, outcome=Outcome.FAULT, found=found, advice=advice)


def not_checked(subject: str, why: str, advice: str = "") -> Check:
    """Say why something was not looked at."""
    return Check(subject=subject, outcome=Outcome.NOT_CHECKED, found=why, advice=advice)
