"""Rules about managed Kafka (MSK): its clusters, and the connectors of MSK Connect."""

from typing import Final

from pavedroad.governance import Control, Fix, Properties, ResourceRule, Rule, Severity, Truth, all_of, any_of
from policies.rules.aws.shapes import Demand, either, flag, fsbp, given, one_of, owes, own_key

_CLUSTERS: Final = frozenset({"aws:msk/cluster:Cluster"})
_CONNECTORS: Final = frozenset({"aws:mskconnect/connector:Connector"})
_BROKER_LOGS: Final = "loggingInfo.brokerLogs"
_WORKER_LOGS: Final = "logDelivery.workerLogDelivery"


def _logged(path: str) -> Demand:
    """Demand that logs go to at least one place."""
    return either(*(flag(f"{path}.{place}.enabled") for place in ("cloudwatchLogs", "s3", "firehose")))


def _authenticates(part: Properties) -> Truth:
    """Whether clients say who they are: without any way set, the service lets everybody in."""
    unauthenticated = part.flag("clientAuthentication.unauthenticated")
    ways = (
        part.flag("clientAuthentication.sasl.iam").equals(wanted=True),
        part.flag("clientAuthentication.sasl.scram").equals(wanted=True),
        given("clientAuthentication.tls.certificateAuthorityArns").met(part),
    )
    return any_of(
        unauthenticated.equals(wanted=False),
        all_of(unauthenticated.equals(wanted=False, absent=True), any_of(*ways)),
    )


AT_REST: Final = ResourceRule(
    Control(
        identifier="msk-encrypted-with-customer-key",
        sentence="A Kafka cluster keeps its messages under a key of ours",
        why="Whoever owns the key decides who reads the disks; with the service's own key that cannot be revoked.",
        severity=Severity.HIGH,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="set encryption_info.encryption_at_rest_kms_key_arn to the ARN of a KMS key"),
        rows=(201,),
    ),
    owes(own_key("encryptionInfo.encryptionAtRestKmsKeyArn")),
)

IN_TRANSIT: Final = ResourceRule(
    Control(
        identifier="msk-encrypted-in-transit",
        sentence="A Kafka cluster speaks TLS with its clients and between its brokers",
        why="Messages and credentials in plaintext can be read by whoever is on the way.",
        severity=Severity.HIGH,
        resource_types=_CLUSTERS,
        fix=Fix(
            pulumi='set encryption_info.encryption_in_transit to client_broker="TLS" and in_cluster=True'
        ),
        references=(fsbp("MSK.1"),),
        rows=(202,),
    ),
    owes(
        one_of("encryptionInfo.encryptionInTransit.clientBroker", "TLS", absent=True),
        flag("encryptionInfo.encryptionInTransit.inCluster", absent=True),
    ),
)

NOT_PUBLIC: Final = ResourceRule(
    Control(
        identifier="msk-not-public",
        sentence="The brokers of a Kafka cluster are reached from inside their network only",
        why="Brokers on the Internet are attacked by everybody.",
        severity=Severity.CRITICAL,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi='set broker_node_group_info.connectivity_info.public_access.type to "DISABLED"'),
        references=(fsbp("MSK.4"),),
        rows=(203,),
    ),
    owes(one_of("brokerNodeGroupInfo.connectivityInfo.publicAccess.type", "DISABLED", absent=True)),
)

AUTHENTICATED: Final = ResourceRule(
    Control(
        identifier="msk-clients-authenticated",
        sentence="A Kafka cluster lets nobody in who does not say who they are",
        why="Without identities everybody on the network reads and writes every topic.",
        severity=Severity.HIGH,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="set client_authentication to sasl.iam=True, and leave unauthenticated out"),
        references=(fsbp("MSK.6"),),
        rows=(204,),
    ),
    owes(
        Demand(
            _authenticates,
            "set a way in clientAuthentication.sasl or clientAuthentication.tls, and not set "
            "clientAuthentication.unauthenticated to true",
        )
    ),
)

BROKER_LOGS: Final = ResourceRule(
    Control(
        identifier="msk-broker-logs-kept",
        sentence="The logs of a Kafka cluster's brokers are kept somewhere",
        why="Without them nobody can tell what happened.",
        severity=Severity.MEDIUM,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi="enable cloudwatch_logs, s3 or firehose in logging_info.broker_logs"),
        rows=(205,),
    ),
    owes(_logged(_BROKER_LOGS)),
)

MONITORING: Final = ResourceRule(
    Control(
        identifier="msk-enhanced-monitoring",
        sentence="A Kafka cluster is measured topic by topic",
        why="The basic metrics do not show which topic is in trouble.",
        severity=Severity.LOW,
        resource_types=_CLUSTERS,
        fix=Fix(pulumi='set enhanced_monitoring to "PER_TOPIC_PER_BROKER"'),
        references=(fsbp("MSK.2"),),
        rows=(205,),
    ),
    owes(one_of("enhancedMonitoring", "PER_TOPIC_PER_BROKER", "PER_TOPIC_PER_PARTITION")),
)

CONNECTOR_IN_TRANSIT: Final = ResourceRule(
    Control(
        identifier="msk-connect-encrypted-in-transit",
        sentence="A connector of MSK Connect speaks TLS with its Kafka cluster",
        why="What it carries can be read on the way otherwise.",
        severity=Severity.MEDIUM,
        resource_types=_CONNECTORS,
        fix=Fix(pulumi='set kafka_cluster_encryption_in_transit.encryption_type to "TLS"'),
        references=(fsbp("MSK.3"),),
        rows=(206,),
    ),
    owes(one_of("kafkaClusterEncryptionInTransit.encryptionType", "TLS")),
)

CONNECTOR_LOGS: Final = ResourceRule(
    Control(
        identifier="msk-connect-logs-kept",
        sentence="The logs of a connector's workers are kept somewhere",
        why="A connector that loses data says so only there.",
        severity=Severity.MEDIUM,
        resource_types=_CONNECTORS,
        fix=Fix(pulumi="enable cloudwatch_logs, s3 or firehose in log_delivery.worker_log_delivery"),
        references=(fsbp("MSK.5"),),
        rows=(206,),
    ),
    owes(_logged(_WORKER_LOGS)),
)

RULES: Final[tuple[Rule, ...]] = (
    AT_REST,
    IN_TRANSIT,
    NOT_PUBLIC,
    AUTHENTICATED,
    BROKER_LOGS,
    MONITORING,
    CONNECTOR_IN_TRANSIT,
    CONNECTOR_LOGS,
)
