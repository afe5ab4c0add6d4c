"""Stores, resolved: what each tier gives, under which names, and what an owner may know."""

from typing import Any, get_args

import pytest

from pavedroad.descriptor.environment import Tier
from pavedroad.descriptor.references import STORE_OUTPUTS
from pavedroad.descriptor.stores import ENGINES as NAMED_ENGINES
from pavedroad.plan.provenance import Origin, Trace
from pavedroad.plan.stores import (
    CassandraPlan,
    DynamodbLocalPlan,
    EndpointPlan,
    MemcachedPlan,
    MongodbPlan,
    MysqlPlan,
    Neo4jPlan,
    PostgresPlan,
    RedisPlan,
    StorePlan,
    resolve_store,
    store_client_flow,
)
from pavedroad.plan.stores.request import host_port
from pavedroad.plan.stores.sizing import COMPUTE, IMAGES, STORAGE_FACTOR
from pavedroad.plan.values import SecretKeyRef
from tests.support.resolving import BACKUPS, TIERS, context, scope_of, team
from tests.support.stores import ENGINES, store

REPLICATED = ("postgres", "mysql", "mongodb", "redis", "cassandra")
LONG = "a-service-with-quite-a-long-name-indeed1"
"""The longest name that a descriptor takes."""

NAME_LIMITS = {
    "postgres": 50,
    "mysql": 40,
    "mongodb": 44,
    "redis": 36,
    "memcached": 63,
    "cassandra": 19,
    "neo4j": 52,
    "dynamodb": 50,
    "bucket": 50,
}
"""The most that each operator takes; a cut name may be shorter by a dash that would end it."""


def postgres(**words: Any) -> PostgresPlan:
    plan = store("postgres", **words)
    assert isinstance(plan, PostgresPlan)
    return plan


def test_every_engine_of_the_descriptor_is_tested() -> None:
    assert {*ENGINES, "neptune"} == set(NAMED_ENGINES), "Neptune stands in an account alone"


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("engine", ENGINES)
def test_outputs_are_exactly_the_documented_ones(engine: str, tier: Tier) -> None:
    assert set(store(engine, tier=tier).outputs) == {output.name for output in STORE_OUTPUTS[engine]}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_documented_as_secret_is_a_secret_reference(engine: str) -> None:
    plan = store(engine, tier="production")

    secrets = {output.name for output in STORE_OUTPUTS[engine] if output.secret}
    assert {name for name, value in plan.outputs.items() if isinstance(value, SecretKeyRef)} == secrets


def test_the_emulator_takes_any_credentials_so_they_are_no_secret() -> None:
    plan = store("dynamodb", tier="local")

    assert isinstance(plan, DynamodbLocalPlan)
    assert (plan.outputs["access_key_id"], plan.outputs["secret_access_key"]) == ("local", "local")
    assert plan.outputs["endpoint"] == "http://orders-ledger.shop.svc.cluster.local:8000"


INSTANCES_BY_TIER = {"local": 1, "development": 1, "staging": 3, "production": 3}


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("engine", REPLICATED)
def test_the_tier_decides_how_safe_a_replicated_store_is(engine: str, tier: Tier) -> None:
    plan = store(engine, tier=tier)

    assert isinstance(plan, PostgresPlan | MysqlPlan | MongodbPlan | RedisPlan | CassandraPlan)
    several = INSTANCES_BY_TIER[tier] > 1
    assert plan.servers.instances == INSTANCES_BY_TIER[tier]
    assert plan.servers.spread == ("zone" if several else "none")
    assert plan.servers.spread_required is (tier == "production")
    assert plan.identity.protect is several


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("engine", ["postgres", "mysql"])
def test_databases_are_backed_up_from_staging_on(engine: str, tier: Tier) -> None:
    plan = store(engine, tier=tier)

    assert isinstance(plan, PostgresPlan | MysqlPlan)
    assert (plan.backup is not None) is (tier in {"staging", "production"})


@pytest.mark.parametrize("engine", ["memcached", "dynamodb"])
def test_what_keeps_nothing_is_not_protected(engine: str) -> None:
    assert store(engine, tier="development").identity.protect is False


def test_one_server_protects_its_volume_too() -> None:
    plan = store("neo4j", tier="production")

    assert isinstance(plan, Neo4jPlan)
    assert (plan.servers.instances, plan.servers.spread, plan.identity.protect) == (1, "none", True)


def test_a_backup_is_made_below_staging_where_somebody_asks_for_it() -> None:
    backup = postgres(tier="development", spec={"backup": {"keep": "2d", "schedule": "weekly"}}).backup

    assert backup is not None
    assert (backup.schedule, backup.keep_days) == ("weekly", 2)


def test_without_a_place_for_backups_none_are_made() -> None:
    assert postgres(environment_words={"backups": None}).backup is None


def test_a_backup_goes_where_the_environment_says_into_a_folder_of_its_own() -> None:
    plan = postgres()

    assert plan.backup is not None
    assert (plan.backup.endpoint, plan.backup.bucket) == (BACKUPS["endpoint"], "backups")
    assert plan.backup.path == "prod/shop/orders-ledger"
    assert [host for _, host in plan.outbound] == ["backups.example.com:9000"]
    assert {
        (flow.source.name, flow.destination.name, flow.ports) for flow in plan.flows if flow.kind == "egress"
    } == {("orders-ledger", "egress", (9000,))}
    assert {(entry.remote_path, entry.remote_key) for entry in plan.entries} == {
        ("platform/backups", "access_key_id"),
        ("platform/backups", "secret_access_key"),
    }


def test_one_environment_may_change_what_the_descriptor_says() -> None:
    override = {"size": "large", "instances": 5, "storage": "1Ti", "backup": {"keep": "90d"}}
    plan = postgres(spec={"size": "medium", "instances": 3, "storage": "5Gi"}, override=override)

    assert plan.servers.compute.memory == COMPUTE["postgres"]["large"][1]
    assert (plan.servers.instances, plan.disk.size) == (5, "1Ti")
    assert plan.backup is not None
    assert plan.backup.keep_days == 90


def test_a_larger_size_gets_a_larger_volume() -> None:
    sizes = {size: postgres(spec={"size": size}).disk.size for size in STORAGE_FACTOR}

    assert sizes == {"small": "20Gi", "medium": "100Gi", "large": "400Gi"}


def test_every_choice_says_who_made_it() -> None:
    shop = team("shop", {"orders": {"stores": {"ledger": {"engine": "postgres", "instances": 5}}}})
    made = context(shop)
    path = ("shop", "services", "orders", "stores", "ledger")

    resolve_store(
        made,
        scope_of(made, "shop", "orders", "stores", "ledger"),
        "shop",
        "orders",
        "ledger",
        shop.services["orders"].stores["ledger"],
        None,
    )

    assert _origins(made.trace, path) == {
        "size": Origin(value="small", source="default"),
        "instances": Origin(value=5, source="descriptor", written_at=(*path, "instances")),
        "version": Origin(value="17", source="default"),
        "database": Origin(value="ledger", source="default"),
        "storage": Origin(value="20Gi", source="tier"),
        "backup.keep": Origin(value="30d", source="tier"),
        "backup.schedule": Origin(value="daily", source="default"),
    }


def _origins(trace: Trace, path: tuple[str, ...]) -> dict[str, Origin]:
    return {".".join(where[len(path) :]): origin for where, origin in trace.origins.items()}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_renamed_team_service_and_store_keep_every_name(engine: str) -> None:
    before = store(engine)
    words = {"engine": engine, **ENGINES[engine], "formerly": ["ledger"]}
    workload = {"stores": {"book": words}, "formerly": ["orders"]}
    renamed = team("market", {"sales": workload}, formerly=["shop"])
    made = context(renamed)

    after = resolve_store(
        made,
        scope_of(made, "market", "sales", "stores", "book"),
        "market",
        "sales",
        "book",
        renamed.services["sales"].stores["book"],
        None,
    )

    assert (after.name, after.identity.namespace, after.outputs) == (
        before.name,
        before.identity.namespace,
        before.outputs,
    )
    assert [flow.ports for flow in after.flows] == [flow.ports for flow in before.flows]
    assert {party.selector for party in _own_parties(after)} == {
        party.selector for party in _own_parties(before)
    }


def _own_parties(plan: StorePlan) -> list[Any]:
    parties = [plan.party, *(flow.source for flow in plan.flows), *(flow.destination for flow in plan.flows)]
    return [party for party in parties if party is not None and party.namespace == "shop"]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_long_name_is_cut_to_what_the_operator_takes_and_stays_unique(engine: str) -> None:
    one = store(engine, service=LONG, name="first-of-two-stores-with-long-names-aaa")
    two = store(engine, service=LONG, name="first-of-two-stores-with-long-names-aab")

    assert NAME_LIMITS[engine] - 2 <= len(one.name) <= NAME_LIMITS[engine]
    assert one.name != two.name


@pytest.mark.parametrize("engine", ENGINES)
def test_every_derived_name_and_label_fits_into_63_characters(engine: str) -> None:
    plan = store(engine, service=LONG, name=LONG[::-1].replace("1", "x"))

    names = [party.name for party in _own_parties(plan)]
    labels = [value for party in _own_parties(plan) for _, value in party.selector]
    secrets = [value.name for value in plan.outputs.values() if isinstance(value, SecretKeyRef)]
    hosts = [str(plan.outputs["host"]).partition(".")[0]] if "host" in plan.outputs else []
    assert [each for each in (*names, *labels, *secrets, *hosts) if len(each) > 63] == []


def test_a_client_connects_to_the_pooler_and_not_to_the_server() -> None:
    plan = postgres()
    client = _own_parties(store("redis"))[0]

    flow = store_client_flow(plan, client)

    assert plan.outputs["host"] == "orders-ledger-pooler.shop.svc.cluster.local"
    assert flow.destination.selector == (("cnpg.io/poolerName", "orders-ledger-pooler"),)
    assert (flow.kind, flow.ports, flow.source) == ("store", (5432,), client)


CLIENT_DOORS = {
    "postgres": ("orders-ledger-pooler", (5432,)),
    "mysql": ("orders-ledger-router", (6446,)),
    "mongodb": ("orders-ledger", (27017,)),
    "redis": ("orders-ledger", (6379,)),
    "memcached": ("orders-ledger", (11211,)),
    "cassandra": ("orders-ledger", (9042,)),
    "neo4j": ("orders-ledger", (7474, 7687)),
}


@pytest.mark.parametrize("engine", CLIENT_DOORS)
def test_each_engine_has_one_door_for_clients(engine: str) -> None:
    plan = store(engine)

    assert plan.party is not None
    assert (plan.party.name, plan.ports) == CLIENT_DOORS[engine]
    assert plan.party.service_account is not None


FLOWS = {
    "postgres": {
        ("internal", "orders-ledger", "orders-ledger", (5432, 8000)),
        ("internal", "orders-ledger-join", "orders-ledger", (5432,)),
        ("internal", "orders-ledger-pooler", "orders-ledger", (5432,)),
        ("platform", "cloudnative-pg", "orders-ledger", (8000,)),
        ("platform", "orders-ledger", "kubernetes-api", (6443,)),
        ("platform", "orders-ledger-initdb", "kubernetes-api", (6443,)),
        ("platform", "orders-ledger-join", "kubernetes-api", (6443,)),
        ("platform", "orders-ledger-pooler", "kubernetes-api", (6443,)),
    },
    "mysql": {
        ("internal", "orders-ledger", "orders-ledger", (3306, 33061)),
        ("internal", "orders-ledger-router", "orders-ledger", (3306,)),
        ("internal", "orders-ledger-database", "orders-ledger-router", (6446,)),
        ("platform", "mysql-operator", "orders-ledger", (3306,)),
        ("platform", "orders-ledger", "kubernetes-api", (6443,)),
    },
    "mongodb": {
        ("internal", "orders-ledger", "orders-ledger", (27017,)),
        ("platform", "orders-ledger", "kubernetes-api", (6443,)),
    },
    "redis": {
        ("store", "orders", "orders-ledger-nodes", (6379,)),
        ("internal", "orders-ledger", "orders-ledger-nodes", (6379,)),
        ("internal", "orders-ledger-nodes", "orders-ledger-nodes", (6379, 16379)),
        ("platform", "valkey-operator", "orders-ledger-nodes", (6379,)),
    },
    "memcached": set(),
    "cassandra": {
        ("internal", "orders-ledger", "orders-ledger", (7000,)),
        ("internal", "orders-ledger-keyspace", "orders-ledger", (9042,)),
        ("platform", "cass-operator", "orders-ledger", (8080,)),
    },
    "neo4j": set(),
    "dynamodb": set(),
    "bucket": set(),
}
"""Everything that a store without backups opens for itself."""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_store_opens_exactly_what_it_needs(engine: str) -> None:
    plan = store(engine, environment_words={"backups": None})

    opened = {(flow.kind, flow.source.name, flow.destination.name, flow.ports) for flow in plan.flows}
    assert opened == FLOWS[engine]


@pytest.mark.parametrize("engine", REPLICATED)
def test_a_single_instance_opens_nothing_to_others_like_it(engine: str) -> None:
    opened = {(flow.source.name, flow.destination.name) for flow in store(engine, tier="local").flows}

    assert [pair for pair in opened if pair[0] == pair[1] or pair[0].endswith("-join")] == []


def test_dumps_of_mysql_may_reach_servers_and_end_point_and_nobody_else_may() -> None:
    dumps = [flow for flow in store("mysql").flows if flow.source.name == "orders-ledger-dump"]

    assert {(flow.destination.name, flow.ports) for flow in dumps} == {
        ("orders-ledger", (3306,)),
        ("kubernetes-api", (6443,)),
        ("egress", (9000,)),
    }


def test_an_end_point_is_reached_as_egress_with_credentials_from_the_secret_source() -> None:
    plan = store("bucket")

    assert isinstance(plan, EndpointPlan)
    assert (plan.party, plan.egress_host) == (None, "objects.example.com:443")
    assert plan.outputs["access_key_id"] == SecretKeyRef("orders-ledger-keys", "access_key_id")
    assert plan.outputs["bucket"] == "photos"
    with pytest.raises(LookupError, match="outside the cluster"):
        store_client_flow(plan, _own_parties(store("redis"))[0])


def test_dynamodb_is_an_end_point_above_development() -> None:
    plan = store("dynamodb", tier="production")

    assert isinstance(plan, EndpointPlan)
    assert (plan.outputs["host"], plan.outputs["port"], plan.outputs["region"]) == (
        "objects.example.com",
        "443",
        "eu-west-1",
    )


def test_a_port_that_a_url_leaves_out_is_its_schemes() -> None:
    urls = ("https://a.example.com", "http://a.example.com/x", "https://a.example.com:9000")

    assert [host_port(url) for url in urls] == [
        "a.example.com:443",
        "a.example.com:80",
        "a.example.com:9000",
    ]


def test_an_alias_leads_to_where_the_outputs_lead() -> None:
    plan = postgres(spec={"alias": "ledger-db"})

    assert plan.alias == ("ledger-db", plan.outputs["host"])
    assert postgres().alias is None


@pytest.mark.parametrize(
    ("name", "database"),
    [("ledger", "ledger"), ("order-book", "order_book"), ("postgres", "postgres_data")],
)
def test_a_database_is_called_like_its_store_unless_the_engine_has_one_of_that_name(
    name: str, database: str
) -> None:
    assert postgres(name=name).database == database


def test_a_database_may_be_named() -> None:
    assert postgres(spec={"database": "book"}).outputs["database"] == "book"


def test_the_server_takes_all_connections_that_its_poolers_may_open() -> None:
    plan = postgres(spec={"instances": 5})

    assert (plan.pooler_instances, plan.max_connections) == (3, 200)


def test_cassandra_keeps_as_many_copies_as_it_has_racks() -> None:
    plan = store("cassandra", {"instances": 5})

    assert isinstance(plan, CassandraPlan)
    assert (plan.racks, plan.replicas) == (("rack1", "rack2", "rack3"), 3)


def test_no_connection_string_in_a_plan_holds_a_password() -> None:
    for engine in ("postgres", "mysql"):
        plan = store(engine)
        assert isinstance(plan, PostgresPlan | MysqlPlan)
        assert dict(plan.credentials.entries)["uri"].count("{{ .password }}") == 1


def test_redis_needs_no_password_since_old_clients_could_send_none() -> None:
    assert store("redis").outputs["uri"] == "redis://orders-ledger.shop.svc.cluster.local:6379"


@pytest.mark.parametrize("engine", ["postgres", "mysql", "mongodb", "redis", "cassandra"])
def test_every_version_of_the_descriptor_has_a_pinned_image(engine: str) -> None:
    models = {type(words).__name__: words for words in _stores(engine)}
    (spec,) = models.values()
    annotation = type(spec).model_fields["version"].annotation
    versions = {version for part in get_args(annotation) for version in get_args(part)}

    assert set(IMAGES[engine]) == versions
    for version in versions:
        image = IMAGES[engine][version]
        assert f":{version}" in image
        assert not image.endswith(":latest")


def _stores(engine: str) -> list[Any]:
    shop = team("shop", {"orders": {"stores": {"ledger": {"engine": engine, **ENGINES[engine]}}}})
    return list(shop.services["orders"].stores.values())


def test_memcached_has_as_many_instances_as_it_is_given() -> None:
    plan = store("memcached", {"instances": 2})

    assert isinstance(plan, MemcachedPlan)
    assert plan.servers.instances == 2
