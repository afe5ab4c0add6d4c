"""Roles are judged as the API server evaluates them, and bindings by the roles that they lead to."""

from typing import Any

import pytest

from pavedroad.governance import Properties, Resource, Verdict, judge
from tests.policies.examples.rbac import (
    BINDING,
    CLUSTER_BINDING,
    CLUSTER_ROLE,
    RBAC,
    ROLE,
    binding,
    role,
    rule,
)
from tests.support.examples import RULE_BY_CONTROL, Declared, resources
from tests.support.verdicts import verdicts


def verdict(control: str, *rules: dict[str, Any], type_: str = ROLE) -> Verdict:
    return verdicts(control, role(*rules, type_=type_))["watcher"]


@pytest.mark.parametrize(
    ("given", "fails"),
    [
        (rule("secrets", "get"), True),
        (rule("secrets", "*"), True),
        (rule("*", "get"), True),
        (rule("secrets", "get", group="*"), True),
        (rule("secrets", "create"), False),
        (rule("secrets", "get", group="apps"), False),
        (rule("*", "get", group="apps"), False),
        (rule("secrets/status", "get"), False),
        (rule("*/status", "get"), False),
        (rule("secrets", "get", resourceNames=["own"]), False),
        ({"resources": ["secrets"], "verbs": ["get"]}, True),
        ({"apiGroups": [""], "resources": ["secrets"]}, False),
        ({"nonResourceURLs": ["/healthz"], "verbs": ["get"]}, False),
    ],
)
def test_reading_secrets_is_found_wherever_the_api_server_would_allow_it(
    given: dict[str, Any], *, fails: bool
) -> None:
    assert verdict("roles-read-secrets-by-name", given) is (Verdict.FAIL if fails else Verdict.PASS)


@pytest.mark.parametrize(
    ("resource", "fails"),
    [("pods/exec", True), ("*/exec", True), ("*", True), ("pods/*", True), ("pods", False), ("*/log", False)],
)
def test_wildcards_reach_subresources_only_where_they_can(resource: str, *, fails: bool) -> None:
    assert verdict("roles-cannot-exec", rule(resource, "create")) is (Verdict.FAIL if fails else Verdict.PASS)


def test_one_dangerous_rule_among_harmless_ones_is_named() -> None:
    (found,) = [
        each
        for each in judge(
            [RULE_BY_CONTROL["roles-cannot-exec"]], resources((role(rule(), rule("pods/exec", "create")),))
        )
        if each.verdict is Verdict.FAIL
    ]
    assert "rules[1]" in found.message


@pytest.mark.parametrize("verb", ["bind", "escalate"])
def test_escalating_verbs_are_refused_on_whatever_resource(verb: str) -> None:
    assert verdict("roles-cannot-escalate", rule("rolebindings", verb, RBAC)) is Verdict.FAIL


def test_an_aggregating_role_is_judged_by_what_it_aggregates_through_others() -> None:
    def part(name: str, into: str, *rules: dict[str, Any], takes: str = "") -> Declared:
        selector = {"clusterRoleSelectors": [{"matchLabels": {"into": takes}}]} if takes else {}
        return Declared(
            type=CLUSTER_ROLE,
            name=name,
            properties={
                "metadata": {"name": name, "labels": {"into": into}},
                "aggregationRule": selector,
                "rules": list(rules),
            },
        )

    parts = (
        part("top", "nothing", takes="middle"),
        part("middle", "middle", takes="bottom"),
        part("bottom", "bottom", rule("pods/exec", "create")),
        part("bystander", "other", rule()),
    )
    found = verdicts("roles-cannot-exec", *parts)
    assert found == {
        "top": Verdict.FAIL,
        "middle": Verdict.FAIL,
        "bottom": Verdict.FAIL,
        "bystander": Verdict.PASS,
    }
    bound = binding("ClusterRole", "top", CLUSTER_BINDING)
    assert verdicts("bindings-not-to-exec", bound, *parts)["thing"] is Verdict.FAIL


def test_roles_that_aggregate_each_other_come_to_an_end() -> None:
    circle = Declared(
        type=CLUSTER_ROLE,
        name="circle",
        properties={
            "metadata": {"name": "circle", "labels": {"into": "circle"}},
            "aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"into": "circle"}}]},
            "rules": [rule()],
        },
    )
    assert verdicts("roles-cannot-exec", circle) == {"circle": Verdict.PASS}


def test_a_role_of_the_same_name_in_another_namespace_is_another_role() -> None:
    elsewhere = Declared(
        type=ROLE,
        name="elsewhere",
        properties={
            "metadata": {"name": "watcher", "namespace": "elsewhere"},
            "rules": [rule("pods/exec", "create")],
        },
    )
    assert verdicts("bindings-not-to-exec", binding(), role(), elsewhere)["thing"] is Verdict.PASS


def test_a_role_named_as_a_built_in_one_is_not_it() -> None:
    own = binding("Role", "cluster-admin", BINDING)
    assert verdicts("bindings-not-to-cluster-admin", own)["thing"] is Verdict.PASS


@pytest.mark.parametrize(("whole", "expected"), [(True, Verdict.PASS), (False, Verdict.NOT_EVALUATED)])
def test_a_role_that_is_not_there_is_an_open_question_only_in_a_slice(
    *, whole: bool, expected: Verdict
) -> None:
    assert verdicts("bindings-not-to-exec", binding(), whole=whole)["thing"] is expected


def test_each_of_many_bindings_to_roles_of_one_name_finds_its_own() -> None:
    def placed(type_: str, index: int, more: dict[str, Any]) -> Resource:
        properties = {"metadata": {"name": "watcher", "namespace": f"team-{index}"}, **more}
        return Resource(type=type_, name="x", urn=f"urn:{type_}:{index}", properties=Properties(properties))

    reference = {"roleRef": {"kind": "Role", "name": "watcher"}}
    stack = [placed(ROLE, index, {"rules": [rule()]}) for index in range(3000)]
    stack += [placed(BINDING, index, reference) for index in range(3000)]
    found = judge([RULE_BY_CONTROL["bindings-not-to-exec"]], stack)
    assert [each.verdict for each in found] == [Verdict.PASS] * 3000
