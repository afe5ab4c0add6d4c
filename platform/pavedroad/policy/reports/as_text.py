"""The report for people at a terminal."""

from collections.abc import Iterable, Iterator

from pavedroad.governance import Verdict
from pavedroad.policy.check import Judged, Judgement
from pavedroad.policy.reports.order import label, summary, worst_first


def as_text(judged: Iterable[Judged]) -> Iterator[str]:
    """Report what does not pass, the worst first, by environment.

    What blocks or is exempt has a line each. Of advice, of what is as it was at the base and of what is not
    evaluated there may be much: it has a line for each control, with the first place.
    """
    for each in judged:
        yield f"{each.name}: {summary(each.judgements)}"
        yield from (f"  {line}" for line in _lines(worst_first(each.judgements)))
        for made in each.remediations:
            yield f"  remediated  {made.control}: {made.name}: sets {', '.join(made.paths)}"
        if each.off:
            yield f"  {len(each.off)} controls are off here; --json names them"
        if each.unseen:
            yield f"  {len(each.unseen)} resources bring objects that nobody can look into, as Helm releases do; --json names them"


def _lines(shown: Iterable[Judgement]) -> Iterator[str]:
    alike: dict[object, list[Judgement]] = {}
    for each in shown:
        alone = each.blocks or each.finding.verdict is Verdict.EXEMPT
        alike.setdefault(id(each) if alone else (label(each), each.finding.control), []).append(each)
    for first, *others in alike.values():
        more = f" (and {len(others)} more; --json has all)" if others else ""
        yield f"{_line(first)}{more}"


def _line(judgement: Judgement) -> str:
    finding = judgement.finding
    place = f"{finding.position}: " if finding.position else ""
    exemption = f" ({finding.exemption})" if finding.exemption else ""
    return f"{label(judgement)}  {place}{finding.control}: {finding.message}{exemption}"
