"""Examples of the controls about Kafka, Amazon MQ, queues and topics."""

from typing import Any

from tests.support.examples import REMOVED, Declared, Example

_CLUSTER = Declared(
    type="aws:msk/cluster:Cluster",
    properties={
        "encryptionInfo": {
            "encryptionAtRestKmsKeyArn": "arn:aws:kms:eu-west-1:111122223333:key/1",
            "encryptionInTransit": {"clientBroker": "TLS", "inCluster": True},
        },
        "brokerNodeGroupInfo": {"connectivityInfo": {"publicAccess": {"type": "DISABLED"}}},
        "clientAuthentication": {"sasl": {"iam": True}},
        "loggingInfo": {"brokerLogs": {"s3": {"enabled": True, "bucket": "logs"}}},
        "enhancedMonitoring": "PER_TOPIC_PER_BROKER",
    },
)
_CONNECTOR = Declared(
    type="aws:mskconnect/connector:Connector",
    properties={
        "kafkaClusterEncryptionInTransit": {"encryptionType": "TLS"},
        "logDelivery": {"workerLogDelivery": {"cloudwatchLogs": {"enabled": True, "logGroup": "connect"}}},
    },
)
_BROKER = Declared(
    type="aws:mq/broker:Broker",
    properties={
        "engineType": "ActiveMQ",
        "engineVersion": "5.18",
        "publiclyAccessible": False,
        "autoMinorVersionUpgrade": True,
        "logs": {"general": True, "audit": True},
        "encryptionOptions": {"useAwsOwnedKey": False, "kmsKeyId": "alias/brokers"},
    },
)
_QUEUE = Declared(
    type="aws:sqs/queue:Queue",
    name="orders",
    properties={
        "name": "orders",
        "sqsManagedSseEnabled": True,
        "redrivePolicy": '{"deadLetterTargetArn": "arn:aws:sqs:eu-west-1:111122223333:dead", "maxReceiveCount": 5}',
    },
)
_DEAD = Declared(
    type="aws:sqs/queue:Queue",
    name="dead",
    properties={
        "name": "dead",
        "redriveAllowPolicy": '{"redrivePermission": "byQueue", "sourceQueueArns": []}',
    },
)
_TOPIC = Declared(type="aws:sns/topic:Topic", properties={"name": "orders", "kmsMasterKeyId": "alias/topics"})


def _statements(service: str, action: str) -> list[dict[str, Any]]:
    return [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:role/shop"},
            "Action": [f"{service}:{action}"],
            "Resource": f"arn:aws:{service}:eu-west-1:111122223333:orders",
        },
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": f"{service}:{action if service == 'sns' else '*'}",
            "Resource": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        },
    ]


_QUEUE_POLICY = Declared(
    type="aws:sqs/queuePolicy:QueuePolicy",
    properties={"queueUrl": "orders", "policy": {"Statement": _statements("sqs", "SendMessage")}},
)
_TOPIC_POLICY = Declared(
    type="aws:sns/topicPolicy:TopicPolicy",
    properties={"arn": "orders", "policy": {"Statement": _statements("sns", "Publish")}},
)
_INLINE_QUEUE = Declared(
    type="aws:sqs/queue:Queue", properties={"policy": {"Statement": _statements("sqs", "SendMessage")}}
)
_INLINE_TOPIC = Declared(
    type="aws:sns/topic:Topic", properties={"policy": {"Statement": _statements("sns", "Publish")}}
)


def _example(control: str, declared: Declared, breaks: str, to: object = REMOVED) -> Example:
    return Example(control=control, declared=(declared,), breaks=breaks, to=to)


_ENCRYPTED_BY_KEY = Declared(
    type="aws:sqs/queue:Queue", properties={"name": "orders", "kmsMasterKeyId": "alias/queues"}
)
_RABBIT = Declared(
    type="aws:mq/broker:Broker", properties={"engineType": "RabbitMQ", "engineVersion": "3.13.7"}
)
_SCRAM = Declared(
    type="aws:msk/cluster:Cluster",
    properties={"clientAuthentication": {"sasl": {"scram": True}, "unauthenticated": False}},
)
_PRINCIPAL = "policy.Statement.0.Principal"
_TLS = "policy.Statement.1.Condition.Bool.aws:SecureTransport"

EXAMPLES = (
    _example("msk-encrypted-with-customer-key", _CLUSTER, "encryptionInfo.encryptionAtRestKmsKeyArn"),
    _example(
        "msk-encrypted-in-transit",
        _CLUSTER,
        "encryptionInfo.encryptionInTransit.clientBroker",
        "TLS_PLAINTEXT",
    ),
    _example("msk-encrypted-in-transit", _CLUSTER, "encryptionInfo.encryptionInTransit.inCluster", to=False),
    _example(
        "msk-not-public",
        _CLUSTER,
        "brokerNodeGroupInfo.connectivityInfo.publicAccess.type",
        "SERVICE_PROVIDED_EIPS",
    ),
    _example("msk-clients-authenticated", _CLUSTER, "clientAuthentication"),
    _example("msk-clients-authenticated", _SCRAM, "clientAuthentication.unauthenticated", to=True),
    _example("msk-broker-logs-kept", _CLUSTER, "loggingInfo.brokerLogs.s3.enabled", to=False),
    _example("msk-enhanced-monitoring", _CLUSTER, "enhancedMonitoring", "DEFAULT"),
    _example(
        "msk-connect-encrypted-in-transit",
        _CONNECTOR,
        "kafkaClusterEncryptionInTransit.encryptionType",
        "PLAINTEXT",
    ),
    _example("msk-connect-logs-kept", _CONNECTOR, "logDelivery"),
    _example("mq-broker-not-public", _BROKER, "publiclyAccessible", to=True),
    _example("mq-general-logs-kept", _BROKER, "logs.general", to=False),
    _example("mq-audit-logs-kept", _BROKER, "logs.audit"),
    _example("mq-encrypted-with-customer-key", _BROKER, "encryptionOptions"),
    _example("mq-encrypted-with-customer-key", _BROKER, "encryptionOptions.useAwsOwnedKey", to=True),
    _example("mq-minor-upgrades-automatic", _BROKER, "autoMinorVersionUpgrade", to=False),
    _example("mq-version-current", _BROKER, "engineVersion", "5.15.16"),
    _example("mq-version-current", _RABBIT, "engineVersion", "3.8.6"),
    _example("queues-encrypted", _QUEUE, "sqsManagedSseEnabled", to=False),
    _example("queues-encrypted", _ENCRYPTED_BY_KEY, "kmsMasterKeyId", ""),
    _example("queue-policies-not-public", _QUEUE_POLICY, _PRINCIPAL, "*"),
    _example("queue-policies-not-public", _INLINE_QUEUE, f"{_PRINCIPAL}.AWS", "*"),
    _example("queue-policies-list-actions", _QUEUE_POLICY, "policy.Statement.0.Action.0", "sqs:*"),
    _example("queue-policies-list-actions", _QUEUE_POLICY, "policy.Statement.0.Action", "*"),
    _example("queues-have-dead-letter-queue", _QUEUE, "redrivePolicy"),
    Example(
        control="queues-have-dead-letter-queue",
        declared=(
            Declared(type="aws:sqs/queue:Queue", properties={"url": "orders", "id": "orders"}),
            Declared(
                type="aws:sqs/redrivePolicy:RedrivePolicy",
                properties={"queueUrl": "orders", "redrivePolicy": "{}"},
            ),
        ),
        of=1,
        breaks="queueUrl",
        to="carts",
    ),
    Example(
        control="dead-letter-queues-name-sources",
        declared=(_DEAD, _QUEUE),
        breaks="redriveAllowPolicy",
        to='{"redrivePermission": "allowAll"}',
    ),
    _example("topics-encrypted", _TOPIC, "kmsMasterKeyId"),
    _example("topics-encrypted-with-customer-key", _TOPIC, "kmsMasterKeyId", "alias/aws/sns"),
    _example("topic-policies-not-public", _TOPIC_POLICY, _PRINCIPAL, "*"),
    _example("topic-policies-not-public", _INLINE_TOPIC, _PRINCIPAL, "*"),
    _example(
        "topic-policies-stay-in-trusted-accounts",
        _TOPIC_POLICY,
        f"{_PRINCIPAL}.AWS",
        "arn:aws:iam::999988887777:root",
    ),
    _example("messages-only-over-tls", _QUEUE_POLICY, _TLS, "true"),
    _example("messages-only-over-tls", _TOPIC_POLICY, "policy.Statement.1.Effect", "Allow"),
    _example("messages-only-over-tls", _INLINE_TOPIC, "policy.Statement.1.Action", "sns:Subscribe"),
)
