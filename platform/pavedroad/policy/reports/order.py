"""What every report asks of judgements: how bad they are, in which order they are told, how many there are."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from pavedroad.governance import Enforcement, Severity, Verdict
from pavedroad.policy.check import Judgement

_WORST_FIRST: Final = {severity.value: -rank for rank, severity in enumerate(Severity)}
_VERDICTS: Final = (Verdict.FAIL, Verdict.EXEMPT, Verdict.NOT_EVALUATED, Verdict.PASS)


def worst_first(judgements: Iterable[Judgement]) -> list[Judgement]:
    """List what does not pass: what blocks, what is only said, what is not evaluated, what is exempt."""
    return sorted((each for each in judgements if each.finding.verdict is not Verdict.PASS), key=_urgency)


def label(judgement: Judgement) -> str:
    """Name what a judgement means in one or two words."""
    if judgement.finding.verdict is not Verdict.FAIL:
        return judgement.finding.verdict.value
    return "old" if judgement.old else judgement.enforcement.value


def summary(judgements: Iterable[Judgement]) -> str:
    """Count the verdicts, in words."""
    counted = Counter(judgement.finding.verdict for judgement in judgements)
    return (
        ", ".join(f"{counted[verdict]} {verdict}" for verdict in Verdict if counted[verdict])
        or "nothing to judge"
    )


def _urgency(judgement: Judgement) -> tuple[bool, int, bool, int, str, str, str]:
    finding = judgement.finding
    return (
        not judgement.blocks,
        _VERDICTS.index(finding.verdict),
        judgement.enforcement is not Enforcement.MANDATORY,
        _WORST_FIRST.get(judgement.severity or "", 1),
        finding.control,
        finding.urn,
        finding.message,
    )
