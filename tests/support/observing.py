"""The stack that watches everything, declared for tests: its objects by kind and name, in any tier."""

from functools import cache
from typing import Any

from pavedroad.descriptor.environment import Tier
from pavedroad.plan.observability import NODE_AGENTS, OBSERVABILITY
from pavedroad.plan.resolve import resolve
from tests.support.declaring import Declared, declared
from tests.support.resolving import environment, team

Manifest = dict[str, Any]


def everything(tier: Tier = "production", **words: Any) -> Declared:
    """Return everything that an environment with one service declares."""
    orders = team("orders", {"pay": {"type": "service", "listens": {"http": {"port": 8080}}}})
    return declared(resolve({"orders": orders}, environment(tier, **words)))


@cache
def watched(tier: Tier = "production") -> tuple[Manifest, ...]:
    """Return the objects of the stack's namespaces, as a tier has them by default."""
    return tuple(
        {key: value for key, value in props.items() if key != "protect"}
        for props in everything(tier).values()
        if props.get("metadata", {}).get("namespace") in (OBSERVABILITY, NODE_AGENTS)
    )


def find(kind: str, name: str, tier: Tier = "production") -> Manifest:
    """Return the one object of the stack with this kind and name."""
    (found,) = (one for one in watched(tier) if (one["kind"], one["metadata"]["name"]) == (kind, name))
    return found
