"""Over all pairs: who may run a function in a cluster is who says so, whatever version a request names.

The evaluator knows nothing of Knative: its own pods, and those that it makes of functions, are written down here. Who
may what is written by hand, beside everything that stands in the cluster.
"""

from __future__ import annotations

import itertools
from functools import cache
from typing import Any

import pytest

from pavedroad.access import Cluster, HttpRequest, Pod
from tests.support.knative import found, objects

IN_MESH = {"istio-injection": "enabled"}
ACTIVATOR_PORT, PROXY_PORT, COUNTS_PORT, GATEWAY_PORT = 8012, 8012, 9090, 8081

KNATIVES_OWN = {
    ("knative-serving", "activator"): ({"app": "activator"}, "activator"),
    ("knative-serving", "autoscaler"): ({"app": "autoscaler"}, "controller"),
    ("knative-serving", "net-istio-controller"): ({"app": "net-istio-controller"}, "controller"),
    ("functions", "functions"): ({"istio": "functions"}, "functions"),
    ("knative-eventing", "mt-broker-filter"): (
        {"eventing.knative.dev/brokerRole": "filter"},
        "mt-broker-filter",
    ),
    ("knative-eventing", "mt-broker-ingress"): (
        {"eventing.knative.dev/brokerRole": "ingress"},
        "mt-broker-ingress",
    ),
    ("knative-eventing", "kafka-controller"): ({"app": "kafka-controller"}, "kafka-controller"),
    ("knative-eventing", "kafka-source-dispatcher"): (
        {"app": "kafka-source-dispatcher"},
        "knative-kafka-source-data-plane",
    ),
    ("knative-eventing", "imc-dispatcher"): ({"messaging.knative.dev/role": "dispatcher"}, "imc-dispatcher"),
    ("knative-eventing", "pingsource-mt-adapter"): (
        {"sources.knative.dev/role": "adapter"},
        "pingsource-mt-adapter",
    ),
}
"""Labels and identity of Knative's pods, as it publishes them."""

ALLOWED = {
    ("shop", "web"): {"refund"},
    ("shop", "sweep"): {"refund"},
    ("shop", "pay-saga"): {"charge", "refund"},
    ("knative-eventing", "mt-broker-filter"): {"sweep"},
    ("knative-eventing", "kafka-source-dispatcher"): {"charge"},
}
"""Who runs what, as the descriptor says."""

FUNCTIONS = ("alone", "charge", "refund", "sweep")


def _pod(
    namespace: str, name: str, labels: dict[str, str], account: str, ports: dict[str, int]
) -> dict[str, Any]:
    listed = [{"name": port, "containerPort": number} for port, number in ports.items()]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"namespace": namespace, "name": name, "labels": labels},
        "spec": {"serviceAccountName": account, "containers": [{"name": "main", "ports": listed}]},
    }


def _service(namespace: str, name: str, selector: dict[str, str], ports: dict[str, int]) -> dict[str, Any]:
    listed = [{"name": port, "port": number, "targetPort": number} for port, number in ports.items()]
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"selector": selector, "ports": listed},
    }


@cache
def cluster() -> Cluster:
    """Return the cluster, with the pods that Knative makes."""
    made = []
    for (namespace, name), (labels, account) in KNATIVES_OWN.items():
        ports = {"http": {"activator": ACTIVATOR_PORT, "functions": GATEWAY_PORT}.get(name, 8080)}
        made += [_pod(namespace, name, labels, account, ports), _service(namespace, name, labels, ports)]
    for function in found("Service", "serving.knative.dev").values():
        template, name = function["spec"]["template"], function["metadata"]["name"]
        ports = {"http": PROXY_PORT, "http-counts": COUNTS_PORT}
        labels, account = template["metadata"]["labels"], template["spec"]["serviceAccountName"]
        made += [
            _pod("shop", name, labels, account, ports),
            _service("shop", f"{name}-private", labels, ports),
        ]
    labels = {"strimzi.io/cluster": "kafka", "strimzi.io/name": "kafka-kafka"}
    made.append(_pod("kafka", "broker", labels, "kafka-kafka", {"tcp-clients": 9092}))
    (saga,) = found("WorkflowTemplate").values()
    labels = {**saga["spec"]["podMetadata"]["labels"]}
    made.append(_pod("shop", "pay-saga", labels, saga["spec"]["serviceAccountName"], {}))
    kept = [one for one in objects() if not one["apiVersion"].startswith("serving.knative.dev")]
    return Cluster.of([*kept, *made])


def pods() -> list[Pod]:
    return list(cluster().pods)


def named(pod: Pod) -> tuple[str, str]:
    return pod.namespace, pod.name.partition("/")[2]


def activator() -> Pod:
    return cluster().pod("knative-serving", "Pod/activator")


def runs(pod: Pod, function: str, **headers: str) -> bool:
    """Whether a pod's request gets past the activator to a version of a function."""
    request = HttpRequest(
        method="POST",
        path="/",
        host=f"{function}.shop.svc.cluster.local",
        headers={
            "Knative-Serving-Namespace": "shop",
            "Knative-Serving-Revision": f"{function}-00002",
            **headers,
        },
    )
    return cluster().decide(pod, activator(), ACTIVATOR_PORT, request=request).verdict.value == "allowed"


def test_over_all_pairs_a_function_is_run_by_those_who_say_so_and_nobody_else() -> None:
    run = {named(pod): {one for one in FUNCTIONS if runs(pod, one)} for pod in pods() if pod != activator()}
    assert {who: what for who, what in run.items() if what} == ALLOWED
    assert len(run) > 15


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_the_activator_sends_requests_to_a_functions_pods(function: str) -> None:
    target = cluster().pod("shop", f"Pod/{function}")
    request = HttpRequest(method="POST", path="/")
    allowed = {
        named(pod)
        for pod in pods()
        if pod != target
        and cluster().decide(pod, target, PROXY_PORT, request=request).verdict.value == "allowed"
    }
    assert allowed == {("knative-serving", "activator")}


def test_a_header_that_names_another_namespace_or_version_opens_nothing() -> None:
    web = next(pod for pod in pods() if named(pod) == ("shop", "web"))
    assert runs(web, "refund")
    assert not runs(web, "refund", **{"Knative-Serving-Namespace": "bank"})
    assert not runs(web, "refund", **{"Knative-Serving-Revision": "charge-00001"})
    assert not runs(web, "charge", Host="refund.shop.svc.cluster.local")
    assert not runs(web, "charge", **{"K-Network-Probe": "probe"}), (
        "only the gateway asks the activator itself"
    )


def test_the_gateway_asks_whether_a_function_is_known_and_runs_none() -> None:
    gateway = next(pod for pod in pods() if named(pod) == ("functions", "functions"))
    assert runs(gateway, "alone", **{"K-Network-Probe": "probe"})
    assert not any(runs(gateway, function) for function in FUNCTIONS)


def test_what_a_clock_says_reaches_the_function_by_the_broker_alone() -> None:
    def reaches(source: str, target: str) -> bool:
        source_pod = cluster().pod("knative-eventing", f"Pod/{source}")
        target_pod = cluster().pod("knative-eventing", f"Pod/{target}")
        request = HttpRequest(method="POST", path="/")
        return cluster().decide(source_pod, target_pod, 8080, request=request).verdict.value == "allowed"

    parts = ("pingsource-mt-adapter", "mt-broker-ingress", "imc-dispatcher", "mt-broker-filter")
    open_ways = {(one, other) for one in parts for other in parts if one != other and reaches(one, other)}
    assert open_ways == set(itertools.pairwise(parts))


def test_nobody_but_knative_itself_reaches_the_gateway_and_it_takes_nothing_but_that_question() -> None:
    gateway = cluster().pod("functions", "Pod/functions")

    def asks(pod: Pod, **headers: str) -> bool:
        request = HttpRequest(method="POST", path="/", headers=headers)
        return cluster().decide(pod, gateway, GATEWAY_PORT, request=request).verdict.value == "allowed"

    probe = {"K-Network-Probe": "probe"}
    asking = {named(pod) for pod in pods() if pod != gateway and asks(pod, **probe)}
    assert asking == {("knative-serving", "net-istio-controller")}
    assert not any(asks(pod) for pod in pods() if pod != gateway)


def test_topics_are_read_for_functions_by_knative_and_by_no_function() -> None:
    broker = cluster().pod("kafka", "Pod/broker")
    reading = {named(pod) for pod in pods() if cluster().decide(pod, broker, 9092).verdict.value == "allowed"}
    assert {one for one in reading if one[0] != "kafka"} == {
        ("shop", "refund"),
        ("knative-eventing", "kafka-controller"),
        ("knative-eventing", "kafka-source-dispatcher"),
    }
