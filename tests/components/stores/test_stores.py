"""Stores on the recorder: what each component declares, and what every store's objects have in common."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from components.stores import COMPONENTS
from pavedroad.access import Cluster, Pod
from pavedroad.descriptor.environment import Tier
from pavedroad.plan.flows import Party
from pavedroad.plan.values import SecretKeyRef
from pavedroad.testing import Recording
from tests.support.crds import faults, require_crds
from tests.support.managed import MANAGED_STORES, managed
from tests.support.resolving import TIERS
from tests.support.stores import ENGINES, declared, manifests, store

CNPG = "kubernetes:postgresql.cnpg.io/v1"
SECRET = "kubernetes:external-secrets.io/v1:ExternalSecret"
PASSWORD = "kubernetes:generators.external-secrets.io/v1alpha1:Password"
ACCOUNT = "kubernetes:core/v1:ServiceAccount"
SERVICE = "kubernetes:core/v1:Service"
BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"

PRODUCTION: dict[str, dict[str, int]] = {
    "postgres": {
        "pavedroad:stores:Postgres": 1,
        f"{CNPG}:Cluster": 1,
        f"{CNPG}:Pooler": 1,
        f"{CNPG}:Database": 1,
        f"{CNPG}:DatabaseRole": 1,
        f"{CNPG}:ScheduledBackup": 1,
        "kubernetes:barmancloud.cnpg.io/v1:ObjectStore": 1,
        SECRET: 2,
        PASSWORD: 1,
        BUDGET: 1,
    },
    "mysql": {
        "pavedroad:stores:Mysql": 1,
        "kubernetes:mysql.oracle.com/v2:InnoDBCluster": 1,
        "kubernetes:batch/v1:Job": 1,
        ACCOUNT: 1,
        SECRET: 4,
        PASSWORD: 3,
        BUDGET: 1,
    },
    "mongodb": {
        "pavedroad:stores:Mongodb": 1,
        "kubernetes:mongodbcommunity.mongodb.com/v1:MongoDBCommunity": 1,
        "kubernetes:rbac.authorization.k8s.io/v1:Role": 1,
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": 1,
        ACCOUNT: 1,
        SECRET: 2,
        PASSWORD: 2,
        BUDGET: 1,
    },
    "redis": {
        "pavedroad:stores:Redis": 1,
        "kubernetes:valkey.io/v1alpha1:ValkeyCluster": 1,
        "kubernetes:core/v1:ConfigMap": 1,
        DEPLOYMENT: 1,
        SERVICE: 2,
        ACCOUNT: 1,
        BUDGET: 1,
    },
    "memcached": {"pavedroad:stores:Memcached": 1, DEPLOYMENT: 1, SERVICE: 1, ACCOUNT: 1, BUDGET: 1},
    "cassandra": {
        "pavedroad:stores:Cassandra": 1,
        "kubernetes:cassandra.datastax.com/v1beta1:CassandraDatacenter": 1,
        "kubernetes:batch/v1:Job": 1,
        SERVICE: 1,
        ACCOUNT: 2,
        SECRET: 2,
        PASSWORD: 2,
    },
    "neo4j": {
        "pavedroad:stores:Neo4j": 1,
        "kubernetes:apps/v1:StatefulSet": 1,
        SERVICE: 1,
        ACCOUNT: 1,
        SECRET: 1,
        PASSWORD: 1,
    },
    "dynamodb": {"pavedroad:stores:Endpoint": 1, SECRET: 1},
    "bucket": {"pavedroad:stores:Endpoint": 1, SECRET: 1},
}
"""Everything that one store of each engine is made of in production."""

PROTECTED = {
    "postgres": f"{CNPG}:Cluster",
    "mysql": "kubernetes:mysql.oracle.com/v2:InnoDBCluster",
    "mongodb": "kubernetes:mongodbcommunity.mongodb.com/v1:MongoDBCommunity",
    "redis": "kubernetes:valkey.io/v1alpha1:ValkeyCluster",
    "cassandra": "kubernetes:cassandra.datastax.com/v1beta1:CassandraDatacenter",
    "neo4j": "kubernetes:apps/v1:StatefulSet",
}


def types(recording: Recording) -> dict[str, int]:
    return {each: count for each, count in recording.types().items() if not each.startswith("test:")}


def of_kind(engine: str, kind: str, **words: Any) -> dict[str, Any]:
    (found,) = [each for each in manifests(declared(store(engine, **words))) if each["kind"] == kind]
    return found


@pytest.mark.parametrize("engine", ENGINES)
def test_a_store_in_production_is_made_of_exactly_these(engine: str) -> None:
    assert types(declared(store(engine))) == PRODUCTION[engine]


def test_the_emulator_is_one_deployment() -> None:
    assert types(declared(store("dynamodb", tier="local"))) == {
        "pavedroad:stores:DynamodbLocal": 1,
        DEPLOYMENT: 1,
        SERVICE: 1,
        ACCOUNT: 1,
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_one_instance_has_no_disruption_budget_which_would_block_every_drain(engine: str) -> None:
    assert BUDGET not in types(declared(store(engine, tier="local")))


@pytest.mark.parametrize("tier", TIERS)
@pytest.mark.parametrize("engine", ENGINES)
def test_every_object_is_valid_by_its_real_schema(engine: str, tier: Tier) -> None:
    require_crds()

    recording = declared(store(engine, {"instances": 5} if engine in REPLICATED else None, tier=tier))

    assert [fault for manifest in manifests(recording) for fault in faults(manifest)] == []


REPLICATED = ("postgres", "mysql", "mongodb", "redis", "cassandra", "memcached")


def test_the_schema_check_finds_unknown_fields_wrong_types_and_missing_ones() -> None:
    require_crds()
    cluster = of_kind("postgres", "Cluster")
    spec = cluster["spec"]

    assert faults({**cluster, "spec": {**spec, "instnaces": 3}}) != []
    assert faults({**cluster, "spec": {**spec, "instances": "three"}}) != []
    assert faults({**cluster, "spec": {**spec, "storage": {"size": 3.5}}}) != []
    assert faults(of_kind("memcached", "Deployment") | {"spec": {"replicas": 1}}) != []


@pytest.mark.parametrize("tier", ["local", "development", "staging", "production"])
@pytest.mark.parametrize("engine", PROTECTED)
def test_what_holds_data_is_protected_from_staging_on_and_nothing_else_is(engine: str, tier: Tier) -> None:
    recording = declared(store(engine, tier=tier))

    protected = [each.type for each in recording.resources if each.options.protect]
    assert protected == ([PROTECTED[engine]] if tier in {"staging", "production"} else [])


@pytest.mark.parametrize("engine", ENGINES)
def test_objects_say_whose_they_are_and_are_named_after_where_they_stand(engine: str) -> None:
    recording = declared(store(engine))

    for each in recording.resources:
        if each.type.startswith("kubernetes:"):
            metadata = each.inputs["metadata"]
            assert each.name == f"shop/{metadata['name']}"
            assert metadata["labels"]["pavedroad.dev/service"] == "orders"
            assert metadata["labels"]["pavedroad.dev/store"] == "orders-ledger"
            assert metadata["labels"]["app.kubernetes.io/managed-by"] == "pavedroad"


@pytest.mark.parametrize("engine", ENGINES)
def test_the_component_tells_whose_it_is_and_shows_no_secret_output(engine: str) -> None:
    plan = store(engine)
    component = next(each for each in declared(plan).resources if each.type.startswith("pavedroad:"))

    assert component.inputs == {"team": "shop", "service": "orders", "store": "orders-ledger"}
    assert component.outputs == {
        name: value for name, value in plan.outputs.items() if isinstance(value, str)
    }


def test_every_plan_that_an_engine_resolves_to_has_a_component() -> None:
    plans = {type(store(engine, tier=tier)) for engine in ENGINES for tier in TIERS}
    plans |= {type(managed(engine, provider=provider)) for engine, provider in MANAGED_STORES}

    assert set(COMPONENTS) == plans
    assert len(set(COMPONENTS.values())) == len(plans)


def pods(manifest: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the pod specifications that a manifest spells out in full."""
    if manifest["kind"] in {"Deployment", "StatefulSet", "Job"}:
        yield manifest["spec"]["template"]["spec"]


@pytest.mark.parametrize("tier", ["local", "production"])
@pytest.mark.parametrize("engine", ENGINES)
def test_every_pod_of_ours_is_restricted_with_a_read_only_root_and_no_token(engine: str, tier: Tier) -> None:
    for manifest in manifests(declared(store(engine, tier=tier))):
        for pod in pods(manifest):
            assert pod["securityContext"]["runAsNonRoot"] is True
            assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
            assert pod["automountServiceAccountToken"] is False
            for container in (*pod.get("initContainers", []), *pod["containers"]):
                assert container["securityContext"] == {
                    "allowPrivilegeEscalation": False,
                    "capabilities": {"drop": ["ALL"]},
                    "readOnlyRootFilesystem": True,
                }
                assert set(container["resources"]) == {"requests", "limits"}


def test_the_mysql_operators_root_step_is_taken_away() -> None:
    pod = of_kind("mysql", "InnoDBCluster")["spec"]["podSpec"]

    (step,) = pod["initContainers"]
    assert (step["name"], step["securityContext"]["runAsUser"]) == ("fixdatadir", 27)
    assert step["securityContext"]["capabilities"] == {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]}
    assert pod["securityContext"]["runAsNonRoot"] is True


def test_only_the_status_port_of_postgres_stays_outside_the_mesh() -> None:
    excluded = {
        engine: json.dumps(manifests(declared(store(engine)))).count("excludeInboundPorts")
        for engine in ENGINES
    }

    assert excluded == {**dict.fromkeys(ENGINES, 0), "postgres": 1}
    metadata = of_kind("postgres", "Cluster")["spec"]["inheritedMetadata"]
    assert metadata["annotations"] == {"traffic.sidecar.istio.io/excludeInboundPorts": "8000"}


@pytest.mark.parametrize("engine", ENGINES)
def test_passwords_are_generated_in_the_cluster_once_and_stand_nowhere(engine: str) -> None:
    made = manifests(declared(store(engine)))

    assert [each for each in made if each["kind"] == "Secret"] == []
    for each in made:
        if each["kind"] == "ExternalSecret" and "dataFrom" in each["spec"]:
            assert each["spec"]["refreshPolicy"] == "CreatedOnce"
            generator = each["spec"]["dataFrom"][0]["sourceRef"]["generatorRef"]
            assert (generator["kind"], generator["name"]) == ("Password", each["metadata"]["name"])
        if each["kind"] == "Password":
            assert (each["spec"]["symbols"], each["spec"]["length"]) == (0, 40)


@pytest.mark.parametrize("engine", ["postgres", "mysql", "mongodb", "cassandra", "neo4j", "bucket"])
def test_every_secret_that_outputs_refer_to_is_made_with_that_key(engine: str) -> None:
    plan = store(engine)
    made = manifests(declared(plan))
    keys = {
        (each["metadata"]["name"], key)
        for each in made
        if each["kind"] == "ExternalSecret"
        for key in (*each["spec"]["target"].get("template", {}).get("data", {}), *_read_keys(each))
    }
    by_operator = {("orders-ledger-uri", "connectionString.standard")}

    wanted = {(value.name, value.key) for value in plan.outputs.values() if isinstance(value, SecretKeyRef)}
    assert wanted <= keys | by_operator


def _read_keys(external_secret: dict[str, Any]) -> list[str]:
    return [each["secretKey"] for each in external_secret["spec"].get("data", [])]


def test_production_spreads_instances_over_zones_and_would_rather_wait() -> None:
    constraint = {
        "maxSkew": 1,
        "topologyKey": "topology.kubernetes.io/zone",
        "whenUnsatisfiable": "DoNotSchedule",
    }
    assert of_kind("postgres", "Cluster")["spec"]["affinity"] == {
        "enablePodAntiAffinity": True,
        "topologyKey": "topology.kubernetes.io/zone",
        "podAntiAffinityType": "required",
    }
    assert of_kind("redis", "ValkeyCluster")["spec"]["scheduling"] == {
        "zone": {"spread": {"pods": {"mode": "Required"}}}
    }
    for pod in (
        of_kind("mysql", "InnoDBCluster")["spec"]["podSpec"],
        of_kind("mongodb", "MongoDBCommunity")["spec"]["statefulSet"]["spec"]["template"]["spec"],
        of_kind("cassandra", "CassandraDatacenter")["spec"]["podTemplateSpec"]["spec"],
        of_kind("memcached", "Deployment")["spec"]["template"]["spec"],
    ):
        (found,) = pod["topologySpreadConstraints"]
        assert {key: found[key] for key in constraint} == constraint


def test_memory_settings_follow_the_size() -> None:
    large = {"size": "large"}

    postgres = of_kind("postgres", "Cluster", spec=large)["spec"]["postgresql"]["parameters"]
    assert postgres["shared_buffers"] == "2048MB"
    mysql = of_kind("mysql", "InnoDBCluster", spec=large)["spec"]["mycnf"]
    assert mysql == f"[mysqld]\ninnodb_buffer_pool_size={4 * 2**30}\n"
    redis = of_kind("redis", "ValkeyCluster", spec=large)["spec"]["config"]
    assert redis["maxmemory"] == str(4 * 2**30 * 70 // 100)


def test_a_development_store_of_several_instances_keeps_them_on_different_nodes() -> None:
    several = {"spec": {"instances": 3}, "tier": "development"}

    assert of_kind("postgres", "Cluster", **several)["spec"]["affinity"] == {
        "enablePodAntiAffinity": True,
        "topologyKey": "kubernetes.io/hostname",
        "podAntiAffinityType": "preferred",
    }
    assert of_kind("redis", "ValkeyCluster", **several)["spec"]["scheduling"] == {
        "node": {"spread": {"pods": {"mode": "Preferred"}}}
    }


def test_backups_of_postgres_archive_the_log_and_run_on_a_schedule() -> None:
    made = {each["kind"]: each for each in manifests(declared(store("postgres")))}

    (plugin,) = made["Cluster"]["spec"]["plugins"]
    assert (plugin["name"], plugin["isWALArchiver"]) == ("barman-cloud.cloudnative-pg.io", True)
    assert plugin["parameters"] == {"barmanObjectName": made["ObjectStore"]["metadata"]["name"]}
    assert made["ObjectStore"]["spec"]["retentionPolicy"] == "30d"
    schedule = made["ScheduledBackup"]["spec"]
    assert (schedule["cluster"], schedule["schedule"], schedule["method"]) == (
        {"name": "orders-ledger"},
        "0 0 2 * * *",
        "plugin",
    )


def test_backups_of_mysql_are_dumped_to_the_end_point_on_a_schedule() -> None:
    (schedule,) = of_kind("mysql", "InnoDBCluster", spec={"backup": {"schedule": "hourly"}})["spec"][
        "backupSchedules"
    ]

    assert (schedule["schedule"], schedule["enabled"]) == ("0 * * * *", True)
    assert schedule["backupProfile"]["dumpInstance"]["storage"]["s3"] == {
        "bucketName": "backups",
        "prefix": "prod/shop/orders-ledger/30d",
        "endpoint": "https://backups.example.com:9000",
        "config": "orders-ledger-backup",
    }


def test_without_backups_postgres_archives_nothing() -> None:
    recording = declared(store("postgres", tier="local"))

    assert "plugins" not in recording.the(f"{CNPG}:Cluster").inputs["spec"]
    assert f"{CNPG}:ScheduledBackup" not in recording.types()


def test_extensions_are_created_in_the_database_and_outlive_a_mistake() -> None:
    spec = of_kind("postgres", "Database")["spec"]

    assert spec["extensions"] == [{"name": "pgcrypto"}]
    assert (spec["owner"], spec["databaseReclaimPolicy"]) == ("app", "retain")


def test_the_proxy_of_redis_looks_for_the_primary_among_all_nodes() -> None:
    text = of_kind("redis", "ConfigMap")["data"]["haproxy.cfg"]

    assert "server-template node 3 orders-ledger-nodes.shop.svc.cluster.local:6379" in text
    assert "tcp-check expect string role:master" in text
    assert "tcp-check send INFO\\ replication\\r\\n" in text


def test_the_proxy_of_redis_restarts_when_its_configuration_changes() -> None:
    def digest(instances: int) -> object:
        deployment = of_kind("redis", "Deployment", spec={"instances": instances})
        return deployment["spec"]["template"]["metadata"]["annotations"]["pavedroad.dev/config-hash"]

    assert digest(3) != digest(5)


def test_the_cluster_bus_is_named_by_a_service_so_that_the_mesh_encrypts_it() -> None:
    (nodes,) = [
        each
        for each in manifests(declared(store("redis")))
        if each["kind"] == "Service" and each["spec"].get("clusterIP") == "None"
    ]

    assert {port["port"] for port in nodes["spec"]["ports"]} == {6379, 16379}
    assert nodes["spec"]["selector"] == {"valkey.io/cluster": "orders-ledger"}


def test_a_storage_class_of_the_environment_reaches_every_volume() -> None:
    main = {"kind": "existing", "kubeconfig": "kubeconfig", "api_server": "10.0.0.1/32:6443"}
    words = {"clusters": {"main": {**main, "storage_class": "fast"}}}

    for engine in PROTECTED:
        made = manifests(declared(store(engine, environment_words=words)))
        assert '"fast"' in json.dumps(made), engine


def _pods_of(cluster: Cluster, party: Party) -> list[Pod]:
    wanted = dict(party.selector)
    return [pod for pod in cluster.pods if wanted.items() <= pod.labels.values.items()]


SEEN_BY_THE_EVALUATOR = ("postgres", "mysql", "mongodb", "redis", "memcached", "cassandra", "neo4j")


@pytest.mark.parametrize("engine", SEEN_BY_THE_EVALUATOR)
def test_the_independent_evaluator_sees_the_same_pods_under_the_same_identity(engine: str) -> None:
    plan = store(engine)
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    cluster = Cluster.of([namespace, *manifests(declared(plan))])

    assert plan.party is not None
    (doors,) = _pods_of(cluster, plan.party)
    assert doors.service_account == plan.party.service_account
    assert set(plan.ports) <= {port.number for port in doors.ports}
    if engine in {"memcached", "neo4j"}:
        return
    for flow in plan.flows:
        if flow.destination.namespace == "shop":
            (destination,) = _pods_of(cluster, flow.destination)
            assert destination.service_account == flow.destination.service_account
            assert set(flow.ports) <= {port.number for port in destination.ports}


@pytest.mark.parametrize("engine", SEEN_BY_THE_EVALUATOR)
def test_every_host_that_outputs_name_leads_to_the_door_for_clients(engine: str) -> None:
    plan = store(engine)
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
    cluster = Cluster.of([namespace, *manifests(declared(plan))])

    resolution = cluster.resolve(str(plan.outputs["host"]), int(str(plan.outputs["port"])), "shop")

    assert plan.party is not None
    (doors,) = _pods_of(cluster, plan.party)
    assert {(target.endpoint, target.port) for target in resolution.targets} <= {
        (doors, port) for port in plan.ports
    }
    assert resolution.targets
