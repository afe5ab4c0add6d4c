"""Knative in a cluster that has functions: its parts, and who may run which function.

Every request to a function passes Knative's activator (``target-burst-capacity: -1``), which waits for a replica where
there is none. A function's pods therefore let in the activator alone, and the activator lets in each caller for the
versions of the one function: the caller's own side-car says in headers which version a request is for (Knative's
net-istio), and the activator follows these headers and nothing else (knative/serving, pkg/activator/handler).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Final

from pavedroad.plan.edges import api_server, everyone, plan_party
from pavedroad.plan.flows import Flow, Party
from pavedroad.plan.functions.knative import function_place
from pavedroad.plan.functions.parties import (
    ACTIVATOR,
    ACTIVATOR_PORT,
    AUTOSCALER,
    CHANNEL,
    CLOCK,
    COUNTS_PORT,
    EVENTING,
    EVENTS_PORT,
    FILTER,
    GATEWAY,
    GATEWAY_PORT,
    INGRESS,
    KAFKA_SOURCE,
    KAFKA_WEBHOOK,
    NET_ISTIO,
    SERVING,
    WEBHOOK_PORT,
    WEBHOOKS,
)
from pavedroad.plan.naming import SAGA_LABEL

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pavedroad.plan.context import Context
    from pavedroad.plan.sagas.model import SagaPlan
    from pavedroad.plan.workload import WorkloadPlan

VERSION: Final = "1.22"
"""Of Knative's parts, as their operator installs them."""


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
                yield function_place(context, team, name), plan_party(plan)


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
                yield function_place(context, saga.team, name), party


def _told(functions: list[WorkloadPlan]) -> Iterator[tuple[tuple[str, str], Party]]:
    """Yield the functions that run on a schedule or with messages, with who hands them these."""
    for plan in functions:
        if plan.function and plan.function.schedule:
            yield (plan.namespace, plan.name), FILTER
        if plan.function and plan.function.feeds:
            yield (plan.namespace, plan.name), KAFKA_SOURCE


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
                ports=(WEBHOOK_PORT,),
                sides="destination",
                authorised=False,
            )
    yield Flow(kind="platform", source=ACTIVATOR, destination=AUTOSCALER, ports=(EVENTS_PORT,))
    yield Flow(
        kind="platform", source=NET_ISTIO, destination=GATEWAY, ports=(GATEWAY_PORT,), authorised=False
    )
    yield Flow(
        kind="platform", source=GATEWAY, destination=ACTIVATOR, ports=(ACTIVATOR_PORT,), authorised=False
    )
    if clocked:
        for source, destination in ((CLOCK, INGRESS), (INGRESS, CHANNEL), (CHANNEL, FILTER)):
            yield Flow(kind="platform", source=source, destination=destination, ports=(EVENTS_PORT,))
