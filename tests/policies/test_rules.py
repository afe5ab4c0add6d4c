"""Stores are protected and backed up, workloads are isolated, and replicas outlive a drain, in one good stack."""

import pytest

from pavedroad.governance import Resource, Verdict, judge
from policies.areas import RULE_BY_CONTROL
from tests.support.governed import (
    AUTHORIZATION_POLICY,
    AUTOSCALER,
    BUDGET,
    DEPLOYMENT,
    MYSQL,
    NETWORK_POLICY,
    PEER_AUTHENTICATION,
    POSTGRES_BACKUP,
    Path,
    failing,
    good_stack,
    resource,
    with_change,
)

JUDGING = [
    RULE_BY_CONTROL[control]
    for control in (
        "stateful-resources-protected",
        "stores-backed-up",
        "workloads-isolated",
        "peer-authentication-strict",
        "replicated-workloads-have-a-disruption-budget",
    )
]


def index_of(stack: list[Resource], type_: str) -> int:
    return next(index for index, each in enumerate(stack) if each.type == type_)


def broken_by(type_: str, path: Path, value: object) -> dict[str, set[str]]:
    stack = good_stack()
    return failing(judge(JUDGING, with_change(stack, index_of(stack, type_), path, value)))


def test_a_good_stack_passes_and_every_rule_had_something_to_judge() -> None:
    findings = judge(JUDGING, good_stack())
    assert {finding.verdict for finding in findings} == {Verdict.PASS}
    assert {finding.control for finding in findings} == {rule.control.identifier for rule in JUDGING}


def test_an_unprotected_store_is_named() -> None:
    stack = [
        resource(each.type, each.properties.value, each.name) if each.type == MYSQL else each
        for each in good_stack()
    ]
    assert failing(judge(JUDGING, stack)) == {"stateful-resources-protected": {"carts"}}


@pytest.mark.parametrize(
    ("type_", "path", "value", "store"),
    [
        (POSTGRES_BACKUP, ("spec", "cluster", "name"), "other", "ledger"),
        (POSTGRES_BACKUP, ("spec", "suspend"), True, "ledger"),
        (POSTGRES_BACKUP, ("metadata", "namespace"), "elsewhere", "ledger"),
        (MYSQL, ("spec", "backupSchedules", 0, "enabled"), False, "carts"),
        (MYSQL, ("spec", "backupSchedules"), None, "carts"),
    ],
)
def test_a_database_without_a_working_schedule_is_not_backed_up(
    type_: str, path: Path, value: object, store: str
) -> None:
    assert broken_by(type_, path, value) == {"stores-backed-up": {store}}


@pytest.mark.parametrize(
    ("type_", "path", "value"),
    [
        (NETWORK_POLICY, ("spec", "podSelector"), {"matchLabels": {"a": "b"}}),
        (NETWORK_POLICY, ("spec", "policyTypes"), ["Ingress"]),
        (NETWORK_POLICY, ("spec", "policyTypes"), ["Egress"]),
        (NETWORK_POLICY, ("spec", "ingress"), [{}]),
        (NETWORK_POLICY, ("spec", "egress"), [{}]),
        (NETWORK_POLICY, ("metadata", "namespace"), "elsewhere"),
        (PEER_AUTHENTICATION, ("metadata", "namespace"), "elsewhere"),
        (PEER_AUTHENTICATION, ("spec", "selector"), {"matchLabels": {"a": "b"}}),
        (PEER_AUTHENTICATION, ("spec", "mtls"), None),
        (AUTHORIZATION_POLICY, ("metadata", "namespace"), "elsewhere"),
        (AUTHORIZATION_POLICY, ("spec", "selector"), {"matchLabels": {"a": "b"}}),
        (AUTHORIZATION_POLICY, ("spec", "rules"), [{}]),
        (AUTHORIZATION_POLICY, ("spec", "action"), "AUDIT"),
    ],
)
def test_losing_any_one_of_the_three_policies_exposes_every_workload_of_the_namespace(
    type_: str, path: Path, value: object
) -> None:
    assert broken_by(type_, path, value) == {"workloads-isolated": {"web", "nightly"}}


def test_two_policies_may_deny_one_direction_each() -> None:
    stack = good_stack()
    index = index_of(stack, NETWORK_POLICY)
    inward = with_change(stack, index, ("spec", "policyTypes"), ["Ingress"])
    outward = with_change(stack, index, ("spec", "policyTypes"), ["Egress"])[index]
    assert failing(judge(JUDGING, [*inward, outward])) == {}


@pytest.mark.parametrize(
    ("path", "value"),
    [(("spec", "mtls", "mode"), "PERMISSIVE"), (("spec", "portLevelMtls"), {"8080": {"mode": "DISABLE"}})],
)
def test_plaintext_on_any_port_is_found(path: Path, value: object) -> None:
    assert "peer-authentication-strict" in broken_by(PEER_AUTHENTICATION, path, value)


@pytest.mark.parametrize(
    ("type_", "path", "value"),
    [
        (BUDGET, ("spec", "selector", "matchLabels", "pavedroad.dev/service"), "other"),
        (BUDGET, ("spec", "selector"), None),
        (BUDGET, ("metadata", "namespace"), "elsewhere"),
        (
            BUDGET,
            ("spec", "selector", "matchExpressions"),
            [{"key": "pavedroad.dev/service", "operator": "NotIn", "values": ["web"]}],
        ),
    ],
)
def test_a_budget_that_does_not_select_the_pods_is_no_budget(type_: str, path: Path, value: object) -> None:
    assert broken_by(type_, path, value) == {"replicated-workloads-have-a-disruption-budget": {"web"}}


@pytest.mark.parametrize(
    ("replicas", "fewest", "needed"), [(None, 1, False), (1, None, False), (None, 2, True), (2, 1, True)]
)
def test_replicas_and_autoscaler_together_say_whether_a_budget_is_needed(
    replicas: int | None, fewest: int | None, needed: bool
) -> None:
    stack = [each for each in good_stack() if each.type != BUDGET]
    stack = with_change(stack, index_of(stack, DEPLOYMENT), ("spec", "replicas"), replicas)
    stack = with_change(stack, index_of(stack, AUTOSCALER), ("spec", "minReplicas"), fewest)
    assert bool(failing(judge(JUDGING, stack))) == needed
