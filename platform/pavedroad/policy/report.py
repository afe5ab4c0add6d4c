"""Reports of a policy check: for people, and as JSON for tools."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from pavedroad.governance import Enforcement, Verdict
from pavedroad.policy.check import Judgement

FORMAT_VERSION: Final = 1
"""Version of the JSON report; it changes when a reader written for the last one would break."""

Json: TypeAlias = "str | int | Sequence[Json] | Mapping[str, Json] | None"


def as_json(stacks: Mapping[str, Sequence[Judgement]]) -> dict[str, Json]:
    """Report every verdict, passes included, by stack."""
    return {
        "version": FORMAT_VERSION,
        "stacks": [
            {"stack": stack, "findings": [_entry(each) for each in judgements]}
            for stack, judgements in stacks.items()
        ],
    }


def _entry(judgement: Judgement) -> dict[str, Json]:
    finding = judgement.finding
    return {
        "pack": judgement.pack,
        "control": finding.control,
        "verdict": finding.verdict.value,
        "enforcement": judgement.enforcement.value,
        "severity": judgement.severity,
        "urn": finding.urn or None,
        "type": finding.type or None,
        "name": finding.name or None,
        "message": finding.message or None,
        "unknown": list(finding.unknown),
    }


def as_lines(stacks: Mapping[str, Sequence[Judgement]]) -> Iterator[str]:
    """Report what does not pass, the worst first, then how much of each verdict there is, by stack."""
    for stack, judgements in stacks.items():
        yield f"{stack}: {_summary(judgements)}"
        for judgement in sorted(judgements, key=_urgency):
            if judgement.finding.verdict is not Verdict.PASS:
                yield f"  {_label(judgement)}  {judgement.finding.control}: {judgement.finding.message}"


def _summary(judgements: Iterable[Judgement]) -> str:
    counted = Counter(judgement.finding.verdict for judgement in judgements)
    return (
        ", ".join(f"{counted[verdict]} {verdict}" for verdict in Verdict if counted[verdict])
        or "nothing to judge"
    )


def _label(judgement: Judgement) -> str:
    if judgement.finding.verdict is Verdict.FAIL:
        return judgement.enforcement.value
    return judgement.finding.verdict.value


def _urgency(judgement: Judgement) -> tuple[bool, bool, str, str]:
    return (
        judgement.finding.verdict is not Verdict.FAIL,
        judgement.enforcement is not Enforcement.MANDATORY,
        judgement.finding.control,
        judgement.finding.urn,
    )
