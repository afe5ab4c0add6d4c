"""What alerts need to know beside what stands: the tier, where links lead, who reads what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.descriptor.observability import LinksSpec
from pavedroad.plan.brokers.usage import topic_uses
from pavedroad.plan.observability.alerts.model import Links
from pavedroad.plan.observability.measured import backlogs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.environment import EnvironmentDescriptor, Tier
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.observability.measured import MeasuredPlan

RUNBOOKS: Final = "docs/runbooks"
"""Where runbooks are by default: the folder of the project."""

IN_CLUSTER: Final = frozenset({"strimzi", "rabbitmq-operator"})
"""Who runs brokers that Prometheus can ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumerPlan:
    """A service that reads a topic or queue of a broker in the cluster.

    Attributes:
        service: Physical name of the service.
        broker: Which broker.
        group: The consumer group; on RabbitMQ the queue.
        topic: The topic or queue that it reads.
    """

    service: str
    broker: Literal["kafka", "rabbitmq"]
    group: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchPlan:
    """How things are watched.

    Attributes:
        tier: Label of every alert.
        links: Where dashboards and runbooks are found.
        consumers: Who reads what, of one team.
        account: Where managed services stand; None for nowhere.
        backlogs: What services have not read yet from brokers that AWS runs, of one team.
    """

    tier: Tier
    links: Links
    consumers: tuple[ConsumerPlan, ...] = ()
    account: AccountPlan | None = None
    backlogs: tuple[MeasuredPlan, ...] = ()


def links_of(environment: EnvironmentDescriptor) -> Links:
    """Return where an environment's dashboards and runbooks are found."""
    domain, watching = environment.domains.internal, environment.observability
    said = LinksSpec() if watching == "none" else watching.links
    default = f"https://grafana.{domain}" if domain else "http://grafana.observability.svc.cluster.local:3000"
    return Links(dashboards=said.dashboards or default, runbooks=said.runbooks or RUNBOOKS)


def resolve_watch(context: Context, team: str | None = None) -> WatchPlan | None:
    """Return how a team's things are watched, or the platform's; None where an environment watches nothing."""
    environment = context.environment
    if not context.watched:
        return None
    return WatchPlan(
        tier=environment.tier,
        links=links_of(environment),
        consumers=() if team is None else tuple(_consumers(context, team)),
        account=context.account,
        backlogs=() if team is None else tuple(backlogs(context, team)),
    )


def _consumers(context: Context, team: str) -> Iterator[ConsumerPlan]:
    """Yield what a team's services read from brokers in the cluster; what AWS runs is measured by CloudWatch."""
    providers = context.environment.providers
    chosen = (("kafka", providers.kafka), ("rabbitmq", providers.rabbitmq))
    standing = {broker for broker, provider in chosen if provider in IN_CLUSTER}
    for use in topic_uses(context):
        if use.team == team and use.direction == "subscribes" and use.broker in standing:
            kafka = use.broker == "kafka"
            yield ConsumerPlan(
                service=use.client.service or use.service,
                broker="kafka" if kafka else "rabbitmq",
                group=use.group if kafka else use.queue,
                topic=use.topic if kafka else use.queue,
            )
