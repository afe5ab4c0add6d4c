"""What a change made worse: failures here that the base does not have."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from pavedroad.governance import Change, Finding, Resource, Verdict
from pavedroad.policy.check import Judged

Failure = tuple[str, str, str]
"""What tells a failure apart from others: its control, its resource, and what is owed."""

_INDEX: Final = re.compile(r"\[\d+\]")


def mark_old(here: Judged, base: Judged) -> Judged:
    """Mark every failure of ``here`` that ``base`` has as well.

    A failure is the same where the control, the resource and what is owed are, wherever in a list: an element
    that is put before others changes nothing about them. Where the same is owed more often than before, all of
    it counts as new, since nobody can say which is.
    """
    before, now = _failures(base), _failures(here)
    return replace(
        here,
        judgements=tuple(
            each._replace(old=True)
            if each.finding.verdict is Verdict.FAIL and now[_of(each.finding)] <= before[_of(each.finding)]
            else each
            for each in here.judgements
        ),
    )


def lost(here: Iterable[Resource], base: Iterable[Resource]) -> list[Resource]:
    """List the resources of ``base`` that are gone, each marked as deleted."""
    present = {resource.urn for resource in here}
    return [replace(each, change=Change.DELETE) for each in base if each.urn not in present]


def _failures(judged: Judged) -> Counter[Failure]:
    return Counter(_of(each.finding) for each in judged.judgements if each.finding.verdict is Verdict.FAIL)


def _of(finding: Finding) -> Failure:
    return finding.control, finding.urn, _INDEX.sub("[]", finding.message)
