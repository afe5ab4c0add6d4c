"""A team's namespace, resolved."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pavedroad.plan import edges
from pavedroad.plan.cloud.tags import team_tags
from pavedroad.plan.connections import outbound, touching
from pavedroad.plan.crossing import resolve_remotes
from pavedroad.plan.environment import QuotaPlan, RegistryPlan, TeamPlan
from pavedroad.plan.flows import Alias
from pavedroad.plan.functions.resolve import resolve_functions
from pavedroad.plan.naming import host, join
from pavedroad.plan.observability.alerts.watch import resolve_watch
from pavedroad.plan.observability.owners import owner_annotations, owner_plan
from pavedroad.plan.observability.slos import resolve_slos
from pavedroad.plan.provenance import Scope
from pavedroad.plan.secrets_source import reader_role, secret_entry, secret_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.plan.brokers import BrokersPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.flows import Flow
    from pavedroad.plan.sagas.model import SagaPlan
    from pavedroad.plan.values import SecretEntry
    from pavedroad.plan.workload import WorkloadPlan


def resolve_team(  # noqa: PLR0913 each part is resolved by itself, with those of other teams
    context: Context,
    brokers: BrokersPlan,
    team: str,
    workloads: tuple[WorkloadPlan, ...],
    *,
    sagas: tuple[SagaPlan, ...],
    flows: tuple[Flow, ...],
) -> TeamPlan:
    """Return a team's namespace and everything in it."""
    descriptor = context.teams[team]
    namespace = context.namespace(team)
    owners = descriptor.owners
    labels = {"pavedroad.dev/domain": descriptor.domain, "pavedroad.dev/cost-centre": descriptor.cost_centre}
    annotations = {
        "pavedroad.dev/name": team if team != namespace else None,
        **owner_annotations(owner_plan(team, owners)),
    }
    hosts = sorted({host for plan in workloads for _, host in outbound(context, plan)})
    entries = entries_of(context, team, workloads)
    return TeamPlan(
        name=team,
        namespace=namespace,
        labels=tuple((key, value) for key, value in labels.items() if value),
        annotations=tuple((key, value) for key, value in annotations.items() if value),
        group=owners.group or team,
        quota=_quota(context, team),
        secret_source=secret_source(context, namespace, entries),
        reader=reader_role(context, namespace, entries),
        tags=team_tags(context, team),
        registries=resolve_registries(context, team),
        workloads=workloads,
        functions=resolve_functions(context, brokers, team),
        sagas=sagas,
        slos=resolve_slos(context, brokers, team, workloads),
        topics=brokers.team(team),
        flows=(*edges.mesh_flows(namespace, team), *touching(flows, namespace)),
        aliases=_unique((*_aliases(context, team, workloads), *brokers.aliases), namespace),
        egress=tuple((host.rpartition(":")[0], int(host.rpartition(":")[2])) for host in hosts),
        watch=resolve_watch(context, team),
        remotes=resolve_remotes(context, team),
    )


def entries_of(context: Context, team: str, workloads: Iterable[WorkloadPlan]) -> tuple[SecretEntry, ...]:
    """Return everything that a team reads from the environment's secret source."""
    plans = tuple(workloads)
    return (
        *chain.from_iterable(plan.secrets for plan in plans),
        *chain.from_iterable(store.entries for plan in plans for store in plan.stores),
        *registry_entries(context, team),
    )


def _aliases(context: Context, team: str, workloads: tuple[WorkloadPlan, ...]) -> Iterator[Alias]:
    """Yield the second names that a team's applications have built in."""
    for plan in workloads:
        spec = context.teams[team].workloads[plan.display_name]
        caller = edges.plan_party(plan)
        yield from edges.call_aliases(context, caller, spec.calls)
        for store in plan.stores:
            if store.alias is not None:
                name, target = store.alias
                yield Alias(name=name, namespace=plan.namespace, target=target, team=team, service=plan.name)


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


def resolve_registries(context: Context, team: str) -> tuple[RegistryPlan, ...]:
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


def registry_entries(context: Context, team: str) -> tuple[SecretEntry, ...]:
    """Return where the pull secrets of a team are kept."""
    return tuple(
        entry
        for registry in resolve_registries(context, team)
        for entry in (registry.username, registry.password)
    )
