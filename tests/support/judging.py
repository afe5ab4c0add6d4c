"""Judging plain resources by a pack, as a policy check does."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pavedroad.governance import Resource
from pavedroad.policy import Configuration, Judgement, Subject, check

AS_OF = date(2026, 1, 15)
"""A day on which nothing in the tests has run out."""


def judgements(
    pack: Path,
    resources: Sequence[Resource],
    *,
    stack: str = "prod",
    project: str = "pavedroad",
    configuration: Configuration | None = None,
    as_of: date = AS_OF,
) -> list[Judgement]:
    """Judge resources as one stack, and give what is said of each."""
    subject = Subject(project=project, stack=stack, resources=tuple(resources), whole="." not in stack)
    return list(check(pack, subject, configuration, as_of=as_of).judgements)
