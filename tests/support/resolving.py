"""Descriptors and environments for tests, small and valid."""

from typing import Any, Literal, get_args

from pavedroad.descriptor.environment import EnvironmentDescriptor, Tier
from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.plan.context import Context
from pavedroad.plan.provenance import Scope, Trace

TIERS: tuple[Tier, ...] = get_args(Tier)

ENDPOINT = {
    "endpoint": "https://objects.example.com",
    "region": "eu-west-1",
    "credentials": {"vault": "platform/objects"},
}
BACKUPS = {
    "endpoint": "https://backups.example.com:9000",
    "bucket": "backups",
    "credentials": {"vault": "platform/backups"},
}


def environment(tier: Tier = "production", **words: Any) -> EnvironmentDescriptor:
    """Return an environment that realises everything."""
    emulated = tier in {"local", "development"}
    return EnvironmentDescriptor.model_validate(
        {
            "apiVersion": "pavedroad.dev/v1",
            "kind": "Environment",
            "environment": "prod",
            "tier": tier,
            "clusters": {
                "main": {"kind": "existing", "kubeconfig": "kubeconfig", "api_server": "10.0.0.1/32:6443"}
            },
            "providers": {
                "postgres": "cloudnative-pg",
                "mysql": "mysql-operator",
                "mongodb": "mongodb-community",
                "redis": "valkey",
                "memcached": "memcached",
                "cassandra": "cass-operator",
                "neo4j": "neo4j",
                "dynamodb": "dynamodb-local" if emulated else ENDPOINT,
                "bucket": ENDPOINT,
                "kafka": "strimzi",
                "rabbitmq": "rabbitmq-operator",
                "saga": "argo-workflows",
            },
            "secrets": {"provider": "vault", "server": "https://vault.example.com", "path": "secret"},
            "backups": BACKUPS,
            **words,
        }
    )


def team(name: str, services: dict[str, dict[str, Any]], **words: Any) -> TeamDescriptor:
    """Return a team; each service is a worker unless it says otherwise."""
    return TeamDescriptor.model_validate(
        {
            "apiVersion": "pavedroad.dev/v1",
            "kind": "Team",
            "team": name,
            "owners": {"email": f"{name}@example.com"},
            "services": {
                service: {"type": "worker", "image": "example/app:1", **spec}
                for service, spec in services.items()
            },
            **words,
        }
    )


def context(*teams: TeamDescriptor, tier: Tier = "production", **words: Any) -> Context:
    """Return what ``resolve`` works on."""
    described = environment(tier, **words)
    return Context.on(described.home, described, {each.team: each for each in teams}, {}, Trace())


def scope_of(made: Context, team_name: str, service: str, kind: Literal["stores"], name: str) -> Scope:
    """Return the place of a store in a descriptor."""
    return Scope(made.trace, (team_name, "services", service, kind, name))
