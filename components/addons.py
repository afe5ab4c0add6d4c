"""Operators and add-ons of a cluster, as Helm releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.flows import declare_flows
from components.kubernetes import OWNED, Body, Kind, Place
from components.namespace import declare_limits, deny_network
from pavedroad.plan.defaults import OPERATORS
from pavedroad.plan.naming import PLATFORM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pavedroad.plan.addons import AddonPlan
    from pavedroad.plan.environment import OperatorNamespacePlan

NAMESPACE = Kind("v1", "Namespace")
RELEASE = "kubernetes:helm.sh/v3:Release"
RELEASE_TIMEOUT_SECONDS = 600
"""How long a release may take to become ready before it is rolled back."""


class OperatorNamespace(pulumi.ComponentResource):
    """What keeps the operators of a namespace to their work.

    The network denies both ways but for the flows of its plan, and their pods may ask for no more than its quota.
    Other than a team's namespace it is not closed in the mesh, whose kinds only come with one of these namespaces.
    """

    def __init__(
        self, plan: OperatorNamespacePlan, namespace: pulumi.Resource, opts: pulumi.ResourceOptions
    ) -> None:
        """Close the namespace, which is declared already."""
        super().__init__("pavedroad:platform:OperatorNamespace", plan.name, {"namespace": plan.name}, opts)
        place = Place(parent=self, namespace=plan.name, labels=OWNED, after=(namespace,))
        deny_network(place)
        declare_limits(place, PLATFORM, plan.quota, OPERATORS)
        declare_flows(place, plan.flows)
        self.register_outputs({})


def declare_addons(
    parent: pulumi.Resource,
    operators: tuple[OperatorNamespacePlan, ...],
    addons: tuple[AddonPlan, ...],
) -> tuple[pulumi.Resource, ...]:
    """Declare the namespaces of operators and what stands in them, each after those that it needs.

    Returns:
        The releases. Each comes after its namespace and the policies there, so that it reaches the API from its
        first second.
    """
    cluster = Place(parent=parent, namespace=None, labels=OWNED)
    options = pulumi.ResourceOptions(parent=parent)
    ready: dict[str, tuple[pulumi.Resource, ...]] = {}
    for plan in operators:
        namespace = cluster.declare(NAMESPACE, plan.name, {}, labels=_labels(plan))
        ready[plan.name] = (namespace, OperatorNamespace(plan, namespace, options))
    releases: dict[str, pulumi.Resource] = {}
    for addon in addons:
        if addon.namespace in ready:
            after = (*ready[addon.namespace], *(releases[name] for name in addon.needs))
            releases[addon.name] = _declare_release(parent, addon, after)
    return tuple(releases.values())


def declare_closed_addons(places: Mapping[str, Place], addons: tuple[AddonPlan, ...]) -> None:
    """Declare the add-ons that stand in the platform's closed namespaces, each after its namespace."""
    for addon in addons:
        if addon.namespace in places:
            place = places[addon.namespace]
            _declare_release(place.parent, addon, place.after)


def _labels(plan: OperatorNamespacePlan) -> dict[str, str]:
    """Return what a namespace of operators enforces, and whether its pods join the mesh."""
    mesh = {"istio-injection": "enabled"} if plan.in_mesh else {}
    return {
        "pod-security.kubernetes.io/enforce": plan.pod_security,
        "pod-security.kubernetes.io/enforce-version": "latest",
        **mesh,
    }


def _declare_release(
    parent: pulumi.Resource, addon: AddonPlan, after: tuple[pulumi.Resource, ...]
) -> pulumi.Resource:
    """Declare one release: ready when its pods are, rolled back when they do not become so."""
    properties: Body = {
        "name": addon.name,
        "namespace": addon.namespace,
        "createNamespace": False,
        "chart": addon.chart,
        "version": addon.version,
        "values": addon.values,
        "atomic": True,
        "timeout": RELEASE_TIMEOUT_SECONDS,
    }
    if addon.repository is not None:
        properties["repositoryOpts"] = {"repo": addon.repository}
    options = pulumi.ResourceOptions(parent=parent, depends_on=list(after))
    return pulumi.CustomResource(RELEASE, addon.name, properties, options)
