"""PromQL in small: selectors, strings and durations."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
"""Seconds of the units that durations are written in, longest first."""


def quoted(text: str) -> str:
    """Return a text as a string of PromQL, quotes included."""
    return json.dumps(text, ensure_ascii=False)


def selector(metric: str, labels: Mapping[str, str], matches: Mapping[str, str] | None = None) -> str:
    """Return a selector of series.

    Args:
        metric: Name of the metric.
        labels: Labels and the values that they have to equal.
        matches: Labels and the anchored regular expressions that they have to match.
    """
    equal = [f"{name}={quoted(labels[name])}" for name in sorted(labels)]
    alike = [f"{name}=~{quoted(pattern)}" for name, pattern in sorted((matches or {}).items())]
    matchers = ", ".join((*equal, *alike))
    return f"{metric}{{{matchers}}}" if matchers else metric


def duration(amount: int) -> str:
    """Return seconds as the shortest single unit that says them exactly: 5400 is ``90m``."""
    unit = next(unit for unit, size in UNITS.items() if amount % size == 0)
    return f"{amount // UNITS[unit]}{unit}"


def seconds(text: str) -> int:
    """Return the seconds of a duration such as ``90m`` or ``1d12h``."""
    return sum(int(amount) * UNITS[unit] for amount, unit in re.findall(r"(\d+)([wdhms])", text))
