"""PostgreSQL and MySQL that AWS runs, on the recorder: what each is made of, and what keeps it safe."""

import json
from typing import Any

import pytest

from pavedroad.testing import Recording
from tests.support.managed import ACCOUNT, OWNER_GROUP, declared, managed, of_type

CLUSTER = "aws:rds/cluster:Cluster"
MEMBER = "aws:rds/clusterInstance:ClusterInstance"
INSTANCE = "aws:rds/instance:Instance"
GROUP = "aws:ec2/securityGroup:SecurityGroup"
RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
HOLDS = {"aurora": CLUSTER, "rds": INSTANCE}
BOTH = pytest.mark.parametrize("provider", ["aurora", "rds"])
ENGINES = pytest.mark.parametrize("engine", ["postgres", "mysql"])


def recording(engine: str, provider: str, spec: dict[str, Any] | None = None, **words: Any) -> Recording:
    return declared(managed(engine, spec, provider=provider, **words))


def one(found: Recording, token: str) -> dict[str, Any]:
    (properties,) = of_type(found, token)
    return properties


def manifest(found: Recording, kind: str, name: str) -> dict[str, Any]:
    (properties,) = [
        dict(each.inputs)
        for each in found.resources
        if each.type.startswith("kubernetes:") and each.inputs["kind"] == kind and each.name == f"shop/{name}"
    ]
    return properties


@BOTH
@ENGINES
def test_a_database_in_production_is_encrypted_backed_up_and_not_deleted_by_mistake(
    engine: str, provider: str
) -> None:
    made = one(recording(engine, provider), HOLDS[provider])

    wanted = {
        "storageEncrypted": True,
        "kmsKeyId": ACCOUNT.arn("kms", "key/data"),
        "manageMasterUserPassword": True,
        "masterUserSecretKmsKeyId": ACCOUNT.arn("kms", "key/secrets"),
        "iamDatabaseAuthenticationEnabled": True,
        "backupRetentionPeriod": 30,
        "copyTagsToSnapshot": True,
        "deletionProtection": True,
        "skipFinalSnapshot": False,
        "finalSnapshotIdentifier": "prod-shop-orders-ledger-last",
    }
    assert {name: made.get(name) for name in wanted} == wanted


@BOTH
@ENGINES
def test_no_password_stands_in_what_the_engine_keeps(engine: str, provider: str) -> None:
    text = json.dumps([dict(each.inputs) for each in recording(engine, provider).resources])

    assert "masterPassword" not in text
    assert '"password": "{{ .password }}"' in text


@BOTH
def test_a_database_below_staging_goes_without_a_last_snapshot(provider: str) -> None:
    made = one(recording("postgres", provider, tier="development"), HOLDS[provider])

    assert (made["deletionProtection"], made["skipFinalSnapshot"]) == (False, True)
    assert "finalSnapshotIdentifier" not in made


@BOTH
@pytest.mark.parametrize(("tier", "protected"), [("development", False), ("production", True)])
def test_the_engine_protects_what_holds_the_data_and_nothing_else(
    provider: str, tier: Any, protected: bool
) -> None:
    found = recording("postgres", provider, tier=tier)

    held = [each.type for each in found.resources if each.options.protect]
    assert held == ([HOLDS[provider]] if protected else [])


@BOTH
@ENGINES
def test_a_databases_security_group_lets_exactly_its_owner_in(engine: str, provider: str) -> None:
    found = recording(engine, provider)

    group = one(found, GROUP)
    rule = one(found, RULE)
    port = {"postgres": 5433, "mysql": 3307}[engine]
    assert (group["ingress"], group["egress"]) == ([], [])
    assert rule["securityGroupId"] == "prod.shop.orders.ledger-id"
    assert rule["referencedSecurityGroupId"] == OWNER_GROUP
    assert (rule["ipProtocol"], rule["fromPort"], rule["toPort"]) == ("tcp", port, port)
    assert one(found, HOLDS[provider])["vpcSecurityGroupIds"] == ["prod.shop.orders.ledger-id"]


def test_every_instance_of_a_cluster_is_private_mended_and_tells_what_takes_its_time() -> None:
    members = of_type(recording("postgres", "aurora"), MEMBER)

    assert [member["identifier"] for member in members] == [f"prod-shop-orders-ledger-{n}" for n in (1, 2, 3)]
    for order, member in enumerate(members):
        assert member["promotionTier"] == order
        assert (member["publiclyAccessible"], member["autoMinorVersionUpgrade"]) == (False, True)
        assert member["performanceInsightsKmsKeyId"] == ACCOUNT.arn("kms", "key/data")


@pytest.mark.parametrize(("tier", "standby"), [("development", False), ("production", True)])
def test_an_instance_has_a_standby_as_the_tier_says(tier: Any, standby: bool) -> None:
    made = one(recording("postgres", "rds", tier=tier), INSTANCE)

    assert made["multiAz"] is standby
    assert made["maxAllocatedStorage"] == 4 * made["allocatedStorage"]


def test_plain_mysql_audits_by_a_plugin() -> None:
    found = recording("mysql", "rds")

    options = one(found, "aws:rds/optionGroup:OptionGroup")
    assert options["options"] == [{"optionName": "MARIADB_AUDIT_PLUGIN"}]
    assert one(found, INSTANCE)["optionGroupName"] == options["name"]
    assert of_type(recording("postgres", "rds"), "aws:rds/optionGroup:OptionGroup") == []


@BOTH
@ENGINES
def test_log_groups_are_encrypted_and_not_kept_for_ever(engine: str, provider: str) -> None:
    groups = of_type(recording(engine, provider), "aws:cloudwatch/logGroup:LogGroup")

    assert {group["retentionInDays"] for group in groups} == {365}
    assert {group["kmsKeyId"] for group in groups} == {ACCOUNT.arn("kms", "key/logs")}


@BOTH
def test_pods_read_the_host_from_a_config_map_and_an_alias_leads_to_it(provider: str) -> None:
    found = recording("postgres", provider, {"alias": "orders-db"})

    assert manifest(found, "ConfigMap", "orders-ledger-endpoint")["data"]["host"] == "ledger.example.com"
    assert manifest(found, "Service", "orders-db")["spec"] == {
        "type": "ExternalName",
        "externalName": "ledger.example.com",
    }
    assert manifest(found, "ServiceEntry", "orders-ledger")["spec"]["addresses"] == ["10.40.192.0/19"]


@BOTH
def test_the_uri_of_the_secret_names_the_late_host(provider: str) -> None:
    secret = manifest(recording("postgres", provider), "ExternalSecret", "orders-ledger-app")

    template = secret["spec"]["target"]["template"]["data"]
    assert (
        template["uri"] == "postgresql://app:{{ .password }}@ledger.example.com:5433/ledger?sslmode=require"
    )


@BOTH
def test_the_administrators_login_is_read_with_a_role_of_its_own(provider: str) -> None:
    found = recording("postgres", provider)

    store = manifest(found, "SecretStore", "orders-ledger-master")["spec"]["provider"]["aws"]
    role = one(found, "aws:iam/role:Role")
    assert store["role"] == ACCOUNT.arn("iam", f"role/{role['name']}")
    secret = manifest(found, "ExternalSecret", "orders-ledger-master")["spec"]
    assert {each["remoteRef"]["key"] for each in secret["data"]} == {
        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!x"
    }


@BOTH
@ENGINES
def test_the_owners_user_is_made_at_once_and_again_every_hour(engine: str, provider: str) -> None:
    found = recording(engine, provider)

    once = manifest(found, "Job", "orders-ledger-database")["spec"]["template"]
    again = manifest(found, "CronJob", "orders-ledger-database")["spec"]
    assert again["jobTemplate"]["spec"]["template"] == once
    assert (again["schedule"], again["concurrencyPolicy"]) == ("17 * * * *", "Forbid")


@BOTH
def test_the_jobs_pods_carry_the_owners_security_group(provider: str) -> None:
    found = recording("postgres", provider)

    policy = manifest(found, "SecurityGroupPolicy", "orders-ledger-database")["spec"]
    pod = manifest(found, "Job", "orders-ledger-database")["spec"]["template"]
    assert policy["securityGroups"]["groupIds"] == [OWNER_GROUP, "sg-0c1u5te2"]
    assert policy["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()


def script(found: Recording) -> str:
    (container,) = manifest(found, "Job", "orders-ledger-database")["spec"]["template"]["spec"]["containers"]
    return str(container["command"][-1])


def test_the_owners_user_of_postgres_may_use_its_schema_and_nobody_else_may_enter() -> None:
    text = script(recording("postgres", "aurora"))

    assert 'GRANT USAGE, CREATE ON SCHEMA public TO :"owner";' in text
    assert 'REVOKE ALL ON DATABASE :"database" FROM PUBLIC;' in text
    assert "SUPERUSER" not in text


def test_the_owners_user_of_mysql_must_speak_tls_and_has_rights_on_its_database_alone() -> None:
    text = script(recording("mysql", "aurora"))

    assert "REQUIRE SSL" in text
    assert "ON \\`$DATABASE\\`.* TO '$APP_USER'@'%'" in text
    assert "ALL PRIVILEGES" not in text


def test_extensions_are_made_in_the_database() -> None:
    found = recording("postgres", "aurora", {"extensions": ["pgcrypto", "hstore"]})

    (container,) = manifest(found, "Job", "orders-ledger-database")["spec"]["template"]["spec"]["containers"]
    (extensions,) = [each["value"] for each in container["env"] if each["name"] == "EXTENSIONS"]
    assert extensions == 'CREATE EXTENSION IF NOT EXISTS "pgcrypto"; CREATE EXTENSION IF NOT EXISTS "hstore";'
