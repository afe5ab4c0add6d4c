"""The report as JSON; its schema is published in `pavedroad/policy/schema`."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, TypeAlias

from pavedroad.policy.check import Judged, Judgement

SCHEMA: Final = "pavedroad.dev/policy/v1"
"""Name and version of the report's form; the version changes when a reader of the last one would break."""

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"


def as_json(judged: Sequence[Judged], *, base: str | None, as_of: date) -> dict[str, Json]:
    """Report every verdict, passes included, by environment."""
    return {
        "schema": SCHEMA,
        "asOf": as_of.isoformat(),
        "base": base,
        "subjects": [
            {
                "name": each.name,
                "off": each.off,
                "unseen": list(each.unseen),
                "remediations": [
                    {"control": made.control, "urn": made.urn, "name": made.name, "paths": list(made.paths)}
                    for made in each.remediations
                ],
                "findings": [_entry(judgement) for judgement in each.judgements],
            }
            for each in judged
        ],
    }


def _entry(judgement: Judgement) -> dict[str, Json]:
    finding = judgement.finding
    position = finding.position
    return {
        "pack": judgement.pack,
        "control": finding.control,
        "verdict": finding.verdict.value,
        "enforcement": judgement.enforcement.value,
        "severity": judgement.severity,
        "blocks": judgement.blocks,
        "old": judgement.old,
        "urn": finding.urn or None,
        "part": finding.part or None,
        "type": finding.type or None,
        "name": finding.name or None,
        "message": finding.message or None,
        "unknown": list(finding.unknown),
        "exemption": finding.exemption or None,
        "position": {"file": position.file, "line": position.line, "column": position.column}
        if position
        else None,
    }
