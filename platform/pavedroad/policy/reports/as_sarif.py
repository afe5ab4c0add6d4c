"""The report as SARIF 2.1.0, which code hosts show at the lines of a pull request.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, within the limits of GitHub's code scanning:
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning

Code scanning makes an alert of every result: `kind` and `suppressions` are not among what it reads. So only failures
are results; what is exempt or not evaluated is told in notifications of the run.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pavedroad.governance import Enforcement, Verdict
from pavedroad.policy.check import Described, Judged, Judgement
from pavedroad.policy.reports.order import worst_first
from pavedroad.policy.reports.printable import printable

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_MOST_RESULTS: Final = 25_000
"""Results of one run: code scanning refuses a file that has more."""

_PROJECT_FILE: Final = "Pulumi.yaml"
"""Where a result stands of which no file is known: code scanning refuses a file with a result that stands nowhere."""

_SECURITY_SEVERITY: Final = {"critical": "9.5", "high": "8.0", "medium": "5.0", "low": "2.0"}
"""The middle of each band of CVSS, by which code hosts sort findings."""


def as_sarif(judged: Sequence[Judged]) -> dict[str, Any]:
    """Report failures as results, the worst first, at file and line where a file is known.

    What is exempt is a notification each. What is not evaluated, and what is beyond the most results that code
    hosts take, is counted in one.
    """
    described = {each.control: each for subject in judged for each in subject.policies}
    failures = list(_shown(judged, Verdict.FAIL))
    exempt = list(_shown(judged, Verdict.EXEMPT))
    told = failures[:_MOST_RESULTS]
    used = sorted({each.finding.control for _, each in (*told, *exempt)} & described.keys())
    indices = {control: index for index, control in enumerate(used)}
    notes = [
        *(_exempted(*each, indices) for each in exempt),
        *_counted(judged, left_out=len(failures) - len(told)),
    ]
    run = {
        "tool": {"driver": {"name": "pavedroad", "rules": [_rule(described[control]) for control in used]}},
        "columnKind": "unicodeCodePoints",
        "results": list(_results(told, indices)),
    }
    if notes:
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": notes}]
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _shown(judged: Iterable[Judged], verdict: Verdict) -> Iterator[tuple[str, Judgement]]:
    """List what has a verdict, the worst first, each with the name of its subject."""
    names = {id(judgement): subject.name for subject in judged for judgement in subject.judgements}
    for judgement in worst_first(judgement for subject in judged for judgement in subject.judgements):
        if judgement.finding.verdict is verdict:
            yield names[id(judgement)], judgement


def _exempted(subject: str, judgement: Judgement, indices: Mapping[str, int]) -> dict[str, Any]:
    finding = judgement.finding
    rule: dict[str, Any] = {"id": finding.control}
    if finding.control in indices:
        rule["index"] = indices[finding.control]
    text = printable(f"{subject}: exempt: {finding.message} ({finding.exemption})")
    return {
        "level": "note",
        "message": {"text": text},
        "associatedRule": rule,
        "locations": [_location(judgement)],
    }


def _counted(judged: Iterable[Judged], left_out: int) -> Iterator[dict[str, Any]]:
    for subject in judged:
        findings = (judgement.finding for judgement in subject.judgements)
        unsettled = [(each.urn, each.part) for each in findings if each.verdict is Verdict.NOT_EVALUATED]
        if unsettled:
            text = (
                f"{subject.name}: {len(unsettled)} verdicts on {len(set(unsettled))} objects hang on values that "
                "nobody knows yet; the JSON report has all of them"
            )
            yield {"level": "note", "message": {"text": printable(text)}}
    if left_out:
        text = f"{left_out} more results that are less bad are left out; the JSON report has all of them"
        yield {"level": "warning", "message": {"text": text}}


def _rule(described: Described) -> dict[str, Any]:
    fix = described.fix or described.sentence
    why = f"{described.why}\n\n" if described.why else ""
    rule: dict[str, Any] = {
        "id": described.control,
        "shortDescription": {"text": described.sentence},
        "fullDescription": {"text": described.why or described.sentence},
        "help": {
            "text": f"{why}{fix}",
            "markdown": f"{why}**How to mend it:** {fix}\n\n`paved controls {described.control}` says more.",
        },
        "defaultConfiguration": {"level": _level(described.enforcement)},
    }
    if described.severity:
        rule["properties"] = {
            "security-severity": _SECURITY_SEVERITY[described.severity],
            "tags": ["security"],
        }
    return rule


def _results(shown: Iterable[tuple[str, Judgement]], indices: Mapping[str, int]) -> Iterator[dict[str, Any]]:
    seen: dict[str, int] = {}
    for subject, judgement in shown:
        identity = _fingerprint(subject, judgement)
        seen[identity] = seen.get(identity, 0) + 1
        result = _result(subject, judgement, f"{identity}:{seen[identity]}")
        if (index := indices.get(judgement.finding.control)) is not None:
            result["ruleIndex"] = index
        yield result


def _result(subject: str, judgement: Judgement, fingerprint: str) -> dict[str, Any]:
    finding = judgement.finding
    result: dict[str, Any] = {
        "ruleId": finding.control,
        "kind": "fail",
        "level": _level(judgement.enforcement),
        "message": {"text": printable(f"{subject}: {finding.message}")},
        "locations": [_location(judgement)],
        "partialFingerprints": {"pavedroad/v1": fingerprint},
    }
    if judgement.old:
        result["baselineState"] = "unchanged"
    return result


def _level(enforcement: Enforcement) -> str:
    return "error" if enforcement in (Enforcement.MANDATORY, Enforcement.REMEDIATE) else "warning"


def _location(judgement: Judgement) -> dict[str, Any]:
    finding = judgement.finding
    position = finding.position
    return {
        "logicalLocations": [
            {
                "fullyQualifiedName": printable(finding.urn or finding.control),
                "name": printable(finding.name),
                "kind": "resource",
            }
        ],
        "physicalLocation": {
            "artifactLocation": _artifact(position.file if position else _PROJECT_FILE),
            "region": {
                "startLine": position.line if position else 1,
                "startColumn": position.column if position else 1,
            },
        },
    }


def _artifact(file: str) -> dict[str, str]:
    """Name a file as a code host finds it: below the folder where the check runs, or, elsewhere, as it is."""
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    if path.is_absolute() or ".." in path.parts:
        return {"uri": path.resolve().as_uri()}
    return {"uri": quote(path.as_posix(), errors="replace"), "uriBaseId": "%SRCROOT%"}


def _fingerprint(subject: str, judgement: Judgement) -> str:
    """Tell a finding apart from every other, and find it again after lines have moved."""
    finding = judgement.finding
    told = json.dumps([subject, finding.control, finding.urn, finding.part])
    return hashlib.sha256(told.encode()).hexdigest()[:32]
