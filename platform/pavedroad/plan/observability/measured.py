"""What AWS runs and CloudWatch measures: which things there are, and what is asked of each.

What is watched of a managed store or broker its own plan says, as alarms of the account. The same watches are asked for
here under their dimensions, so that alerts, routes and dashboards are those of everything else; what is not worth an
alarm of the account, but an alert or a curve, stands in the tables below.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from pavedroad.plan.brokers import AmazonMqPlan
from pavedroad.plan.brokers.managed.amazon_mq import broker_name
from pavedroad.plan.brokers.managed.msk import MskPlan, cluster_name
from pavedroad.plan.brokers.rabbitmq import VHOST
from pavedroad.plan.brokers.usage import topic_uses
from pavedroad.plan.cloud.alarms import Statistic, Watch
from pavedroad.plan.stores.managed.database import KeptPlan
from pavedroad.plan.stores.managed.dynamodb import DynamodbPlan
from pavedroad.plan.stores.managed.elasticache import CachePlan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.plan.cloud.alarms import AlarmPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.environment import PlatformPlan, TeamPlan
    from pavedroad.plan.flows import Labels
    from pavedroad.plan.functions.model import FunctionPlan
    from pavedroad.plan.observability.alerts.watch import WatchPlan
    from pavedroad.plan.stores.model import StorePlan


class Metric(NamedTuple):
    """A metric of CloudWatch, and what is taken of its values in a period."""

    name: str
    statistic: Statistic


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredPlan:
    """Something that AWS runs, as CloudWatch knows it.

    Attributes:
        title: What people call it.
        labels: Labels of its alerts beside team and tier.
        namespace: The namespace of its metrics: ``AWS/RDS``.
        instances: Its dimensions; several where it has several nodes.
        watches: What is watched of it.
    """

    title: str
    labels: Labels
    namespace: str
    instances: tuple[Labels, ...]
    watches: tuple[Watch, ...] = ()

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Everything that is asked about it: what is watched, and what is shown beside."""
        watched = (Metric(watch.metric, watch.statistic) for watch in self.watches)
        dimensions = frozenset(name for name, _ in self.instances[0])
        shown = SHOWN.get((self.namespace, dimensions), ())
        return tuple(dict.fromkeys((*watched, *shown)))


SHOWN: Final[dict[tuple[str, frozenset[str]], tuple[Metric, ...]]] = {
    ("AWS/RDS", frozenset({"DBClusterIdentifier"})): (Metric("CPUUtilization", "Average"),),
    ("AWS/RDS", frozenset({"DBInstanceIdentifier"})): (Metric("CPUUtilization", "Average"),),
    ("AWS/DocDB", frozenset({"DBClusterIdentifier"})): (Metric("CPUUtilization", "Average"),),
    ("AWS/Neptune", frozenset({"DBClusterIdentifier"})): (Metric("CPUUtilization", "Average"),),
    ("AWS/ElastiCache", frozenset({"CacheClusterId"})): (Metric("CPUUtilization", "Average"),),
    ("AWS/DynamoDB", frozenset({"TableName"})): (
        Metric("ConsumedReadCapacityUnits", "Sum"),
        Metric("ConsumedWriteCapacityUnits", "Sum"),
    ),
    ("AWS/Lambda", frozenset({"FunctionName"})): (
        Metric("Invocations", "Sum"),
        Metric("Duration", "Maximum"),
    ),
    ("AWS/States", frozenset({"StateMachineArn"})): (Metric("ExecutionsStarted", "Sum"),),
    ("AWS/SNS", frozenset({"TopicName"})): (Metric("NumberOfMessagesPublished", "Sum"),),
    ("AWS/AmazonMQ", frozenset({"Broker"})): (Metric("MessageCount", "Maximum"),),
}
"""What curves are drawn of, beside what is watched; by namespace and dimensions. Few, since each series costs."""

QUEUE: Final = (
    Watch(
        metric="ApproximateAgeOfOldestMessage",
        limit=900,
        statistic="Maximum",
        why="The oldest message has waited for a quarter of an hour: nobody reads, or too slowly",
    ),
)
"""Of each queue that services read from."""

FUNCTION: Final = (
    Watch(metric="Errors", limit=0, statistic="Sum", why="Runs have failed in each of three periods"),
)
"""Of each function, beside the alarms of its plan."""

SAGA: Final = (
    Watch(metric="ExecutionsFailed", limit=0, statistic="Sum", periods=1, why="Executions have failed"),
    Watch(metric="ExecutionsTimedOut", limit=0, statistic="Sum", periods=1, why="Executions took too long"),
)
"""Of each state machine."""

TOPIC: Final = (
    Watch(
        metric="NumberOfNotificationsFailed",
        limit=0,
        statistic="Sum",
        periods=1,
        why="Messages could not be delivered to a subscriber",
    ),
)
"""Of each topic of SNS."""


LAG: Final = (
    Watch(metric="SumOffsetLag", limit=10_000, statistic="Maximum", why="A consumer group falls behind"),
)
"""Of each group and topic on MSK (MSK developer guide, «Consumer-lag metrics»)."""

READY: Final = (
    Watch(metric="MessageReadyCount", limit=10_000, statistic="Maximum", why="A consumer falls behind"),
)
"""Of each queue on Amazon MQ (Amazon MQ developer guide, «Monitoring Amazon MQ brokers using CloudWatch»)."""


def team_measured(plan: TeamPlan, watch: WatchPlan) -> Iterator[MeasuredPlan]:
    """Yield what AWS runs for a team."""
    if watch.account is None:
        return
    for workload in plan.workloads:
        for store in workload.stores:
            yield from _store(workload.name, store)
    for function in plan.functions:
        yield from _function(function)
        for store in function.stores:
            yield from _store(function.name, store)
    for saga in plan.sagas:
        if saga.machine is not None:
            arn = watch.account.arn("states", f"stateMachine:{saga.machine.name}")
            yield _one(saga.name, (("service", saga.name),), "AWS/States", (("StateMachineArn", arn),), SAGA)
    for queue in plan.topics.account.queues:
        labels = (("broker", "sqs"), ("topic", queue.name))
        yield _one(queue.name, labels, "AWS/SQS", (("QueueName", queue.name),), QUEUE)
        yield from _alarmed(queue.dead.name, labels, queue.dead.alarms)
    yield from watch.backlogs


def platform_measured(plan: PlatformPlan) -> Iterator[MeasuredPlan]:
    """Yield what AWS runs for all teams."""
    if isinstance(plan.kafka, MskPlan):
        yield from _alarmed(plan.kafka.cluster, (("broker", "kafka"),), plan.kafka.alarms)
    if isinstance(plan.rabbitmq, AmazonMqPlan):
        yield from _alarmed(plan.rabbitmq.broker, (("broker", "rabbitmq"),), plan.rabbitmq.alarms)
    for topic in plan.topics:
        labels = (("broker", "sns"), ("topic", topic.name))
        yield _one(topic.name, labels, "AWS/SNS", (("TopicName", topic.name),), TOPIC)
        if topic.undelivered is not None:
            yield from _alarmed(topic.undelivered.name, labels, topic.undelivered.alarms)


def backlogs(context: Context, team: str) -> Iterator[MeasuredPlan]:
    """Yield what a team's services have not read yet from brokers that AWS runs."""
    if context.account is None:
        return
    providers = context.environment.providers
    for use in topic_uses(context):
        if use.team != team or use.direction != "subscribes":
            continue
        labels = (("broker", use.broker), ("service", use.client.service or use.service))
        if use.broker == "kafka" and providers.kafka == "msk":
            cluster = ("Cluster Name", cluster_name(context.account))
            group = (cluster, ("Consumer Group", use.group), ("Topic", use.topic))
            yield _one(use.topic, labels, "AWS/Kafka", group, LAG)
        if use.broker == "rabbitmq" and providers.rabbitmq == "amazon-mq":
            broker = ("Broker", broker_name(context.account))
            queue = (broker, ("Queue", use.queue), ("VirtualHost", VHOST))
            yield _one(use.queue, labels, "AWS/AmazonMQ", queue, READY)


def _store(service: str, store: StorePlan) -> Iterator[MeasuredPlan]:
    """Yield a store, where AWS runs it and it is watched."""
    labels = (("service", service), ("store", store.name))
    if isinstance(store, KeptPlan):
        yield from _alarmed(store.name, labels, store.upkeep.alarms)
    elif isinstance(store, CachePlan):
        yield from _alarmed(store.name, labels, store.alarms)
    elif isinstance(store, DynamodbPlan):
        for table in store.tables:
            yield from _alarmed(table.name, (*labels, ("table", table.name)), table.alarms)


def _function(function: FunctionPlan) -> Iterator[MeasuredPlan]:
    """Yield a function, and the queue of what it failed to process."""
    own, *others = _alarmed(function.name, (("service", function.name),), function.alarms)
    yield replace(own, watches=(*own.watches, *FUNCTION))
    yield from (replace(one, title=function.dead_letters) for one in others)


def _alarmed(title: str, labels: Labels, alarms: Iterable[AlarmPlan]) -> Iterator[MeasuredPlan]:
    """Yield what alarms are about: things with the same dimensions are the nodes of one."""
    found: dict[tuple[str, ...], list[AlarmPlan]] = {}
    for alarm in alarms:
        found.setdefault((alarm.namespace, *(name for name, _ in alarm.dimensions)), []).append(alarm)
    for same in found.values():
        yield MeasuredPlan(
            title=title,
            labels=labels,
            namespace=same[0].namespace,
            instances=tuple(dict.fromkeys(alarm.dimensions for alarm in same)),
            watches=tuple(dict.fromkeys(alarm.watch for alarm in same)),
        )


def _one(
    title: str, labels: Labels, namespace: str, dimensions: Labels, watches: tuple[Watch, ...]
) -> MeasuredPlan:
    return MeasuredPlan(
        title=title, labels=labels, namespace=namespace, instances=(dimensions,), watches=watches
    )
