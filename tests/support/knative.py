"""Functions in a cluster for tests: a team whose functions a service, a clock, a saga and each other run."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from pavedroad.plan.resolve import resolve
from tests.support.declaring import declared
from tests.support.resolving import environment, team

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import EnvironmentDescriptor, Tier
    from pavedroad.descriptor.team import TeamDescriptor
    from pavedroad.plan.environment import EnvironmentPlan

IMAGE = "registry.example.com/shop/app:1.0"
PROVIDERS = {"kafka": "strimzi", "saga": "argo-workflows", "function": "knative"}

SERVICES: dict[str, Any] = {
    "web": {"type": "service", "listens": {"http": {"port": 8080}}, "invokes": ["refund"]},
    "refund": {
        "type": "function",
        "image": IMAGE,
        "publishes": ["news"],
        "secrets": {"KEY": {"vault": "kv/shop", "key": "key"}},
    },
    "sweep": {"type": "function", "image": IMAGE, "schedule": "0 3 * * *", "invokes": ["refund"]},
    "charge": {"type": "function", "image": IMAGE, "subscribes": {"news": {"group": "charging"}}},
    "alone": {"type": "function", "image": IMAGE},
}

SAGAS: dict[str, Any] = {
    "pay": {
        "steps": [
            {"name": "take", "invokes": "charge", "compensation": {"invokes": "refund"}},
            {"name": "tell", "invokes": "charge"},
        ]
    }
}


def shop(**functions: dict[str, Any]) -> TeamDescriptor:
    """Return the team; words that are given are added to the functions that they name."""
    services = {name: {**spec, **functions.get(name, {})} for name, spec in SERVICES.items()}
    return team("shop", services, topics={"news": {"broker": "kafka"}}, sagas=SAGAS)


def on_knative(tier: Tier = "local", **words: Any) -> EnvironmentDescriptor:
    """Return an environment that runs functions in its cluster."""
    return environment(tier, **{"providers": PROVIDERS, "clusters": {"main": {"kind": "sandbox"}}, **words})


def planned(tier: Tier = "local", /, **functions: dict[str, Any]) -> EnvironmentPlan:
    """Return the plan of the team in that environment."""
    return resolve({"shop": shop(**functions)}, on_knative(tier))


@cache
def objects(tier: Tier = "local") -> tuple[dict[str, Any], ...]:
    """Return every Kubernetes object of the plan."""
    return tuple(
        one for (_, _), one in declared(planned(tier)).items() if "kind" in one and "metadata" in one
    )


def found(kind: str, group: str = "", *, tier: Tier = "local") -> dict[str, dict[str, Any]]:
    """Return the objects of a kind, and of an API group where two kinds share a name, by namespace and name."""
    return {
        f"{one['metadata'].get('namespace')}/{one['metadata']['name']}": one
        for one in objects(tier)
        if one["kind"] == kind and one["apiVersion"].startswith(group)
    }
