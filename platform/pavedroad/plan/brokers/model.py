"""Brokers and what teams own on them, resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pavedroad.plan.brokers.managed.model import TeamQueuesPlan
    from pavedroad.plan.brokers.managed.msk import MskAccessPlan
    from pavedroad.plan.flows import Labels
    from pavedroad.plan.stores.model import ComputePlan, CredentialPlan, Spread
    from pavedroad.plan.values import SecretKeyRef


@dataclass(frozen=True, slots=True, kw_only=True)
class NodesPlan:
    """Nodes of a broker that are alike.

    Attributes:
        name: Name of the pool; part of the pods' names.
        roles: What they do: ``broker``, ``controller`` or both.
        count: How many run.
        compute: CPU and memory of each.
        storage: Volume of each.
    """

    name: str
    roles: tuple[Literal["broker", "controller"], ...]
    count: int
    compute: ComputePlan
    storage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaTopicPlan:
    """A topic.

    Attributes:
        name: Name of the object.
        topic: Name on the broker.
        partitions: How many partitions.
        replicas: Copies of each.
        config: Settings of the topic.
    """

    name: str
    topic: str
    partitions: int
    replicas: int
    config: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaGrantPlan:
    """What a user may do with one topic or consumer group."""

    resource: Literal["topic", "group"]
    name: str
    operations: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaUserPlan:
    """A service as the broker knows it, with the least that its edges need; its Secret is called the same."""

    name: str
    grants: tuple[KafkaGrantPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretReaderPlan:
    """A team's right to read the passwords of its own users, and no others.

    Attributes:
        name: Name of the Role and RoleBinding in the broker's namespace.
        namespace: The team's namespace.
        service_account: The team's service account that reads.
        secrets: Names of the Secrets.
    """

    name: str
    namespace: str
    service_account: str
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaPlan:
    """The Kafka cluster, with everything that stands in its namespace.

    Attributes:
        name: Name of the cluster.
        namespace: Where it stands.
        pools: Its nodes.
        storage_class: Class of the volumes; None for the cluster's default.
        spread: How far nodes keep apart.
        spread_required: Whether a node rather waits than lies beside another in the same place.
        replicas: Copies of internal topics.
        min_in_sync: Copies that must have a record before it counts as written.
        protect: Whether the engine refuses to delete or replace what holds the data.
        measured: Whether an exporter tells Prometheus of topics and groups.
        clients: Who may connect: namespace and labels of the pods.
        topics: The topics of all teams.
        users: The services of all teams.
        readers: Who may read which users' passwords.
    """

    name: str
    namespace: str
    pools: tuple[NodesPlan, ...]
    storage_class: str | None
    spread: Spread
    spread_required: bool
    replicas: int
    min_in_sync: int
    protect: bool
    measured: bool
    clients: tuple[tuple[str, Labels], ...]
    topics: tuple[KafkaTopicPlan, ...]
    users: tuple[KafkaUserPlan, ...]
    readers: tuple[SecretReaderPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RabbitPlan:
    """The RabbitMQ cluster.

    Attributes:
        name: Name of the cluster.
        namespace: Where it stands.
        nodes: Its nodes.
        image: The image that they run.
        storage_class: Class of the volumes; None for the cluster's default.
        spread: How far nodes keep apart.
        spread_required: Whether a node rather waits than lies beside another in the same place.
        protect: Whether the engine refuses to delete or replace what holds the data.
        tenants: Namespaces that may declare queues and users on it.
    """

    name: str
    namespace: str
    nodes: NodesPlan
    image: str
    storage_class: str | None
    spread: Spread
    spread_required: bool
    protect: bool
    tenants: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaAccessPlan:
    """How the passwords of a team's users come into its namespace.

    Attributes:
        namespace: The broker's namespace, where the users' Secrets stand.
        reader: Service account and SecretStore with which they are read.
        secrets: Secrets of the team's namespace, each with the one that it is read from.
    """

    namespace: str
    reader: str
    secrets: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePlan:
    """A queue or stream; what may change later stands in its policy."""

    name: str
    queue: str
    type: Literal["quorum", "stream"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangePlan:
    """An exchange."""

    name: str
    exchange: str
    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingPlan:
    """A way from an exchange into a queue."""

    name: str
    exchange: str
    queue: str
    routing_key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePolicyPlan:
    """Settings of one queue or stream.

    Attributes:
        name: Name of the object and of the policy.
        pattern: Regular expression that matches the one queue.
        applies_to: Kind of queue.
        definition: The settings.
    """

    name: str
    pattern: str
    applies_to: Literal["quorum_queues", "streams"]
    definition: tuple[tuple[str, str | int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RabbitUserPlan:
    """A service as the broker knows it, with the least that its edges need.

    Attributes:
        name: Name of the objects in the team's namespace.
        credentials: Its user name, password and connection string.
        configure: Regular expression of what it may declare again: exactly what it uses.
        write: Regular expression of what it may write to.
        read: Regular expression of what it may read from.
    """

    name: str
    credentials: CredentialPlan
    configure: str
    write: str
    read: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RabbitReferencePlan:
    """How objects of a team name the broker that they are for.

    Attributes:
        namespace: Where it, or the Secret, stands.
        cluster: Name of the operator's cluster; None for a broker outside.
        secret: Name of the Secret that leads to a broker outside; None for a cluster.
    """

    namespace: str
    cluster: str | None = None
    secret: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamTopicsPlan:
    """What a team owns on the brokers, as far as it stands in its own namespace.

    Attributes:
        team: The team.
        namespace: Its namespace.
        kafka: How its Kafka passwords come here; None where it uses no Kafka of our own.
        msk: How the addresses of a managed Kafka come here; None where it uses none.
        rabbit: The RabbitMQ cluster; None where it uses none.
        protect: Whether queues stay on the broker when their objects go.
        exchanges: Its exchanges.
        queues: Its queues and streams.
        bindings: What leads into its queues.
        policies: Settings of its queues.
        users: Its services that use RabbitMQ.
        account: What it has in the environment's account.
    """

    team: str
    namespace: str
    kafka: KafkaAccessPlan | None
    msk: MskAccessPlan | None
    rabbit: RabbitReferencePlan | None
    protect: bool
    exchanges: tuple[ExchangePlan, ...]
    queues: tuple[QueuePlan, ...]
    bindings: tuple[BindingPlan, ...]
    policies: tuple[QueuePolicyPlan, ...]
    users: tuple[RabbitUserPlan, ...]
    account: TeamQueuesPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerPlan:
    """Something that a workload scales on, as KEDA spells it.

    Attributes:
        name: Short name, unique in the workload: for the TriggerAuthentication.
        type: KEDA's name of the scaler.
        metadata: Its settings.
        authentication: Its secret parameters.
    """

    name: str
    type: Literal["kafka", "rabbitmq", "aws-sqs-queue", "aws-cloudwatch"]
    metadata: tuple[tuple[str, str], ...]
    authentication: tuple[tuple[str, SecretKeyRef], ...]
