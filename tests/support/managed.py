"""One store of each kind that AWS keeps, resolved and declared on the recorder."""

from typing import Any

import pulumi

from components.aws.place import Cloud
from components.kubernetes import Place
from components.stores import declare_store
from pavedroad.descriptor.environment import Tier
from pavedroad.descriptor.managed import MANAGED_OUTPUTS
from pavedroad.descriptor.references import STORE_OUTPUTS
from pavedroad.plan.cloud.account import PURPOSES, AccountPlan
from pavedroad.plan.stores import StorePlan
from pavedroad.testing import Recorder, Recording
from tests.support.resolving import ENDPOINT
from tests.support.stores import store

ACCOUNT = AccountPlan(environment="prod", account="123456789012", region="eu-central-1", sandbox=False)

AWS: dict[str, Any] = {
    "account": "123456789012",
    "region": "eu-central-1",
    "owner": "platform@example.com",
    "cost_centre": "CC-1",
    "network": {"cidr": "10.40.0.0/16"},
}

PROVIDERS: dict[str, str] = {"bucket": "s3", "dynamodb": "dynamodb", "neptune": "neptune"}
"""Who keeps each engine's stores, where an engine has one managed provider."""

OWNER_GROUP = "sg-0a0a0a0a"
"""The security group of the owner's pods."""

CLOUD_VALUES: dict[str, Any] = {
    "vpc": "vpc-0a1b2c3d",
    "data_subnets": ["subnet-0a1b2c3d", "subnet-1a1b2c3d", "subnet-2a1b2c3d"],
    "cluster_security_group": "sg-0c1u5te2",
    "log_bucket": "prod-logs",
    **{f"key_{purpose}": ACCOUNT.arn("kms", f"key/{purpose}") for purpose in PURPOSES},
}
"""What the cloud slice tells the others."""

_DATABASE = {
    "endpoint": "ledger.example.com",
    "address": "ledger.example.com",
    "masterUserSecrets": [{"secretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:rds!x"}],
}

LATE: dict[str, dict[str, Any]] = {
    "aws:docdb/cluster:Cluster": _DATABASE,
    "aws:elasticache/cluster:Cluster": {"clusterAddress": "ledger.example.com"},
    "aws:elasticache/replicationGroup:ReplicationGroup": {"primaryEndpointAddress": "ledger.example.com"},
    "aws:iam/role:Role": {"arn": "arn:aws:iam::123456789012:role/made"},
    "aws:neptune/cluster:Cluster": {
        "endpoint": "ledger.example.com",
        "clusterResourceId": "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    },
    "aws:rds/cluster:Cluster": _DATABASE,
    "aws:rds/instance:Instance": _DATABASE,
}
"""What AWS decides when it makes something, by type."""

MANAGED_STORES = [pair for pair in MANAGED_OUTPUTS if pair[0] in STORE_OUTPUTS]
"""Engine and provider of every store that AWS keeps."""

SPECS: dict[str, dict[str, Any]] = {
    "dynamodb": {"tables": {"Items": {"partition_key": {"name": "id"}}}},
    "bucket": {"bucket": "photos"},
}
"""What an engine's smallest store says on AWS beside ``engine``."""


def environment_words(**providers: str) -> dict[str, Any]:
    """Return what an environment says in which AWS keeps the stores of some engines."""
    others = {"postgres": "cloudnative-pg", "dynamodb": ENDPOINT, "bucket": ENDPOINT}
    return {
        "aws": AWS,
        "clusters": {"main": {"kind": "eks"}},
        "secrets": {"provider": "secrets-manager"},
        "providers": {**others, **providers},
    }


def managed(
    engine: str,
    spec: dict[str, Any] | None = None,
    *,
    provider: str | None = None,
    tier: Tier = "production",
    **words: Any,
) -> StorePlan:
    """Return the plan of a store of team ``shop`` that AWS keeps."""
    return store(
        engine,
        {**SPECS.get(engine, {}), **(spec or {})},
        tier=tier,
        environment_words=environment_words(**{engine: provider or PROVIDERS[engine]}),
        **words,
    )


def declared(plan: StorePlan) -> Recording:
    """Return everything that the store's component declares."""

    def program() -> None:
        root = pulumi.ComponentResource("test:place:Place", "place")
        cloud = Cloud(account=ACCOUNT, values=pulumi.Output.from_input(CLOUD_VALUES))
        labels = {"pavedroad.dev/team": "shop", "pavedroad.dev/service": "orders"}
        group = pulumi.Output.from_input(OWNER_GROUP)
        declare_store(plan, Place(parent=root, namespace="shop", labels=labels, cloud=cloud, group=group))

    recorder = Recorder()
    for token, outputs in LATE.items():
        recorder.set_outputs(token, outputs)
    return recorder.run(program)


def of_type(recording: Recording, token: str) -> list[dict[str, Any]]:
    """Return the properties of everything of a type: ``aws:dynamodb/table:Table``."""
    return [dict(each.inputs) for each in recording.resources if each.type == token]
