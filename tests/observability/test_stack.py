"""The stack that watches everything: there by default, as large as the tier, and what its operators take."""

import json
from typing import Any

import pytest

from pavedroad.descriptor.observability import METRICS_KEPT
from pavedroad.plan.observability.grafana import METRICS, TRACE_ID, resolve_grafana
from pavedroad.plan.observability.stack import SIZES
from tests.support.crds import faults, require_crds
from tests.support.example import ACCOUNT
from tests.support.observing import everything, find, watched
from tests.support.resolving import TIERS, context


def kinds(words: dict[str, Any]) -> set[str]:
    return {type_.rpartition(":")[2] for type_, _ in everything("local", **words)}


def test_an_environment_that_says_nothing_is_watched() -> None:
    assert {"Prometheus", "Alertmanager", "Grafana", "DaemonSet"} <= kinds({})


def test_an_environment_can_leave_the_whole_stack_out() -> None:
    left = everything("local", observability="none")
    assert not {"Prometheus", "Alertmanager", "Grafana"} & {type_.rpartition(":")[2] for type_, _ in left}
    namespaces = {name for type_, name in left if type_.endswith(":Namespace")}
    assert not {"observability", "node-agents", "prometheus-operator", "grafana-operator"} & namespaces


@pytest.mark.parametrize("tier", TIERS)
def test_every_object_of_the_stack_is_what_its_definition_takes(tier: Any) -> None:
    require_crds()
    assert len(watched(tier)) > 40
    assert [fault for one in watched(tier) for fault in faults(one)] == []


@pytest.mark.parametrize("tier", TIERS)
def test_parts_are_as_large_as_the_tier_says(tier: Any) -> None:
    size = SIZES[tier]
    spec = find("Prometheus", "main", tier)["spec"]
    assert spec["replicas"] == size.prometheus.replicas
    assert spec["retention"] == METRICS_KEPT[tier]
    assert (
        spec["storage"]["volumeClaimTemplate"]["spec"]["resources"]["requests"]["storage"]
        == size.prometheus.storage
    )
    assert find("Alertmanager", "main", tier)["spec"]["replicas"] == size.alertmanager.replicas


def test_volumes_on_eks_name_the_one_class_that_the_account_makes_there() -> None:
    found = everything("production", providers={"bucket": "s3"}, **ACCOUNT)
    claims = [
        claim["spec"]["storageClassName"]
        for name in ("loki", "jaeger")
        for claim in found["kubernetes:apps/v1:StatefulSet", f"observability/{name}"]["spec"][
            "volumeClaimTemplates"
        ]
    ]
    prometheus = found["kubernetes:monitoring.coreos.com/v1:Prometheus", "observability/main"]["spec"]
    metrics = prometheus["storage"]["volumeClaimTemplate"]["spec"]["storageClassName"]
    (made,) = (name for type_, name in found if type_.endswith(":StorageClass"))
    assert {*claims, metrics} == {made}
    assert len(claims) == 2


def test_what_is_kept_of_metrics_is_for_the_environment_to_say() -> None:
    found = everything("local", observability={"metrics": {"retention": "3d", "storage": "10Gi"}})
    spec = found["kubernetes:monitoring.coreos.com/v1:Prometheus", "observability/main"]["spec"]
    assert spec["retention"] == "3d"
    assert spec["retentionSize"] == "8192MiB", "four fifths of the volume"


@pytest.mark.parametrize(("tier", "several"), [("local", False), ("production", True)])
def test_several_alertmanagers_talk_under_a_certificate_of_their_own_and_one_talks_to_nobody(
    tier: Any, several: bool
) -> None:
    spec = find("Alertmanager", "main", tier)["spec"]
    certificates = {one["metadata"]["name"] for one in watched(tier) if one["kind"] == "Certificate"}
    assert ("clusterTLS" in spec) == several == ("alertmanager-gossip" in certificates)


def test_replicas_of_prometheus_keep_apart_where_there_are_several() -> None:
    spec = find("Prometheus", "main")["spec"]
    (constraint,) = spec["topologySpreadConstraints"]
    assert constraint["labelSelector"]["matchLabels"] == {"app.kubernetes.io/name": "prometheus"}
    assert find("PodDisruptionBudget", "prometheus")["spec"]["maxUnavailable"] == 1
    assert "topologySpreadConstraints" not in find("Prometheus", "main", "local")["spec"]


def test_grafanas_first_password_is_made_in_the_cluster() -> None:
    (generated,) = find("ExternalSecret", "grafana-admin")["spec"]["dataFrom"]
    assert generated["sourceRef"]["generatorRef"]["kind"] == "Password"
    spec = find("Grafana", "grafana")["spec"]
    (container,) = spec["deployment"]["spec"]["template"]["spec"]["containers"]
    secrets = {one["name"]: one["valueFrom"]["secretKeyRef"]["name"] for one in container["env"]}
    assert set(secrets.values()) == {"grafana-admin"}
    assert spec["disableDefaultAdminSecret"] is True
    assert "admin_password" not in json.dumps(spec["config"])


def test_every_data_source_that_a_link_names_is_there() -> None:
    sources = {source.uid: source for source in resolve_grafana(context()).data_sources}
    named = {uid for source in sources.values() for uid in _values(source.settings, "datasourceUid")}
    assert named == {"metrics", "logs", "traces"}
    assert named <= set(sources)


def test_links_between_signals_agree_on_what_a_trace_is_called() -> None:
    sources = {source.uid: source.settings for source in resolve_grafana(context()).data_sources}
    assert sources[METRICS]["exemplarTraceIdDestinations"][0]["name"] == TRACE_ID
    assert sources["logs"]["derivedFields"][0]["matcherRegex"] == TRACE_ID
    assert f'| {TRACE_ID}="' in sources["traces"]["tracesToLogsV2"]["query"]


def test_a_node_is_only_read_and_nothing_of_it_is_shared() -> None:
    pod = find("DaemonSet", "node-exporter")["spec"]["template"]["spec"]
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod)
    (container,) = pod["containers"]
    assert all(mount["readOnly"] for mount in container["volumeMounts"])
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_kube_state_metrics_may_see_what_it_tells_of_and_nothing_else() -> None:
    role = everything()[
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "observability-kube-state-metrics"
    ]
    seen = {kind for rule in role["rules"] for kind in rule["resources"]}
    (container,) = find("StatefulSet", "kube-state-metrics")["spec"]["template"]["spec"]["containers"]
    told = next(arg for arg in container["args"] if arg.startswith("--resources="))
    assert set(told.partition("=")[2].split(",")) == seen
    assert not {"secrets", "configmaps"} & seen
    assert {verb for rule in role["rules"] for verb in rule["verbs"]} == {"get", "list", "watch"}


def _values(found: Any, key: str) -> set[str]:
    if isinstance(found, dict):
        inner = (_values(value, key) for value in found.values())
        return set().union({found[key]} if key in found else set(), *inner)
    return set().union(*(_values(one, key) for one in found)) if isinstance(found, list) else set()
