"""One store of each engine, resolved and declared on the recorder."""

from typing import Any

import pulumi

from components.kubernetes import Place
from components.stores import declare_store
from pavedroad.descriptor.environment import Tier
from pavedroad.plan.stores import StorePlan, resolve_store
from pavedroad.testing import Recorder, Recording
from tests.support.resolving import context, scope_of, team

ENGINES: dict[str, dict[str, Any]] = {
    "postgres": {"extensions": ["pgcrypto"]},
    "mysql": {},
    "mongodb": {},
    "redis": {},
    "memcached": {},
    "cassandra": {},
    "neo4j": {},
    "dynamodb": {},
    "bucket": {"bucket": "photos"},
}
"""A smallest descriptor of each engine, beside ``engine``."""


def store(  # one keyword for each thing that a test varies
    engine: str,
    spec: dict[str, Any] | None = None,
    *,
    tier: Tier = "production",
    override: dict[str, Any] | None = None,
    name: str = "ledger",
    service: str = "orders",
    service_words: dict[str, Any] | None = None,
    environment_words: dict[str, Any] | None = None,
) -> StorePlan:
    """Return the plan of a store of team ``shop``."""
    words = {"engine": engine, **ENGINES.get(engine, {}), **(spec or {})}
    environments = {"prod": {"stores": {name: override}}} if override else {}
    shop = team(
        "shop",
        {service: {"stores": {name: words}, "environments": environments, **(service_words or {})}},
    )
    made = context(shop, tier=tier, **(environment_words or {}))
    workload = shop.services[service]
    asked = getattr(workload.environments.get("prod"), "stores", {})
    return resolve_store(
        made,
        scope_of(made, "shop", service, "stores", name),
        "shop",
        service,
        name,
        workload.stores[name],
        asked.get(name),
    )


def declared(plan: StorePlan) -> Recording:
    """Return everything that the store's component declares."""

    def program() -> None:
        root = pulumi.ComponentResource("test:place:Place", "place")
        labels = {"pavedroad.dev/team": "shop", "pavedroad.dev/service": "orders"}
        declare_store(plan, Place(parent=root, namespace="shop", labels=labels))

    return Recorder().run(program)


def manifests(recording: Recording) -> list[dict[str, Any]]:
    """Return the Kubernetes objects of a recording."""
    return [dict(each.inputs) for each in recording.resources if each.type.startswith("kubernetes:")]
