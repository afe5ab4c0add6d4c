"""Functions in a cluster, as Knative takes them: the service, and the clock that runs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from components.kubernetes import Body, Kind, Place
from pavedroad.plan.functions.knative import WHOLE

if TYPE_CHECKING:
    import pulumi

    from pavedroad.plan.functions.knative import FeedPlan, KnativePlan
    from pavedroad.plan.workload import WorkloadPlan

FUNCTION: Final = Kind("serving.knative.dev/v1", "Service")
BROKER: Final = Kind("eventing.knative.dev/v1", "Broker")
TRIGGER: Final = Kind("eventing.knative.dev/v1", "Trigger")
KAFKA_SOURCE: Final = Kind("sources.knative.dev/v1", "KafkaSource")
PING_SOURCE: Final = Kind("sources.knative.dev/v1", "PingSource")

WITHIN: Final = {"networking.knative.dev/visibility": "cluster-local"}
"""Label of what only the cluster reaches."""

_NOT_TAKEN: Final = ("terminationGracePeriodSeconds",)
_NOT_TAKEN_OF_CONTAINERS: Final = ("lifecycle",)
"""Words of a pod that Knative sets itself, and refuses from others."""

_DELIVERY: Final[Body] = {"retry": 2, "backoffPolicy": "exponential", "backoffDelay": "PT30S"}
"""An event that a function failed to process comes twice again, as on Lambda."""


def function_spec(name: str, plan: KnativePlan, template: Body) -> Body:
    """Return the spec of a function, from the template of its pod.

    Args:
        name: Its physical name.
        plan: How Knative runs it.
        template: Its pod, as any workload's.
    """
    pod = {word: said for word, said in template["spec"].items() if word not in _NOT_TAKEN}
    (container,) = pod["containers"]
    kept = {word: said for word, said in container.items() if word not in _NOT_TAKEN_OF_CONTAINERS}
    kept["ports"] = [{"name": "http1", "containerPort": port["containerPort"]} for port in container["ports"]]
    annotations = {
        **template["metadata"].get("annotations", {}),
        "autoscaling.knative.dev/min-scale": "0",
        "autoscaling.knative.dev/max-scale": str(plan.concurrency),
        # The activator stays in the way of every request: it says who may run the function.
        "autoscaling.knative.dev/target-burst-capacity": "-1",
    }
    return {
        "template": {
            "metadata": {**template["metadata"], "annotations": annotations},
            "spec": {**pod, "containers": [kept], "containerConcurrency": 1, "timeoutSeconds": plan.timeout},
        },
        "traffic": _traffic(name, plan),
    }


def _traffic(name: str, plan: KnativePlan) -> list[Body]:
    """Return which version gets which share of the runs."""
    newest: Body = {"latestRevision": True, "percent": plan.percent}
    if plan.stable is None:
        return [newest]
    return [newest, {"revisionName": f"{name}-{plan.stable:05}", "percent": WHOLE - plan.percent}]


def declare_events(place: Place, plan: WorkloadPlan, function: pulumi.Resource) -> None:
    """Declare what runs a function by itself: a clock, and messages of topics."""
    if plan.function is None:
        return
    _declare_schedule(place, plan, function)
    for feed in plan.function.feeds:
        _declare_feed(place, feed, plan.name, function)


def _declare_feed(place: Place, feed: FeedPlan, name: str, function: pulumi.Resource) -> None:
    """Declare who reads a topic for a function: one message after the other, in each partition's order."""
    sasl = {
        word: {"secretKeyRef": {"name": feed.secret, "key": key}}
        for word, key in (("type", "mechanism"), ("user", "username"), ("password", "password"))
    }
    spec = {
        "bootstrapServers": [feed.servers],
        "topics": [feed.topic],
        "consumerGroup": feed.group,
        "initialOffset": "earliest",
        "ordering": "ordered",
        "net": {"sasl": {"enable": True, **sasl}},
        "delivery": _DELIVERY,
        "sink": _reference(FUNCTION, name),
    }
    place.declare(KAFKA_SOURCE, feed.name, {"spec": spec}, after=(function,))


def _reference(kind: Kind, name: str) -> Body:
    """Return an object of the namespace as events' destination."""
    return {"ref": {"apiVersion": kind.api_version, "kind": kind.name, "name": name}}


def _declare_schedule(place: Place, plan: WorkloadPlan, function: pulumi.Resource) -> None:
    """Declare the clock that runs a function: its events wait in a broker of the function's own."""
    knative = plan.function
    if knative is None or knative.schedule is None:
        return
    broker = place.declare(
        BROKER,
        plan.name,
        {"spec": {}},
        annotations={"eventing.knative.dev/broker.class": "MTChannelBasedBroker"},
    )
    clock = {
        "schedule": knative.schedule,
        "timezone": knative.time_zone,
        "contentType": "application/json",
        "data": "{}",
        "sink": _reference(BROKER, plan.name),
    }
    place.declare(PING_SOURCE, plan.name, {"spec": clock}, after=(broker,))
    trigger = {
        "broker": plan.name,
        "subscriber": _reference(FUNCTION, plan.name),
        "delivery": _DELIVERY,
    }
    place.declare(TRIGGER, plan.name, {"spec": trigger}, after=(broker, function))
