"""Kafka on MSK: the cluster under the environment's key, its topics, and where teams learn of its addresses.

The brokers to start from are known once the cluster is made, and a team's slice reads no other than the cloud's: so
the platform keeps them in a parameter, and External Secrets brings them into each team's namespace.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pulumi

from components.aws.alarms import declare_alarms
from components.aws.identity import declare_reader_role
from components.aws.logs import declare_log_group
from components.aws.place import cloud_place, late
from components.brokers.topics import REFRESH, SECRET_STORE
from components.stores.kinds import EXTERNAL_SECRET
from pavedroad.plan.brokers.managed.doors import group_value
from pavedroad.plan.brokers.managed.msk import ADDRESSES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.aws.place import Properties
    from components.kubernetes import Place
    from pavedroad.plan.brokers import MskAccessPlan, MskPlan
    from pavedroad.plan.brokers.managed.msk import BrokersOfMskPlan

CLUSTER: Final = "aws:msk/cluster:Cluster"
SERVERLESS: Final = "aws:msk/serverlessCluster:ServerlessCluster"
CONFIGURATION: Final = "aws:msk/configuration:Configuration"
TOPIC: Final = "aws:msk/topic:Topic"

_VOLUME: Final = "brokerNodeGroupInfo.storageInfo.ebsStorageInfo.volumeSize"
_FULL: Final = 60.0
"""How full disks are, in percent, when they grow."""


class Msk(pulumi.ComponentResource):
    """The cluster of all teams with their topics."""

    def __init__(self, plan: MskPlan, place: Place) -> None:
        """Declare the cluster."""
        super().__init__(
            "pavedroad:brokers:Msk", plan.cluster, {}, pulumi.ResourceOptions(parent=place.parent)
        )
        self._plan = plan
        self._place = cloud_place(place).under(self)
        if plan.brokers is None:
            cluster = self._declare_serverless()
        else:
            cluster = self._declare_provisioned(plan.brokers)
            self._declare_growth(plan.brokers, cluster)
        for topic in plan.topics:
            self._place.declare(
                TOPIC,
                topic.topic,
                {
                    "clusterArn": late(cluster, "arn"),
                    "name": topic.topic,
                    "partitionCount": topic.partitions,
                    "replicationFactor": topic.replicas,
                    "configs": json.dumps(dict(topic.config)),
                },
                tagged=False,
                protect=plan.protect,
            )
        self._declare_parameter(cluster)
        declare_alarms(self._place, plan.alarms, after=(cluster,))
        self.register_outputs({"cluster": plan.cluster})

    def _declare_serverless(self) -> pulumi.CustomResource:
        cloud = self._place.cloud
        return self._place.declare(
            SERVERLESS,
            self._plan.cluster,
            {
                "clusterName": self._plan.cluster,
                "clientAuthentication": {"sasl": {"iam": {"enabled": True}}},
                "vpcConfigs": [
                    {
                        "subnetIds": self._subnets(),
                        "securityGroupIds": [cloud.text(group_value("kafka"))],
                    }
                ],
            },
            late=("arn", "bootstrapBrokersSaslIam"),
            protect=self._plan.protect,
        )

    def _declare_provisioned(self, brokers: BrokersOfMskPlan) -> pulumi.CustomResource:
        plan, cloud = self._plan, self._place.cloud
        logs = declare_log_group(self._place, brokers.logs, brokers.log_days, cloud.key("logs"))
        configuration = self._declare_configuration(brokers)
        nodes: Properties = {
            "instanceType": brokers.instance,
            "clientSubnets": self._subnets(),
            "securityGroups": [cloud.text(group_value("kafka"))],
            "storageInfo": {"ebsStorageInfo": {"volumeSize": brokers.volume}},
            "connectivityInfo": {"publicAccess": {"type": "DISABLED"}},
        }
        return self._place.declare(
            CLUSTER,
            plan.cluster,
            {
                "clusterName": plan.cluster,
                "kafkaVersion": brokers.version,
                "numberOfBrokerNodes": brokers.count,
                "brokerNodeGroupInfo": nodes,
                "clientAuthentication": {"sasl": {"iam": True, "scram": False}, "unauthenticated": False},
                "encryptionInfo": {
                    "encryptionAtRestKmsKeyArn": cloud.key("messages"),
                    "encryptionInTransit": {"clientBroker": "TLS", "inCluster": True},
                },
                "configurationInfo": {
                    "arn": late(configuration, "arn"),
                    "revision": late(configuration, "latestRevision"),
                },
                "enhancedMonitoring": "PER_TOPIC_PER_BROKER",
                "loggingInfo": {
                    "brokerLogs": {"cloudwatchLogs": {"enabled": True, "logGroup": brokers.logs}}
                },
            },
            late=("arn", "bootstrapBrokersSaslIam"),
            protect=plan.protect,
            after=(logs,),
            ignore=(_VOLUME,),
        )

    def _subnets(self) -> pulumi.Output[Sequence[str]]:
        """Return the subnets of as many zones as the cluster stands over."""
        zones = self._plan.zones
        return self._place.cloud.texts("data_subnets").apply(lambda subnets: list(subnets[:zones]))

    def _declare_configuration(self, brokers: BrokersOfMskPlan) -> pulumi.CustomResource:
        """Declare what every broker is told: topics are made on purpose, and no record counts that one disk holds."""
        replicas = self._plan.replicas
        settings = {
            "auto.create.topics.enable": "false",
            "default.replication.factor": replicas,
            "min.insync.replicas": brokers.min_in_sync,
            "offsets.topic.replication.factor": replicas,
            "transaction.state.log.min.isr": brokers.min_in_sync,
            "transaction.state.log.replication.factor": replicas,
            "unclean.leader.election.enable": "false",
        }
        return self._place.declare(
            CONFIGURATION,
            self._plan.cluster,
            {
                "name": self._plan.cluster,
                "kafkaVersions": [brokers.version],
                "serverProperties": "".join(f"{key}={value}\n" for key, value in settings.items()),
            },
            late=("arn", "latestRevision"),
            tagged=False,
        )

    def _declare_growth(self, brokers: BrokersOfMskPlan, cluster: pulumi.CustomResource) -> None:
        """Let disks grow before they are full; they never shrink."""
        of_target = {
            "serviceNamespace": "kafka",
            "resourceId": late(cluster, "arn"),
            "scalableDimension": "kafka:broker-storage:VolumeSize",
        }
        target = self._place.declare(
            "aws:appautoscaling/target:Target",
            self._plan.cluster,
            {**of_target, "minCapacity": 1, "maxCapacity": brokers.most_volume},
        )
        metric = {"predefinedMetricType": "KafkaBrokerStorageUtilization"}
        self._place.declare(
            "aws:appautoscaling/policy:Policy",
            self._plan.cluster,
            {
                **of_target,
                "name": self._plan.cluster,
                "policyType": "TargetTrackingScaling",
                "targetTrackingScalingPolicyConfiguration": {
                    "predefinedMetricSpecification": metric,
                    "targetValue": _FULL,
                    "disableScaleIn": True,
                },
            },
            tagged=False,
            after=(target,),
        )

    def _declare_parameter(self, cluster: pulumi.CustomResource) -> None:
        """Keep the brokers to start from where teams' slices find them."""
        self._place.declare(
            "aws:ssm/parameter:Parameter",
            self._plan.addresses,
            {
                "name": self._plan.addresses,
                "type": "SecureString",
                "keyId": self._place.cloud.key("secrets"),
                "value": pulumi.Output.secret(late(cluster, "bootstrapBrokersSaslIam")),
            },
        )


def declare_addresses(place: Place, plan: MskAccessPlan) -> None:
    """Bring the brokers to start from into a team's namespace, with a role that reads nothing else."""
    cloud = cloud_place(place)
    role = declare_reader_role(cloud, plan.reader)
    account = cloud.cloud.account
    provider = {
        "service": "ParameterStore",
        "region": account.region,
        "role": account.arn("iam", f"role/{plan.reader.name}"),
    }
    store = place.declare(SECRET_STORE, plan.secret, {"spec": {"provider": {"aws": provider}}}, after=(role,))
    spec = {
        "refreshInterval": REFRESH,
        "secretStoreRef": {"kind": SECRET_STORE.name, "name": plan.secret},
        "target": {"name": plan.secret, "creationPolicy": "Owner"},
        "data": [{"secretKey": ADDRESSES, "remoteRef": {"key": plan.addresses}}],
    }
    place.declare(EXTERNAL_SECRET, plan.secret, {"spec": spec}, after=(store,))
