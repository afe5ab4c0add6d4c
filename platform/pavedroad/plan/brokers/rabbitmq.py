"""RabbitMQ, realised by its cluster and topology operators: one cluster, one virtual host, exact permissions.

Facts from the documentation of its operators: objects of a team stand in the team's namespace and name the cluster in
another, whose annotation allows that; Services, labels and ports of the nodes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.topics import ExchangeSpec, QueueSpec
from pavedroad.plan.brokers.model import (
    NodesPlan,
    RabbitPlan,
    TriggerPlan,
)
from pavedroad.plan.brokers.parties import KEDA, RABBITMQ_TOPOLOGY
from pavedroad.plan.brokers.realisation import InCluster
from pavedroad.plan.brokers.topology import binding_key
from pavedroad.plan.flows import Flow, Party
from pavedroad.plan.naming import host, join, slug
from pavedroad.plan.stores.model import ComputePlan
from pavedroad.plan.values import SecretKeyRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.plan.brokers.usage import TopicUse
    from pavedroad.plan.context import Context
    from pavedroad.plan.values import Outputs

NAMESPACE: Final = "rabbitmq"
NAME: Final = "rabbitmq"
PORT: Final = 5672
MANAGEMENT_PORT: Final = 15672
CLUSTER_PORTS: Final = (4369, 25672)
"""Discovery and traffic between nodes (RabbitMQ, «Networking»)."""

VHOST: Final = "/"
"""The only virtual host: many clients cannot say another."""

IMAGE: Final = "docker.io/library/rabbitmq:4.1.4-management"
COMPUTE: Final = ComputePlan(cpu="250m", memory="1Gi")

BROKER_HOST: Final = host(NAME, NAMESPACE)
"""Where clients connect, and an alias of the broker leads."""

BROKERS: Final = Party(
    name="rabbitmq",
    namespace=NAMESPACE,
    selector=(("app.kubernetes.io/component", "rabbitmq"), ("app.kubernetes.io/name", NAME)),
    service_account=f"{NAME}-server",
)
"""The nodes (cluster operator: internal/metadata/label.go, internal/resource/service_account.go)."""


def resolve_rabbitmq(context: Context, uses: tuple[TopicUse, ...]) -> RabbitPlan | None:
    """Return the cluster; None where no team has anything on it."""
    tenants = tenants_of(context, uses)
    if not tenants:
        return None
    tier = context.tier
    return RabbitPlan(
        name=NAME,
        namespace=NAMESPACE,
        nodes=NodesPlan(
            name="server",
            roles=("broker",),
            count=tier.broker_instances,
            compute=COMPUTE,
            storage=tier.storage,
        ),
        image=IMAGE,
        storage_class=context.storage_class,
        spread=tier.spread if tier.broker_instances > 1 else "none",
        spread_required=tier.spread_required,
        protect=tier.protect,
        tenants=tenants,
    )


def tenants_of(context: Context, uses: tuple[TopicUse, ...]) -> tuple[str, ...]:
    """Return the namespaces of the teams that own or use something on RabbitMQ."""
    owners = {
        context.namespace(team)
        for team, descriptor in context.teams.items()
        if any(topic.broker == "rabbitmq" for topic in descriptor.topics.values())
    }
    users = {context.namespace(use.team) for use in uses if use.broker == "rabbitmq"}
    return tuple(sorted(owners | users))


def rabbitmq_flows(context: Context, uses: tuple[TopicUse, ...]) -> Iterator[Flow]:
    """Yield what clients, nodes and operators need open."""
    mine = tuple(use for use in uses if use.broker == "rabbitmq")
    for use in mine:
        yield Flow(
            kind="publish" if use.direction == "publishes" else "subscribe",
            source=use.client,
            destination=BROKERS,
            ports=(PORT,),
        )
    if context.tier.broker_instances > 1:
        yield Flow(kind="internal", source=BROKERS, destination=BROKERS, ports=CLUSTER_PORTS)
    yield Flow(
        kind="platform",
        source=RABBITMQ_TOPOLOGY,
        destination=BROKERS,
        ports=(MANAGEMENT_PORT,),
    )
    if any(use.scales(context) for use in mine):
        yield Flow(kind="platform", source=KEDA, destination=BROKERS, ports=(PORT,))


def user_secret(use: TopicUse) -> str:
    """Return the name of the Secret with which a service authenticates."""
    return join(use.client.name, "rabbitmq")


class RabbitOperator(InCluster):
    """What an edge to a queue, exchange or stream means on the cluster's own RabbitMQ."""

    host: Final = BROKER_HOST

    def outputs(self, use: TopicUse) -> Outputs:
        """Return the documented outputs of an edge."""
        secret = user_secret(use)
        outputs: Outputs = {
            "host": BROKER_HOST,
            "port": str(PORT),
            "addresses": f"{BROKER_HOST}:{PORT}",
            "vhost": VHOST,
            "username": SecretKeyRef(secret, "username"),
            "password": SecretKeyRef(secret, "password"),
            "uri": SecretKeyRef(secret, "uri"),
        }
        spec = use.spec
        if isinstance(spec, ExchangeSpec):
            outputs["exchange"] = use.topic
            if use.direction == "subscribes":
                outputs |= {"queue": use.queue, "routing_key": binding_key(use)}
            return outputs
        outputs["queue"] = use.queue
        if isinstance(spec, QueueSpec) and use.direction == "publishes":
            outputs["exchange"] = spec.exchange.name if spec.exchange else ""
            outputs["routing_key"] = spec.exchange.routing_key if spec.exchange else use.queue
        return outputs

    def trigger(self, use: TopicUse, per_replica: int) -> TriggerPlan:
        """Return the trigger on a queue's length (KEDA, «RabbitMQ Queue» scaler)."""
        return TriggerPlan(
            name=slug(use.reference),
            type="rabbitmq",
            metadata=(
                ("mode", "QueueLength"),
                ("protocol", "amqp"),
                ("queueName", use.queue),
                ("value", str(per_replica)),
            ),
            authentication=(("host", SecretKeyRef(user_secret(use), "uri")),),
        )
