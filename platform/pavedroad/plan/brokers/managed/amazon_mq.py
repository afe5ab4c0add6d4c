"""RabbitMQ on Amazon MQ: the same queues, users and addresses as in the cluster, with the nodes in the account.

Clients connect to the same Service and port as with a cluster of our own, without TLS: the mesh speaks TLS for them
to the broker, whose host is known only once it is made. The topology operator works on the broker's management API.
Facts from the Amazon MQ developer guide: «Amazon MQ for RabbitMQ», «Quorum queues», «Amazon CloudWatch metrics»;
from the topology operator: connection Secrets, and which namespaces may use one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.plan.brokers.managed.doors import OperatorDoorPlan, door, operator_door
from pavedroad.plan.brokers.parties import KEDA, RABBITMQ_TOPOLOGY
from pavedroad.plan.brokers.rabbitmq import NAME, NAMESPACE, RabbitOperator, tenants_of
from pavedroad.plan.cloud.access import Grant, encrypted_with
from pavedroad.plan.cloud.alarms import Watch, alarms
from pavedroad.plan.cloud.names import name
from pavedroad.plan.cloud.sizes import instance_class, release
from pavedroad.plan.flows import Flow, Party
from pavedroad.plan.secrets_source import own_reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.plan.brokers.managed.doors import DoorPlan
    from pavedroad.plan.brokers.usage import TopicUse
    from pavedroad.plan.cloud.access import RolePlan
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.cloud.alarms import AlarmPlan
    from pavedroad.plan.context import Context

PORT: Final = 5671
"""AMQP over TLS, the only port for clients."""

MANAGEMENT_PORT: Final = 443
"""The management API."""

VERSION: Final = "4.2"

ADMIN: Final = "rabbitmq-admin"
"""The Secret with which the topology operator authenticates."""

_CLUSTER: Final = 3
"""Nodes of a cluster deployment, one in each zone."""

WATCHED: Final = (
    Watch(metric="SystemCpuUtilization", limit=80, why="The broker has no processor time left."),
    Watch(
        metric="RabbitMQMemUsed",
        limit=3 * 2**30,
        why="The broker soon stops taking messages for want of memory: somebody reads too slowly.",
        statistic="Maximum",
    ),
    Watch(
        metric="RabbitMQDiskFree",
        limit=20 * 2**30,
        why="The broker soon stops taking messages for want of disk: somebody reads too slowly.",
        statistic="Minimum",
        below=True,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmazonMqPlan:
    """The broker of all teams.

    Attributes:
        name: Name of its Service.
        namespace: Where the Service stands.
        broker: Its name in the account.
        version: Version of RabbitMQ.
        instance: Class of its nodes.
        deployment: Whether one node runs or one in each zone.
        protect: Whether the engine refuses to delete or replace it.
        tenants: Namespaces that may declare queues and users on it.
        operators: Operators that connect.
        password: The parameter that keeps the first user's password.
        reader: The role with which External Secrets reads that parameter, and nothing else.
        alarms: What somebody is told of it.
    """

    name: str
    namespace: str
    broker: str
    version: str
    instance: str
    deployment: Literal["CLUSTER_MULTI_AZ", "SINGLE_INSTANCE"]
    protect: bool
    tenants: tuple[str, ...]
    operators: tuple[OperatorDoorPlan, ...]
    password: str
    reader: RolePlan
    alarms: tuple[AlarmPlan, ...]


class AmazonMq(RabbitOperator):
    """What an edge means: the same as in the cluster, and a way in on the account's network."""

    def doors(self, use: TopicUse) -> tuple[DoorPlan, ...]:
        """Return the way in of an edge's client."""
        return (door("rabbitmq", use.client, PORT),)


def broker_name(account: AccountPlan) -> str:
    """Return the name of the broker in the account."""
    return name("mq-broker", account.environment, NAME)


def resolve_amazon_mq(context: Context, uses: tuple[TopicUse, ...]) -> AmazonMqPlan | None:
    """Return the broker; None where no team has anything on it."""
    tenants = tenants_of(context, uses)
    found = release("amazon-mq", VERSION)
    if not tenants or found is None:
        return None
    account = context.needed_account
    several = context.tier.broker_instances >= _CLUSTER
    broker = broker_name(account)
    password = f"/{name('ssm-parameter', account.environment, 'platform', ADMIN)}"
    return AmazonMqPlan(
        name=NAME,
        namespace=NAMESPACE,
        broker=broker,
        version=found.version,
        instance=instance_class("amazon-mq", "medium" if several else "small"),
        deployment="CLUSTER_MULTI_AZ" if several else "SINGLE_INSTANCE",
        protect=context.tier.protect,
        tenants=tenants,
        operators=_operators(context, account, uses),
        password=password,
        reader=_reader(account, password),
        alarms=alarms((account.environment, NAME), "AWS/AmazonMQ", (("Broker", broker),), WATCHED),
    )


def _operators(
    context: Context, account: AccountPlan, uses: tuple[TopicUse, ...]
) -> tuple[OperatorDoorPlan, ...]:
    """Return the ways in of what the platform installs; nothing is, where the sandbox plays the cluster."""
    if not context.installs:
        return ()
    topology = operator_door(account, "rabbitmq", RABBITMQ_TOPOLOGY, MANAGEMENT_PORT)
    keda = operator_door(account, "rabbitmq", KEDA, PORT)
    return (topology, keda) if _scales(context, uses) else (topology,)


def _reader(account: AccountPlan, password: str) -> RolePlan:
    """Return the role with which the first user's password is read."""
    parameter = account.arn("ssm", f"parameter{password}")
    grants = (
        Grant(reason=ADMIN, actions=("ssm:GetParameter",), resources=(parameter,)),
        encrypted_with(account, "secrets", "ssm", ADMIN, write=False),
    )
    return own_reader(account, NAMESPACE, ADMIN, grants)


def amazon_mq_flows(context: Context, uses: tuple[TopicUse, ...]) -> Iterator[Flow]:
    """Yield what clients and operators need open towards the account's network."""
    broker = Party(name="rabbitmq", cidr=context.data_block)
    for use in uses:
        if use.broker == "rabbitmq":
            kind: Literal["publish", "subscribe"] = "publish" if use.direction == "publishes" else "subscribe"
            yield _outwards(kind, use.client, broker, PORT)
    yield _outwards("platform", RABBITMQ_TOPOLOGY, broker, MANAGEMENT_PORT)
    if _scales(context, uses):
        yield _outwards("platform", KEDA, broker, PORT)


def _outwards(
    kind: Literal["publish", "subscribe", "platform"], source: Party, broker: Party, port: int
) -> Flow:
    return Flow(kind=kind, source=source, destination=broker, ports=(port,), sides="source", authorised=False)


def _scales(context: Context, uses: tuple[TopicUse, ...]) -> bool:
    return any(use.broker == "rabbitmq" and use.scales(context) for use in uses)
