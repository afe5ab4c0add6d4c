"""Collectors, Loki and Jaeger as they are declared: restricted, least privileged, with the configuration they read."""

from typing import Any

import pytest
import yaml

from pavedroad.descriptor.values import memory_bytes
from pavedroad.plan.observability.collectors.model import LIMIT_PERCENT
from pavedroad.plan.observability.collectors.resolve import SIZES
from tests.support.observing import everything, find, watched
from tests.support.resolving import TIERS

PROGRAMS = {
    "telemetry": "Deployment",
    "telemetry-sampler": "Deployment",
    "loki": "StatefulSet",
    "jaeger": "StatefulSet",
    "node-agent": "DaemonSet",
}
ON_THE_NODE = "node-agent"


def pod(name: str, tier: Any = "production") -> dict[str, Any]:
    in_memory = (name, tier) == ("jaeger", "local")
    spec: dict[str, Any] = find("Deployment" if in_memory else PROGRAMS[name], name, tier)["spec"]
    template: dict[str, Any] = spec["template"]["spec"]
    return template


def config(name: str, tier: Any = "production") -> dict[str, Any]:
    [text] = find("ConfigMap", f"{name}-config", tier)["data"].values()
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


@pytest.mark.parametrize("name", PROGRAMS)
def test_its_container_can_do_nothing_that_it_need_not(name: str) -> None:
    [container] = pod(name)["containers"]
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
    }
    assert container["resources"]["limits"]["memory"] == container["resources"]["requests"]["memory"]


@pytest.mark.parametrize("name", sorted(set(PROGRAMS) - {ON_THE_NODE}))
def test_only_the_node_agent_sees_the_node_and_runs_as_root(name: str) -> None:
    assert pod(name)["securityContext"]["runAsNonRoot"] is True
    assert not [volume for volume in pod(name)["volumes"] if "hostPath" in volume]
    assert pod(ON_THE_NODE)["securityContext"]["runAsUser"] == 0


def test_the_node_agent_sees_logs_read_only_and_writes_to_one_folder_of_its_own() -> None:
    [container] = pod(ON_THE_NODE)["containers"]
    written = {mount["mountPath"] for mount in container["volumeMounts"] if not mount.get("readOnly")}
    assert written == {"/var/lib/pavedroad/node-agent"}
    paths = {volume["hostPath"]["path"] for volume in pod(ON_THE_NODE)["volumes"] if "hostPath" in volume}
    assert paths == {"/var/log/pods", "/var/lib/pavedroad/node-agent"}


@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("observability-telemetry", {"namespaces", "pods", "replicasets"}),
        ("node-agents-node-agent", {"nodes/stats"}),
    ],
)
def test_who_asks_the_kubernetes_api_may_read_what_it_names_and_nothing_else(
    name: str, allowed: set[str]
) -> None:
    [role] = [
        props
        for (type_, _), props in everything().items()
        if type_.endswith(":ClusterRole") and props["metadata"]["name"] == name
    ]
    assert {resource for rule in role["rules"] for resource in rule["resources"]} == allowed
    assert {verb for rule in role["rules"] for verb in rule["verbs"]} <= {"get", "list", "watch"}


@pytest.mark.parametrize("name", ["telemetry-sampler", "loki", "jaeger"])
def test_who_asks_nothing_of_the_kubernetes_api_has_no_token(name: str) -> None:
    assert pod(name)["automountServiceAccountToken"] is False


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_changed_configuration_changes_the_pods(name: str) -> None:
    def digest(tier: Any) -> str:
        template = find(PROGRAMS[name], name, tier)["spec"]["template"]
        return str(template["metadata"]["annotations"]["pavedroad.dev/config-hash"])

    same = config(name, "staging") == config(name)
    assert (digest("staging") == digest("production")) == same


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("name", PROGRAMS)
def test_go_collects_garbage_before_memory_runs_out(name: str, tier: Any) -> None:
    [container] = pod(name, tier)["containers"]
    variables = {one["name"]: one.get("value") for one in container["env"]}
    memory = memory_bytes(container["resources"]["limits"]["memory"])
    assert variables["GOMEMLIMIT"] == f"{memory * LIMIT_PERCENT // 100 // 2**20}MiB"


@pytest.mark.parametrize("tier", TIERS)
def test_every_replica_of_prometheus_is_written_to_by_its_own_name(tier: Any) -> None:
    replicas = find("Prometheus", "main", tier)["spec"]["replicas"]
    service = find("Prometheus", "main", tier)["spec"]["serviceName"]
    exporters = config("telemetry", tier)["exporters"]
    endpoints = {one["endpoint"] for name, one in exporters.items() if "/metrics-" in name}
    assert endpoints == {
        f"http://prometheus-main-{number}.{service}.observability.svc.cluster.local:9090/api/v1/otlp"
        for number in range(replicas)
    }


@pytest.mark.parametrize("tier", TIERS)
def test_collectors_are_as_large_as_the_tier_says(tier: Any) -> None:
    assert find("Deployment", "telemetry", tier)["spec"]["replicas"] == SIZES[tier].gateway.replicas
    assert find("Deployment", "telemetry-sampler", tier)["spec"]["replicas"] == SIZES[tier].sampler.replicas


def test_senders_see_every_replica_of_the_sampling_tier() -> None:
    assert find("Service", "telemetry-sampler")["spec"]["clusterIP"] == "None"


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_a_pod_needs_stands_in_its_own_namespace(name: str) -> None:
    namespace = find(PROGRAMS[name], name)["metadata"]["namespace"]
    needed = {("ConfigMap", f"{name}-config"), ("ServiceAccount", name)}
    there = {
        (one["kind"], one["metadata"]["name"])
        for one in watched()
        if one["metadata"]["namespace"] == namespace
    }
    assert needed <= there
