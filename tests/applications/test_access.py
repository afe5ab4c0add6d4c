"""What is open is exactly what was declared: over all pairs, on each layer by itself.

Each layer (the network, the mesh's authorisation, the mesh's encryption) is evaluated alone, because a hole in one
that another covers is still a hole. Beside the rendered pods stand those of the platform that only flows name (the
name server, the mesh's control plane, operators), an address in each range that a flow names, which both calls and is
called, and in every namespace a stranger: a pod that no descriptor knows.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

import pytest

from pavedroad.access import Address, Cluster, Pod, Settings, Verdict
from pavedroad.plan.observability.scraping import SIDE_CAR_PORT
from tests.support.environments import Rendered, rendered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pavedroad.plan.flows import Flow, Party

ENVIRONMENTS = ["local", "production"]
LAYERS = {
    "network": {"NetworkPolicy"},
    "authorisation": {"AuthorizationPolicy"},
    "encryption": {"PeerAuthentication"},
}
POLICIES = set().union(*LAYERS.values())
STRANGER = "stranger"
ELSEWHERE = "elsewhere"
EVERYWHERE = "0.0.0.0/0"
OUTSIDE_THE_MESH = {
    ("Gateway", 10080),  # the front side of a gateway: its clients are the world
    ("Gateway", 10443),
    ("Gateway", 19001),  # the same gateway tells Prometheus about itself
    ("Cluster", 8000),  # CloudNativePG's status port, which speaks TLS of its own with its operator
}
# No pod stands in the address ranges that the environments name for the API server and for the world outside.
SETTINGS = Settings(pod_networks=("172.16.0.0/12",))

Pair = tuple[str, str, int, str]
Manifest = dict[str, Any]


def flows_of(environment: Rendered) -> set[Flow]:
    """Return every flow of an environment's plan."""
    plan = environment.plan
    return {
        *(flow for team in plan.teams for flow in team.flows),
        *(flow for namespace in plan.platform.namespaces for flow in namespace.flows),
        *(flow for namespace in plan.platform.operators for flow in namespace.flows),
    }


def closed_in_mesh(environment: Rendered) -> set[str]:
    """Return the namespaces that start closed on every layer: the teams' and the platform's own."""
    plan = environment.plan
    return {team.namespace for team in plan.teams} | {one.name for one in plan.platform.namespaces}


def ours(environment: Rendered) -> set[str]:
    """Return the namespaces that start closed on the network: those of operators too, where we install them."""
    return closed_in_mesh(environment) | {one.name for one in environment.plan.platform.operators}


def ranges(environment: Rendered) -> set[str]:
    """Return the address ranges that flows name as somebody in particular."""
    ends = (end for flow in flows_of(environment) for end in (flow.source, flow.destination))
    return {end.cidr for end in ends if end.cidr not in (None, EVERYWHERE)}


@dataclass(frozen=True, slots=True)
class World:
    """An environment on one layer, with everyone who could want in."""

    environment: Rendered
    cluster: Cluster
    in_mesh: bool

    @staticmethod
    def of(environment: Rendered, layer: str) -> World:
        """Return the whole world on one layer."""
        manifests = [*environment.manifests, *unrendered_pods(environment), *strangers(environment)]
        kept = [one for one in manifests if one["kind"] in LAYERS[layer] or one["kind"] not in POLICIES]
        return World(environment, Cluster.of(kept, SETTINGS), in_mesh=layer == "authorisation")

    @staticmethod
    def near(environment: Rendered, layer: str, namespace: str, *, without: list[Manifest]) -> World:
        """Return the world around a namespace on one layer, without some policies."""
        near = neighbours(environment, namespace)
        manifests = [*environment.manifests, *unrendered_pods(environment), *strangers(environment)]
        kept = [
            one
            for one in manifests
            if (one["kind"] in LAYERS[layer] or one["kind"] not in POLICIES)
            and not any(one is left_out for left_out in without)
            and where(one) in near
        ]
        return World(environment, Cluster.of(kept, SETTINGS), in_mesh=layer == "authorisation")

    def found(self) -> set[Pair]:
        """Return every access to our pods, and from them to addresses outside, that is not refused."""
        callers = () if self.in_mesh else [Address(example(cidr)) for cidr in ranges(self.environment)]
        matrix = self.cluster.matrix(others=callers, ports=(SIDE_CAR_PORT,))
        pods = {
            (str(access.source), str(access.destination), access.port, access.protocol)
            for access in matrix.allowed | matrix.not_evaluated
            if self.concerns(access.source, access.destination, access.port)
        }
        return pods if self.in_mesh else pods | set(self.reached_addresses())

    def concerns(self, source: Pod | Address, destination: Pod, port: int) -> bool:
        """Return whether an access is the layer's business: one of ours is at an end, and a proxy in the mesh."""
        if self.in_mesh:
            return destination.namespace in closed_in_mesh(self.environment) and destination.inbound.takes(
                port
            )
        namespaces = ours(self.environment)
        return destination.namespace in namespaces or (
            isinstance(source, Pod) and source.namespace in namespaces
        )

    def reached_addresses(self) -> Iterator[Pair]:
        """Yield every access from our pods to an address that stands for a range in a flow."""
        ranges = {(flow.destination.cidr, port) for flow in flows_of(self.environment) for port in flow.ports}
        for cidr, port in ranges:
            if cidr is None:
                continue
            for pod in self.cluster.pods:
                if pod.namespace in ours(self.environment):
                    decision = self.cluster.decide(pod, Address(example(cidr)), port)
                    if not decision.refused:
                        yield str(pod), cidr, port, "TCP"

    def declared(self) -> set[Pair]:
        """Return what the plan's flows open between those who stand in this world."""
        return {
            (str(source), destination, port, flow.protocol)
            for flow in flows_of(self.environment)
            for source in self.sources(flow.source)
            for destination, port in self.destinations(flow, source)
        }

    def destinations(self, flow: Flow, source: Pod | Address) -> Iterator[tuple[str, int]]:
        """Yield where a flow leads to."""
        for port in flow.ports:
            if flow.destination.cidr is None:
                for pod in self.selected(flow.destination):
                    if self.concerns(source, pod, port):
                        yield str(pod), port
            elif not self.in_mesh:
                yield flow.destination.cidr, port

    def sources(self, party: Party) -> Iterator[Pod | Address]:
        """Yield who a flow lets in: by labels on the network, by identity in the mesh.

        A range means the addresses in it, and the range of all addresses everyone whom no policy of ours keeps inside.
        """
        if party.cidr is not None:
            if party.cidr == EVERYWHERE:
                yield from (pod for pod in self.cluster.pods if pod.namespace not in ours(self.environment))
            if not self.in_mesh:
                addresses = (Address(example(cidr)) for cidr in ranges(self.environment))
                yield from (address for address in addresses if address.within(party.cidr))
        elif self.in_mesh:
            yield from (
                pod
                for pod in self.cluster.pods
                if pod.namespace == party.namespace and party.service_account in (pod.service_account, "*")
            )
        else:
            yield from self.selected(party)

    def selected(self, party: Party) -> Iterator[Pod]:
        """Yield the pods that a party means, in its namespace or in all that carry its labels."""
        if not party.namespaces:
            yield from selected(self.cluster.pods, party)
            return
        chosen = {
            one["metadata"]["name"]
            for one in self.environment.manifests
            if one["kind"] == "Namespace" and set(party.namespaces) <= one["metadata"]["labels"].items()
        }
        for namespace in chosen:
            yield from selected(self.cluster.pods, replace(party, namespace=namespace))


def selected(pods: Iterable[Pod], party: Party) -> Iterator[Pod]:
    """Yield the pods that a party means in its namespace."""
    for pod in pods:
        if pod.namespace == party.namespace and all(
            pod.labels.values.get(key) == value for key, value in party.selector
        ):
            yield pod


def example(cidr: str) -> str:
    """Return an address in a range; for the range of all addresses, one that no narrower range holds."""
    return "198.51.100.7" if cidr == EVERYWHERE else str(ip_network(cidr)[0])


def where(manifest: Manifest) -> str | None:
    """Return the namespace that a manifest stands in, or is."""
    metadata = manifest["metadata"]
    name: str | None = metadata["name"] if manifest["kind"] == "Namespace" else metadata.get("namespace")
    return name


def neighbours(environment: Rendered, namespace: str) -> set[str | None]:
    """Return a namespace with all those that a flow connects it to, and elsewhere."""
    return {
        None,
        ELSEWHERE,
        namespace,
        *(
            end
            for flow in flows_of(environment)
            for end in (flow.source.namespace, flow.destination.namespace)
            if namespace in (flow.source.namespace, flow.destination.namespace)
        ),
    }


def a_namespace(name: str) -> Manifest:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {}}}


def a_pod(
    namespace: str, name: str, labels: dict[str, str], account: str, ports: Sequence[tuple[int, str]]
) -> Manifest:
    listed = [{"containerPort": port, "protocol": protocol} for port, protocol in ports]
    spec = {"serviceAccountName": account, "containers": [{"name": "main", "ports": listed}]}
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


@cache
def unrendered_pods(environment: Rendered) -> list[Manifest]:
    """Return the pods that flows name and no manifest makes: of the platform, and those that operators make for a while.

    Each has its identity, and is in the mesh where it has one.
    """
    flows = flows_of(environment)
    rendered_pods = Cluster.of(environment.manifests).pods
    parties = sorted({end for flow in flows for end in (flow.source, flow.destination)}, key=repr)
    pods = []
    for number, party in enumerate(parties):
        if party.namespace is None or any(selected(rendered_pods, party)):
            continue
        ports = sorted(
            {(port, flow.protocol) for flow in flows if flow.destination == party for port in flow.ports}
        )
        labels = dict(party.selector)
        if party.service_account is not None:
            labels["sidecar.istio.io/inject"] = "true"
        account = party.service_account or "default"
        pods.append(a_pod(party.namespace, f"{party.name}-{number}", labels, account, ports))
    there = {one["metadata"]["name"] for one in environment.manifests if one["kind"] == "Namespace"}
    missing = {pod["metadata"]["namespace"] for pod in pods} - there
    return [*(a_namespace(name) for name in sorted(missing)), *pods]


def strangers(environment: Rendered) -> list[Manifest]:
    """Return a pod in every namespace of ours, and one outside of all, that nobody declared."""
    return [
        a_namespace(ELSEWHERE),
        *(
            a_pod(name, STRANGER, {}, "default", [(8080, "TCP")])
            for name in sorted({*ours(environment), ELSEWHERE})
        ),
    ]


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def environment(request: pytest.FixtureRequest) -> Rendered:
    return rendered(request.param)


@pytest.mark.parametrize("layer", ["network", "authorisation"])
def test_what_is_open_is_exactly_the_declared_edges_and_the_platforms_flows(
    environment: Rendered, layer: str
) -> None:
    world = World.of(environment, layer)
    found = world.found()
    assert found == world.declared()
    assert len(found) > 50, "an empty environment proves nothing"


def plaintext_refused(world: World) -> dict[str, bool]:
    """Return for each of our pods whether it refuses a connection from outside the mesh."""
    outsider = next(pod for pod in world.cluster.pods if pod.namespace == ELSEWHERE)
    assert outsider.in_mesh is False
    return {
        str(pod): world.cluster.decide(outsider, pod, 8080).verdict is Verdict.REFUSED
        for pod in world.cluster.pods
        if pod.namespace in closed_in_mesh(world.environment) and pod.inbound.takes(8080)
    }


def test_nothing_in_plain_text_is_taken_in_any_namespace(environment: Rendered) -> None:
    assert all(plaintext_refused(World.of(environment, "encryption")).values())


def test_only_the_listed_ports_stand_outside_the_mesh(environment: Rendered) -> None:
    world = World.of(environment, "network")
    by_name = {str(pod): pod for pod in world.cluster.pods}
    outside = {
        (by_name[name].name.partition("/")[0], port)
        for _, name, port, protocol in world.found()
        if name in by_name
        and by_name[name].namespace in closed_in_mesh(environment)
        and port != SIDE_CAR_PORT
        and not by_name[name].inbound.takes(port)
    }
    assert outside == OUTSIDE_THE_MESH


def test_the_egress_gateway_lets_nobody_on_without_naming_the_host() -> None:
    policies = [
        one
        for one in rendered("production").manifests
        if one["kind"] == "AuthorizationPolicy" and where(one) == "egress" and one["spec"]
    ]
    rules = [rule for policy in policies for rule in policy["spec"]["rules"]]
    assert rules
    for rule in rules:
        assert [condition["key"] for condition in rule["when"]] == ["connection.sni"]
        assert all(len(condition["values"]) == 1 for condition in rule["when"])


def same_permission(policy: Manifest) -> str:
    """Return what a policy permits, told apart as far as it can be.

    The mesh knows identities. MySQL's servers, routers and dumps run as one account by their operator's design, and so
    do PostgreSQL's instances and those about to join: what one of them may, the others may.
    """
    spec = policy["spec"]
    if policy["kind"] != "AuthorizationPolicy" or not spec:
        return json.dumps(policy, sort_keys=True)
    callers = [rule["from"] for rule in spec["rules"]]
    conditions = [rule.get("when") for rule in spec["rules"]]
    return json.dumps(
        [policy["metadata"]["namespace"], spec["selector"], callers, conditions], sort_keys=True
    )


def test_leaving_any_one_permission_out_changes_what_is_open(environment: Rendered) -> None:
    useless = []
    for layer, kinds in LAYERS.items():
        look = plaintext_refused if layer == "encryption" else World.found
        before: dict[str, object] = {}
        permissions: dict[str, list[Manifest]] = {}
        for policy in environment.manifests:
            if policy["kind"] in kinds and where(policy) in ours(environment):
                permissions.setdefault(same_permission(policy), []).append(policy)
        for policies in permissions.values():
            namespace = policies[0]["metadata"]["namespace"]
            if namespace not in before:
                before[namespace] = look(World.near(environment, layer, namespace, without=[]))
            if look(World.near(environment, layer, namespace, without=policies)) == before[namespace]:
                useless += [f"{one['kind']} {namespace}/{one['metadata']['name']}" for one in policies]
    assert useless == []


def test_leaving_any_one_flow_out_of_the_declaration_is_noticed() -> None:
    """Every flow opens something that no other flow opens: the equality above would miss none of them."""
    environment = rendered("local")
    world = World.of(environment, "network")
    for flow in flows_of(environment):
        pairs = {
            (str(source), destination, port)
            for source in world.sources(flow.source)
            for destination, port in world.destinations(flow, source)
        }
        assert pairs, f"{flow.kind} from {flow.source.name} to {flow.destination.name} opens nothing"
