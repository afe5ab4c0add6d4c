"""The example that uses every word, in memory: valid, and ready to be changed."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pavedroad.descriptor import load_file, load_project
from pavedroad.descriptor.checks import check_project
from pavedroad.descriptor.environment import EnvironmentDescriptor
from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.plan.resolve import resolve
from tests.support.declaring import Declared, declared

if TYPE_CHECKING:
    from pavedroad.descriptor.project import Project

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "every-word"

WORKSHOP = Path(__file__).resolve().parents[1] / "words" / "workshop.yaml"

BRANCHES = WORKSHOP.with_name("branches.yaml")
"""A team whose words only an environment with several clusters realises."""

HARBOUR = WORKSHOP.with_name("harbour.yaml")
"""A team whose words only an account realises."""

Raw = dict[str, Any]

ENDPOINT: Raw = {
    "endpoint": "https://dynamodb.example.com",
    "region": "eu-central-1",
    "credentials": {"vault": "kv/tables", "access_key_id": "id", "secret_access_key": "secret"},
}

CLOUD: Raw = {
    "clusters": {
        "main": {
            "kind": "existing",
            "kubeconfig": "kubeconfig",
            "context": "admin",
            "api_server": "10.0.0.0/28:6443",
            "addons": "managed",
            "storage_class": "fast",
            "shared_storage_class": "shared",
        }
    },
    "secrets": {"provider": "vault", "server": "https://vault.example.com", "path": "secret"},
}
"""What an environment on a real cluster says otherwise."""

ACCOUNT: Raw = {
    "aws": {
        "account": "123456789012",
        "region": "eu-central-1",
        "owner": "platform@example.com",
        "cost_centre": "CC-0001",
        "network": {"cidr": "10.40.0.0/16", "zones": 3, "zone_letters": "abc", "nat": "one"},
        "keys": {},
        "zones": {},
        "alarms": {"emails": ("night@example.com",), "urls": ("https://alarms.example.com/aws",)},
        "registries": ("shop",),
        "sandbox": False,
    },
    "clusters": {
        "main": {"kind": "eks", "version": "1.34", "public_access": ("192.0.2.0/24",), "admins": ()}
    },
    "secrets": {"provider": "secrets-manager"},
}
"""What an environment says that stands in an AWS account."""

EXISTING: Raw = {
    "network": {
        "vpc": "vpc-0123456789abcdef0",
        "cidr": "10.40.0.0/16",
        "data_cidr": "10.40.192.0/19",
        "public": ("subnet-00000001", "subnet-00000002"),
        "private": ("subnet-00000003", "subnet-00000004"),
        "data": ("subnet-00000005", "subnet-00000006"),
    },
    "keys": {
        purpose: f"arn:aws:kms:eu-central-1:123456789012:key/{purpose}"
        for purpose in ("data", "messages", "secrets", "logs", "registry")
    },
    "zones": {"public": "Z0PUBLIC", "internal": "Z0INTERNAL"},
}
"""What it says where network, keys and zones are there already."""

MANAGED: Raw = {
    "bucket": "s3",
    "dynamodb": "dynamodb",
    "neptune": "neptune",
    "sqs": "sqs",
    "sns": "sns",
    "function": "lambda",
}
"""Who realises what there; what is not named is realised in the cluster, as everywhere."""

BROKERS: Raw = {"kafka": "msk", "rabbitmq": "amazon-mq"}
"""Brokers that AWS runs, where all are its own."""

FILES = {("showcase", f"files/banner.txt{suffix}"): f"Hello{suffix}!" for suffix in ("", "x")} | {
    ("showcase", f"files/{name}"): (EXAMPLE / "stacks" / "teams" / "files" / name).read_text("utf-8")
    for name in ("shop.openapi.yaml", "shop.published.yaml")
}


@dataclass(frozen=True)
class Example:
    """Descriptors and an environment as plain data.

    Attributes:
        teams: Teams by name.
        environment: The environment.
    """

    teams: dict[str, Raw]
    environment: Raw

    def load_team(self, team: str) -> TeamDescriptor:
        """Return a team's descriptor."""
        return TeamDescriptor.model_validate(self.teams[team])

    def load_environment(self) -> EnvironmentDescriptor:
        """Return the environment's descriptor."""
        return EnvironmentDescriptor.model_validate(self.environment)

    def load(self) -> tuple[dict[str, TeamDescriptor], EnvironmentDescriptor] | None:
        """Return the descriptors; None where something is wrong with them."""
        try:
            teams = {name: self.load_team(name) for name in self.teams}
            environment = self.load_environment()
        except ValidationError:
            return None
        if check_project(teams, {environment.environment: environment}, FILES):
            return None
        return teams, environment

    def declared(self) -> Declared | None:
        """Return everything that the environment declares; None where a descriptor is refused."""
        loaded = self.load()
        return None if loaded is None else declared(resolve(*loaded, FILES))


@cache
def example(tier: str = "local", *, cloud: bool = False, overrides: bool = True) -> Example:
    """Return the example in a tier.

    The team ``workshop`` adds the words that the example says only about another kind of thing.

    Args:
        tier: The tier of its environment.
        cloud: On a real cluster with a vault, in the place of the sandbox.
        overrides: Whether teams say what differs in this environment.
    """
    project = load_project(EXAMPLE)
    descriptors = {**project.teams, "workshop": load_file(WORKSHOP)}
    teams = {name: team.model_dump(exclude_unset=True) for name, team in descriptors.items()}
    if not overrides:
        for team in teams.values():
            for named in (*team["services"].values(), *team.get("exemptions", ())):
                named.pop("environments", None)
    return Example(teams, _environment(project, tuple(teams), tier, cloud=cloud))


@cache
def account_example(tier: str = "local", *, existing: bool = False, overrides: bool = True) -> Example:
    """Return the example in an AWS account: its teams, and one whose words only an account realises.

    Args:
        tier: The tier of its environment.
        existing: Whether its network, keys and zones are there already. All brokers are AWS' own then, and
            without streams, which Amazon MQ lacks.
        overrides: Whether the one team says what differs in this environment.
    """
    base = deepcopy(example(tier, cloud=True, overrides=False))
    harbour = load_file(HARBOUR).model_dump(exclude_unset=True)
    if not overrides:
        for service in harbour["services"].values():
            service.pop("environments", None)
    teams = {**base.teams, "harbour": harbour}
    for workload in chain.from_iterable(team["services"].values() for team in teams.values()):
        for store in workload.get("stores", {}).values():
            if store["engine"] == "dynamodb":
                store.setdefault("tables", {"sheets": {"partition_key": {"name": "id"}}})
    providers = {**base.environment["providers"], **MANAGED, **(BROKERS if existing else {})}
    if existing:
        for topic in chain.from_iterable(team.get("topics", {}).values() for team in teams.values()):
            if topic.get("kind") == "stream":
                for word in ("kind", "retention", "max_size"):
                    topic.pop(word, None)
    account = {**ACCOUNT, "aws": {**ACCOUNT["aws"], **(EXISTING if existing else {})}}
    return Example(teams, {**base.environment, **account, "teams": tuple(teams), "providers": providers})


MANAGED_TOO: Raw = {
    "postgres": "aurora",
    "mysql": "aurora",
    "mongodb": "documentdb",
    "redis": "elasticache",
    "memcached": "elasticache",
    "cassandra": "keyspaces",
    "kafka": "msk",
}
"""What AWS realises as well as a cluster does; not RabbitMQ, whose streams Amazon MQ has not."""


def managed_example(tier: str = "production", **providers: str) -> Example:
    """Return the example in an AWS account that realises whatever it can.

    Args:
        tier: The tier of its environment.
        providers: Who realises something else than usually.
    """
    base = account_example(tier)
    chosen = {**base.environment["providers"], **MANAGED_TOO, **providers}
    return Example(base.teams, {**base.environment, "providers": chosen})


@cache
def places_example(*, account: bool = False) -> Example:
    """Return a team on two clusters.

    Args:
        account: Whether the first of them is on EKS.
    """
    base = account_example("production") if account else example("production", cloud=True)
    home, branch = deepcopy(base.environment["clusters"]["main"]), deepcopy(CLOUD["clusters"]["main"])
    home |= {"labels": {"company": "example"}, "east_west": _east_west(1)}
    branch |= {"labels": {"company": "example", "place": "branch"}, "east_west": _east_west(2)}
    team = load_file(BRANCHES).model_dump(exclude_unset=True)
    clusters = {"main": home, "branch": branch}
    alone = {"clusters": clusters, "teams": ("branches",), "on_call": None}
    return Example({"branches": team}, {**base.environment, **alone})


@cache
def regions_example(*, outside: bool = False) -> Example:
    """Return a team in two regions of an AWS account, with a public host in both.

    Args:
        outside: Whether it stands on a third cluster too, which is in no region.
    """
    base = places_example(account=True)
    team = deepcopy(base.teams["branches"])
    everywhere = {"type": "service", "image": "example/door:1.0.0", "listens": {"http": {"port": 8080}}}
    everywhere |= {"placement": {"clusters": {"company": "example"}}}
    team["services"]["door"] = {**everywhere, "routes": ({"expose": "public", "access": "everyone"},)}
    west = {"kind": "eks", "region": "eu-west-1", "network": {"cidr": "10.41.0.0/16"}, "weight": 30}
    home, branch = (base.environment["clusters"][name] for name in ("main", "branch"))
    clusters = {
        "main": {**home, "weight": 70},
        "branch": {**west, "labels": branch["labels"], "east_west": _east_west(2)},
        **({"outpost": {**branch, "labels": {"company": "example"}, "weight": 20}} if outside else {}),
    }
    domains = {**base.environment["domains"], "spread": "weight"}
    return Example({"branches": team}, {**base.environment, "clusters": clusters, "domains": domains})


def _east_west(number: int) -> Raw:
    return {"addresses": (f"10.{number}.8.0/28",), "clients": (f"10.{number}.16.0/24",)}


def queues_example(tier: str = "production") -> Example:
    """Return a team with nothing but a queue on RabbitMQ, in an AWS account that runs it."""
    base = account_example(tier)
    team = {key: base.teams["harbour"][key] for key in ("apiVersion", "kind", "owners")} | {
        "team": "quay",
        "topics": {"bells": {"broker": "rabbitmq"}},
        "services": {
            name: {"type": "worker", "image": f"example/{name}:1.0.0", **words}
            for name, words in (
                ("tower", {"publishes": ("bells",)}),
                ("ringer", {"subscribes": {"bells": {}}}),
            )
        },
    }
    alone = {"teams": ("quay",), "providers": {"rabbitmq": "amazon-mq"}, "on_call": None}
    environment = {**base.environment, **alone}
    return Example({"quay": team}, environment)


def _environment(project: Project, teams: tuple[str, ...], tier: str, *, cloud: bool) -> Raw:
    """Return the example's environment in a tier, on the sandbox or on a real cluster."""
    environment = project.environments["showcase"].model_dump(exclude_unset=True)
    environment |= {"tier": tier, "teams": teams, **(CLOUD if cloud else {})}
    if cloud or tier in ("staging", "production"):
        environment["providers"] = {**environment["providers"], "dynamodb": ENDPOINT}
    return environment
