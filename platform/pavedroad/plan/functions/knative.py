"""Functions in a cluster: how Knative runs them, and who may.

Every request to a function passes Knative's activator (``target-burst-capacity: -1``), which waits for a replica where
there is none. A function's pods therefore let in the activator alone, and the activator lets in each caller for the
versions of the one function: the caller's own side-car says in headers which version a request is for (Knative's
net-istio), and the activator follows these headers and nothing else (knative/serving, pkg/activator/handler).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.checks.functions import TIMEOUT
from pavedroad.descriptor.cluster_functions import ClusterFunction
from pavedroad.descriptor.functions import FunctionOverride
from pavedroad.descriptor.values import seconds
from pavedroad.plan.brokers.parties import KAFKA_SOURCE
from pavedroad.plan.edges import api_server, everyone, plan_party
from pavedroad.plan.flows import Flow, Party, labels
from pavedroad.plan.naming import SAGA_LABEL, host, join, physical, slug
from pavedroad.plan.values import SecretKeyRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pavedroad.plan.context import Context
    from pavedroad.plan.sagas.model import SagaPlan
    from pavedroad.plan.subject import Subject
    from pavedroad.plan.workload import WorkloadPlan

VERSION: Final = "1.22"
"""Of Knative's parts, as their operator installs them."""

SERVING: Final = "knative-serving"
EVENTING: Final = "knative-eventing"
GATEWAY_NAMESPACE: Final = "functions"
GATEWAY_NAME: Final = "functions"

CONCURRENCY: Final = 10
"""How often a function runs at once where nobody says, as on Lambda."""

WHOLE: Final = 100
"""Percent of the runs that are all of them."""

ACTIVATOR_PORT: Final = 8012
"""Where the activator, and the proxy beside each function, take requests (knative/networking, pkg/networking)."""
COUNTS_PORT: Final = 9090
"""Where that proxy says how many it has in hand (the same)."""
GATEWAY_PORT: Final = 8081
"""Where the cluster's gateway is asked whether it knows a function yet (net-istio, config/203-local-gateway.yaml)."""
_EVENTS_PORT: Final = 8080
_WEBHOOK_PORT: Final = 8443

ACTIVATOR: Final = Party(
    name="activator", namespace=SERVING, selector=labels(app="activator"), service_account="activator"
)
"""Takes every request to a function (knative/serving, config/core/deployments/activator.yaml)."""

AUTOSCALER: Final = Party(
    name="autoscaler", namespace=SERVING, selector=labels(app="autoscaler"), service_account="controller"
)
"""Counts replicas (the same, autoscaler.yaml)."""

_NET_ISTIO: Final = Party(
    name="net-istio",
    namespace=SERVING,
    selector=labels(app="net-istio-controller"),
    service_account="controller",
)
"""Tells the mesh which version gets which share (net-istio, config/500-controller.yaml)."""

GATEWAY: Final = Party(
    name=GATEWAY_NAME,
    namespace=GATEWAY_NAMESPACE,
    selector=labels(istio=GATEWAY_NAME),
    service_account=GATEWAY_NAME,
)
"""The gateway by which Knative learns that the mesh knows a function; nobody's requests pass it."""


def _eventing(name: str, service_account: str, **role: str) -> Party:
    """Return a part of Knative Eventing; ``group`` and ``role`` make its label."""
    label = (f"{role['group']}.knative.dev/{role['key']}", role["value"])
    return Party(name=name, namespace=EVENTING, selector=(label,), service_account=service_account)


CLOCK: Final = _eventing("clock", "pingsource-mt-adapter", group="sources", key="role", value="adapter")
"""Says what time it is (knative/eventing, config/core/deployments/pingsource-mt-adapter.yaml)."""
_INGRESS: Final = _eventing(
    "broker-ingress", "mt-broker-ingress", group="eventing", key="brokerRole", value="ingress"
)
_CHANNEL: Final = _eventing("channel", "imc-dispatcher", group="messaging", key="role", value="dispatcher")
FILTER: Final = _eventing(
    "broker-filter", "mt-broker-filter", group="eventing", key="brokerRole", value="filter"
)
"""Hands events to whom triggers name (the same, config/brokers/mt-channel-broker)."""

KAFKA_WEBHOOK: Final = "kafka-webhook-eventing"

WEBHOOKS: Final = tuple(
    Party(name=name, namespace=namespace, selector=labels(app=name))
    for namespace, name in (
        (SERVING, "webhook"),
        (SERVING, "net-istio-webhook"),
        (EVENTING, "eventing-webhook"),
        (EVENTING, KAFKA_WEBHOOK),
    )
)
"""Who serves webhooks to the API server, with TLS of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPlan:
    """A topic on Kafka with whose messages a function is run.

    Attributes:
        name: Name of the source.
        topic: Name of the topic on the broker.
        group: The consumer group.
        servers: Where the brokers answer: host and port.
        secret: The Secret with user name, password and mechanism of the function.
    """

    name: str
    topic: str
    group: str
    servers: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnativePlan:
    """How Knative runs a function.

    Attributes:
        concurrency: How often it runs at once, at most; each replica takes one request at a time.
        timeout: How long a run may take, in seconds.
        stable: Number of the version that has proved itself; None where the newest has all runs.
        percent: Share of the runs that the newest version gets.
        schedule: When it runs by itself; None for never.
        time_zone: Time zone of the schedule.
        feeds: Topics with whose messages it is run.
    """

    concurrency: int
    timeout: int
    stable: int | None
    percent: int
    schedule: str | None
    time_zone: str
    feeds: tuple[FeedPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InvocationPlan:
    """Who may run a function.

    Attributes:
        namespace: The namespace of the function.
        function: Its physical name.
        principals: Identities of those who may, sorted.
    """

    namespace: str
    function: str
    principals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnativePlatformPlan:
    """Knative in a cluster that has functions.

    Attributes:
        replicas: How often each of its parts runs.
        registries: Hosts of the functions' images, whose tags Knative takes as they are.
        invocations: Who may run what.
        clocked: Whether any function has a schedule.
        fed: Whether any is run with messages of Kafka.
        flows: What is open to, from and within Knative.
    """

    replicas: int
    registries: tuple[str, ...]
    invocations: tuple[InvocationPlan, ...]
    clocked: bool
    fed: bool
    flows: tuple[Flow, ...]

    @property
    def eventful(self) -> bool:
        """Whether Knative Eventing has anything to do."""
        return self.clocked or self.fed


def function_host(context: Context, team: str, name: str) -> str:
    """Return the host under which a function of a team is run."""
    return host(physical(name, context.teams[team].services[name].formerly), context.namespace(team))


def resolve_knative(subject: Subject) -> KnativePlan:
    """Return how Knative runs a function."""
    assert isinstance(subject.spec, ClusterFunction)
    spec, scope = subject.spec.function, subject.scope
    here = spec.environments.get(subject.context.environment.environment, FunctionOverride())
    rollout = here.rollout or spec.rollout
    schedule = here.schedule or spec.schedule
    return KnativePlan(
        concurrency=scope.choose(
            "concurrency", override=here.concurrency, given=spec.concurrency, default=CONCURRENCY
        ),
        timeout=seconds(scope.choose("timeout", given=spec.timeout, default=TIMEOUT)),
        stable=rollout.stable if rollout and rollout.percent < WHOLE else None,
        percent=rollout.percent if rollout else WHOLE,
        schedule=schedule,
        time_zone=scope.choose("time_zone", given=spec.time_zone, default="UTC") if schedule else "UTC",
        feeds=tuple(_feed(subject, reference) for reference in sorted(spec.subscribes)),
    )


def _feed(subject: Subject, reference: str) -> FeedPlan:
    """Return a topic that a function is run with."""
    outputs = subject.brokers.outputs_for(subject.team, subject.name, "subscribes", reference)
    password = outputs["password"]
    assert isinstance(password, SecretKeyRef)
    return FeedPlan(
        name=join(subject.physical_name, slug(reference)),
        topic=str(outputs["topic"]),
        group=str(outputs["group"]),
        servers=str(outputs["bootstrap_servers"]),
        secret=password.name,
    )


def resolve_platform(
    context: Context, workloads: Mapping[str, tuple[WorkloadPlan, ...]], sagas: tuple[SagaPlan, ...]
) -> KnativePlatformPlan | None:
    """Return Knative where anything runs on it; None where nothing does.

    Args:
        context: The environment.
        workloads: What runs, by team.
        sagas: Sagas, whose steps run functions.
    """
    functions = [plan for plan in chain.from_iterable(workloads.values()) if plan.function is not None]
    if not functions:
        return None
    callers: dict[tuple[str, str], set[Party]] = {}
    for function, caller in chain(_invoking(context, workloads), _stepping(context, sagas), _told(functions)):
        callers.setdefault(function, set()).add(caller)
    clocked = any(plan.function and plan.function.schedule for plan in functions)
    fed = any(plan.function and plan.function.feeds for plan in functions)
    return KnativePlatformPlan(
        replicas=2 if context.tier.replicas > 1 else 1,
        registries=tuple(sorted({_registry(plan.pod.containers[0].image) for plan in functions})),
        invocations=tuple(
            InvocationPlan(
                namespace=namespace,
                function=name,
                principals=tuple(sorted(caller.principal or "" for caller in allowed)),
            )
            for (namespace, name), allowed in sorted(callers.items())
        ),
        clocked=clocked,
        fed=fed,
        flows=(
            *_own_flows(context, clocked=clocked, fed=fed),
            *chain.from_iterable(_pod_flows(plan) for plan in functions),
            *dict.fromkeys(_call(caller) for caller in sorted(set().union(*callers.values()), key=_order)),
        ),
    )


def _invoking(
    context: Context, workloads: Mapping[str, tuple[WorkloadPlan, ...]]
) -> Iterator[tuple[tuple[str, str], Party]]:
    """Yield the functions that services and functions run, with who does."""
    for team, plans in workloads.items():
        for plan in plans:
            for name in context.teams[team].workloads[plan.display_name].invokes:
                yield _place(context, team, name), plan_party(plan)


def _stepping(context: Context, sagas: tuple[SagaPlan, ...]) -> Iterator[tuple[tuple[str, str], Party]]:
    """Yield the functions that sagas run, with the pods of the saga."""
    for saga in sagas:
        for action in saga.actions:
            name = getattr(action.target, "function", None)
            if name is not None:
                party = Party(
                    name=saga.account,
                    namespace=saga.namespace,
                    selector=((SAGA_LABEL, saga.name),),
                    service_account=saga.account,
                    team=saga.team,
                )
                yield _place(context, saga.team, name), party


def _told(functions: list[WorkloadPlan]) -> Iterator[tuple[tuple[str, str], Party]]:
    """Yield the functions that run on a schedule or with messages, with who hands them these."""
    for plan in functions:
        if plan.function and plan.function.schedule:
            yield (plan.namespace, plan.name), FILTER
        if plan.function and plan.function.feeds:
            yield (plan.namespace, plan.name), KAFKA_SOURCE


def _place(context: Context, team: str, name: str) -> tuple[str, str]:
    """Return the namespace and the physical name of a function."""
    return context.namespace(team), physical(name, context.teams[team].services[name].formerly)


def _order(party: Party) -> tuple[str, str]:
    return party.namespace or "", party.name


def _registry(image: str) -> str:
    """Return the host of an image's registry (distribution/reference: the first part, where it looks like a host)."""
    first, slash, _ = image.partition("/")
    return first if slash and ("." in first or ":" in first) else "index.docker.io"


def _call(caller: Party) -> Flow:
    """Return the way of a caller's requests; which function they are for, the activator's own policy says."""
    return Flow(kind="call", source=caller, destination=ACTIVATOR, ports=(ACTIVATOR_PORT,), authorised=False)


def _pod_flows(plan: WorkloadPlan) -> Iterator[Flow]:
    """Yield what comes to a function's pods: requests, and the question how many they have in hand."""
    for source, port in ((ACTIVATOR, ACTIVATOR_PORT), (AUTOSCALER, COUNTS_PORT)):
        yield Flow(kind="platform", source=source, destination=plan_party(plan), ports=(port,))


def _own_flows(context: Context, *, clocked: bool, fed: bool) -> Iterator[Flow]:
    """Yield what Knative's own parts need of each other and of the API server."""
    server, ports = api_server(context)
    namespaces = (SERVING, EVENTING) if clocked or fed else (SERVING,)
    for namespace in namespaces:
        yield Flow(
            kind="platform", source=everyone(namespace), destination=server, ports=ports, sides="source"
        )
    for webhook in WEBHOOKS:
        if webhook.namespace in namespaces and (fed or webhook.name != KAFKA_WEBHOOK):
            yield Flow(
                kind="platform",
                source=server,
                destination=webhook,
                ports=(_WEBHOOK_PORT,),
                sides="destination",
                authorised=False,
            )
    yield Flow(kind="platform", source=ACTIVATOR, destination=AUTOSCALER, ports=(_EVENTS_PORT,))
    yield Flow(
        kind="platform", source=_NET_ISTIO, destination=GATEWAY, ports=(GATEWAY_PORT,), authorised=False
    )
    yield Flow(
        kind="platform", source=GATEWAY, destination=ACTIVATOR, ports=(ACTIVATOR_PORT,), authorised=False
    )
    if clocked:
        for source, destination in ((CLOCK, _INGRESS), (_INGRESS, _CHANNEL), (_CHANNEL, FILTER)):
            yield Flow(kind="platform", source=source, destination=destination, ports=(_EVENTS_PORT,))
