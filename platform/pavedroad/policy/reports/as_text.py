"""The report for people at a terminal."""

from collections.abc import Iterable, Iterator

from pavedroad.governance import Verdict
from pavedroad.policy.check import Judged, Judgement
from pavedroad.policy.reports.order import label, summary, worst_first


def as_text(judged: Iterable[Judged]) -> Iterator[str]:
    """Report what does not pass, the worst first, by environment: one line each, and one for all that is open.

    What is not evaluated is told once for each control: it is nobody's fault, and there may be much of it.
    """
    for each in judged:
        yield f"{each.name}: {summary(each.judgements)}"
        shown = worst_first(each.judgements)
        yield from (f"  {_line(one)}" for one in shown if one.finding.verdict is not Verdict.NOT_EVALUATED)
        yield from _open(one for one in shown if one.finding.verdict is Verdict.NOT_EVALUATED)
        for made in each.remediations:
            yield f"  remediated  {made.control}: {made.name}: sets {', '.join(made.paths)}"
        if each.off:
            yield f"  {len(each.off)} controls are off here; --json names them"
        if each.unseen:
            yield f"  {len(each.unseen)} resources bring objects that nobody can look into, as Helm releases do; --json names them"


def _line(judgement: Judgement) -> str:
    finding = judgement.finding
    place = f"{finding.position}: " if finding.position else ""
    exemption = f" ({finding.exemption})" if finding.exemption else ""
    return f"{label(judgement)}  {place}{finding.control}: {finding.message}{exemption}"


def _open(judgements: Iterable[Judgement]) -> Iterator[str]:
    by_control: dict[str, list[Judgement]] = {}
    for each in judgements:
        by_control.setdefault(each.finding.control, []).append(each)
    for first, *others in by_control.values():
        more = f" (and {len(others)} resources more)" if others else ""
        yield f"  {_line(first)}{more}"
