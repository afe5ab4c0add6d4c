"""Stores as Kubernetes objects: one component for each provider.

A component declares what its plan says and chooses nothing. What it promises of every store: its pods are in the
mesh and within the Pod Security Standard ``restricted``; its passwords are made in the cluster; what holds data
refuses to be deleted where the tier protects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.stores.postgres import Postgres
from components.stores.redis import Redis
from pavedroad.plan.stores import PostgresPlan, RedisPlan

if TYPE_CHECKING:
    import pulumi

    from components.kubernetes import Place
    from pavedroad.plan.stores import StorePlan

__all__ = ["Postgres", "Redis", "declare_store"]


def declare_store(plan: StorePlan, place: Place) -> pulumi.ComponentResource:
    """Declare a store.

    Args:
        plan: The store.
        place: The place of the service that owns it.
    """
    match plan:
        case PostgresPlan():
            return Postgres(plan, place)
        case RedisPlan():
            return Redis(plan, place)
    raise LookupError(f"no component declares {type(plan).__name__}")
