"""``resolve``: descriptors and an environment in, a plan out.

Pure and total: what comes through the checks of :mod:`pavedroad.descriptor` always resolves, and the same
input gives the same plan.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pavedroad.plan import edges
from pavedroad.plan.addons import resolve_addons
from pavedroad.plan.brokers import resolve_brokers
from pavedroad.plan.context import Context
from pavedroad.plan.environment import (
    ClusterPlan,
    EgressHostPlan,
    EnvironmentPlan,
    GatewayPlan,
    PlatformNamespacePlan,
    PlatformPlan,
    QuotaPlan,
    RegistryPlan,
    TeamPlan,
)
from pavedroad.plan.flows import Alias, Flow, Party
from pavedroad.plan.naming import host, join
from pavedroad.plan.provenance import Scope, Trace
from pavedroad.plan.secrets_source import secret_entry, secret_grant, secret_source
from pavedroad.plan.stores import store_client_flow
from pavedroad.plan.workloads import resolve_workload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.team import TeamDescriptor
    from pavedroad.plan.brokers import BrokersPlan
    from pavedroad.plan.workload import SecretEntry, WorkloadPlan

SELF_SIGNED_ISSUER = "self-signed"


def resolve(
    teams: Mapping[str, TeamDescriptor],
    environment: EnvironmentDescriptor,
    files: Mapping[tuple[str, str], str] | None = None,
    trace: Trace | None = None,
) -> EnvironmentPlan:
    """Return the plan of an environment.

    Args:
        teams: Every team's descriptor, by name.
        environment: The environment's descriptor.
        files: Text of the configuration files that descriptors name, by team and path.
        trace: Where to write down who decided what; None to throw that away.
    """
    standing = environment.teams if environment.teams is not None else tuple(teams)
    context = Context(
        environment=environment,
        teams={name: teams[name] for name in sorted(standing)},
        files=files or {},
        trace=trace or Trace(),
    )
    brokers = resolve_brokers(context)
    workloads = {
        team: tuple(
            resolve_workload(context, brokers, Scope(context.trace, (team, "services", name)), team, name)
            for name in sorted(descriptor.services)
        )
        for team, descriptor in context.teams.items()
    }
    flows = tuple(
        dict.fromkeys(chain(_edge_flows(context, workloads), brokers.flows, _route_flows(workloads)))
    )
    return EnvironmentPlan(
        name=environment.environment,
        tier=environment.tier,
        slices=environment.slices,
        cluster=_cluster(environment),
        platform=_platform(context, brokers, workloads, flows),
        teams=tuple(_team(context, brokers, team, workloads[team], flows) for team in context.teams),
    )


def _cluster(environment: EnvironmentDescriptor) -> ClusterPlan:
    """Return the cluster."""
    name, cluster = next(iter(environment.clusters.items()))
    if cluster.kind == "sandbox":
        return ClusterPlan(name=name, kind="sandbox", kubeconfig=None, context=None)
    return ClusterPlan(name=name, kind="existing", kubeconfig=cluster.kubeconfig, context=cluster.context)


def _edge_flows(context: Context, workloads: Mapping[str, tuple[WorkloadPlan, ...]]) -> Iterator[Flow]:
    """Yield what services open by their calls, stores and egress, and what stores need themselves."""
    for team, plans in workloads.items():
        for plan in plans:
            spec = context.teams[team].services[plan.display_name]
            caller = edges.workload_party(context, team, plan.display_name)
            scope = Scope(context.trace, (team, "services", plan.display_name))
            for reference, call in sorted(spec.calls.items()):
                yield edges.call_flow(scope.at("calls", reference), context, caller, reference, call)
            for store in plan.stores:
                if store.party is not None:
                    yield store_client_flow(store, caller)
                yield from store.flows
            for source, host_port in _outbound(context, plan):
                yield edges.egress_flow(source, host_port)
            if plan.pod.api_token:
                destination, ports = edges.api_server(context)
                yield Flow(
                    kind="platform", source=caller, destination=destination, ports=ports, sides="source"
                )


def _outbound(context: Context, plan: WorkloadPlan) -> tuple[tuple[Party, str], ...]:
    """Return who connects to which host and port outside: a workload, and the stores that it owns."""
    caller = edges.plan_party(plan)
    own = set(context.teams[plan.team].services[plan.display_name].egress)
    own |= {store.egress_host for store in plan.stores if store.egress_host}
    stores = chain.from_iterable(store.outbound for store in plan.stores)
    return (*((caller, host_port) for host_port in sorted(own)), *stores)


def _route_flows(workloads: Mapping[str, tuple[WorkloadPlan, ...]]) -> Iterator[Flow]:
    """Yield what gateways open by their routes."""
    for plan in chain.from_iterable(workloads.values()):
        for route in plan.routes:
            target = next(port.port for port in plan.ports if port.service_port == route.port)
            yield Flow(
                kind="route",
                source=edges.gateway_party(route.gateway),
                destination=edges.plan_party(plan),
                ports=(target,),
            )


def _touching(flows: Iterable[Flow], namespace: str) -> tuple[Flow, ...]:
    """Return the flows that are rendered in a namespace."""
    return tuple(
        flow
        for flow in flows
        if (flow.source.namespace == namespace and flow.sides != "destination")
        or (flow.destination.namespace == namespace and flow.sides != "source")
    )


def _platform(
    context: Context,
    brokers: BrokersPlan,
    workloads: Mapping[str, tuple[WorkloadPlan, ...]],
    flows: tuple[Flow, ...],
) -> PlatformPlan:
    """Return what all teams share."""
    environment = context.environment
    gateways = _gateways(context, workloads)
    egress = _egress(context, workloads)
    own: dict[str, tuple[Flow, ...]] = {}
    if gateways:
        own[edges.GATEWAY_NAMESPACE] = tuple(
            flow for gateway in gateways for flow in edges.gateway_flows(gateway.name)
        )
    if egress:
        ports = tuple(sorted({host.port for host in egress}))
        own[edges.EGRESS_NAMESPACE] = (edges.egress_outside(ports),)
    for broker in (brokers.kafka, brokers.rabbitmq):
        if broker is not None:
            own[broker.namespace] = ()
    entries = {
        context.namespace(team): tuple(chain.from_iterable(plan.secrets for plan in plans))
        + tuple(chain.from_iterable(store.entries for plan in plans for store in plan.stores))
        + _registry_entries(context, team)
        for team, plans in workloads.items()
    }
    granted = (secret_grant(context, namespace, needed) for namespace, needed in entries.items())
    grants = tuple(grant for grant in granted if grant is not None)
    own |= {grant.namespace: () for grant in grants}
    return PlatformPlan(
        addons=resolve_addons(context, tuple(sorted({host.port for host in egress}))),
        self_signed=bool(gateways) and environment.certificates == SELF_SIGNED_ISSUER,
        gateways=gateways,
        egress=egress,
        kafka=brokers.kafka,
        rabbitmq=brokers.rabbitmq,
        namespaces=tuple(
            PlatformNamespacePlan(
                name=name, flows=(*edges.mesh_flows(name, None), *special, *_touching(flows, name))
            )
            for name, special in own.items()
        ),
        secret_grants=grants,
    )


def _gateways(context: Context, workloads: Mapping[str, tuple[WorkloadPlan, ...]]) -> tuple[GatewayPlan, ...]:
    """Return the gateways that anything is routed through."""
    used = {route.gateway for plans in workloads.values() for plan in plans for route in plan.routes}
    domains = {
        "public": context.environment.domains.public,
        "internal": context.environment.domains.internal,
    }
    return tuple(
        GatewayPlan(
            name=name,
            domain=domains[name] or "",
            issuer=context.environment.certificates,
            replicas=context.tier.gateway_replicas,
        )
        for name in sorted(used)
    )


def _egress(
    context: Context, workloads: Mapping[str, tuple[WorkloadPlan, ...]]
) -> tuple[EgressHostPlan, ...]:
    """Return every host outside that anything reaches, with who may."""
    callers: dict[str, set[str]] = {}
    for plan in chain.from_iterable(workloads.values()):
        for source, host_port in _outbound(context, plan):
            callers.setdefault(host_port, set()).add(source.principal or "")
    return tuple(
        EgressHostPlan(
            host=host_port.rpartition(":")[0],
            port=int(host_port.rpartition(":")[2]),
            principals=tuple(sorted(principals)),
        )
        for host_port, principals in sorted(callers.items())
    )


def _team(
    context: Context,
    brokers: BrokersPlan,
    team: str,
    workloads: tuple[WorkloadPlan, ...],
    flows: tuple[Flow, ...],
) -> TeamPlan:
    """Return a team's namespace and everything in it."""
    descriptor = context.teams[team]
    namespace = context.namespace(team)
    owners = descriptor.owners
    labels = {"pavedroad.dev/domain": descriptor.domain, "pavedroad.dev/cost-centre": descriptor.cost_centre}
    annotations = {
        "pavedroad.dev/name": team if team != namespace else None,
        "pavedroad.dev/owner": owners.email,
        "pavedroad.dev/channel": owners.channel,
        "pavedroad.dev/on-call": owners.on_call,
    }
    hosts = sorted({host for plan in workloads for _, host in _outbound(context, plan)})
    return TeamPlan(
        name=team,
        namespace=namespace,
        labels=tuple((key, value) for key, value in labels.items() if value),
        annotations=tuple((key, value) for key, value in annotations.items() if value),
        group=owners.group or team,
        quota=_quota(context, team),
        secret_source=secret_source(context, namespace),
        registries=_registries(context, team),
        workloads=workloads,
        topics=brokers.team(team),
        flows=(*edges.mesh_flows(namespace, team), *_touching(flows, namespace)),
        aliases=_unique((*_aliases(context, team, workloads), *brokers.aliases), namespace),
        egress=tuple((host.rpartition(":")[0], int(host.rpartition(":")[2])) for host in hosts),
    )


def _unique(aliases: Iterable[Alias], namespace: str) -> tuple[Alias, ...]:
    """Return the second names of one namespace, each once: two services may have the same one built in.

    A name that is the target's own already needs no second one.
    """
    here = [alias for alias in aliases if alias.namespace == namespace]
    return tuple(
        {alias.name: alias for alias in here if alias.target != host(alias.name, namespace)}.values()
    )


def _quota(context: Context, team: str) -> QuotaPlan:
    """Return the most that a team may ask for."""
    given, tier = context.environment.quota, context.tier
    scope = Scope(context.trace, (team, "quota"))
    place = (context.environment.environment, "quota")
    return QuotaPlan(
        cpu=scope.choose("cpu", environment=given.cpu, environment_path=(*place, "cpu"), tier=tier.quota_cpu),
        memory=scope.choose(
            "memory", environment=given.memory, environment_path=(*place, "memory"), tier=tier.quota_memory
        ),
        storage=scope.choose(
            "storage",
            environment=given.storage,
            environment_path=(*place, "storage"),
            tier=tier.quota_storage,
        ),
        pods=scope.choose(
            "pods", environment=given.pods, environment_path=(*place, "pods"), tier=tier.quota_pods
        ),
    )


def _registries(context: Context, team: str) -> tuple[RegistryPlan, ...]:
    """Return the pull secrets of a team."""
    return tuple(
        RegistryPlan(
            secret=join("registry", name),
            host=registry.host,
            username=secret_entry(context, "username", registry.vault, registry.username_key),
            password=secret_entry(context, "password", registry.vault, registry.password_key),
        )
        for name, registry in sorted(context.teams[team].registries.items())
    )


def _registry_entries(context: Context, team: str) -> tuple[SecretEntry, ...]:
    """Return where the pull secrets of a team are kept."""
    return tuple(
        entry for registry in _registries(context, team) for entry in (registry.username, registry.password)
    )


def _aliases(context: Context, team: str, workloads: tuple[WorkloadPlan, ...]) -> Iterator[Alias]:
    """Yield the second names that a team's applications have built in."""
    for plan in workloads:
        spec = context.teams[team].services[plan.display_name]
        caller = edges.plan_party(plan)
        yield from edges.call_aliases(context, caller, spec.calls)
        for store in plan.stores:
            if store.alias is not None:
                name, target = store.alias
                yield Alias(name=name, namespace=plan.namespace, target=target, team=team, service=plan.name)
