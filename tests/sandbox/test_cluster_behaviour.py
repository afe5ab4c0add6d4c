"""What the sandbox's cluster does with the objects it is given: real admission and controllers, simulated pods."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from pavedroad.sandbox import census
from pavedroad.sandbox.api import ApiError, KubeClient, Manifest, ObjectRef, Selection, UnknownKindError
from tests.support.sandbox import SandboxCluster, eventually

pytestmark = pytest.mark.sandbox

_NUMBERS = itertools.count(1)
_RESTRICTED_POD = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}
_RESTRICTED_CONTAINER = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


@pytest.fixture
def client(sandbox_cluster: SandboxCluster) -> KubeClient:
    return sandbox_cluster.client


@pytest.fixture
def namespace(client: KubeClient) -> Iterator[str]:
    name = f"behaviour-{next(_NUMBERS)}"
    labels = {"pod-security.kubernetes.io/enforce": "restricted"}
    apply(client, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
    account = ObjectRef(api_version="v1", kind="ServiceAccount", namespace=name, name="default")
    assert eventually(lambda: client.find(account)), "the controller manager gives every namespace an account"
    yield name
    client.delete(ObjectRef(api_version="v1", kind="Namespace", name=name))


def apply(client: KubeClient, manifest: Manifest) -> Manifest:
    return client.apply(manifest, field_manager="test")


def named(api_version: str, kind: str, name: str, namespace: str, **rest: Any) -> Manifest:
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


def pod_spec(**rest: Any) -> Manifest:
    container = {"name": "main", "image": "example.com/app:1", "securityContext": _RESTRICTED_CONTAINER}
    return {"securityContext": _RESTRICTED_POD, "containers": [container], **rest}


def deployment(namespace: str, replicas: int) -> Manifest:
    labels = {"app": "web"}
    spread = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {"matchLabels": labels},
    }
    return named(
        "apps/v1",
        "Deployment",
        "web",
        namespace,
        spec={
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {
                "metadata": {"labels": labels},
                "spec": pod_spec(topologySpreadConstraints=[spread]),
            },
        },
    )


def has_condition(client: KubeClient, ref: ObjectRef, condition: str) -> bool:
    conditions = client.get(ref).get("status", {}).get("conditions", ())
    return any(entry["type"] == condition and entry["status"] == "True" for entry in conditions)


def test_three_ready_nodes_stand_in_three_zones(client: KubeClient) -> None:
    nodes = client.list("v1", "Node")

    assert len({node["metadata"]["labels"]["topology.kubernetes.io/zone"] for node in nodes}) == 3
    assert all(has_condition(client, ObjectRef.of(node), "Ready") for node in nodes)


def test_a_deployment_becomes_available_with_its_pods_spread_over_the_zones(
    client: KubeClient, namespace: str
) -> None:
    ref = ObjectRef.of(apply(client, deployment(namespace, 3)))

    assert eventually(
        lambda: has_condition(client, ref, "Available") and client.get(ref)["status"]["readyReplicas"] == 3
    )
    pods = client.list("v1", "Pod", Selection(namespace=namespace, labels="app=web"))
    assert len({pod["spec"]["nodeName"] for pod in pods}) == 3
    assert len({pod["status"]["podIP"] for pod in pods}) == 3


def test_a_side_car_and_an_init_step_do_not_keep_a_pod_from_becoming_ready(
    client: KubeClient, namespace: str
) -> None:
    init = {"name": "init", "image": "example.com/init:1", "securityContext": _RESTRICTED_CONTAINER}
    side_car = {**init, "name": "side-car", "restartPolicy": "Always"}
    pod = named("v1", "Pod", "with-helpers", namespace, spec=pod_spec(initContainers=[init, side_car]))
    ref = ObjectRef.of(apply(client, pod))

    assert eventually(lambda: has_condition(client, ref, "Ready"))
    started = [status["started"] for status in client.get(ref)["status"]["initContainerStatuses"]]
    assert started == [False, True]


def test_pod_security_admission_refuses_a_privileged_pod_in_a_restricted_namespace(
    client: KubeClient, namespace: str
) -> None:
    spec = pod_spec()
    spec["containers"] = [
        {"name": "main", "image": "example.com/app:1", "securityContext": {"privileged": True}}
    ]

    with pytest.raises(ApiError, match="violates PodSecurity") as refusal:
        apply(client, named("v1", "Pod", "privileged", namespace, spec=spec))
    assert (refusal.value.status, refusal.value.reason) == (403, "Forbidden")


def test_a_job_completes(client: KubeClient, namespace: str) -> None:
    spec = {"template": {"spec": pod_spec(restartPolicy="Never")}}
    ref = ObjectRef.of(apply(client, named("batch/v1", "Job", "once", namespace, spec=spec)))

    assert eventually(lambda: has_condition(client, ref, "Complete"))


@pytest.mark.parametrize("storage_class", [None, "some-other-class"])
def test_a_claim_of_any_storage_class_is_bound_and_its_volume_goes_with_it(
    client: KubeClient, namespace: str, storage_class: str | None
) -> None:
    spec: Manifest = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    spec |= {"storageClassName": storage_class} if storage_class else {}
    ref = ObjectRef.of(apply(client, named("v1", "PersistentVolumeClaim", "data", namespace, spec=spec)))

    assert eventually(lambda: client.get(ref).get("status", {}).get("phase") == "Bound")
    volume = ObjectRef(api_version="v1", kind="PersistentVolume", name=client.get(ref)["spec"]["volumeName"])
    client.delete(ref)
    assert eventually(lambda: client.find(volume) is None)


def test_a_load_balancer_gets_an_address(client: KubeClient, namespace: str) -> None:
    spec = {"type": "LoadBalancer", "ports": [{"port": 80}], "selector": {"app": "web"}}
    ref = ObjectRef.of(apply(client, named("v1", "Service", "front", namespace, spec=spec)))

    assert eventually(lambda: client.get(ref)["status"]["loadBalancer"].get("ingress"))


def test_an_unknown_field_is_refused_and_named(client: KubeClient, namespace: str) -> None:
    manifest = deployment(namespace, 1)
    manifest["spec"]["replicaCount"] = 2

    with pytest.raises(ApiError, match=r"spec\.replicaCount"):
        apply(client, manifest)


def test_a_field_that_another_manager_owns_is_a_conflict_unless_forced(
    client: KubeClient, namespace: str
) -> None:
    config = named("v1", "ConfigMap", "shared", namespace, data={"key": "first"})
    apply(client, config)
    config["data"] = {"key": "second"}

    with pytest.raises(ApiError) as refusal:
        client.apply(config, field_manager="someone-else")
    assert refusal.value.reason == "Conflict"
    assert refusal.value.causes[0].field == ".data.key"
    assert client.apply(config, field_manager="someone-else", force=True)["data"] == {"key": "second"}


def test_deleting_by_uid_spares_another_object_of_the_same_name(client: KubeClient, namespace: str) -> None:
    ref = ObjectRef.of(apply(client, named("v1", "ConfigMap", "renewed", namespace)))

    with pytest.raises(ApiError) as refusal:
        client.delete(ref, uid="00000000-0000-0000-0000-000000000000")
    assert refusal.value.reason == "Conflict"
    assert client.find(ref)


def test_a_list_longer_than_a_page_comes_whole(
    client: KubeClient, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pavedroad.sandbox.api._PAGE", 2)
    names = {f"item-{number}" for number in range(5)}
    for name in names:
        apply(client, named("v1", "ConfigMap", name, namespace))

    items = client.list("v1", "ConfigMap", Selection(namespace=namespace))
    assert names <= {item["metadata"]["name"] for item in items}
    assert {item["kind"] for item in items} == {"ConfigMap"}


def test_a_watch_tells_what_happens_to_one_object(client: KubeClient, namespace: str) -> None:
    config = named("v1", "ConfigMap", "watched", namespace)
    apply(client, config)
    events = client.watch(
        "v1", "ConfigMap", Selection(namespace=namespace, fields="metadata.name=watched"), timeout_seconds=10
    )

    assert next(events).type == "ADDED"
    client.delete(ObjectRef.of(config))
    assert next(events).type == "DELETED"


def test_an_unknown_kind_is_named(client: KubeClient) -> None:
    with pytest.raises(UnknownKindError, match=r"no kind Unheard in example\.com/v1"):
        client.list("example.com/v1", "Unheard")


def test_the_census_tells_simulated_from_merely_accepted(client: KubeClient, namespace: str) -> None:
    apply(client, deployment(namespace, 1))
    apply(
        client,
        named(
            "security.istio.io/v1",
            "PeerAuthentication",
            "default",
            namespace,
            spec={"mtls": {"mode": "STRICT"}},
        ),
    )

    counted = census.take(client)

    assert any(count.kind == "Deployment" and count.objects >= 1 for count in counted.simulated)
    assert any(count.kind == "Node" and count.objects == 3 for count in counted.simulated)
    accepted = {(count.api_version, count.kind) for count in counted.accepted}
    assert ("security.istio.io/v1", "PeerAuthentication") in accepted
    assert not {count.kind for count in counted.simulated} & {kind for _, kind in accepted}
