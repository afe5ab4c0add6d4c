"""The provider under the real engine, against the sandbox's moto server: what a user of `pulumi up` sees."""

import json
from typing import Any

import boto3
import pytest

from tests.sandbox.aws.worlds import REGION
from tests.sandbox.provider.engine import Declared, Engine, EngineError

CANARY = "hunter2-canary"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)


def declared(name: str, token: str, properties: dict[str, Any], *after: str) -> Declared:
    return Declared(name, properties, token=f"aws:{token}", depends_on=after)


def shop(prefix: str, *, seconds: int = 30, key: str = "id", subject: str = "Orders") -> list[Declared]:
    """A queue that hears a topic, a table, a role and a secret, which refer to each other."""
    return [
        declared(
            "queue",
            "sqs/queue:Queue",
            {"name": f"{prefix}-orders", "visibilityTimeoutSeconds": seconds, "arn": None},
        ),
        declared(
            "topic", "sns/topic:Topic", {"name": f"{prefix}-orders", "displayName": subject, "arn": None}
        ),
        declared(
            "subscription",
            "sns/topicSubscription:TopicSubscription",
            {
                "topic": {"$output": ["topic", "arn"]},
                "protocol": "sqs",
                "endpoint": {"$output": ["queue", "arn"]},
                "rawMessageDelivery": True,
            },
        ),
        declared(
            "table",
            "dynamodb/table:Table",
            {
                "name": f"{prefix}-orders",
                "billingMode": "PAY_PER_REQUEST",
                "hashKey": key,
                "attributes": [{"name": key, "type": "S"}],
            },
        ),
        declared("role", "iam/role:Role", {"name": f"{prefix}-orders", "assumeRolePolicy": TRUST}),
        declared("secret", "secretsmanager/secret:Secret", {"name": f"{prefix}/orders"}),
        declared(
            "version",
            "secretsmanager/secretVersion:SecretVersion",
            {"secretId": {"$output": ["secret", "id"]}, "secretString": {"$secret": CANARY}},
        ),
    ]


def test_a_program_is_previewed_comes_up_stays_changes_where_told_and_goes(
    engine: Engine, endpoint: str
) -> None:
    first = shop("life")
    assert engine.preview(first).changes == {"create": len(first) + 2}
    created = engine.up(first)
    assert created.changes == {"create": len(first) + 2}
    assert engine.up(first).changes == {"same": len(first) + 2}
    assert engine.refresh(first).changes == {"same": len(first) + 2}
    edited = engine.up(shop("life", seconds=60))
    assert edited.changes == {"same": len(first) + 1, "update": 1}
    replaced = engine.up(shop("life", seconds=60, key="number"))
    assert replaced.replaced == {"table"}
    outputs = engine.outputs()
    assert outputs["queue"]["url"].endswith("/life-orders")
    assert outputs["queue"]["tagsAll"] == {"environment": "dev"}
    for text in (created.output, edited.output, engine.state_files()):
        assert CANARY not in text
    engine.destroy()
    client = boto3.client(
        "sqs", region_name=REGION, endpoint_url=endpoint, aws_access_key_id="a", aws_secret_access_key="b"
    )
    assert not client.list_queues(QueueNamePrefix="life-").get("QueueUrls")


def test_a_change_behind_its_back_is_shown_by_refresh_and_mended_by_up(engine: Engine, endpoint: str) -> None:
    program = shop("drift")
    engine.up(program)
    client = boto3.client(
        "sns", region_name=REGION, endpoint_url=endpoint, aws_access_key_id="a", aws_secret_access_key="b"
    )
    arn = engine.outputs()["topic"]["arn"]
    client.set_topic_attributes(TopicArn=arn, AttributeName="DisplayName", AttributeValue="by hand")
    assert engine.refresh(program).changes == {"same": len(program) + 1, "update": 1}
    assert engine.up(program).changes == {"same": len(program) + 1, "update": 1}
    assert client.get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"] == "Orders"
    client.delete_topic(TopicArn=arn)
    assert engine.refresh(program).changes == {"same": len(program), "delete": 2}
    assert engine.up(program).changes == {"same": len(program), "create": 2}
    engine.destroy()


def test_what_cannot_be_served_is_one_error_that_names_it(engine: Engine) -> None:
    with pytest.raises(EngineError, match="no table for the type aws:gamelift/fleet:Fleet"):
        engine.preview([declared("fleet", "gamelift/fleet:Fleet", {"name": "a"})])
    wrong = {"nam": "a", "delaySeconds": "many", "visibilityTimeoutSeconds": {"$secret": CANARY}}
    with pytest.raises(EngineError, match="there is no property 'nam'") as failure:
        engine.preview([declared("queue", "sqs/queue:Queue", wrong)])
    assert "delaySeconds has to be a whole number" in str(failure.value)
    assert CANARY not in str(failure.value)


def test_a_server_elsewhere_is_refused(engine: Engine) -> None:
    engine.inputs["endpoints"] = json.dumps([{"sqs": "https://sqs.eu-central-1.amazonaws.com"}])
    with pytest.raises(EngineError, match="a server on this machine only"):
        engine.preview([declared("queue", "sqs/queue:Queue", {"name": "a"})])


def test_an_account_that_is_not_allowed_is_played_by_its_number(engine: Engine) -> None:
    engine.inputs["allowedAccountIds"] = json.dumps(["210987654321"])
    engine.up([declared("queue", "sqs/queue:Queue", {"name": "far"})])
    assert engine.outputs()["queue"]["arn"] == f"arn:aws:sqs:{REGION}:210987654321:far"
    engine.destroy()


def test_the_name_of_a_cache_that_was_deleted_can_be_had_again(endpoint: str) -> None:
    client = boto3.client(
        "elasticache",
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="a",
        aws_secret_access_key="b",
    )
    group = {"ReplicationGroupId": "again", "ReplicationGroupDescription": "of a test"}
    cluster = {"CacheClusterId": "again", "Engine": "memcached", "CacheNodeType": "cache.t4g.small"}
    for _ in range(2):
        client.create_replication_group(**group)
        client.create_cache_cluster(**cluster)
        client.delete_replication_group(ReplicationGroupId="again")
        client.delete_cache_cluster(CacheClusterId="again")
    assert client.describe_replication_groups()["ReplicationGroups"] == []
    assert client.describe_cache_clusters()["CacheClusters"] == []
