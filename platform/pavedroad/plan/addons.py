"""Operators and add-ons of a cluster, resolved: what the platform installs, in the order in which it can."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.addon_table import ADDONS, EGRESS_GATEWAY_CHART

if TYPE_CHECKING:
    from pavedroad.plan.addon_table import Addon, PodSecurity, Values
    from pavedroad.plan.context import Context

OPERATOR_REPLICAS: Final = 2
"""How often an operator runs where services run more than once: one works, the other waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddonPlan:
    """One Helm release.

    Attributes:
        name: Name of the release.
        namespace: Where it stands.
        chart: Name of the chart, or its OCI address.
        version: Pinned chart version.
        repository: Address of the chart repository; None for an OCI chart.
        values: Values that differ from the chart's own.
        needs: Releases that must stand first.
        in_mesh: Whether its pods join the mesh, because they connect to pods that take nothing but mutual TLS.
        pod_security: The pod security standard that its namespace enforces.
        own_namespace: Whether its namespace is declared with it; otherwise it is one of the platform's closed
            namespaces, and the release comes after that.
    """

    name: str
    namespace: str
    chart: str
    version: str
    repository: str | None
    values: Values
    needs: tuple[str, ...]
    in_mesh: bool
    pod_security: PodSecurity
    own_namespace: bool


def resolve_addons(context: Context, egress_ports: tuple[int, ...] = ()) -> tuple[AddonPlan, ...]:
    """Return what the platform installs here, each after those that it needs.

    Args:
        context: The environment.
        egress_ports: Ports that the egress gateway listens on; without any, there is no egress gateway.
    """
    cluster = next(iter(context.environment.clusters.values()))
    if cluster.kind == "sandbox" or cluster.addons == "preinstalled":
        return ()
    providers = {value for _, value in context.environment.providers if isinstance(value, str)}
    return tuple(
        _plan(addon, context, egress_ports)
        for addon in ADDONS
        if (addon.capability is None or addon.capability in providers)
        and (addon is not EGRESS_GATEWAY_CHART or egress_ports)
    )


def _plan(addon: Addon, context: Context, egress_ports: tuple[int, ...]) -> AddonPlan:
    """Return a row with nothing left to choose."""
    values = deepcopy(addon.values)
    count = OPERATOR_REPLICAS if context.tier.replicas > 1 else 1
    if addon is EGRESS_GATEWAY_CHART:
        count = context.tier.gateway_replicas
        values["service"] = _egress_service(egress_ports)
    for path in addon.replicas:
        _set(values, path, count)
    return AddonPlan(
        name=addon.name,
        namespace=addon.namespace,
        chart=addon.chart,
        version=addon.version,
        repository=addon.repository,
        values=values,
        needs=addon.needs,
        in_mesh=addon.in_mesh,
        pod_security=addon.pod_security,
        own_namespace=addon.own_namespace,
    )


def _egress_service(ports: tuple[int, ...]) -> Values:
    """Return the egress gateway's Service: within the cluster, on exactly these ports."""
    return {
        "type": "ClusterIP",
        "ports": [{"name": f"tls-{port}", "port": port, "targetPort": port} for port in sorted(set(ports))],
    }


def _set(values: Values, path: tuple[str, ...], value: int) -> None:
    """Set a value deep inside."""
    *parents, last = path
    for key in parents:
        values = values.setdefault(key, {})
    values[last] = value
