"""The rules agree with labelled cases of Pod Security Admission and of the Gatekeeper library."""

import pytest

from tests.policies.pod_security import CONTROLS, OVERRIDDEN_BY, RESTRICTED_ONLY
from tests.support.conformance import (
    CASES,
    RULE_BY_CONTROL,
    Case,
    every_suite,
    gatekeeper_cases,
    gatekeeper_labels,
    pod_security_cases,
)

PRESENT = CASES.is_dir()
POD_SECURITY = pod_security_cases(CONTROLS, RESTRICTED_ONLY, OVERRIDDEN_BY) if PRESENT else {}
GATEKEEPER = gatekeeper_cases() if PRESENT else {}

needs_cases = pytest.mark.skipif(
    not PRESENT, reason=f"the labelled cases are not beside the project ({CASES.name} is absent)"
)


@needs_cases
@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in POD_SECURITY.items()])
def test_pod_security_admission_agrees_in_every_form(case: Case) -> None:
    assert case.disagreements() == []


@needs_cases
@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in GATEKEEPER.items()])
def test_the_gatekeeper_library_agrees_in_every_form(case: Case) -> None:
    assert case.disagreements() == []


@needs_cases
def test_no_case_is_left_out() -> None:
    assert len(POD_SECURITY) == 148
    assert sum(case.fails for case in POD_SECURITY.values()) == 110
    unmapped = {label["control"] for label in gatekeeper_labels().values()} - every_suite().keys()
    assert unmapped == set()
    assert len(GATEKEEPER) == 243


def test_the_mapping_names_only_controls_that_exist() -> None:
    named = {control for controls in CONTROLS.values() for control in controls}
    named |= {control for suite in every_suite().values() for control in suite.controls}
    assert named <= RULE_BY_CONTROL.keys()
