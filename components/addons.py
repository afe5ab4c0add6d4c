"""Operators and add-ons of a cluster, as Helm releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.kubernetes import Body, Kind, Place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pavedroad.plan.addons import AddonPlan

NAMESPACE = Kind("v1", "Namespace")
RELEASE = "kubernetes:helm.sh/v3:Release"
RELEASE_TIMEOUT_SECONDS = 600
"""How long a release may take to become ready before it is rolled back."""


def declare_addons(parent: pulumi.Resource, addons: tuple[AddonPlan, ...]) -> tuple[pulumi.Resource, ...]:
    """Declare the add-ons that bring their namespaces, each after those that it needs; return the releases."""
    own = [addon for addon in addons if addon.own_namespace]
    namespaces = _declare_namespaces(parent, own)
    releases: dict[str, pulumi.Resource] = {}
    for addon in own:
        after = (namespaces[addon.namespace], *(releases[name] for name in addon.needs))
        releases[addon.name] = _declare_release(parent, addon, after)
    return tuple(releases.values())


def declare_closed_addons(places: Mapping[str, Place], addons: tuple[AddonPlan, ...]) -> None:
    """Declare the add-ons that stand in the platform's closed namespaces, each after its namespace."""
    for addon in addons:
        if not addon.own_namespace:
            place = places[addon.namespace]
            _declare_release(place.parent, addon, place.after)


def _declare_namespaces(parent: pulumi.Resource, addons: list[AddonPlan]) -> dict[str, pulumi.Resource]:
    """Declare each namespace once, for all releases in it."""
    place = Place(parent=parent, namespace=None, labels={})
    meshed = {addon.namespace for addon in addons if addon.in_mesh}
    return {
        addon.namespace: place.declare(
            NAMESPACE,
            addon.namespace,
            {},
            labels={
                "pod-security.kubernetes.io/enforce": addon.pod_security,
                "pod-security.kubernetes.io/enforce-version": "latest",
                **({"istio-injection": "enabled"} if addon.namespace in meshed else {}),
            },
        )
        for addon in {addon.namespace: addon for addon in addons}.values()
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
