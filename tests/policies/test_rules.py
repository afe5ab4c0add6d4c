"""Each rule passes a good stack and fails when exactly one thing about it changes."""

import pytest

from pavedroad.governance import Opaque, Resource, Verdict, judge
from pavedroad.governance.kubernetes import POD_TEMPLATES
from policies.pack import RULES
from tests.support.governed import (
    AUTHORIZATION_POLICY,
    AUTOSCALER,
    BUDGET,
    CRON_JOB,
    DEPLOYMENT,
    MYSQL,
    NETWORK_POLICY,
    PEER_AUTHENTICATION,
    POD,
    POSTGRES_BACKUP,
    Path,
    container,
    everything_said,
    failing,
    good_stack,
    pod_spec,
    resource,
    verdicts,
    with_change,
    workload,
)

POD_AT: Path = ("spec", "template", "spec")
CONTAINER: Path = (*POD_AT, "containers", 0)
CONTEXT: Path = (*CONTAINER, "securityContext")
INIT: Path = (*POD_AT, "initContainers", 0, "securityContext")


def index_of(stack: list[Resource], type_: str) -> int:
    return next(index for index, each in enumerate(stack) if each.type == type_)


def broken_by(type_: str, path: Path, value: object) -> dict[str, set[str]]:
    stack = good_stack()
    return failing(judge(RULES, with_change(stack, index_of(stack, type_), path, value)))


def test_a_good_stack_passes_every_rule() -> None:
    findings = judge(RULES, good_stack())
    assert {finding.verdict for finding in findings} == {Verdict.PASS}


@pytest.mark.parametrize(
    ("path", "value", "control"),
    [
        ((*POD_AT, "securityContext", "runAsNonRoot"), False, "containers-run-as-non-root"),
        ((*CONTEXT, "runAsNonRoot"), False, "containers-run-as-non-root"),
        ((*INIT, "runAsNonRoot"), False, "containers-run-as-non-root"),
        ((*CONTEXT, "runAsUser"), 0, "containers-not-user-zero"),
        ((*POD_AT, "securityContext", "runAsUser"), 0, "containers-not-user-zero"),
        ((*CONTEXT, "privileged"), True, "containers-not-privileged"),
        ((*CONTEXT, "privileged"), "true", "containers-not-privileged"),
        ((*CONTEXT, "allowPrivilegeEscalation"), None, "containers-no-privilege-escalation"),
        ((*INIT, "allowPrivilegeEscalation"), True, "containers-no-privilege-escalation"),
        ((*CONTEXT, "readOnlyRootFilesystem"), None, "containers-read-only-root-filesystem"),
        ((*CONTEXT, "capabilities", "drop"), None, "containers-drop-all-capabilities"),
        ((*CONTEXT, "capabilities", "drop", 0), "NET_RAW", "containers-drop-all-capabilities"),
        ((*CONTEXT, "capabilities", "add", 0), "SYS_ADMIN", "containers-drop-all-capabilities"),
        ((*CONTAINER, "resources", "limits", "memory"), None, "containers-bound-resources"),
        ((*CONTAINER, "resources", "requests", "cpu"), None, "containers-bound-resources"),
        ((*CONTAINER, "resources", "requests", "memory"), None, "containers-bound-resources"),
    ],
)
def test_one_changed_field_of_a_container_breaks_exactly_its_control(
    path: Path, value: object, control: str
) -> None:
    assert broken_by(DEPLOYMENT, path, value) == {control: {"web"}}


@pytest.mark.parametrize("kind", ["containers", "initContainers", "ephemeralContainers"])
def test_every_kind_of_container_is_looked_at(kind: str) -> None:
    bad = container()
    bad["securityContext"]["privileged"] = True
    spec = pod_spec() | {kind: [container(), bad]}
    findings = judge(RULES, [resource(POD, workload(POD, spec))])
    messages = [finding.message for finding in findings if finding.control == "containers-not-privileged"]
    assert len(messages) == 1
    assert f"spec.{kind}[1]" in messages[0]


def test_a_pod_with_its_own_user_namespace_may_run_as_root_in_it() -> None:
    spec = pod_spec() | {"hostUsers": False, "securityContext": {"runAsNonRoot": False, "runAsUser": 0}}
    broken = failing(judge(RULES, [resource(POD, workload(POD, spec))]))
    assert not broken.keys() & {"containers-run-as-non-root", "containers-not-user-zero"}


def test_a_windows_pod_need_not_say_what_only_linux_knows() -> None:
    windows = container()
    del windows["securityContext"]["capabilities"]
    del windows["securityContext"]["allowPrivilegeEscalation"]
    spec = {"os": {"name": "windows"}, "containers": [windows]}
    assert failing(judge(RULES, [resource(POD, workload(POD, spec))])).keys() == {"workloads-isolated"}


def test_an_unprotected_store_is_named() -> None:
    stack = [
        resource(each.type, each.properties.value, each.name) if each.type == MYSQL else each
        for each in good_stack()
    ]
    assert failing(judge(RULES, stack)) == {"stateful-resources-protected": {"carts"}}


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
    assert failing(judge(RULES, [*inward, outward])) == {}


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
    assert bool(failing(judge(RULES, stack))) == needed


@pytest.mark.parametrize("type_", sorted(POD_TEMPLATES))
def test_the_same_pod_gets_the_same_verdicts_in_every_kind_of_workload(type_: str) -> None:
    bad = container()
    bad["securityContext"] = {"privileged": True, "readOnlyRootFilesystem": Opaque.UNKNOWN}
    spec = {"containers": [container(), bad]}
    pod_rules = RULES[:7]

    def judged(kind: str) -> dict[str, Verdict]:
        found = verdicts(judge(pod_rules, [resource(kind, workload(kind, spec))]))
        return {control: verdict for (control, _), verdict in found.items()}

    assert set(judged(POD).values()) == {Verdict.PASS, Verdict.FAIL, Verdict.NOT_EVALUATED}
    assert judged(type_) == judged(POD)


def test_no_message_quotes_a_value() -> None:
    secret = "hunter2-canary"
    bad = {
        "name": secret,
        "image": secret,
        "securityContext": {"privileged": secret, "capabilities": {"add": [secret]}, "runAsUser": secret},
    }
    stack = [resource(CRON_JOB, workload(CRON_JOB, {"containers": [bad, secret]}))]
    said = everything_said(judge(RULES, stack))
    assert "containers[0]" in said
    assert secret not in said
