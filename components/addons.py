"""Operators and add-ons of a cluster, as Helm releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.kubernetes import Kind, Place

if TYPE_CHECKING:
    from pavedroad.plan.addons import AddonPlan

NAMESPACE = Kind("v1", "Namespace")
RELEASE = "kubernetes:helm.sh/v3:Release"


def declare_addons(parent: pulumi.Resource, addons: tuple[AddonPlan, ...]) -> tuple[pulumi.Resource, ...]:
    """Declare every add-on in a namespace of its own, each after those that it needs; return the releases."""
    place = Place(parent=parent, namespace=None, labels={})
    namespaces: dict[str, pulumi.Resource] = {}
    releases: dict[str, pulumi.Resource] = {}
    for addon in addons:
        if addon.namespace not in namespaces:
            labels = {"istio-injection": "enabled"} if addon.in_mesh else {}
            namespaces[addon.namespace] = place.declare(NAMESPACE, addon.namespace, {}, labels=labels)
        releases[addon.name] = pulumi.CustomResource(
            RELEASE,
            addon.name,
            {
                "name": addon.name,
                "namespace": addon.namespace,
                "chart": addon.chart,
                "version": addon.version,
                "repositoryOpts": {"repo": addon.repository} if addon.repository else {},
                "values": addon.values,
                "atomic": True,
                "createNamespace": False,
            },
            pulumi.ResourceOptions(
                parent=parent,
                depends_on=[namespaces[addon.namespace], *(releases[name] for name in addon.needs)],
            ),
        )
    return tuple(releases.values())
