"""The report for people at a terminal."""

from collections.abc import Iterable, Iterator

from pavedroad.governance import Verdict
from pavedroad.governance.operated_pods import OPERATED_PODS
from pavedroad.policy.check import Judged, Judgement
from pavedroad.policy.reports.order import label, summary, worst_first
from pavedroad.policy.reports.printable import printable


def as_text(judged: Iterable[Judged]) -> Iterator[str]:
    """Report what does not pass, the worst first, by environment.

    What blocks or is exempt has a line each. Of advice and of what is as it was at the base there may be much: it
    has a line for each control, with the first place. What is not evaluated has a line for each resource, since
    many controls tend to hang on the same values.
    """
    yield from map(printable, _told(judged))


def _told(judged: Iterable[Judged]) -> Iterator[str]:
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
        alike.setdefault(_kind(each), []).append(each)
    for first, *others in alike.values():
        if not others:
            yield _line(first)
        elif first.finding.verdict is Verdict.NOT_EVALUATED:
            yield (
                f"{label(first)}  {_place(first)}{first.finding.name}: {1 + len(others)} controls hang on "
                f"{_undecided((first, *others))}, {first.finding.control} on {first.finding.unknown[0] if first.finding.unknown else 'one'}; --json has all"
            )
        else:
            yield f"{_line(first)} (and {len(others)} more; --json has all)"


def _undecided(judgements: Iterable[Judgement]) -> str:
    """Say why values are not known: the operator that fills in a pod chooses them, or an update will tell."""
    findings = [each.finding for each in judgements]
    operated = OPERATED_PODS.get(findings[0].type)
    part = operated.path.partition("[]")[0] if operated else None
    if part and all(path.startswith(part) for each in findings for path in each.unknown):
        return "what its operator chooses"
    return "values that are not known yet"


def _kind(judgement: Judgement) -> object:
    """Tell what shares a line."""
    finding = judgement.finding
    if finding.verdict is Verdict.NOT_EVALUATED:
        return finding.urn, finding.part
    if judgement.blocks or finding.verdict is Verdict.EXEMPT:
        return id(judgement)
    return label(judgement), finding.control


def _place(judgement: Judgement) -> str:
    return f"{judgement.finding.position}: " if judgement.finding.position else ""


def _line(judgement: Judgement) -> str:
    finding = judgement.finding
    exemption = f" ({finding.exemption})" if finding.exemption else ""
    return f"{label(judgement)}  {_place(judgement)}{finding.control}: {finding.message}{exemption}"
