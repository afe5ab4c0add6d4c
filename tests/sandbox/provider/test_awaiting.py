"""When objects are ready, over the states they go through; and the reasons when they are not."""

import copy
from typing import Any

import pytest

from pavedroad.sandbox.provider.awaiting import generic, judge_of, rule_of, services, workloads
from pavedroad.sandbox.provider.awaiting.explain import why_not_gone, why_not_ready
from pavedroad.sandbox.provider.awaiting.verdict import READY, label_selector
from pavedroad.sandbox.provider.errors import ProviderError
from tests.sandbox.provider.builders import CannedView, config_map, deployment

NOTHING = CannedView()


def condition(kind: Any, status: Any = "True", reason: Any = "R", message: Any = "m") -> Any:
    return {"type": kind, "status": status, "reason": reason, "message": message}


def live_deployment(
    *,
    generation: Any = 2,
    observed: Any = 2,
    updated: Any = 2,
    ready: Any = 2,
    progressing: Any = "NewReplicaSetAvailable",
    **pod: Any,
) -> Any:
    live = deployment(**pod)
    live["metadata"]["generation"] = generation
    live["status"] = {
        "observedGeneration": observed,
        "updatedReplicas": updated,
        "readyReplicas": ready,
        "conditions": [condition("Progressing", reason=progressing), condition("Available")],
    }
    return live


def test_a_deployment_becomes_ready_when_its_new_replicas_are() -> None:
    rollout = [
        live_deployment(observed=1),
        live_deployment(updated=1, ready=2, progressing="ReplicaSetUpdated"),
        live_deployment(updated=2, ready=1, progressing="ReplicaSetUpdated"),
        live_deployment(progressing="ReplicaSetUpdated"),
        live_deployment(),
    ]
    assert [workloads.deployment(live, NOTHING).ready for live in rollout] == [
        False,
        False,
        False,
        False,
        True,
    ]


def test_a_deployment_that_is_only_scaled_waits_for_the_new_pods() -> None:
    assert not workloads.deployment(live_deployment(replicas=3), NOTHING).ready


def test_a_deployment_of_no_replicas_is_ready() -> None:
    assert workloads.deployment(live_deployment(replicas=0, updated=0, ready=0), NOTHING).ready


def test_a_deployment_whose_rollout_stalls_says_so() -> None:
    live = live_deployment()
    live["status"]["conditions"][0] = condition(
        "Progressing", "False", "ProgressDeadlineExceeded", "timed out"
    )
    assert workloads.deployment(live, NOTHING).reason == "[ProgressDeadlineExceeded] timed out"


def test_a_deployment_waits_for_the_claims_it_mounts_and_no_others() -> None:
    live = live_deployment(volumes=[{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}])
    pending = {"metadata": {"name": "data"}, "status": {"phase": "Pending"}}
    other = {"metadata": {"name": "other"}, "status": {"phase": "Pending"}}
    bound = {"metadata": {"name": "data"}, "status": {"phase": "Bound"}}
    assert "data" in workloads.deployment(live, CannedView(PersistentVolumeClaim=[pending, other])).reason
    assert workloads.deployment(live, CannedView(PersistentVolumeClaim=[bound, other])).ready


def stateful_set(*, strategy: Any = None, partition: Any = 0, generation: Any = 1, **status: Any) -> Any:
    update = {"type": strategy or "RollingUpdate", "rollingUpdate": {"partition": partition}}
    return {
        "kind": "StatefulSet",
        "metadata": {"name": "db", "namespace": "shop", "generation": generation},
        "spec": {"replicas": 3, "updateStrategy": update},
        "status": {"observedGeneration": generation, **status},
    }


ALL_THREE = {"replicas": 3, "readyReplicas": 3, "currentReplicas": 3}


@pytest.mark.parametrize(
    ("live", "ready"),
    [
        (stateful_set(replicas=3, readyReplicas=2), False),
        (stateful_set(**ALL_THREE, currentRevision="a", updateRevision="b"), False),
        (stateful_set(**ALL_THREE, currentRevision="b", updateRevision="b"), True),
        (stateful_set(**{**ALL_THREE, "replicas": 4}, currentRevision="b", updateRevision="b"), False),
        (
            stateful_set(
                **ALL_THREE, strategy="OnDelete", generation=2, currentRevision="a", updateRevision="b"
            ),
            True,
        ),
        (
            stateful_set(
                **ALL_THREE, partition=2, currentRevision="a", updateRevision="b", updatedReplicas=1
            ),
            True,
        ),
        (
            stateful_set(
                **ALL_THREE, partition=1, currentRevision="a", updateRevision="b", updatedReplicas=1
            ),
            False,
        ),
    ],
)
def test_a_stateful_set_is_ready_when_all_replicas_are_of_the_newest_revision(live: Any, ready: Any) -> None:
    assert workloads.stateful_set(live, NOTHING).ready is ready


def test_a_stateful_set_that_the_controller_has_not_seen_is_not_ready() -> None:
    live = stateful_set(**ALL_THREE, currentRevision="a", updateRevision="a")
    live["metadata"]["generation"] = 2
    assert not workloads.stateful_set(live, NOTHING).ready


def test_a_daemon_set_is_ready_when_every_wanted_node_runs_the_newest_pod() -> None:
    status = {
        "observedGeneration": 1,
        "desiredNumberScheduled": 2,
        "currentNumberScheduled": 2,
        "updatedNumberScheduled": 2,
        "numberAvailable": 2,
        "numberReady": 2,
    }
    live = {"metadata": {"generation": 1}, "status": status}
    assert workloads.daemon_set(live, NOTHING).ready
    for field in set(status) - {"observedGeneration", "desiredNumberScheduled"}:
        assert field in workloads.daemon_set({**live, "status": {**status, field: 1}}, NOTHING).reason
    assert not workloads.daemon_set({**live, "status": {}}, NOTHING).ready


def job(*conditions: Any, **spec: Any) -> Any:
    return {
        "metadata": {"name": "import"},
        "spec": spec,
        "status": {"active": 1, "conditions": list(conditions)},
    }


def test_a_job_is_ready_when_complete_and_hopeless_when_failed() -> None:
    assert not workloads.job(job(), NOTHING).ready
    assert workloads.job(job(condition("Complete")), NOTHING).ready
    verdict = workloads.job(job(condition("Failed", reason="BackoffLimitExceeded")), NOTHING)
    assert verdict.final
    assert "BackoffLimitExceeded" in verdict.reason


def test_a_suspended_job_is_not_awaited() -> None:
    assert workloads.job(job(suspend=True), NOTHING).ready


@pytest.mark.parametrize(
    ("status", "ready", "final"),
    [
        ({}, False, False),
        ({"phase": "Running", "conditions": [condition("Ready", "False")]}, False, False),
        ({"phase": "Running", "conditions": [condition("Ready")]}, True, False),
        ({"phase": "Succeeded"}, True, False),
        ({"phase": "Failed", "reason": "Evicted"}, False, True),
    ],
)
def test_a_pod_is_ready_when_its_containers_are_or_when_it_ran_to_its_end(
    status: Any, ready: Any, final: Any
) -> None:
    verdict = workloads.pod({"metadata": {"name": "a"}, "status": status}, NOTHING)
    assert (verdict.ready, verdict.final) == (ready, final)


def service(**spec: Any) -> Any:
    return {
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {"selector": {"app": "web"}, "clusterIP": "10.0.0.1", **spec},
    }


def pod(uid: Any, **metadata: Any) -> Any:
    return {"metadata": {"name": uid, "uid": uid, **metadata}, "status": {"phase": "Running"}}


def slices(*points: Any) -> Any:
    return [
        {"endpoints": [{"conditions": {"ready": ready}, "targetRef": {"uid": uid}} for uid, ready in points]}
    ]


UNSCHEDULABLE = pod("c") | {"status": {"conditions": [condition("PodScheduled", "False")]}}


@pytest.mark.parametrize(
    ("around", "ready"),
    [
        ({}, False),
        ({"EndpointSlice": slices()}, True),
        ({"EndpointSlice": slices(), "Pod": [pod("a")]}, False),
        ({"EndpointSlice": slices(("a", False)), "Pod": [pod("a")]}, False),
        ({"EndpointSlice": slices(("a", True)), "Pod": [pod("a"), pod("b")]}, False),
        ({"EndpointSlice": slices(("a", True)), "Pod": [pod("a")]}, True),
        ({"EndpointSlice": slices(("a", True)), "Pod": [pod("a"), pod("b", deletionTimestamp="t")]}, True),
        ({"EndpointSlice": slices(), "Pod": [UNSCHEDULABLE]}, True),
    ],
)
def test_a_service_is_ready_when_no_selected_pod_is_missing_or_unready(around: Any, ready: Any) -> None:
    assert services.service(service(), CannedView(**around)).ready is ready


@pytest.mark.parametrize("spec", [{"clusterIP": "None"}, {"selector": None}, {"type": "ExternalName"}])
def test_services_without_pods_of_their_own_are_not_awaited(spec: Any) -> None:
    assert services.service(service(**spec), NOTHING).ready


def test_a_load_balancer_waits_for_its_address() -> None:
    live = service(type="LoadBalancer", selector=None)
    assert not services.service(live, NOTHING).ready
    assert services.service(
        {**live, "status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}}, NOTHING
    ).ready


def test_an_ingress_waits_for_its_address() -> None:
    assert not services.ingress({"status": {"loadBalancer": {}}}, NOTHING).ready
    assert services.ingress({"status": {"loadBalancer": {"ingress": [{"hostname": "a"}]}}}, NOTHING).ready


@pytest.mark.parametrize(
    ("phase", "mode", "ready"),
    [
        ("Bound", "Immediate", True),
        ("Pending", "Immediate", False),
        ("Pending", "WaitForFirstConsumer", True),
        (None, "WaitForFirstConsumer", False),
    ],
)
def test_a_claim_is_awaited_unless_it_waits_for_its_first_consumer(phase: Any, mode: Any, ready: Any) -> None:
    live = {"spec": {"storageClassName": "fast"}, "status": {"phase": phase} if phase else {}}
    assert services.claim(live, CannedView(StorageClass=[{"volumeBindingMode": mode}])).ready is ready


def test_the_smaller_kinds_become_ready_when_their_controllers_have_answered() -> None:
    assert services.quota({"spec": {"hard": {"pods": "2"}}, "status": {"hard": {"pods": "2"}}}, NOTHING).ready
    assert not services.quota(
        {"spec": {"hard": {"pods": "2"}}, "status": {"hard": {"pods": "1"}}}, NOTHING
    ).ready
    assert services.volume({"status": {"phase": "Available"}}, NOTHING).ready
    assert not services.volume({"status": {"phase": "Pending"}}, NOTHING).ready
    token = {"type": "kubernetes.io/service-account-token"}
    assert not services.secret(token, NOTHING).ready
    assert services.secret({**token, "data": {"token": "x"}}, NOTHING).ready
    assert services.secret({"type": "Opaque"}, NOTHING).ready
    assert services.namespace({"status": {"phase": "Active"}}, NOTHING).ready
    assert services.namespace({"status": {"phase": "Terminating"}}, NOTHING).final


def test_a_definition_waits_until_it_is_served_and_gives_up_on_taken_names() -> None:
    assert not services.definition({"status": {}}, NOTHING).ready
    assert services.definition({"status": {"conditions": [condition("Established")]}}, NOTHING).ready
    taken = {"status": {"conditions": [condition("NamesAccepted", "False", "MultipleNames")]}}
    assert services.definition(taken, NOTHING).final


LIVE = {
    "metadata": {"generation": 2},
    "spec": {"size": 3},
    "status": {
        "phase": "Running",
        "conditions": [condition("Synced", "False")],
        "nodes": [{"name": "a", "up": True}],
    },
}


@pytest.mark.parametrize(
    ("expression", "ready"),
    [
        ("condition=Synced=False", True),
        ("condition=Synced", False),
        ("condition=Ready", False),
        ("jsonpath={.status.phase}=Running", True),
        ("jsonpath={.status.phase}=Done", False),
        ("jsonpath={.spec.size}=3", True),
        ("jsonpath={.status.phase}", True),
        ("jsonpath={.status.missing}", False),
        ("jsonpath={.status.nodes[0].up}=true", True),
        ("jsonpath={.status.nodes[*].name}=a", True),
        ('jsonpath={.status.conditions[?(@.type=="Synced")].status}=False', True),
        ('["condition=Synced=False", "jsonpath={.spec.size}=3"]', True),
        ('["condition=Synced=False", "jsonpath={.spec.size}=4"]', False),
    ],
)
def test_users_choose_what_to_wait_for(expression: Any, ready: Any) -> None:
    assert generic.wait_for(expression)(LIVE, NOTHING).ready is ready


@pytest.mark.parametrize("expression", ["Ready", "condition=", "[]", "jsonpath={range .items}x"])
def test_a_condition_that_cannot_be_read_is_refused_naming_it(expression: Any) -> None:
    with pytest.raises(ProviderError, match=r"pulumi\.com/waitFor"):
        generic.wait_for(expression)


@pytest.mark.parametrize(
    ("status", "ready"),
    [
        ({}, True),
        ({"observedGeneration": 1}, False),
        ({"observedGeneration": 2}, True),
        ({"conditions": [condition("Ready", "False")]}, False),
        ({"conditions": [condition("Ready")]}, True),
        ({"conditions": [condition("Reconciling")]}, False),
        ({"conditions": [condition("Stalled")]}, False),
    ],
)
def test_any_kind_can_be_judged_by_the_usual_conditions(status: Any, ready: Any) -> None:
    assert generic.ready({"metadata": {"generation": 2}, "status": status}, NOTHING).ready is ready


def annotated(manifest: Any, **annotations: Any) -> Any:
    result = copy.deepcopy(manifest)
    result["metadata"]["annotations"] = {f"pulumi.com/{key}": value for key, value in annotations.items()}
    return result


def test_waiting_can_be_skipped_or_replaced_by_ones_own_condition() -> None:
    unready = live_deployment(ready=0)
    assert not judge_of(unready)(unready, NOTHING).ready
    assert judge_of(annotated(unready, skipAwait="true"))(unready, NOTHING) == READY
    assert judge_of(annotated(unready, waitFor="jsonpath={.spec.replicas}=2"))(unready, NOTHING).ready


def test_custom_resources_are_ready_once_stored_unless_all_are_to_be_awaited(monkeypatch: Any) -> None:
    custom = {"apiVersion": "example.com/v1", "kind": "Db", "metadata": {"name": "a"}}
    live = {**custom, "status": {"conditions": [condition("Ready", "False")]}}
    assert judge_of(custom)(live, NOTHING).ready
    monkeypatch.setenv("PULUMI_K8S_AWAIT_ALL", "true")
    assert not judge_of(custom)(live, NOTHING).ready


def test_a_config_map_is_not_awaited() -> None:
    assert judge_of(config_map())(config_map(), NOTHING).ready
    assert not rule_of(config_map()).on_read


def test_the_reasons_name_what_pods_wait_for_and_what_the_cluster_warned_about() -> None:
    pull = {"name": "main", "state": {"waiting": {"reason": "ErrImagePull", "message": "not found"}}}
    crash = {"name": "side", "state": {"terminated": {"exitCode": 3, "reason": "Error", "message": "boom"}}}
    unscheduled = {
        "metadata": {"name": "web-2"},
        "status": {"conditions": [condition("PodScheduled", "False", "Unschedulable", "0/3 nodes")]},
    }
    broken = {"metadata": {"name": "web-1"}, "status": {"containerStatuses": [pull, crash]}}
    about = {"kind": "ReplicaSet", "name": "web-abc"}
    warning = {"involvedObject": about, "reason": "FailedCreate", "message": "exceeded quota"}
    foreign = {"involvedObject": {"kind": "Pod", "name": "db-0"}, "reason": "X", "message": "unrelated"}
    live = live_deployment()
    live["status"]["conditions"][1] = condition("Available", "False", "MinimumReplicasUnavailable", "none")
    reasons = why_not_ready(live, CannedView(Pod=[broken, unscheduled], Event=[warning, foreign]))
    assert reasons == (
        "[MinimumReplicasUnavailable] none",
        "Pod web-1: container main waits: [ErrImagePull] not found",
        "Pod web-1: container side ended with exit code 3 [Error] boom",
        "Pod web-2: [Unschedulable] 0/3 nodes",
        "ReplicaSet web-abc: [FailedCreate] exceeded quota",
    )


def test_what_keeps_an_object_from_going_is_named() -> None:
    held = {"metadata": {"finalizers": ["example.com/keep"]}}
    assert why_not_gone(held) == ("finalizers might be preventing deletion (example.com/keep)",)
    remaining = condition(
        "NamespaceFinalizersRemaining", reason="SomeFinalizersRemain", message="a.b in 1 resource"
    )
    namespace = {
        "metadata": {},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"conditions": [remaining]},
    }
    assert "[SomeFinalizersRemain] a.b in 1 resource" in why_not_gone(namespace)


def test_label_selectors_are_written_as_request_parameters() -> None:
    selector = {
        "matchLabels": {"b": "2", "a": "1"},
        "matchExpressions": [
            {"key": "c", "operator": "In", "values": ["x", "y"]},
            {"key": "d", "operator": "NotIn", "values": ["z"]},
            {"key": "e", "operator": "Exists"},
            {"key": "f", "operator": "DoesNotExist"},
        ],
    }
    assert label_selector(selector) == "a=1,b=2,c in (x,y),d notin (z),e,!f"
