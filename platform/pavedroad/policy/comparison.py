"""What a change made worse: failures here that the base does not have."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from pavedroad.governance import Change, Enforcement, Finding, Resource, Verdict
from pavedroad.policy.check import Judged, Judgement

Failure = tuple[str, str, str]
"""What tells a failure apart from others: its control, its resource, and what is owed."""

_INDEX: Final = re.compile(r"\[\d+\]")


def mark_old(here: Judged, base: Judged) -> Judged:
    """Mark every failure of ``here`` that ``base`` has as well, and those of which nobody can say.

    A failure is the same where the control, the resource and what is owed are, wherever in a list: an element
    that is put before others changes nothing about them. Where the same is owed more often than before, all of
    it counts as new, since nobody can say which is. So does what stops an update here and was only advised
    against there. What was not evaluated there may have failed already: it counts as new too, and says why.
    """
    now, before = _failures(here.judgements), _failures(base.judgements)
    binding = _failures(each for each in base.judgements if each.enforcement is not Enforcement.ADVISORY)
    open_there = _open(base)

    def compared(each: Judgement) -> Judgement:
        if each.finding.verdict is not Verdict.FAIL:
            return each
        failure = _of(each.finding)
        if now[failure] <= (before if each.enforcement is Enforcement.ADVISORY else binding)[failure]:
            return each._replace(old=True)
        paths = open_there.get((each.finding.control, each.finding.urn, each.finding.part))
        return each._replace(finding=_uncompared(each.finding, paths)) if paths else each

    return replace(here, judgements=tuple(map(compared, here.judgements)))


def lost(here: Iterable[Resource], base: Iterable[Resource]) -> list[Resource]:
    """List the resources of ``base`` that are gone, each marked as deleted."""
    present = {resource.urn for resource in here}
    return [replace(each, change=Change.DELETE) for each in base if each.urn not in present]


def _failures(judgements: Iterable[Judgement]) -> Counter[Failure]:
    return Counter(_of(each.finding) for each in judgements if each.finding.verdict is Verdict.FAIL)


def _of(finding: Finding) -> Failure:
    return finding.control, finding.urn, _INDEX.sub("[]", finding.message)


def _open(judged: Judged) -> Mapping[tuple[str, str, str], tuple[str, ...]]:
    """List what verdicts that are not evaluated hang on, by control and object."""
    findings = (each.finding for each in judged.judgements)
    return {
        (each.control, each.urn, each.part): each.unknown
        for each in findings
        if each.verdict is Verdict.NOT_EVALUATED
    }


def _uncompared(finding: Finding, paths: tuple[str, ...]) -> Finding:
    reason = f"whether it is new cannot be told: at the base it hangs on {', '.join(paths)}, which is withheld or not known"
    return finding._replace(message=f"{finding.message}; {reason}")
