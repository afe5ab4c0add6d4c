"""What examples of single controls cannot show of the rules about workloads: graphs, quantities, and what must pass."""

import copy
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from pavedroad.governance import Opaque, Properties, Resource, Stack, Verdict, judge
from pavedroad.governance.settings import SettingsError
from policies.rules.workloads.quantities import parse, quantity
from tests.policies.examples.workloads import (
    CLAIM,
    STATEFUL_SET,
    autoscaler,
    budget,
    container,
    job,
    namespaced,
    object_of,
    replicated,
    scaled_object,
)
from tests.support.examples import RULE_BY_CONTROL, Declared, resources
from tests.support.governed import AUTOSCALER, DEPLOYMENT, POD

BUDGETED = "replicated-workloads-have-a-disruption-budget"
DRAINABLE = "disruption-budgets-allow-a-disruption"


def verdict(
    control: str,
    *declared: Declared | Resource,
    whole: bool = True,
    settings: Mapping[str, object] | None = None,
) -> Verdict:
    """Give the worst verdict that a control has on the first of some resources."""
    rule = RULE_BY_CONTROL[control].set_to(settings or {})
    every = [
        each if isinstance(each, Resource) else resources((each,), f"{index}-")[0]
        for index, each in enumerate(declared)
    ]
    found = {each.verdict for each in judge([rule], Stack(every, whole=whole)) if each.urn == every[0].urn}
    return next(each for each in (Verdict.FAIL, Verdict.NOT_EVALUATED, Verdict.PASS) if each in found)


def with_fields(declared: Declared, **fields: Any) -> Declared:
    """Change fields of the specification."""
    tree = copy.deepcopy(dict(declared.properties))
    tree["spec"].update(fields)
    return replace(declared, properties=tree)


def pod(spec: dict[str, Any]) -> Declared:
    return object_of(POD, spec=spec)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("250m", Fraction(1, 4)),
        ("0.5", Fraction(1, 2)),
        (".5", Fraction(1, 2)),
        ("2.", 2),
        ("1Gi", 2**30),
        ("1G", 10**9),
        ("1e3", 1000),
        ("1E3", 1000),
        ("1E", 10**18),
        ("5e-1", Fraction(1, 2)),
        ("100u", Fraction(1, 10_000)),
        ("1Mib", None),
        ("1 Gi", None),
        ("1gi", None),
        ("0x10", None),
        ("", None),
        ("1e999", None),
    ],
)
def test_a_quantity_is_read_as_the_api_reads_it(text: str, value: Fraction | int | None) -> None:
    assert parse(text) == value


@pytest.mark.parametrize("number", [1, 1.0, 1e15, 0.25])
def test_a_quantity_may_be_a_number(number: float) -> None:
    assert quantity(Properties({"cpu": number}), "cpu").value == Fraction(number)


@pytest.mark.parametrize(
    ("resources", "missing"),
    [
        ({"requests": {"cpu": "200m"}}, {"containers-request-memory", "containers-limit-memory"}),
        ({"requests": {"memory": "64Mi"}}, {"containers-request-cpu", "containers-limit-memory"}),
        ({"limits": {"memory": "64Mi"}}, {"containers-request-cpu", "containers-request-memory"}),
    ],
)
def test_each_thing_that_a_container_leaves_out_is_found_by_one_control(
    resources: dict[str, object], missing: set[str]
) -> None:
    asking = (
        "containers-request-cpu",
        "containers-request-memory",
        "containers-limit-memory",
        "container-requests-within-ceiling",
        "container-limits-within-ceiling",
    )
    some = pod({"containers": [{"name": "web", "resources": resources}]})
    assert {each for each in asking if verdict(each, some) is Verdict.FAIL} == missing


def test_a_ceiling_that_is_no_quantity_is_refused() -> None:
    with pytest.raises(SettingsError, match="'much' is not a quantity"):
        RULE_BY_CONTROL["container-limits-within-ceiling"].set_to({"memory": "much"})


def test_a_container_that_cannot_write_needs_no_disk_limit_but_keeps_the_ceiling() -> None:
    closed = container() | {"securityContext": {"readOnlyRootFilesystem": True}}
    control, ceiling = "containers-limit-ephemeral-storage", {"ceiling": "512Mi"}
    assert verdict(control, pod({"containers": [closed]}), settings=ceiling) is Verdict.FAIL
    closed["resources"] = {}
    assert verdict(control, pod({"containers": [closed]}), settings=ceiling) is Verdict.PASS


@pytest.mark.parametrize("name", ["kube-system", "shop"])
def test_the_clusters_own_namespaces_need_no_quota(name: str) -> None:
    namespace = Declared(type="kubernetes:core/v1:Namespace", properties={"metadata": {"name": name}})
    expected = Verdict.FAIL if name == "shop" else Verdict.PASS
    assert verdict("namespaces-have-a-quota", namespace) is expected


def test_a_namespace_whose_quota_may_stand_in_another_slice_is_not_condemned() -> None:
    namespace = namespaced("namespaces-have-a-quota", POD, "spec", to=None).declared[0]
    assert verdict("namespaces-have-a-quota", namespace, whole=False) is Verdict.NOT_EVALUATED


@pytest.mark.parametrize("control", ["containers-have-a-liveness-probe", "containers-have-a-readiness-probe"])
def test_what_ends_by_itself_needs_no_probe(control: str) -> None:
    bare = {"name": "web", "image": "web:1", "ports": [{"containerPort": 80}]}
    run = job()
    tree = copy.deepcopy(dict(run.properties))
    tree["spec"]["template"]["spec"]["containers"] = [bare]
    assert verdict(control, replace(run, properties=tree)) is Verdict.PASS
    assert verdict(control, pod({"containers": [bare], "restartPolicy": "Never"})) is Verdict.PASS
    assert verdict(control, pod({"containers": [bare]})) is Verdict.FAIL
    assert verdict(control, replace(run, properties=tree), settings={"everyPod": True}) is Verdict.FAIL


def test_only_a_service_of_the_platform_takes_no_requests_because_it_has_no_port() -> None:
    control = "containers-have-a-readiness-probe"
    worker = pod({"containers": [{"name": "worker", "image": "worker:1"}]})
    assert verdict(control, worker) is Verdict.FAIL
    labels = {"metadata": {"labels": {"pavedroad.dev/service": "worker"}}}
    ours = replace(worker, properties={**worker.properties, **labels})
    assert verdict(control, ours) is Verdict.PASS
    assert verdict("containers-have-a-liveness-probe", ours) is Verdict.FAIL


def test_an_init_container_needs_no_probe() -> None:
    spec = {"initContainers": [{"name": "init"}], "containers": [container()]}
    assert verdict("containers-have-a-liveness-probe", pod(spec)) is Verdict.PASS


@pytest.mark.parametrize(
    ("port", "allowed"), [(8080, True), ("http", True), ("8080", True), (8081, False), ("grpc", False)]
)
def test_a_probe_names_a_port_by_number_or_name(port: int | str, allowed: bool) -> None:
    probed = container() | {"livenessProbe": {"tcpSocket": {"port": port}}}
    found = verdict("probe-ports-declared", pod({"containers": [probed]}))
    assert found is (Verdict.PASS if allowed else Verdict.FAIL)


def test_a_probe_may_name_a_shells_name_in_its_arguments() -> None:
    probed = container() | {"livenessProbe": {"exec": {"command": ["/app/check", "sh"]}}}
    assert verdict("probes-run-no-shell", pod({"containers": [probed]})) is Verdict.PASS


@pytest.mark.parametrize(("replicas", "fewest", "expected"), [(3, 1, Verdict.FAIL), (1, 3, Verdict.PASS)])
def test_the_autoscalers_lowest_number_counts_in_place_of_the_workloads_own(
    replicas: int, fewest: int, expected: Verdict
) -> None:
    scaler = with_fields(autoscaler(), minReplicas=fewest)
    found = verdict("workloads-run-enough-replicas", replicated(replicas=replicas), scaler)
    assert found is expected


def test_an_autoscaler_of_another_kind_or_namespace_says_nothing() -> None:
    elsewhere = replace(
        autoscaler(),
        properties=dict(autoscaler().properties) | {"metadata": {"name": "web", "namespace": "far"}},
    )
    for scaler in (with_fields(autoscaler(kind="StatefulSet"), minReplicas=1), elsewhere):
        assert verdict("scaled-workloads-leave-replicas-out", replicated(), scaler) is Verdict.PASS


def test_a_target_that_is_made_from_a_workload_is_that_workload() -> None:
    (workload,) = resources((replicated(replicas=None),))
    (plain,) = resources((autoscaler(),), "scaler-")
    tree = copy.deepcopy(plain.properties.value)
    assert isinstance(tree, dict)
    tree["spec"]["scaleTargetRef"]["name"] = Opaque.UNKNOWN
    pointing = replace(plain, properties=Properties(tree), references={"spec": (workload.urn,)})
    (other,) = resources((replicated(name="other", replicas=1),), "other-")
    assert verdict("workloads-run-enough-replicas", workload, pointing) is Verdict.PASS
    assert verdict("workloads-run-enough-replicas", other, workload, pointing) is Verdict.FAIL
    assert verdict("autoscalers-have-a-target", pointing, workload) is Verdict.PASS
    assert verdict("autoscalers-do-not-share-a-target", pointing, workload) is Verdict.PASS


def test_a_target_that_is_not_known_leaves_every_workload_of_the_namespace_open() -> None:
    scaler = with_fields(autoscaler(), scaleTargetRef={"kind": "Deployment", "name": Opaque.UNKNOWN})
    for control in ("workloads-run-enough-replicas", "scaled-workloads-leave-replicas-out"):
        assert verdict(control, replicated(replicas=3), with_fields(scaler, minReplicas=1)) is (
            Verdict.NOT_EVALUATED
        )
    assert verdict("autoscalers-have-a-target", scaler, replicated()) is Verdict.NOT_EVALUATED


def test_a_known_violation_is_not_hidden_by_an_autoscaler_that_may_point_elsewhere() -> None:
    scaler = with_fields(autoscaler(), scaleTargetRef={"kind": "Deployment", "name": Opaque.UNKNOWN})
    alone = replicated(name="other", replicas=1)
    assert (
        verdict("workloads-run-enough-replicas", alone, with_fields(scaler, minReplicas=1))
        is not Verdict.PASS
    )


def test_two_autoscalers_with_one_target_both_break_the_control() -> None:
    for pair in ((autoscaler(), scaled_object()), (scaled_object(), autoscaler())):
        assert verdict("autoscalers-do-not-share-a-target", *pair) is Verdict.FAIL


def test_an_autoscaler_may_point_at_a_custom_resource_of_the_same_stack() -> None:
    custom = object_of("kubernetes:example.com/v1:Fleet")
    assert verdict("autoscalers-have-a-target", autoscaler(kind="Fleet"), custom) is Verdict.PASS
    assert verdict("autoscalers-have-a-target", autoscaler(kind="Fleet"), replicated()) is Verdict.FAIL


@pytest.mark.parametrize(
    ("selector", "covered"),
    [
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "cart"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, False),
        ({}, True),
    ],
)
def test_a_budget_may_select_by_any_selector(selector: dict[str, Any], covered: bool) -> None:
    found = verdict(BUDGETED, replicated(), with_fields(budget(), selector=selector))
    assert found is (Verdict.PASS if covered else Verdict.FAIL)


def test_a_single_replica_needs_no_budget_and_an_autoscaled_one_does() -> None:
    assert verdict(BUDGETED, replicated(replicas=1)) is Verdict.PASS
    assert verdict(BUDGETED, replicated(replicas=None), autoscaler()) is Verdict.FAIL


@pytest.mark.parametrize(
    ("bounds", "replicas", "drains"),
    [
        ({"minAvailable": 1}, 1, False),
        ({"minAvailable": 1}, 2, True),
        ({"minAvailable": "50%"}, 1, False),
        ({"minAvailable": "50%"}, 3, True),
        ({"minAvailable": "90%"}, 3, False),
        ({"minAvailable": "90%"}, 10, True),
        ({"minAvailable": "0%"}, 1, True),
        ({"minAvailable": "most"}, 3, False),
        ({"maxUnavailable": "1%"}, 3, True),
        ({"maxUnavailable": "none"}, 3, False),
    ],
)
def test_a_share_is_rounded_up_as_kubernetes_does(
    bounds: dict[str, object], replicas: int, drains: bool
) -> None:
    found = verdict(DRAINABLE, budget(**bounds), replicated(replicas=replicas))
    assert found is (Verdict.PASS if drains else Verdict.FAIL)


def test_a_budget_over_two_workloads_counts_both() -> None:
    selector = {"matchExpressions": [{"key": "app", "operator": "Exists"}]}
    both = (replicated(replicas=2), replicated(STATEFUL_SET, "data", replicas=2))
    assert verdict(DRAINABLE, with_fields(budget(minAvailable=3), selector=selector), *both) is Verdict.PASS
    assert verdict(DRAINABLE, with_fields(budget(minAvailable=4), selector=selector), *both) is Verdict.FAIL


def test_a_budget_that_selects_nothing_blocks_nothing() -> None:
    assert verdict(DRAINABLE, budget(minAvailable=3)) is Verdict.PASS


@pytest.mark.parametrize("kind", ["required", "preferred"])
def test_anti_affinity_spreads_as_well(kind: str) -> None:
    term = {"topologyKey": "kubernetes.io/hostname", "labelSelector": {"matchLabels": {"app": "web"}}}
    rule = term if kind == "required" else {"weight": 100, "podAffinityTerm": term}
    spec = {"affinity": {"podAntiAffinity": {f"{kind}DuringSchedulingIgnoredDuringExecution": [rule]}}}
    workload = replicated()
    tree = copy.deepcopy(dict(workload.properties))
    tree["spec"]["template"]["spec"] = spec
    assert verdict("replicas-spread", replace(workload, properties=tree)) is Verdict.PASS
    tree["spec"]["template"]["metadata"]["labels"] = {"app": "other"}
    assert verdict("replicas-spread", replace(workload, properties=tree)) is Verdict.FAIL


def test_a_single_replica_with_a_volume_may_be_recreated() -> None:
    strategy = {"type": "Recreate"}
    workload = with_fields(replicated(replicas=1), strategy=strategy)
    assert verdict("deployments-roll-out-gradually", workload) is Verdict.FAIL
    tree = copy.deepcopy(dict(workload.properties))
    tree["spec"]["template"]["spec"]["volumes"] = [{"persistentVolumeClaim": {"claimName": "web"}}]
    assert verdict("deployments-roll-out-gradually", replace(workload, properties=tree)) is Verdict.PASS


def test_a_strategy_that_is_left_out_is_a_rolling_one() -> None:
    workload = with_fields(replicated(), strategy=None)
    assert verdict("deployments-roll-out-gradually", workload) is Verdict.PASS


def test_selectors_of_two_namespaces_do_not_overlap() -> None:
    twin = replicated()
    elsewhere = replace(
        twin, properties=dict(twin.properties) | {"metadata": {"name": "web", "namespace": "far"}}
    )
    assert verdict("selectors-do-not-overlap", twin, elsewhere) is Verdict.PASS
    assert verdict("selectors-do-not-overlap", twin, replicated()) is Verdict.FAIL


def test_a_claim_that_is_bound_by_hand_may_have_no_class() -> None:
    bound = object_of(CLAIM, spec={"storageClassName": "", "volumeName": "old"})
    assert verdict("volumes-name-a-storage-class", bound) is Verdict.PASS
    free = object_of(CLAIM, spec={"storageClassName": ""})
    assert verdict("volumes-name-a-storage-class", free) is Verdict.FAIL


def test_what_many_unnamed_workloads_and_autoscalers_cost_grows_with_their_number() -> None:
    class Counting(Properties):
        reads = 0

        def at(self, path: str) -> Properties:
            Counting.reads += 1
            return super().at(path)

    def reads(count: int) -> int:
        Counting.reads = 0
        workload, scaler = dict(replicated().properties), dict(autoscaler().properties)
        workload["metadata"] = {"namespace": "shop"}
        scaler["spec"] = {**scaler["spec"], "scaleTargetRef": {"kind": "Deployment", "name": Opaque.UNKNOWN}}
        every = [
            Resource(type=type_, name=f"{index}", urn=f"{type_}-{index}", properties=Counting(tree))
            for index in range(count)
            for type_, tree in ((DEPLOYMENT, workload), (AUTOSCALER, scaler))
        ]
        judge([RULE_BY_CONTROL["workloads-run-enough-replicas"]], Stack(every))
        return Counting.reads

    assert reads(40) <= 2.2 * reads(20)
