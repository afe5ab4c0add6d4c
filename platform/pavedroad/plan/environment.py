"""A whole environment, resolved."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Literal

from pavedroad.stack_names import stages

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier
    from pavedroad.plan.addon_table import PodSecurity
    from pavedroad.plan.addons import AddonPlan
    from pavedroad.plan.brokers.managed.amazon_mq import AmazonMqPlan
    from pavedroad.plan.brokers.managed.model import SnsTopicPlan
    from pavedroad.plan.brokers.managed.msk import MskPlan
    from pavedroad.plan.brokers.model import KafkaPlan, RabbitPlan, TeamTopicsPlan
    from pavedroad.plan.cloud.access import RolePlan
    from pavedroad.plan.cloud.model import CloudPlan
    from pavedroad.plan.crossing import EastWestPlan, RemotePlan
    from pavedroad.plan.flows import Alias, Flow, Labels
    from pavedroad.plan.functions.knative_platform import KnativePlatformPlan
    from pavedroad.plan.functions.model import FunctionPlan
    from pavedroad.plan.observability import ObservabilityPlan
    from pavedroad.plan.observability.alerts.watch import WatchPlan
    from pavedroad.plan.observability.cloudwatch import CloudwatchPlan
    from pavedroad.plan.observability.slos import ServiceSlosPlan
    from pavedroad.plan.sagas.model import SagaPlan
    from pavedroad.plan.values import SecretEntry
    from pavedroad.plan.workload import WorkloadPlan
    from pavedroad.stack_names import Stages


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPlan:
    """A cluster.

    Attributes:
        name: Its name in the environment.
        kind: ``sandbox``, ``existing`` or ``eks``.
        kubeconfig: Name of the stack's secret that holds the kubeconfig; None for the sandbox's own, and on EKS.
        context: Context of the kubeconfig; None for its current one.
    """

    name: str
    kind: Literal["sandbox", "existing", "eks"]
    kubeconfig: str | None
    context: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayPlan:
    """One front door.

    Attributes:
        name: ``public`` or ``internal``.
        domain: The domain under which its routes appear.
        issuer: The ClusterIssuer of its certificate.
        replicas: Proxies that run.
    """

    name: Literal["public", "internal"]
    domain: str
    issuer: str
    replicas: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressHostPlan:
    """A host outside the platform, and who may reach it through the egress gateway.

    Attributes:
        host: Its name.
        port: Its port.
        principals: Mesh identities that may.
    """

    host: str
    port: int
    principals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSourcePlan:
    """Where the secret values of a team are kept.

    Attributes:
        provider: Which provider of External Secrets.
        server: Address of the vault, or None.
        location: Mount path in the vault, namespace of the cluster, or region of the account.
        role: The role or service account with which the team reads.
    """

    provider: Literal["vault", "kubernetes", "secrets-manager", "parameter-store"]
    server: str | None
    location: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryPlan:
    """A private registry's pull secret."""

    secret: str
    host: str
    username: SecretEntry
    password: SecretEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaPlan:
    """The most that a team may ask for, as Kubernetes quantities."""

    cpu: str
    memory: str
    storage: str
    pods: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPlan:
    """One team's namespace and everything in it.

    Attributes:
        name: Its name in the descriptor.
        namespace: Its namespace, which a rename keeps.
        labels: Labels of the namespace beside the platform's own.
        annotations: Annotations of the namespace: who answers for it.
        group: The identity provider's group whose members may look.
        quota: The most that it may ask for.
        secret_source: Where its secret values are kept; None where an account keeps none for it.
        reader: The role with which they are read; None where no account keeps them.
        tags: Tags of everything of its own in the account.
        registries: Pull secrets.
        workloads: What runs, by name.
        functions: What runs when something happens, by name.
        sagas: Steps over several services, by name.
        slos: What its services promise.
        topics: Its part of the brokers' topology.
        flows: What is open to or from its namespace, as far as it is rendered there.
        aliases: Second names of services, stores and brokers.
        egress: Hosts outside the platform that its services reach: name and port.
        remotes: Services on other clusters that its services call from this one.
        watch: How its things are watched; None where the environment watches nothing.
    """

    name: str
    namespace: str
    labels: tuple[tuple[str, str], ...]
    annotations: tuple[tuple[str, str], ...]
    group: str
    quota: QuotaPlan
    secret_source: SecretSourcePlan | None
    reader: RolePlan | None
    tags: Labels
    registries: tuple[RegistryPlan, ...]
    workloads: tuple[WorkloadPlan, ...]
    functions: tuple[FunctionPlan, ...]
    sagas: tuple[SagaPlan, ...]
    slos: tuple[ServiceSlosPlan, ...]
    topics: TeamTopicsPlan
    flows: tuple[Flow, ...]
    aliases: tuple[Alias, ...]
    egress: tuple[tuple[str, int], ...]
    remotes: tuple[RemotePlan, ...]
    watch: WatchPlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformNamespacePlan:
    """A namespace of the platform's own, closed like a team's.

    Attributes:
        name: Its name.
        flows: What is open to or from it.
        quota: The most that its pods may ask for.
        pod_security: The pod security standard that it enforces.
    """

    name: str
    flows: tuple[Flow, ...]
    quota: QuotaPlan
    pod_security: PodSecurity


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorNamespacePlan:
    """A namespace of operators and add-ons: closed on the network, and there before the mesh is.

    Attributes:
        name: Its name.
        flows: What is open to or from it.
        quota: The most that its pods may ask for.
        pod_security: The pod security standard that it enforces.
        in_mesh: Whether its pods join the mesh.
        egress: Hosts outside the platform that its pods reach: name and port.
    """

    name: str
    flows: tuple[Flow, ...]
    quota: QuotaPlan
    pod_security: PodSecurity
    in_mesh: bool
    egress: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretGrantPlan:
    """The right of a team to read its entries in the namespace that stands in for a vault.

    Attributes:
        namespace: The namespace with the secrets.
        reader_namespace: The team's namespace.
        names: Secrets that it may read.
    """

    namespace: str
    reader_namespace: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformPlan:
    """What all teams share.

    Attributes:
        addons: Operators and add-ons to install; empty where somebody else has.
        operators: The namespaces that are theirs alone.
        self_signed: Whether the platform makes the certificate issuer itself.
        gateways: Front doors.
        egress: Hosts outside, with who may reach them.
        east_west: What is called from other clusters; None where nothing is.
        kafka: The Kafka cluster, where anything uses it.
        rabbitmq: The RabbitMQ cluster, where anything uses it.
        topics: Topics on SNS.
        knative: What runs functions; None where nothing does in the cluster.
        observability: The stack that watches everything; None where the environment leaves it out.
        namespaces: The platform's own namespaces that are in use.
        secret_grants: Who may read what in the namespace that stands in for a vault.
        roles: Roles of operators in the account.
        readers: Roles with which secrets of the platform's own are read there.
        tags: Tags of everything of the platform's in the account.
        cloudwatch: What brings the metrics of the account to Prometheus; None where there are none.
    """

    addons: tuple[AddonPlan, ...]
    operators: tuple[OperatorNamespacePlan, ...]
    self_signed: bool
    gateways: tuple[GatewayPlan, ...]
    egress: tuple[EgressHostPlan, ...]
    east_west: EastWestPlan | None
    kafka: KafkaPlan | MskPlan | None
    rabbitmq: RabbitPlan | AmazonMqPlan | None
    topics: tuple[SnsTopicPlan, ...]
    knative: KnativePlatformPlan | None
    observability: ObservabilityPlan | None
    namespaces: tuple[PlatformNamespacePlan, ...]
    secret_grants: tuple[SecretGrantPlan, ...]
    roles: tuple[RolePlan, ...]
    readers: tuple[RolePlan, ...]
    tags: Labels
    cloudwatch: CloudwatchPlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterShare:
    """What of an environment stands on one cluster.

    Attributes:
        cluster: The cluster.
        cloud: The part of the account that it stands on; None where it stands on none.
        platform: What all teams share there.
        teams: The teams that have anything there.
    """

    cluster: ClusterPlan
    cloud: CloudPlan | None
    platform: PlatformPlan
    teams: tuple[TeamPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentPlan:
    """An environment with nothing left to choose.

    Attributes:
        name: Its name.
        tier: How much safety it gets by default.
        slices: Whether it is cut into several stacks.
        cluster: Its first cluster: home.
        cloud: What its first cluster stands on in its AWS account; None without one.
        platform: What all teams share at home.
        teams: The teams that have anything at home.
        elsewhere: What stands on its other clusters.
    """

    name: str
    tier: Tier
    slices: bool
    cluster: ClusterPlan
    cloud: CloudPlan | None
    platform: PlatformPlan
    teams: tuple[TeamPlan, ...]
    elsewhere: tuple[ClusterShare, ...] = ()

    @property
    def in_sandbox(self) -> bool:
        """Whether the embedded sandbox stands in for its cluster, and for its account where it has one."""
        return self.cluster.kind == "sandbox" or (self.cloud is not None and self.cloud.account.sandbox)

    @property
    def shares(self) -> tuple[ClusterShare, ...]:
        """What stands on each cluster, the first one's first."""
        return (
            ClusterShare(cluster=self.cluster, cloud=self.cloud, platform=self.platform, teams=self.teams),
            *self.elsewhere,
        )

    @property
    def stages(self) -> Stages:
        """The stacks of this environment, in the order in which they go up, those together that may go up at once."""
        shares = {
            None if share.cluster is self.cluster else share.cluster.name: share for share in self.shares
        }
        teams = {cluster: [team.name for team in share.teams] for cluster, share in shares.items()}
        clouds = [cluster for cluster, share in shares.items() if share.cloud is not None]
        return stages(self.name, teams, sliced=self.slices, clouds=clouds)

    @property
    def stacks(self) -> tuple[str, ...]:
        """The stacks of this environment, in the order in which they go up."""
        return tuple(chain.from_iterable(self.stages))
