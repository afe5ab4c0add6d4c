"""Kafka on MSK: brokers in the data subnets, topics made by AWS, and roles in the place of users.

Clients authenticate with their roles (IAM), so the cluster has neither users nor ACLs, and removing an edge removes
its statement and nothing else. Facts from the MSK developer guide: «IAM access control» (actions, and ARNs of topics
and groups, whose cluster identifier is known late and stands as ``*`` behind the exact name), «Best practices»,
«Automatic scaling for clusters», «Supported Apache Kafka versions».
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.descriptor.values import memory_bytes
from pavedroad.plan.brokers.kafka import kafka_topics
from pavedroad.plan.brokers.managed.doors import door
from pavedroad.plan.brokers.model import TriggerPlan
from pavedroad.plan.cloud.access import Grant, encrypted_with
from pavedroad.plan.cloud.alarms import Watch, alarms
from pavedroad.plan.cloud.names import name
from pavedroad.plan.cloud.sizes import instance_class, release
from pavedroad.plan.flows import Flow, Party
from pavedroad.plan.naming import slug
from pavedroad.plan.secrets_source import own_reader
from pavedroad.plan.values import SecretKeyRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.plan.brokers.managed.doors import DoorPlan
    from pavedroad.plan.brokers.model import KafkaTopicPlan, KafkaUserPlan
    from pavedroad.plan.brokers.usage import TopicUse
    from pavedroad.plan.cloud.access import RolePlan
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.cloud.alarms import AlarmPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.values import Outputs

PORT: Final = 9098
"""Clients with IAM, over TLS (MSK developer guide, «Port information»)."""

VERSION: Final = "3.9"

ENDPOINT: Final = "kafka-endpoint"
"""The Secret of a team's namespace with the brokers to start from, which are known late."""

ADDRESSES: Final = "bootstrap_servers"

_FEW: Final = 3
_LEAST_ZONES: Final = 2
"""MSK spreads brokers over two zones at least."""

LEAST_VOLUME: Final = 100
"""GiB that a broker starts with at least: a smaller volume has too little throughput."""

_ACTIONS: Final = {
    "publishes": (
        "kafka-cluster:DescribeTopic",
        "kafka-cluster:WriteData",
    ),
    "subscribes": (
        "kafka-cluster:DescribeTopic",
        "kafka-cluster:ReadData",
    ),
}
"""What an edge does with its topic."""

CONNECT: Final = ("kafka-cluster:Connect", "kafka-cluster:WriteDataIdempotently")
"""What every client does with the cluster: connect, and write each record once."""

GROUP: Final = ("kafka-cluster:AlterGroup", "kafka-cluster:DescribeGroup")
"""What a subscriber does with its consumer group."""

MEASURE: Final = ("cloudwatch:GetMetricData",)
"""What the autoscaler does: read a metric. It names no resource (Service Authorization Reference, CloudWatch)."""

WATCHED: Final = (
    Watch(
        metric="ActiveControllerCount",
        limit=1,
        why="The cluster has no controller: nobody leads it.",
        statistic="Maximum",
        below=True,
    ),
    Watch(
        metric="OfflinePartitionsCount",
        limit=0,
        why="Some partitions have no leader: they can be neither written nor read.",
        statistic="Maximum",
        periods=1,
    ),
)
"""What is watched of a cluster as a whole."""

WATCHED_BROKERS: Final = (
    Watch(
        metric="KafkaDataLogsDiskUsed",
        limit=85,
        why="The broker's disk is nearly full, and growing it has not helped in time.",
        statistic="Maximum",
    ),
    Watch(
        metric="CpuUser", limit=60, why="The broker has too little processor time left to lose another one."
    ),
    Watch(
        metric="UnderReplicatedPartitions",
        limit=0,
        why="Copies of partitions lag behind: another loss loses records.",
        statistic="Maximum",
    ),
)
"""What is watched of every broker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokersOfMskPlan:
    """Provisioned brokers; a serverless cluster has none.

    Attributes:
        version: Version of Kafka.
        instance: Class of each broker.
        count: How many, the same number in each zone.
        volume: GiB that each starts with.
        most_volume: GiB that each may grow to.
        min_in_sync: Copies that must have a record before it counts as written.
        logs: The log group of the brokers.
        log_days: How long logs are kept, in days.
    """

    version: str
    instance: str
    count: int
    volume: int
    most_volume: int
    min_in_sync: int
    logs: str
    log_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MskPlan:
    """The cluster of all teams.

    Attributes:
        cluster: Its name in the account.
        zones: Over how many zones it stands.
        brokers: Its brokers; None where AWS scales them out of sight.
        replicas: Copies of every topic.
        protect: Whether the engine refuses to delete or replace it.
        topics: The topics of all teams.
        addresses: The parameter that tells the other slices the brokers to start from.
        alarms: What somebody is told of it.
        users: Users of the cluster's own: none, for roles are in their place.
    """

    cluster: str
    zones: int
    brokers: BrokersOfMskPlan | None
    replicas: int
    protect: bool
    topics: tuple[KafkaTopicPlan, ...]
    addresses: str
    alarms: tuple[AlarmPlan, ...]
    users: tuple[KafkaUserPlan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MskAccessPlan:
    """How a team learns of the brokers to start from.

    Attributes:
        secret: The Secret of its namespace, and what fills it.
        addresses: The parameter that they are read from.
        reader: The role that reads it, and nothing else.
    """

    secret: str
    addresses: str
    reader: RolePlan


@dataclass(frozen=True, slots=True)
class Msk:
    """What an edge to a topic means on MSK."""

    account: AccountPlan
    host: None = None

    def outputs(self, use: TopicUse) -> Outputs:
        """Return the documented outputs of an edge; there is no password, a client signs with its role."""
        outputs: Outputs = {
            ADDRESSES: SecretKeyRef(ENDPOINT, ADDRESSES),
            "topic": use.topic,
            "security_protocol": "SASL_SSL",
            "sasl_mechanism": "AWS_MSK_IAM",
            "username": None,
            "password": None,
        }
        return outputs if use.direction == "publishes" else {**outputs, "group": use.group}

    def trigger(self, use: TopicUse, per_replica: int) -> TriggerPlan:
        """Return the trigger on a consumer group's lag, which MSK measures; KEDA asks with its own role.

        Source: KEDA's scaler «AWS CloudWatch», and the MSK developer guide, «Consumer-lag metrics».
        """
        dimensions = {
            "Cluster Name": cluster_name(self.account),
            "Consumer Group": use.group,
            "Topic": use.topic,
        }
        return TriggerPlan(
            name=slug(use.reference),
            type="aws-cloudwatch",
            metadata=(
                ("awsRegion", self.account.region),
                ("dimensionName", ";".join(dimensions)),
                ("dimensionValue", ";".join(dimensions.values())),
                ("identityOwner", "operator"),
                ("metricName", "SumOffsetLag"),
                ("metricStat", "Maximum"),
                ("minMetricValue", "0"),
                ("namespace", "AWS/Kafka"),
                ("targetMetricValue", str(per_replica)),
            ),
            authentication=(),
        )

    def grants(self, use: TopicUse) -> tuple[Grant, ...]:
        """Return what an edge allows: its topic, its group, and the cluster itself."""
        group = Grant(reason=f"{use.path}.group", actions=GROUP, resources=(self._arn("group", use.group),))
        return (
            Grant(reason=f"{use.path}.cluster", actions=CONNECT, resources=(self._cluster,)),
            Grant(
                reason=use.path,
                actions=_ACTIONS[use.direction],
                resources=(self._arn("topic", use.topic),),
            ),
            *((group,) if use.direction == "subscribes" else ()),
        )

    def counted(self, use: TopicUse) -> tuple[Grant, ...]:
        """Return what the autoscaler is allowed for an edge that scales its service."""
        reason = f"{use.client.namespace}/{use.client.name}.scale.backlog.{use.reference}"
        return (Grant(reason=reason, actions=MEASURE, resources=("*",)),)

    def doors(self, use: TopicUse) -> tuple[DoorPlan, ...]:
        """Return the way in of an edge's client."""
        return (door("kafka", use.client, PORT),)

    @property
    def _cluster(self) -> str:
        return self.account.arn("kafka", f"cluster/{cluster_name(self.account)}/*")

    def _arn(self, kind: Literal["topic", "group"], resource: str) -> str:
        return self.account.arn("kafka", f"{kind}/{cluster_name(self.account)}/*/{resource}")


def cluster_name(account: AccountPlan) -> str:
    """Return the name of the cluster in the account."""
    return name("msk-cluster", account.environment, "kafka")


def addresses_parameter(account: AccountPlan) -> str:
    """Return the parameter that tells the brokers to start from."""
    return f"/{name('ssm-parameter', account.environment, 'platform', ENDPOINT)}"


def resolve_msk(context: Context) -> MskPlan | None:
    """Return the cluster; None where no team has a topic on it."""
    account, spec = context.needed_account, context.environment.aws
    if not any(topic.broker == "kafka" for team in context.teams.values() for topic in team.topics.values()):
        return None
    zones = _LEAST_ZONES if context.tier.broker_instances < _FEW or spec is None else _zones(context)
    serverless = context.environment.providers.kafka == "msk-serverless"
    replicas = _FEW if serverless else min(_FEW, zones)
    return MskPlan(
        cluster=cluster_name(account),
        zones=zones,
        brokers=None if serverless else _brokers(context, zones),
        replicas=replicas,
        protect=context.tier.protect,
        topics=tuple(_topics(context, replicas, serverless=serverless)),
        addresses=addresses_parameter(account),
        alarms=() if serverless else _alarms(account, zones),
    )


def _topics(context: Context, replicas: int, *, serverless: bool) -> Iterator[KafkaTopicPlan]:
    """Yield the topics; a serverless cluster decides itself how many copies must have a record."""
    for topic in kafka_topics(context, replicas):
        config = tuple(pair for pair in topic.config if not (serverless and pair[0] == "min.insync.replicas"))
        yield replace(topic, config=config)


def _zones(context: Context) -> int:
    """Return over how many zones the network of an environment stands."""
    spec = context.environment.aws
    network = spec.network if spec is not None else None
    return getattr(network, "zones", None) or len(getattr(network, "data", ()))


def _brokers(context: Context, zones: int) -> BrokersOfMskPlan:
    account = context.needed_account
    volume = max(LEAST_VOLUME, memory_bytes(context.tier.storage) // 2**30)
    found = release("msk", VERSION)
    return BrokersOfMskPlan(
        version=found.version if found else VERSION,
        instance=instance_class("msk", "small"),
        count=zones,
        volume=volume,
        most_volume=10 * volume,
        min_in_sync=max(1, min(_FEW, zones) - 1),
        logs=name("logs-group", account.environment, "platform", "kafka"),
        log_days=365 if context.tier.protect else 30,
    )


def _alarms(account: AccountPlan, brokers: int) -> tuple[AlarmPlan, ...]:
    """Return what somebody is told of a cluster and of each of its brokers."""
    cluster = ("Cluster Name", cluster_name(account))
    parts = (account.environment, "kafka")
    every = alarms(parts, "AWS/Kafka", (cluster,), WATCHED)
    for broker in range(1, brokers + 1):
        dimensions = (("Broker ID", str(broker)), cluster)
        every += alarms((*parts, str(broker)), "AWS/Kafka", dimensions, WATCHED_BROKERS)
    return every


def msk_access(context: Context, team: str, uses: tuple[TopicUse, ...]) -> MskAccessPlan | None:
    """Return how a team learns of the brokers to start from; None where it uses no topic on MSK."""
    if not any(use.team == team and use.broker == "kafka" for use in uses):
        return None
    account = context.needed_account
    addresses = addresses_parameter(account)
    grants = (
        Grant(
            reason=ENDPOINT,
            actions=("ssm:GetParameter",),
            resources=(account.arn("ssm", f"parameter{addresses}"),),
        ),
        encrypted_with(account, "secrets", "ssm", ENDPOINT, write=False),
    )
    reader = own_reader(account, context.namespace(team), ENDPOINT, grants)
    return MskAccessPlan(secret=ENDPOINT, addresses=addresses, reader=reader)


def msk_flows(context: Context, uses: tuple[TopicUse, ...]) -> Iterator[Flow]:
    """Yield what clients need open towards the account's network."""
    brokers = Party(name="kafka", cidr=context.data_block)
    for use in uses:
        if use.broker == "kafka":
            yield Flow(
                kind="publish" if use.direction == "publishes" else "subscribe",
                source=use.client,
                destination=brokers,
                ports=(PORT,),
                sides="source",
                authorised=False,
            )
