"""What is not known yet never improves a verdict, and what is malformed never raises out of a rule."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pavedroad.governance import Opaque, Resource, Verdict, judge
from policies.pack import RULES
from tests.support.governed import (
    DEPLOYMENT,
    container,
    good_stack,
    parts,
    pod_spec,
    resource,
    verdicts,
    with_change,
    workload,
)


def bad_stack() -> list[Resource]:
    """Break every control somewhere, beside a workload of which everything is known and good."""
    worst = container()
    worst["securityContext"] = {
        "privileged": True,
        "runAsUser": 0,
        "allowPrivilegeEscalation": True,
        "readOnlyRootFilesystem": False,
        "runAsNonRoot": False,
        "capabilities": {"drop": ["KILL"], "add": ["SYS_ADMIN"]},
    }
    worst["resources"] = {"limits": {"cpu": 1}}
    spec = pod_spec() | {"containers": [container(), worst]}
    stack = [resource(DEPLOYMENT, workload(DEPLOYMENT, spec))]
    for each in good_stack()[1:]:
        tree = each.properties.value
        assert isinstance(tree, dict)
        namespace = (
            "elsewhere" if each.type.endswith(("Policy", "Authentication", "Budget", "Backup")) else "shop"
        )
        broken = tree | {"metadata": tree["metadata"] | {"namespace": namespace}}
        stack.append(resource(each.type, broken, each.name))
    return stack


PLACES = [
    pytest.param(
        stack, index, path, id=f"{name}-{each.name}-{each.type.rpartition(':')[2]}-{'.'.join(map(str, path))}"
    )
    for name, stack in (("good", good_stack()), ("bad", bad_stack()))
    for index, each in enumerate(stack)
    for path in parts(each.properties.value)
]


def test_the_bad_stack_breaks_what_can_be_broken() -> None:
    failed = {
        control
        for (control, _), verdict in verdicts(judge(RULES, bad_stack())).items()
        if verdict is Verdict.FAIL
    }
    assert failed == {rule.control.identifier for rule in RULES} - {"peer-authentication-strict"}


@pytest.mark.parametrize(("stack", "index", "path"), PLACES)
def test_an_unknown_value_anywhere_makes_nothing_pass_that_did_not(
    stack: list[Resource], index: int, path: tuple[str | int, ...]
) -> None:
    before = verdicts(judge(RULES, stack))
    after = verdicts(judge(RULES, with_change(stack, index, path, Opaque.UNKNOWN)))
    assert before.keys() == after.keys()
    passing = {key for key, verdict in after.items() if verdict is Verdict.PASS}
    assert passing <= {key for key, verdict in before.items() if verdict is Verdict.PASS}


@pytest.mark.parametrize(("stack", "index", "path"), PLACES)
def test_a_known_good_resource_is_never_failed_for_an_unknown_value(
    stack: list[Resource], index: int, path: tuple[str | int, ...]
) -> None:
    before = verdicts(judge(RULES, stack))
    after = verdicts(judge(RULES, with_change(stack, index, path, Opaque.UNKNOWN)))
    assert {
        key for key, verdict in after.items() if verdict is Verdict.FAIL and before[key] is Verdict.PASS
    } == set()


def test_an_unknown_value_hides_no_known_violation_beside_it() -> None:
    hazy, bad = container(), container()
    hazy["securityContext"]["privileged"] = Opaque.UNKNOWN
    bad["securityContext"]["privileged"] = True
    stack = [resource(DEPLOYMENT, workload(DEPLOYMENT, {"containers": [hazy, bad]}))]
    found = [each for each in judge(RULES, stack) if each.control == "containers-not-privileged"]
    assert [each.verdict for each in found] == [Verdict.NOT_EVALUATED, Verdict.FAIL]
    assert found[0].unknown == ("spec.template.spec.containers[0].securityContext.privileged",)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.just(Opaque.SECRET),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=200, deadline=None)
@given(place=st.sampled_from([each.values for each in PLACES]), value=JSON)
def test_no_value_in_place_of_any_property_makes_a_rule_raise(place: tuple[Any, ...], value: object) -> None:
    stack, index, path = place
    findings = judge(RULES, with_change(stack, index, path, value))
    assert findings
    assert not [finding.message for finding in findings if "itself failed" in finding.message]
