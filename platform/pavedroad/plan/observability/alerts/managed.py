"""Alerts about what AWS runs: one kind for each thing that can be wrong, whichever service says it in which metric.

The numbers are those of the account's own alarms, and of what is watched beside them
(:mod:`pavedroad.plan.observability.measured`); the alerts go the way of all others. CloudWatch tells values of five
minutes, so a hold is as many of these as the watch asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.observability.alerts.model import AlertKind, Feed, Subject, Trial

if TYPE_CHECKING:
    from pavedroad.descriptor.oncall import Severity

EACH: Final = "<series>{<each>}"
ONE: Final = "<series>{<one>}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A row: what is wrong, and which metrics say so.

    Attributes:
        name: Name of the kind.
        severity: What it asks for.
        metrics: The metrics, by their names in CloudWatch.
        summary: What is wrong, after the name of the thing.
        description: What that means, with ``<limit>`` for the number.
        checks: What to look at first.
        below: Whether too little is wrong.
        minutes: How long it has to be true.
    """

    name: str
    severity: Severity
    metrics: tuple[str, ...]
    summary: str
    description: str
    checks: tuple[str, ...]
    below: bool = False
    minutes: int = 15

    @property
    def kind(self) -> AlertKind:
        """The kind of alert."""
        taken, sign = ("min", "<") if self.below else ("max", ">")
        hold = self.minutes
        return AlertKind(
            name=self.name,
            severity=self.severity,
            hold=f"{hold}m",
            expression=f"{taken}({EACH}) {sign} <limit>",
            summary=f"<thing>: {self.summary}",
            description=f'{self.description} (<metric> is {{{{ $value | printf "%.0f" }}}}.)',
            checks=self.checks,
            trial=Trial(
                feeds=(Feed(ONE, f"<beyond>x{hold + 10} <limit>x40", "<limit>x80"),),
                early=f"{hold - 1}m",
                fires=f"{hold + 1}m",
                over=f"{hold + 20}m",
                value="<beyond>",
            ),
        )


STORES: Final = (
    Cause(
        name="ManagedStoreConnectionsExhausted",
        severity="ticket",
        metrics=("DatabaseConnections", "CurrConnections"),
        summary="connections run out",
        description="More than <limit> connections have been open for 15 minutes: eight of ten that there can be.",
        checks=(
            "See which service holds them: a pool that is too large, or connections that nobody gives back.",
            "Lower the pools, or give the store a larger `size`.",
        ),
    ),
    Cause(
        name="ManagedStoreStorageLow",
        severity="page",
        metrics=("FreeStorageSpace", "FreeLocalStorage"),
        summary="storage runs out",
        description="Less than <limit> bytes have been free for 15 minutes; it stops when nothing is.",
        checks=(
            "See what fills it: data, logs, or sorting on a disk of the instance.",
            "Raise `storage` in the descriptor; for local storage of Aurora the `size`.",
        ),
        below=True,
    ),
    Cause(
        name="ManagedStoreCreditLow",
        severity="ticket",
        metrics=("CPUCreditBalance",),
        summary="credit of processor time runs out",
        description="Less than <limit> credits have been left for 15 minutes; then it slows down to its base rate.",
        checks=("See what it computes; else give it a larger `size`, which does not live on credit.",),
        below=True,
    ),
    Cause(
        name="ManagedStoreReplicationLagging",
        severity="ticket",
        metrics=(
            "AuroraReplicaLagMaximum",
            "ClusterReplicaLagMaximum",
            "DBClusterReplicaLagMaximum",
            "ReplicationLag",
        ),
        summary="a replica lags behind",
        description="A replica has been behind for 15 minutes and shows what is old: the limit is <limit>.",
        checks=("See whether more is written than usual, or a long query holds the replica back.",),
    ),
    Cause(
        name="ManagedStoreMemoryFull",
        severity="ticket",
        metrics=("DatabaseMemoryUsagePercentage",),
        summary="memory is nearly full",
        description="More than <limit> percent have been in use for 15 minutes; then keys are evicted or writes refused.",
        checks=("See whether keys lack an expiry; else give the store a larger `size`.",),
    ),
    Cause(
        name="ManagedStoreThrottled",
        severity="ticket",
        metrics=("ReadThrottleEvents", "WriteThrottleEvents"),
        summary="requests are refused",
        description="More than <limit> requests in each five minutes have been refused for want of capacity.",
        checks=(
            "See whether one key is asked for more than all others.",
            "Ask for more capacity in the descriptor, or for none ahead (on demand).",
        ),
    ),
    Cause(
        name="ManagedStoreRequestsWait",
        severity="ticket",
        metrics=("MainRequestQueuePendingRequests",),
        summary="requests wait",
        description="More than <limit> requests have waited for 15 minutes; what finds no place is refused.",
        checks=("Find the slow queries in the audit log; make them faster or fewer.",),
    ),
)

BROKERS: Final = (
    Cause(
        name="MskWithoutController",
        severity="page",
        metrics=("ActiveControllerCount",),
        summary="nobody leads the cluster",
        description="Fewer than <limit> controllers have been there for 15 minutes: no topic can change, no leader be chosen.",
        checks=("See the state of the cluster and AWS' health page; open a case with AWS.",),
        below=True,
    ),
    Cause(
        name="MskPartitionsOffline",
        severity="page",
        metrics=("OfflinePartitionsCount",),
        summary="partitions have no leader",
        description="Some partitions can be neither written nor read.",
        checks=("See which brokers are missing; they come back by themselves or by AWS.",),
        minutes=5,
    ),
    Cause(
        name="MskDiskFull",
        severity="page",
        metrics=("KafkaDataLogsDiskUsed",),
        summary="a broker's disk is nearly full",
        description="More than <limit> percent have been in use for 15 minutes, and growing it has not helped in time.",
        checks=("Shorten the `retention` of large topics; see why autoscaling of storage does not follow.",),
    ),
    Cause(
        name="MskUnderReplicated",
        severity="ticket",
        metrics=("UnderReplicatedPartitions",),
        summary="partitions have too few copies",
        description="Copies of partitions have lagged behind for 15 minutes: another loss loses records.",
        checks=("See whether a broker is being replaced or mended; copies catch up by themselves.",),
    ),
    Cause(
        name="ManagedBrokerBusy",
        severity="ticket",
        metrics=("CpuUser", "SystemCpuUtilization"),
        summary="processors are busy",
        description="More than <limit> percent of the processors have been in use for 15 minutes.",
        checks=("See which clients send or read more than usual; choose a larger broker.",),
    ),
    Cause(
        name="AmazonMqMemoryFull",
        severity="page",
        metrics=("RabbitMQMemUsed",),
        summary="memory runs out",
        description="More than <limit> bytes have been in use for 15 minutes: soon publishers are held back.",
        checks=("See which queue grows and why its consumers do not keep up.",),
    ),
    Cause(
        name="AmazonMqDiskFull",
        severity="page",
        metrics=("RabbitMQDiskFree",),
        summary="disk runs out",
        description="Less than <limit> bytes have been free for 15 minutes: soon publishers are held back.",
        checks=("See which queue or stream fills it and why its consumers do not keep up.",),
        below=True,
    ),
    Cause(
        name="ManagedDeadLetters",
        severity="ticket",
        metrics=("ApproximateNumberOfMessagesVisible",),
        summary="messages were put aside",
        description="Messages could not be worked off or delivered; they are deleted when they expire.",
        checks=(
            "Read one without taking it away, and find why it fails.",
            "Once that is mended, start a redrive (`aws sqs start-message-move-task`); else delete them.",
        ),
        minutes=5,
    ),
    Cause(
        name="ManagedQueueNotRead",
        severity="ticket",
        metrics=("ApproximateAgeOfOldestMessage",),
        summary="messages wait too long",
        description="The oldest message has waited for more than <limit> seconds, for 15 minutes.",
        checks=(
            "See whether the consumer runs, and whether one message makes it fail again and again.",
            "See whether more comes than usual; let it scale on the backlog (`scale.backlog`).",
        ),
    ),
    Cause(
        name="ManagedConsumerLagging",
        severity="ticket",
        metrics=("SumOffsetLag", "MessageReadyCount"),
        summary="its consumer falls behind",
        description="More than <limit> messages have waited for 15 minutes.",
        checks=("See whether the consumer runs; let it scale on the backlog (`scale.backlog`).",),
    ),
    Cause(
        name="ManagedTopicUndelivered",
        severity="ticket",
        metrics=("NumberOfNotificationsFailed",),
        summary="messages could not be delivered",
        description="A subscriber has not taken what was published, as often as it was tried.",
        checks=("See what lies in the queue of what was not delivered, and what the subscriber answers.",),
        minutes=5,
    ),
)

FUNCTIONS: Final = (
    Cause(
        name="FunctionThrottled",
        severity="ticket",
        metrics=("Throttles",),
        summary="runs are refused",
        description="As many run as may at once, for 15 minutes.",
        checks=("Give the function a higher `concurrency`, or see why runs take longer than usual.",),
    ),
    Cause(
        name="FunctionFails",
        severity="ticket",
        metrics=("Errors",),
        summary="runs fail",
        description="Runs have failed for 15 minutes.",
        checks=("Read its log; see whether it began with a new version, and set the rollout back.",),
    ),
    Cause(
        name="SagaFails",
        severity="ticket",
        metrics=("ExecutionsFailed", "ExecutionsTimedOut"),
        summary="executions fail",
        description="Executions ended without having done, or undone, all their steps.",
        checks=("Open the execution in the log group of the saga: it names the step, and what was undone.",),
        minutes=5,
    ),
)

CAUSES: Final = (*STORES, *BROKERS, *FUNCTIONS)

BY_METRIC: Final = {metric: cause.kind for cause in CAUSES for metric in cause.metrics}
"""The kind of alert for every metric that is watched."""

MANAGED: Final = Subject(
    name="managed",
    title="what AWS runs",
    exporters="yet-another-cloudwatch-exporter, static jobs (docs/configuration.md); metrics as each service names them",
    commands=(
        "aws cloudwatch describe-alarms --state-value ALARM",
        "kubectl -n observability logs deployment/cloudwatch-exporter --tail=100",
    ),
    kinds=tuple(cause.kind for cause in CAUSES),
)
