"""What is open is exactly what was declared: over all pairs, on each layer by itself.

Each layer (the network, the mesh's authorisation, the mesh's encryption) is evaluated alone, because a hole in one
that another covers is still a hole. In every namespace stands a stranger: a pod that no descriptor knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pavedroad.access import Cluster, Pod, Settings, Verdict
from tests.support.environments import Rendered, rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.plan.flows import Flow, Party

ENVIRONMENTS = ["local", "production"]
LAYERS = {
    "network": {"NetworkPolicy"},
    "authorisation": {"AuthorizationPolicy"},
    "encryption": {"PeerAuthentication"},
}
POLICIES = set().union(*LAYERS.values())
STRANGER = "stranger"
# No pod stands in the address ranges that the environments name for the API server and for the world outside.
SETTINGS = Settings(pod_networks=("172.16.0.0/12",))

Pair = tuple[str, str, int, str]


def strangers(manifests: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a pod in every namespace, and one outside of all, that nobody declared."""
    names = [manifest["metadata"]["name"] for manifest in manifests if manifest["kind"] == "Namespace"]
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": STRANGER, "namespace": name},
            "spec": {"containers": [{"name": "main", "ports": [{"containerPort": 8080}]}]},
        }
        for name in (*names, "elsewhere")
    ]
    elsewhere = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "elsewhere", "labels": {}}}
    return [elsewhere, *pods]


def layer(manifests: Iterable[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Return the manifests with no other policies than those of one layer."""
    return [one for one in manifests if one["kind"] in LAYERS[name] or one["kind"] not in POLICIES]


def allowed(cluster: Cluster, namespace: str | None = None) -> set[Pair]:
    """Return every access between pods that is not refused; of one namespace only, where one is named."""
    matrix = cluster.matrix()
    everything = matrix.allowed | matrix.not_evaluated
    return {
        (str(access.source), str(access.destination), access.port, access.protocol)
        for access in everything
        if namespace is None or namespace in (access.source.namespace, access.destination.namespace)
    }


def selected(pods: Iterable[Pod], party: Party) -> Iterator[Pod]:
    """Yield the pods that a party means."""
    for pod in pods:
        if pod.namespace == party.namespace and all(
            pod.labels.get(key) == value for key, value in party.selector
        ):
            yield pod


def flows_of(environment: Rendered) -> set[Flow]:
    """Return every flow of an environment's plan."""
    plan = environment.plan
    return {
        *(flow for team in plan.teams for flow in team.flows),
        *(flow for namespace in plan.platform.namespaces for flow in namespace.flows),
    }


def declared(environment: Rendered, cluster: Cluster) -> set[Pair]:
    """Return what the plan's flows open between pods that are rendered."""
    return {
        (str(source), str(destination), port, flow.protocol)
        for flow in flows_of(environment)
        for source in selected(cluster.pods, flow.source)
        for destination in selected(cluster.pods, flow.destination)
        for port in flow.ports
    }


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def environment(request: pytest.FixtureRequest) -> Rendered:
    return rendered(request.param)


@pytest.mark.parametrize("name", ["network", "authorisation"])
def test_each_layer_admits_exactly_the_declared_edges_and_the_platforms_flows(
    environment: Rendered, name: str
) -> None:
    manifests = [*environment.manifests, *strangers(environment.manifests)]
    cluster = Cluster.of(layer(manifests, name), SETTINGS)
    everywhere = {pair for pair in allowed(cluster) if "elsewhere/" not in pair[1]}
    assert everywhere == declared(environment, cluster)
    assert len(everywhere) > 100, "an empty environment proves nothing"


def test_nothing_in_plain_text_is_taken_in_any_namespace(environment: Rendered) -> None:
    manifests = [*environment.manifests, *strangers(environment.manifests)]
    cluster = Cluster.of(layer(manifests, "encryption"), SETTINGS)
    outsider = next(pod for pod in cluster.pods if pod.namespace == "elsewhere")
    assert outsider.in_mesh is False
    for pod in cluster.pods:
        if pod.namespace != "elsewhere" and not pod.name.startswith("Gateway/"):
            assert cluster.decide(outsider, pod, 8080).verdict is Verdict.REFUSED, str(pod)
