"""What a change made worse: failures here that the base does not have."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from pavedroad.governance import Change, Resource, Verdict
from pavedroad.policy.check import Judged


def mark_old(here: Judged, base: Judged) -> Judged:
    """Mark every failure of ``here`` that ``base`` has as well.

    Failures of one control on one resource are counted, not compared: where there are more of them than before,
    all of them count as new, since nobody can say which are.
    """
    before = _failures(base)
    now = _failures(here)
    return replace(
        here,
        judgements=tuple(
            each._replace(old=True)
            if each.finding.verdict is Verdict.FAIL
            and now[each.finding.control, each.finding.urn] <= before[each.finding.control, each.finding.urn]
            else each
            for each in here.judgements
        ),
    )


def lost(here: Iterable[Resource], base: Iterable[Resource]) -> list[Resource]:
    """List the resources of ``base`` that are gone, each marked as deleted."""
    present = {resource.urn for resource in here}
    return [replace(each, change=Change.DELETE) for each in base if each.urn not in present]


def _failures(judged: Judged) -> Counter[tuple[str, str]]:
    failed = (each.finding for each in judged.judgements if each.finding.verdict is Verdict.FAIL)
    return Counter((finding.control, finding.urn) for finding in failed)
