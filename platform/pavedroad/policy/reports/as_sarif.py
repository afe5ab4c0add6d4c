"""The report as SARIF 2.1.0, which code hosts show at the lines of a pull request.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from pavedroad.governance import Enforcement, Verdict
from pavedroad.policy.check import Described, Judged, Judgement

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_KINDS: Final = {
    Verdict.PASS: "pass",
    Verdict.FAIL: "fail",
    Verdict.NOT_EVALUATED: "open",
    Verdict.EXEMPT: "fail",
}
_SECURITY_SEVERITY: Final = {"critical": "9.5", "high": "8.0", "medium": "5.0", "low": "2.0"}
"""The middle of each band of CVSS, by which code hosts sort findings."""


def as_sarif(judged: Sequence[Judged]) -> dict[str, Any]:
    """Report everything but passes: results at file and line where a file is known, else at the resource."""
    described = {each.control: each for subject in judged for each in subject.policies}
    shown = [
        (subject.name, judgement)
        for subject in judged
        for judgement in subject.judgements
        if judgement.finding.verdict is not Verdict.PASS
    ]
    used = sorted({judgement.finding.control for _, judgement in shown} & described.keys())
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "pavedroad",
                        "rules": [_rule(described[control]) for control in used],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": list(_results(shown)),
            }
        ],
    }


def _rule(described: Described) -> dict[str, Any]:
    properties = {"security-severity": _SECURITY_SEVERITY[described.severity]} if described.severity else {}
    return {
        "id": described.control,
        "shortDescription": {"text": described.sentence},
        "help": {"text": described.fix or described.sentence},
        "properties": properties,
    }


def _results(shown: Iterable[tuple[str, Judgement]]) -> Iterator[dict[str, Any]]:
    seen: dict[str, int] = {}
    for subject, judgement in shown:
        identity = _fingerprint(subject, judgement)
        seen[identity] = seen.get(identity, 0) + 1
        yield _result(subject, judgement, f"{identity}:{seen[identity]}")


def _result(subject: str, judgement: Judgement, fingerprint: str) -> dict[str, Any]:
    finding = judgement.finding
    kind = _KINDS[finding.verdict]
    result: dict[str, Any] = {
        "ruleId": finding.control,
        "kind": kind,
        "level": _level(judgement) if kind == "fail" else "none",
        "message": {"text": f"{subject}: {finding.message}"},
        "locations": [_location(judgement)],
        "partialFingerprints": {"pavedroad/v1": fingerprint},
    }
    if judgement.old:
        result["baselineState"] = "unchanged"
    if finding.verdict is Verdict.EXEMPT:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.exemption}]
    return result


def _level(judgement: Judgement) -> str:
    return "error" if judgement.enforcement is Enforcement.MANDATORY else "warning"


def _location(judgement: Judgement) -> dict[str, Any]:
    finding = judgement.finding
    location: dict[str, Any] = {
        "logicalLocations": [
            {"fullyQualifiedName": finding.urn or finding.control, "name": finding.name, "kind": "resource"}
        ]
    }
    if finding.position:
        location["physicalLocation"] = {
            "artifactLocation": {"uri": finding.position.file, "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": finding.position.line, "startColumn": finding.position.column},
        }
    return location


def _fingerprint(subject: str, judgement: Judgement) -> str:
    """Tell a finding apart from every other, and find it again after lines have moved."""
    finding = judgement.finding
    told = json.dumps([subject, finding.control, finding.urn, finding.part])
    return hashlib.sha256(told.encode()).hexdigest()[:32]
