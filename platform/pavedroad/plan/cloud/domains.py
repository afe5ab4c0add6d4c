"""Domains of an environment: zones, certificates of public hosts, and how those are spread over clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pavedroad.descriptor.places import places_of, region_of
from pavedroad.descriptor.workload import ServiceSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pavedroad.descriptor.cloud import AwsSpec
    from pavedroad.plan.context import Context

Places = tuple[str, ...]
"""Clusters by name, the first one's before the others'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPlan:
    """The public front door of a cluster.

    Attributes:
        cluster: The cluster.
        host: The name that leads to its gateway's load balancer.
        weight: Its share of what is asked; None where the nearest region answers.
        region: Its region; None where shares count.
    """

    cluster: str
    host: str
    weight: int | None
    region: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadPlan:
    """How public hosts are spread over clusters.

    Attributes:
        fronts: The front doors of all clusters that have public hosts.
        hosts: Every public host, with the clusters that it stands on.
    """

    fronts: tuple[FrontPlan, ...]
    hosts: tuple[tuple[str, Places], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPlan:
    """A domain under which routes of a cluster appear.

    Attributes:
        visibility: Who finds it: everybody, or the VPC alone.
        domain: The domain.
        zone: Id of a hosted zone that exists already; None for one of the environment's own.
        made: Whether its zone is made here; not where it exists already, or is the first cluster's.
        hosts: Hosts of public routes in it, each of which has a certificate in the region.
        proven: Those of them whose certificates another cluster's slice proves: a host has one proof in all regions.
        spread: How hosts are spread over clusters; None where it is nobody's task here.
    """

    visibility: Literal["public", "internal"]
    domain: str
    zone: str | None
    made: bool
    hosts: tuple[str, ...] = ()
    proven: tuple[str, ...] = ()
    spread: SpreadPlan | None = None


def resolve_domains(context: Context, spec: AwsSpec) -> tuple[DomainPlan, ...]:
    """Return the domains of an environment, as far as they concern one cluster.

    The public zone is the first cluster's, and so are the records that spread its hosts; an internal one belongs to
    the VPC that sees it.
    """
    domains, zones = context.environment.domains, spec.zones
    found = []
    if domains.public:
        found.append(_public(context, domains.public, zones.public))
    if domains.internal:
        found.append(
            DomainPlan(
                visibility="internal",
                domain=domains.internal,
                zone=zones.internal,
                made=zones.internal is None,
            )
        )
    return tuple(found)


def _public(context: Context, domain: str, zone: str | None) -> DomainPlan:
    """Return the public domain as a cluster sees it."""
    everywhere = _public_hosts(context, domain)
    here = {host: places for host, places in everywhere.items() if context.cluster in places}
    return DomainPlan(
        visibility="public",
        domain=domain,
        zone=zone,
        made=zone is None and context.at_home,
        hosts=tuple(here),
        proven=tuple(host for host, places in here.items() if _prover(context, places) != context.cluster),
        spread=_spread(context, domain, everywhere) if context.at_home else None,
    )


def _prover(context: Context, places: Places) -> str:
    """Return the cluster whose slice proves a host's certificates: the first that stands in the account."""
    home, environment = context.environment.home, context.environment
    return next(place for place in places if place == home or region_of(environment, place))


def _spread(context: Context, domain: str, hosts: Mapping[str, Places]) -> SpreadPlan | None:
    """Return how public hosts are spread; None where the environment says nothing of it."""
    environment = context.environment
    chosen = environment.domains.spread
    if chosen is None:
        return None
    used = [name for name in environment.clusters if any(name in places for places in hosts.values())]
    return SpreadPlan(
        fronts=tuple(
            FrontPlan(
                cluster=name,
                host=f"{name}.{domain}",
                weight=getattr(environment.clusters[name], "weight", None) if chosen == "weight" else None,
                region=region_of(environment, name) if chosen == "latency" else None,
            )
            for name in used
        ),
        hosts=tuple(hosts.items()),
    )


def _public_hosts(context: Context, domain: str) -> dict[str, Places]:
    """Return the hosts of all public routes, sorted, with the clusters that each stands on."""
    found: dict[str, set[str]] = {}
    for team, descriptor in context.everywhere.items():
        for service, spec in descriptor.services.items():
            routes = spec.routes if isinstance(spec, ServiceSpec) else ()
            for route in routes:
                if isinstance(spec, ServiceSpec) and route.expose == "public":
                    label = route.host or context.service_name(team, service)
                    places = found.setdefault(f"{label}.{domain}", set())
                    places.update(places_of(context.environment, spec))
    return {
        host: tuple(name for name in context.environment.clusters if name in places)
        for host, places in sorted(found.items())
    }
