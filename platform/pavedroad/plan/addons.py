"""Operators and add-ons of a cluster, resolved: what the platform installs, in the order in which it can."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.addon_table import (
    ADDONS,
    EAST_WEST_GATEWAY_CHART,
    EGRESS_GATEWAY_CHART,
    FUNCTIONS_GATEWAY_CHART,
    ISTIO_CONTROL_PLANE,
    KARPENTER_CHART,
    OBSERVED,
)
from pavedroad.plan.cloud.karpenter import notice_queue
from pavedroad.plan.connections import touching
from pavedroad.plan.crossing import PORT as EAST_WEST_PORT
from pavedroad.plan.defaults import NODES
from pavedroad.plan.environment import OperatorNamespacePlan, QuotaPlan
from pavedroad.plan.functions.parties import GATEWAY_PORT as FUNCTIONS_PORT
from pavedroad.plan.operator_flows import operator_flows, operator_outbound

if TYPE_CHECKING:
    from pavedroad.plan.addon_table import Addon, Values
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.flows import Flow

OPERATOR_REPLICAS: Final = 2
"""How often an operator runs where services run more than once: one works, the other waits."""

PER_NODE: Final = QuotaPlan(cpu="250", memory="1Ti", storage="0", pods=NODES)
"""The most that an agent may ask for which runs once on every node."""


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
    """

    name: str
    namespace: str
    chart: str
    version: str
    repository: str | None
    values: Values
    needs: tuple[str, ...]


WORKED_BY: Final = {"amazon-mq": "rabbitmq-operator"}
"""Providers whose objects the operator of another provider works on."""


def resolve_addons(
    context: Context, egress_ports: tuple[int, ...] = (), *, east_west: bool = False, functions: bool = False
) -> tuple[AddonPlan, ...]:
    """Return what the platform installs here, each after those that it needs.

    Args:
        context: The environment.
        egress_ports: Ports that the egress gateway listens on; without any, there is no egress gateway.
        east_west: Whether anything here is called from other clusters; else there is no gateway for that.
        functions: Whether Knative runs any here; else there is no gateway for that.
    """
    if not context.installs:
        return ()
    providers = {
        WORKED_BY.get(value, value)
        for capability, value in context.environment.providers
        if isinstance(value, str) and (context.at_home or capability in context.engines)
    }
    if context.watched:
        providers.add(OBSERVED)
    cluster = context.here
    return tuple(
        _plan(addon, context, egress_ports)
        for addon in ADDONS
        if (addon.capability is None or addon.capability in providers)
        and addon.cluster in (None, cluster.kind)
        and (addon is not EGRESS_GATEWAY_CHART or egress_ports)
        and (addon is not EAST_WEST_GATEWAY_CHART or east_west)
        and (addon is not FUNCTIONS_GATEWAY_CHART or functions)
    )


def resolve_operators(
    context: Context, addons: tuple[AddonPlan, ...], flows: tuple[Flow, ...]
) -> tuple[OperatorNamespacePlan, ...]:
    """Return the namespaces of the add-ons that stand in one of their own.

    Args:
        context: The environment.
        addons: What is installed.
        flows: What is open between namespaces.
    """
    installed = {addon.name for addon in addons}
    rows: dict[str, list[Addon]] = {}
    for addon in ADDONS:
        if addon.own_namespace and addon.name in installed:
            rows.setdefault(addon.namespace, []).append(addon)
    return tuple(_namespace(context, name, together, flows) for name, together in rows.items())


def _namespace(
    context: Context, name: str, addons: list[Addon], flows: tuple[Flow, ...]
) -> OperatorNamespacePlan:
    """Return the namespace that add-ons share."""
    in_mesh = any(addon.in_mesh for addon in addons)
    outside = {host_port for caller, host_port in operator_outbound(context) if caller.namespace == name}
    hosts = (host_port.rpartition(":") for host_port in sorted(outside))
    return OperatorNamespacePlan(
        name=name,
        flows=(*operator_flows(context, name, in_mesh=in_mesh), *touching(flows, name)),
        quota=PER_NODE if any(addon.per_node for addon in addons) else context.tier.quota,
        pod_security=addons[0].pod_security,
        in_mesh=in_mesh,
        egress=tuple((host, int(port)) for host, _, port in hosts),
    )


def _plan(addon: Addon, context: Context, egress_ports: tuple[int, ...]) -> AddonPlan:
    """Return a row with nothing left to choose."""
    values = deepcopy(addon.values)
    count = OPERATOR_REPLICAS if context.tier.replicas > 1 else 1
    if addon is EGRESS_GATEWAY_CHART:
        count = context.tier.gateway_replicas
        values["service"] = _egress_service(egress_ports)
    if addon is FUNCTIONS_GATEWAY_CHART:
        values["service"] = _functions_service()
    if addon is EAST_WEST_GATEWAY_CHART:
        count = context.tier.gateway_replicas
        values["service"] = _east_west_service(context)
    if addon is ISTIO_CONTROL_PLANE and len(context.environment.clusters) > 1:
        _join_mesh(values, context)
    if addon is KARPENTER_CHART:
        values["settings"] |= _karpenter_settings(context.needed_account)
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
    )


def _karpenter_settings(account: AccountPlan) -> Values:
    """Return which cluster Karpenter makes nodes for, and where it is told of interruptions."""
    return {"clusterName": account.cluster, "interruptionQueue": notice_queue(account)}


def _egress_service(ports: tuple[int, ...]) -> Values:
    """Return the egress gateway's Service: within the cluster, on exactly these ports."""
    return {
        "type": "ClusterIP",
        "ports": [{"name": f"tls-{port}", "port": port, "targetPort": port} for port in sorted(set(ports))],
    }


def _functions_service() -> Values:
    """Return the Service of the gateway by which Knative learns what the mesh knows."""
    ports = [{"name": "http2", "port": 80, "targetPort": FUNCTIONS_PORT}]
    return {"type": "ClusterIP", "ports": ports}


def _east_west_service(context: Context) -> Values:
    """Return the east-west gateway's Service: for the organisation's own networks, on one port."""
    internal = {"aws-load-balancer-type": "nlb", "aws-load-balancer-internal": "true"}
    on_eks = {f"service.beta.kubernetes.io/{key}": value for key, value in internal.items()}
    return {
        "type": "LoadBalancer",
        "ports": [{"name": "tls", "port": EAST_WEST_PORT, "targetPort": EAST_WEST_PORT}],
        **({"annotations": on_eks} if context.here.kind == "eks" else {}),
    }


def _join_mesh(values: Values, context: Context) -> None:
    """Make the control plane one of several in a mesh, each with a network of its own.

    Side-cars answer for names themselves, since a service elsewhere is known to the mesh and not to the name server
    (Istio, *DNS proxying*).
    """
    values["global"] |= {
        "meshID": context.environment.environment,
        "multiCluster": {"clusterName": context.cluster},
        "network": context.cluster,
    }
    defaults = values.setdefault("meshConfig", {}).setdefault("defaultConfig", {})
    defaults.setdefault("proxyMetadata", {})["ISTIO_META_DNS_CAPTURE"] = "true"


def _set(values: Values, path: tuple[str, ...], value: int) -> None:
    """Set a value deep inside."""
    *parents, last = path
    for key in parents:
        values = values.setdefault(key, {})
    values[last] = value
