"""Kafka, realised by Strimzi: one cluster for all teams, a topic for each topic, a user for each service.

Facts from Strimzi's documentation, 1.x: «List of Kafka cluster resources» (names of Services, service accounts and
Secrets), «Standard labels», «Listeners» and «ACL rules». Clients authenticate with SCRAM-SHA-512 over a listener
without TLS of its own: the mesh encrypts, so that clients need no certificate. Brokers and operators speak TLS with
Strimzi's own certificates among themselves, inside the mesh.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.topics import KafkaTopicSpec
from pavedroad.descriptor.values import milliseconds
from pavedroad.plan.brokers.model import (
    KafkaAccessPlan,
    KafkaGrantPlan,
    KafkaPlan,
    KafkaTopicPlan,
    KafkaUserPlan,
    NodesPlan,
    SecretReaderPlan,
    TriggerPlan,
)
from pavedroad.plan.brokers.parties import KEDA, STRIMZI
from pavedroad.plan.brokers.realisation import InCluster
from pavedroad.plan.brokers.usage import topic_name
from pavedroad.plan.edges import api_server
from pavedroad.plan.flows import Flow, Party
from pavedroad.plan.naming import host, join, slug
from pavedroad.plan.provenance import Scope
from pavedroad.plan.stores.model import ComputePlan
from pavedroad.plan.values import SecretKeyRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.plan.brokers.usage import TopicUse
    from pavedroad.plan.context import Context
    from pavedroad.plan.values import Outputs

NAMESPACE: Final = "kafka"
MECHANISM: Final = "SCRAM-SHA-512"
"""How clients authenticate."""

NAME: Final = "kafka"
PORT: Final = 9092
CONTROL_PORT: Final = 9090
REPLICATION_PORT: Final = 9091
AGENT_PORT: Final = 8443
READER: Final = "kafka-reader"
"""Service account and SecretStore of a team's namespace that read its users' passwords."""

DEFAULT_PARTITIONS: Final = 3
DEFAULT_RETENTION: Final = "7d"

BROKER_COMPUTE: Final = ComputePlan(cpu="500m", memory="2Gi")
CONTROLLER_COMPUTE: Final = ComputePlan(cpu="250m", memory="1Gi")
CONTROLLER_STORAGE: Final = "10Gi"
_FEW: Final = 3
"""Nodes from which on controllers stand apart from brokers, and most copies of a record."""

_OPERATIONS: Final = {"publishes": ("Describe", "Write"), "subscribes": ("Describe", "Read")}
"""What an edge needs of a topic. Idempotent producers need no more than ``Write`` since Kafka 3.0 (KIP-679)."""

_BOOTSTRAP: Final = host(f"{NAME}-kafka-bootstrap", NAMESPACE)

BROKERS: Final = Party(
    name="kafka",
    namespace=NAMESPACE,
    selector=(("strimzi.io/cluster", NAME), ("strimzi.io/name", f"{NAME}-kafka")),
    service_account=f"{NAME}-kafka",
)
"""Brokers and controllers."""

ENTITY_OPERATOR: Final = Party(
    name="kafka-entity-operator",
    namespace=NAMESPACE,
    selector=(("strimzi.io/cluster", NAME), ("strimzi.io/name", f"{NAME}-entity-operator")),
    service_account=f"{NAME}-entity-operator",
)
"""Makes topics and users."""

EXPORTER: Final = Party(
    name="kafka-exporter",
    namespace=NAMESPACE,
    selector=(("strimzi.io/cluster", NAME), ("strimzi.io/name", f"{NAME}-kafka-exporter")),
    service_account=f"{NAME}-kafka-exporter",
)
"""Tells Prometheus of topics, groups and how far these are behind (Strimzi, *Kafka Exporter*)."""

METRICS_PORT: Final = 9404
"""Where Strimzi's exporter answers."""


def resolve_kafka(context: Context, uses: tuple[TopicUse, ...]) -> KafkaPlan | None:
    """Return the cluster; None where no team has a topic on it."""
    tier = context.tier
    copies = min(_FEW, tier.broker_instances)
    topics = tuple(kafka_topics(context, copies))
    if not topics:
        return None
    mine = tuple(use for use in uses if use.broker == "kafka")
    return KafkaPlan(
        name=NAME,
        namespace=NAMESPACE,
        pools=_pools(tier.broker_instances, tier.storage),
        storage_class=context.storage_class,
        spread=tier.spread if tier.broker_instances > 1 else "none",
        spread_required=tier.spread_required,
        replicas=copies,
        min_in_sync=max(1, copies - 1),
        protect=tier.protect,
        measured=context.watched,
        clients=_clients(context, mine),
        topics=topics,
        users=_users(mine),
        readers=tuple(_readers(mine)),
    )


def _pools(brokers: int, storage: str) -> tuple[NodesPlan, ...]:
    """Return one pool that does everything where there are few nodes, else brokers and controllers apart."""
    if brokers < _FEW:
        both = NodesPlan(
            name="dual",
            roles=("controller", "broker"),
            count=brokers,
            compute=BROKER_COMPUTE,
            storage=storage,
        )
        return (both,)
    return (
        NodesPlan(
            name="controllers",
            roles=("controller",),
            count=_FEW,
            compute=CONTROLLER_COMPUTE,
            storage=CONTROLLER_STORAGE,
        ),
        NodesPlan(name="brokers", roles=("broker",), count=brokers, compute=BROKER_COMPUTE, storage=storage),
    )


def kafka_topics(context: Context, copies: int) -> Iterator[KafkaTopicPlan]:
    """Yield the topics of all teams, each in so many copies."""
    for team, descriptor in sorted(context.teams.items()):
        for name, spec in sorted(descriptor.topics.items()):
            if not isinstance(spec, KafkaTopicSpec):
                continue
            scope = Scope(context.trace, (team, "topics", name))
            topic = topic_name(context, team, name)
            retention = scope.choose("retention", given=spec.retention, default=DEFAULT_RETENTION)
            yield KafkaTopicPlan(
                name=slug(topic),
                topic=topic,
                partitions=scope.choose("partitions", given=spec.partitions, default=DEFAULT_PARTITIONS),
                replicas=copies,
                config=(
                    ("cleanup.policy", "compact" if spec.compacted else "delete"),
                    ("min.insync.replicas", str(max(1, copies - 1))),
                    ("retention.ms", str(milliseconds(retention))),
                ),
            )


def _users(uses: tuple[TopicUse, ...]) -> tuple[KafkaUserPlan, ...]:
    """Return every service with what its edges need."""
    grants: dict[str, dict[tuple[str, str], set[str]]] = {}
    for use in uses:
        mine = grants.setdefault(use.user, {})
        mine.setdefault(("topic", use.topic), set()).update(_OPERATIONS[use.direction])
        if use.direction == "subscribes":
            mine.setdefault(("group", use.group), set()).add("Read")
    return tuple(
        KafkaUserPlan(
            name=user,
            grants=tuple(
                KafkaGrantPlan(
                    resource="group" if resource == "group" else "topic",
                    name=name,
                    operations=tuple(sorted(operations)),
                )
                for (resource, name), operations in sorted(mine.items())
            ),
        )
        for user, mine in sorted(grants.items())
    )


def _readers(uses: tuple[TopicUse, ...]) -> Iterator[SecretReaderPlan]:
    by_namespace: dict[str, set[str]] = {}
    for use in uses:
        by_namespace.setdefault(use.client.namespace or "", set()).add(use.user)
    for namespace, users in sorted(by_namespace.items()):
        yield SecretReaderPlan(
            name=join("reader", namespace),
            namespace=namespace,
            service_account=READER,
            secrets=tuple(sorted(users)),
        )


def _clients(
    context: Context, uses: tuple[TopicUse, ...]
) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return the pods that may connect, for the policy that Strimzi itself makes for a listener."""
    connecting = chain.from_iterable(use.connecting for use in uses)
    parties = {(client.namespace or "", client.selector) for client in connecting}
    if _scales(context, uses):
        parties.add((KEDA.namespace or "", KEDA.selector))
    return tuple(sorted(parties))


def _scales(context: Context, uses: tuple[TopicUse, ...]) -> bool:
    """Whether anything scales on what it has not read yet."""
    return any(use.scales(context) for use in uses)


def kafka_flows(context: Context, uses: tuple[TopicUse, ...]) -> Iterator[Flow]:
    """Yield what clients, brokers and operators need open."""
    mine = tuple(use for use in uses if use.broker == "kafka")
    for use in mine:
        for client in use.connecting:
            yield Flow(
                kind="publish" if use.direction == "publishes" else "subscribe",
                source=client,
                destination=BROKERS,
                ports=(PORT,),
            )
    inner = (CONTROL_PORT, REPLICATION_PORT)
    if context.tier.broker_instances > 1:
        yield Flow(kind="internal", source=BROKERS, destination=BROKERS, ports=inner)
    for helper in (ENTITY_OPERATOR, EXPORTER) if context.watched else (ENTITY_OPERATOR,):
        yield Flow(kind="internal", source=helper, destination=BROKERS, ports=(REPLICATION_PORT,))
    yield Flow(
        kind="platform",
        source=STRIMZI,
        destination=BROKERS,
        ports=(AGENT_PORT, *inner),
    )
    destination, ports = api_server(context)
    # Where nodes are spread over zones, an init step of each reads the zone of the machine that it runs on.
    spread = context.tier.broker_instances > 1 and context.tier.spread == "zone"
    for source in (ENTITY_OPERATOR, BROKERS) if spread else (ENTITY_OPERATOR,):
        yield Flow(kind="platform", source=source, destination=destination, ports=ports, sides="source")
    if _scales(context, mine):
        yield Flow(kind="platform", source=KEDA, destination=BROKERS, ports=(PORT,))


def kafka_access(uses: tuple[TopicUse, ...]) -> KafkaAccessPlan | None:
    """Return how a team's passwords come into its namespace; None where it uses no Kafka."""
    mine = {(_secret(use), use.user) for use in uses if use.broker == "kafka"}
    if not mine:
        return None
    return KafkaAccessPlan(namespace=NAMESPACE, reader=READER, secrets=tuple(sorted(mine)))


def _secret(use: TopicUse) -> str:
    return join(use.client.name, "kafka")


class Strimzi(InCluster):
    """What an edge to a topic means on the cluster's own Kafka."""

    host: Final = _BOOTSTRAP

    def outputs(self, use: TopicUse) -> Outputs:
        """Return the documented outputs of an edge."""
        secret = _secret(use)
        outputs: Outputs = {
            "bootstrap_servers": f"{_BOOTSTRAP}:{PORT}",
            "topic": use.topic,
            "security_protocol": "SASL_PLAINTEXT",
            "sasl_mechanism": MECHANISM,
            "username": SecretKeyRef(secret, "username"),
            "password": SecretKeyRef(secret, "password"),
        }
        return outputs if use.direction == "publishes" else {**outputs, "group": use.group}

    def trigger(self, use: TopicUse, per_replica: int) -> TriggerPlan:
        """Return the trigger on a consumer group's lag (KEDA, «Apache Kafka» scaler)."""
        secret = _secret(use)
        return TriggerPlan(
            name=slug(use.reference),
            type="kafka",
            metadata=(
                ("bootstrapServers", f"{_BOOTSTRAP}:{PORT}"),
                ("consumerGroup", use.group),
                ("lagThreshold", str(per_replica)),
                ("sasl", "scram_sha512"),
                ("tls", "disable"),
                ("topic", use.topic),
            ),
            authentication=(
                ("password", SecretKeyRef(secret, "password")),
                ("username", SecretKeyRef(secret, "username")),
            ),
        )
