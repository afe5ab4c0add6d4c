"""The pod rules agree with labelled cases of Pod Security Admission and the Gatekeeper library.

The cases belong to others and are read where they are; only this mapping is kept here.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from pavedroad.governance import Verdict
from pavedroad.governance.kubernetes import POD_TEMPLATES
from policies.pack import RULES
from tests.support.governed import POD, resource, workload

CASES = Path(__file__).parents[3] / "shared" / "conformance"

POD_SECURITY = {
    "runAsNonRoot": "containers-run-as-non-root",
    "runAsUser": "containers-not-user-zero",
    "allowPrivilegeEscalation": "containers-no-privilege-escalation",
    "capabilities_restricted": "containers-drop-all-capabilities",
    "privileged": "containers-not-privileged",
}
"""Our control for each check of the profile `restricted`."""

GATEKEEPER = {
    "allow-privilege-escalation": "containers-no-privilege-escalation",
    "capabilities-restricted": "containers-drop-all-capabilities",
    "container-cpu-requests-memory-limits-and-requests": "containers-bound-resources",
    "privileged-containers-disallowed": "containers-not-privileged",
    "require-read-only-root-filesystem": "containers-read-only-root-filesystem",
}
"""Our control for each suite whose constraint asks for the same."""

EXEMPT_IMAGE = ("exempted-path", "exempted-image", "exact-exemption")
"""Cases that pass only because a constraint exempts their image, which no control here can."""

RULE_BY_CONTROL = {rule.control.identifier: rule for rule in RULES}
WRAPPINGS = sorted(POD_TEMPLATES)


@dataclass(frozen=True)
class Case:
    file: Path
    control: str
    fails: bool


def pod_security_cases() -> Iterator[Case]:
    """List the cases of the newest policy version; a case of its profile that passes breaks no control at all."""
    folder = CASES / "pod-security-admission"
    for name, label in json.loads((folder / "LABELS.json").read_text()).items():
        if not label["primary"] or label["level"] != "restricted":
            continue
        if label["expected"] == "pass":
            yield from (Case(folder / name, control, fails=False) for control in POD_SECURITY.values())
        elif label["control"] in POD_SECURITY:
            yield Case(folder / name, POD_SECURITY[label["control"]], fails=True)


def gatekeeper_cases() -> Iterator[Case]:
    folder = CASES / "gatekeeper-library"
    for name, label in json.loads((folder / "LABELS.json").read_text()).items():
        suite, _, case = label["case"].partition("/")
        if suite in GATEKEEPER and case not in EXEMPT_IMAGE and not label.get("admission_only"):
            yield Case(folder / name, GATEKEEPER[suite], fails=label["expected"] == "fail")


def disagreements(cases: list[Case]) -> list[str]:
    """Judge every case bare and in every kind of workload, and name each that gets another verdict."""
    wrong = []
    for case in cases:
        pod: dict[str, Any] = yaml.safe_load(case.file.read_text())
        for type_ in WRAPPINGS:
            tree = pod if type_ == POD else workload(type_, pod["spec"])
            findings = RULE_BY_CONTROL[case.control].judge(resource(type_, tree))  # type: ignore[arg-type]  # pod rules look at one resource
            verdicts = {finding.verdict for finding in findings}
            if verdicts != {Verdict.FAIL if case.fails else Verdict.PASS}:
                wrong.append(f"{case.file.relative_to(CASES)} in {type_}: {case.control} says {verdicts}")
    return wrong


needs_cases = pytest.mark.skipif(
    not CASES.is_dir(), reason=f"the labelled cases are not beside the project ({CASES.name} is absent)"
)


@needs_cases
def test_pod_security_admission_agrees_on_every_case_of_the_checks_that_have_a_control() -> None:
    cases = list(pod_security_cases())
    counted = Counter(case.fails for case in cases)
    assert counted == {True: 17, False: 5 * 23}
    assert {case.control for case in cases if case.fails} == set(POD_SECURITY.values())
    assert disagreements(cases) == []


@needs_cases
def test_the_gatekeeper_library_agrees_on_every_case_of_the_suites_that_have_a_control() -> None:
    cases = list(gatekeeper_cases())
    counted = Counter(case.fails for case in cases)
    assert counted == {True: 11, False: 6}
    assert {case.control for case in cases} == set(GATEKEEPER.values())
    assert disagreements(cases) == []
