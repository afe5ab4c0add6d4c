"""Operators and add-ons: one pinned table for every cluster."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from pavedroad.plan.context import Context

Values = dict[str, Any]
"""Values of a Helm chart: any JSON object."""


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
        capability: The provider that needs it; None where every cluster does.
    """

    name: str
    namespace: str
    chart: str
    version: str
    repository: str | None
    values: Values
    needs: tuple[str, ...] = ()
    in_mesh: bool = False
    capability: str | None = None


def resolve_addons(context: Context) -> tuple[AddonPlan, ...]:
    """Return what the platform installs here, in an order in which each finds what it needs."""
    cluster = next(iter(context.environment.clusters.values()))
    if cluster.kind == "sandbox" or cluster.addons == "preinstalled":
        return ()
    providers = {value for _, value in context.environment.providers if isinstance(value, str)}
    return tuple(addon for addon in ADDONS if addon.capability is None or addon.capability in providers)


ADDONS: Final[tuple[AddonPlan, ...]] = ()
"""Every add-on that an environment can need."""
