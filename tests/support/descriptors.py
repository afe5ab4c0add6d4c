"""Strategies for descriptors that fit together, whatever hypothesis makes of them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pavedroad.descriptor.environment import EnvironmentDescriptor
from pavedroad.descriptor.stores import ENGINES, STORE_STAND_INS
from pavedroad.descriptor.team import TeamDescriptor

Document = dict[str, Any]

PROVIDERS: Document = {
    "postgres": "cloudnative-pg",
    "mysql": "mysql-operator",
    "mongodb": "mongodb-community",
    "redis": "valkey",
    "memcached": "memcached",
    "cassandra": "cass-operator",
    "neo4j": "neo4j",
    "kafka": "strimzi",
    "rabbitmq": "rabbitmq-operator",
    "saga": "argo-workflows",
}
_END_POINT: Document = {"endpoint": "https://s3.example.com", "credentials": {"vault": "kv/s3"}}
_TIERS = ("local", "development", "staging", "production")
_SIZES = st.sampled_from(["nano", "small", "medium", "large", "xlarge"])
_DURATIONS = st.builds("{}{}".format, st.integers(1, 500), st.sampled_from(["ms", "s", "m", "h"]))
_MEMORY = st.builds("{}{}".format, st.integers(1, 64), st.sampled_from(["Mi", "Gi"]))
_TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters="$"), max_size=20)
_TOPICS: st.SearchStrategy[Document] = st.sampled_from(
    [
        {"broker": "kafka", "partitions": 6, "retention": "3d"},
        {"broker": "kafka", "compacted": True},
        {"broker": "rabbitmq"},
        {"broker": "rabbitmq", "kind": "exchange", "type": "topic"},
        {"broker": "rabbitmq", "kind": "stream", "max_size": "5Gi"},
    ]
)


@st.composite
def documents(draw: st.DrawFn) -> tuple[dict[str, Document], dict[str, Document]]:
    """Return teams and environments as plain documents, by name; they always pass every check."""
    environments = {
        f"env{index}": draw(_environment(f"env{index}")) for index in range(draw(st.integers(1, 2)))
    }
    names = [f"team{index}" for index in range(draw(st.integers(1, 3)))]
    teams = {team: draw(_team(team, list(environments))) for team in names}
    for team in names:
        draw(_edges(team, teams))
    return teams, environments


@st.composite
def projects(draw: st.DrawFn) -> tuple[dict[str, TeamDescriptor], dict[str, EnvironmentDescriptor]]:
    """Return teams and environments by name; ``check_project`` finds nothing in them."""
    teams, environments = draw(documents())
    return (
        {name: TeamDescriptor.model_validate(team) for name, team in teams.items()},
        {
            name: EnvironmentDescriptor.model_validate(environment)
            for name, environment in environments.items()
        },
    )


@st.composite
def _environment(draw: st.DrawFn, name: str) -> Document:
    tier = draw(st.sampled_from(_TIERS))
    sandboxed = draw(st.booleans())
    cluster: Document = {"kind": "sandbox"} if sandboxed else {"kind": "existing", "kubeconfig": "kubeconfig"}
    if not sandboxed:
        cluster["api_server"] = "10.0.0.1/32:443"
    emulated = tier in ("local", "development") and draw(st.booleans())
    return {
        "apiVersion": "pavedroad.dev/v1",
        "kind": "Environment",
        "environment": name,
        "tier": tier,
        "slices": draw(st.booleans()),
        "clusters": {"main": cluster},
        "providers": {
            **PROVIDERS,
            "bucket": _END_POINT,
            "dynamodb": "dynamodb-local"
            if emulated
            else {**_END_POINT, "endpoint": "https://dynamodb.example.com"},
        },
        "secrets": {"provider": "kubernetes", "namespace": "vault"},
        "domains": {"public": "shop.example.com", "internal": "in.shop.example.com"},
        "backups": {**_END_POINT, "bucket": "backups"},
    }


@st.composite
def _team(draw: st.DrawFn, team: str, environments: list[str]) -> Document:
    kinds = draw(st.lists(st.sampled_from(["service", "worker", "job"]), min_size=1, max_size=3))
    services = {
        f"s{index}": draw(_workload(f"{team}-s{index}", kind, environments))
        for index, kind in enumerate(kinds)
    }
    topics = {f"topic{index}": draw(_topic()) for index in range(draw(st.integers(0, 2)))}
    document: Document = {
        "apiVersion": "pavedroad.dev/v1",
        "kind": "Team",
        "team": team,
        "owners": {"email": f"{team}@example.com"},
        "services": services,
    }
    return document | ({"topics": topics} if topics else {})


@st.composite
def _topic(draw: st.DrawFn) -> Document:
    return {**draw(_TOPICS), "open_to": ["everyone"]}


@st.composite
def _workload(draw: st.DrawFn, host: str, kind: str, environments: list[str]) -> Document:
    stores = {f"db{index}": draw(_store()) for index in range(draw(st.integers(0, 2)))}
    block: Document = {
        "type": kind,
        "image": "registry.example.com/app:1.0",
        "size": draw(_SIZES),
        "env": draw(st.dictionaries(st.sampled_from(["A", "B", "C"]), _TEXT, max_size=2)),
        "stores": stores,
    }
    for name in stores:
        reference = "endpoint" if stores[name]["engine"] == "bucket" else "host"
        block["env"][f"{name.upper()}_HOST"] = f"${{stores.{name}.{reference}}}"
    if draw(st.booleans()):
        block["config"] = {"/etc/app/app.conf": {"content": draw(_TEXT)}}
    if draw(st.booleans()):
        block["secrets"] = {"API": {"vault": "kv/app", "key": "api"}}
    if draw(st.booleans()):
        block["scratch"] = {"/tmp": {"size": draw(_MEMORY), "memory": draw(st.booleans())}}
    if kind != "job":
        draw(_long_running(block, host))
    if draw(st.booleans()):
        block["environments"] = {draw(st.sampled_from(environments)): {"size": draw(_SIZES)}}
    return block


@st.composite
def _long_running(draw: st.DrawFn, block: Document, host: str) -> None:
    """Add what services and workers can have."""
    low = draw(st.integers(1, 5))
    block["scale"] = {"min": low, "max": low + draw(st.integers(0, 5))}
    block["termination"] = {"grace": draw(_DURATIONS)}
    if block["type"] == "service" or draw(st.booleans()):
        protocol = draw(st.sampled_from(["http", "grpc", "tcp"]))
        block["listens"] = {"main": {"port": draw(st.integers(1024, 65535)), "protocol": protocol}}
        block["open_to"] = ["everyone"]
        probe = {"http": {"http": "/ready"}, "grpc": {"grpc": True}, "tcp": {"tcp": True}}[protocol]
        block["probes"] = {"readiness": probe}
        if block["type"] == "service" and protocol != "tcp" and draw(st.booleans()):
            block["routes"] = [{"expose": draw(st.sampled_from(["public", "internal"])), "host": host}]
    if draw(st.booleans()):
        block["stable_identity"] = True
        block["volumes"] = {"data": {"mount": "/data", "size": draw(_MEMORY)}}


@st.composite
def _store(draw: st.DrawFn) -> Document:
    engine = draw(st.sampled_from(sorted(set(ENGINES) - STORE_STAND_INS.keys())))
    if engine == "bucket":
        return {"engine": engine, "bucket": "uploads"}
    store: Document = {"engine": engine}
    if engine != "dynamodb":
        store["size"] = draw(st.sampled_from(["small", "medium", "large"]))
    if engine in ("postgres", "mysql", "mongodb") and draw(st.booleans()):
        store["storage"] = "10Gi"
    return store


@st.composite
def _edges(draw: st.DrawFn, team: str, teams: dict[str, Document]) -> None:
    """Let a team's workloads call what listens and use topics, its own and other teams'."""
    callees = [
        (owner, name)
        for owner, document in teams.items()
        for name, block in document["services"].items()
        if "listens" in block
    ]
    topics = [(owner, name) for owner, document in teams.items() for name in document.get("topics", {})]
    for name, block in teams[team]["services"].items():
        called = [callee for callee in callees if callee != (team, name)]
        if called:
            chosen = draw(st.lists(st.sampled_from(called), max_size=2, unique=True))
            block["calls"] = {_reference(team, callee): draw(_call(teams, callee)) for callee in chosen}
        if topics:
            written = draw(st.lists(st.sampled_from(topics), max_size=2, unique=True))
            read = draw(st.lists(st.sampled_from(topics), max_size=2, unique=True))
            block["publishes"] = [_reference(team, topic) for topic in written]
            block["subscribes"] = {_reference(team, topic): {} for topic in read}


@st.composite
def _call(draw: st.DrawFn, teams: dict[str, Document], callee: tuple[str, str]) -> Document:
    owner, name = callee
    requests = teams[owner]["services"][name]["listens"]["main"]["protocol"] != "tcp"
    return {"timeout": draw(_DURATIONS), "retries": draw(st.integers(0, 5))} if requests else {}


def _reference(team: str, target: tuple[str, str]) -> str:
    owner, name = target
    return name if owner == team else f"{owner}/{name}"
