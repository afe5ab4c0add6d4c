"""The file that the platform writes: one for each environment."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pavedroad.descriptor.cloud import AwsSecrets, AwsSpec, EksCluster
from pavedroad.descriptor.exemptions import PlatformExemption
from pavedroad.descriptor.observability import ObservabilitySpec
from pavedroad.descriptor.oncall import OnCallSpec
from pavedroad.descriptor.placement import ClusterSpec, JoinedClusterSpec
from pavedroad.descriptor.values import (
    AddressRange,
    BucketName,
    ContextName,
    ControlName,
    Cpu,
    HostName,
    LabelValue,
    Many,
    Memory,
    Name,
    SecretKey,
    SettingName,
    Spec,
    Url,
    VaultPath,
)
from pavedroad.descriptor.workload import Size

Tier = Literal["local", "development", "staging", "production"]
"""How much safety an environment gets by default, from none at all to all of it."""


class SandboxCluster(ClusterSpec):
    """The embedded control plane with simulated nodes."""

    kind: Literal["sandbox"]


class ExistingCluster(JoinedClusterSpec):
    """Any conformant cluster, reached by a kubeconfig."""

    kind: Literal["existing"]
    kubeconfig: SecretKey
    """Name of the secret in the stack's configuration that holds the kubeconfig."""
    context: ContextName | None = None
    """Context of the kubeconfig. Default: its current one."""
    api_server: AddressRange
    """Address range and port of the API server's end points, for pods that may speak to it: `10.0.0.0/28:6443`."""
    addons: Literal["managed", "preinstalled"] = "managed"
    """Whether the platform installs operators and add-ons, or somebody else has."""
    storage_class: Name | None = None
    """Storage class of persistent volumes. Default: the cluster's own default."""
    shared_storage_class: Name | None = None
    """Storage class of volumes that several pods share. Default: the cluster's own default."""


Cluster = Annotated[SandboxCluster | ExistingCluster | EksCluster, Field(discriminator="kind")]


class CredentialsSpec(Spec):
    """An access key pair, kept in the environment's secret store."""

    vault: VaultPath
    """Path of the entry."""
    access_key_id: SecretKey = "access_key_id"
    """Key of the access key's identifier."""
    secret_access_key: SecretKey = "secret_access_key"  # noqa: S105 the name of a key, not a secret
    """Key of the access key's secret."""


class EndpointSpec(Spec):
    """A service outside the cluster that realises a capability."""

    endpoint: Url
    """Where it answers."""
    region: LabelValue = "us-east-1"
    """The region that clients sign requests for."""
    credentials: CredentialsSpec
    """How clients authenticate."""


class ProvidersSpec(Spec):
    """Which provider realises which capability here; a capability that is not named cannot be used."""

    postgres: Literal["cloudnative-pg", "aurora", "rds"] | None = None
    """PostgreSQL."""
    mysql: Literal["mysql-operator", "aurora", "rds"] | None = None
    """MySQL."""
    mongodb: Literal["mongodb-community", "documentdb"] | None = None
    """MongoDB."""
    redis: Literal["valkey", "elasticache"] | None = None
    """Redis."""
    memcached: Literal["memcached", "elasticache"] | None = None
    """Memcached."""
    cassandra: Literal["cass-operator", "keyspaces"] | None = None
    """Cassandra."""
    neo4j: Literal["neo4j"] | None = None
    """Neo4j."""
    neptune: Literal["neptune"] | None = None
    """Neptune, which AWS alone has."""
    dynamodb: Literal["dynamodb-local", "dynamodb"] | EndpointSpec | None = None
    """DynamoDB: the account's own, the emulator (tiers local and development only), or an end point."""
    bucket: Literal["s3"] | EndpointSpec | None = None
    """Buckets: the account's own on S3, or an S3-compatible end point."""
    kafka: Literal["strimzi", "msk", "msk-serverless"] | None = None
    """Kafka."""
    rabbitmq: Literal["rabbitmq-operator", "amazon-mq"] | None = None
    """RabbitMQ."""
    sqs: Literal["sqs"] | None = None
    """SQS queues."""
    sns: Literal["sns"] | None = None
    """SNS topics."""
    function: Literal["lambda", "knative"] | None = None
    """Functions: Lambda, or Knative in the first cluster."""
    saga: Literal["argo-workflows"] | None = None
    """Sagas that call services, and those of functions beside Knative; beside Lambda, Step Functions runs these."""


class VaultSecrets(Spec):
    """HashiCorp Vault, with Kubernetes authentication and one role for each team."""

    provider: Literal["vault"]
    server: Url
    """Address of the Vault server. Where the platform installs operators, it is reached by the egress gateway: https."""
    path: Name
    """Mount path of the key-value engine (version 2)."""


class KubernetesSecrets(Spec):
    """Secrets of a namespace of the same cluster: for environments without a vault."""

    provider: Literal["kubernetes"]
    namespace: Name
    """The namespace that holds the secrets; only the platform writes there."""


SecretSource = Annotated[VaultSecrets | KubernetesSecrets | AwsSecrets, Field(discriminator="provider")]


class DomainsSpec(Spec):
    """Domains under which routes appear."""

    public: HostName | None = None
    """Domain of public routes."""
    internal: HostName | None = None
    """Domain of internal routes."""
    spread: Literal["weight", "latency"] | None = None
    """How Route 53 spreads public hosts over the clusters that they stand on, of those whose gateway answers: by the
    clusters' weight, or to the nearest region. Default: it has no records of them."""


class SizeSpec(Spec):
    """CPU and memory of a size class in this environment."""

    cpu: Cpu
    """CPU request."""
    memory: Memory
    """Memory request and limit."""


class QuotaSpec(Spec):
    """The most that one team may ask for."""

    cpu: Cpu | None = None
    """Sum of CPU requests. Default: by tier."""
    memory: Memory | None = None
    """Sum of memory requests. Default: by tier."""
    storage: Memory | None = None
    """Sum of volume sizes. Default: by tier."""
    pods: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Number of pods. Default: by tier."""


class BackupsSpec(Spec):
    """Where backups of databases go."""

    endpoint: Url
    """The S3-compatible end point."""
    bucket: BucketName
    """The bucket."""
    credentials: CredentialsSpec
    """How the databases authenticate there."""


class ControlSpec(Spec):
    """How one control is enforced and set here."""

    enforcement: Literal["off", "advisory", "mandatory", "remediate"] | None = None
    """What a failure does; with `remediate` what is safe to set is set first. Default: by severity and tier."""
    settings: dict[SettingName, bool | int | float | str | Many[str]] = {}
    """What is set of it, as `paved controls ID` names it."""


class EnvironmentDescriptor(Spec):
    """One environment: how safe it is, where it runs, and who realises what."""

    apiVersion: Literal["pavedroad.dev/v1"]
    """Version of this file's format."""
    kind: Literal["Environment"]
    """What this file describes."""
    environment: Name
    """Name of the environment; its stack is called the same."""
    tier: Tier
    """Which table of defaults applies."""
    slices: bool = False
    """Split into a stack for the platform and one for each team.
    Default: one stack for all; on AWS and over several clusters always split."""
    teams: Many[Name] | None = None
    """Teams that stand in this environment. Default: all."""
    aws: AwsSpec | None = None
    """The AWS account that managed services and the cluster stand in. Default: none."""
    clusters: Annotated[dict[Name, Cluster], Field(min_length=1)]
    """The clusters. The first is home: what asks for no other stands there, and so do brokers and sagas."""
    providers: ProvidersSpec
    """Who realises what."""
    secrets: SecretSource
    """Where secret values are kept."""
    domains: DomainsSpec = Field(default_factory=DomainsSpec)
    """Where routes appear."""
    certificates: Name = "self-signed"
    """The cert-manager ClusterIssuer of the gateways' certificates; `self-signed` is the platform's own."""
    sizes: dict[Size, SizeSpec] = {}
    """Size classes that differ from the table here."""
    quota: QuotaSpec = Field(default_factory=QuotaSpec)
    """The most that one team may ask for."""
    backups: BackupsSpec | None = None
    """Where backups go; needed where the tier backs up."""
    on_call: OnCallSpec | None = None
    """Where alerts go. Default: nowhere, they are only shown."""
    observability: Literal["none"] | ObservabilitySpec = Field(default_factory=ObservabilitySpec)
    """How it is watched; `none` leaves the whole stack out. Default: watched, sized by tier."""
    controls: dict[ControlName, ControlSpec] = {}
    """Controls that are enforced or set otherwise here, by the identifiers that `paved controls` lists."""
    exemptions: Many[PlatformExemption] = ()
    """Leave that the platform gives to break controls here."""

    @model_validator(mode="after")
    def _account_named(self) -> Self:
        if self.aws is None and (using := uses_of_aws(self)):
            raise ValueError(f"{using} needs an account: add aws: with account, region and network")
        return self

    @model_validator(mode="after")
    def _clusters_together(self) -> Self:
        home, *others = self.clusters.items()
        if others and "sandbox" in (home[1].kind, *(cluster.kind for _, cluster in others)):
            raise ValueError(
                "a sandbox stands alone: reach one of several by its kubeconfig, as kind existing"
            )
        if home[1].kind != "eks" and (made := [name for name, cluster in others if cluster.kind == "eks"]):
            raise ValueError(f"clusters.{made[0]} is on EKS: such a cluster comes first")
        return self

    @model_validator(mode="after")
    def _emulator_only_below_staging(self) -> Self:
        if self.providers.dynamodb == "dynamodb-local" and self.tier in ("staging", "production"):
            raise ValueError("dynamodb-local keeps nothing safe: name an end point in providers.dynamodb")
        return self

    @property
    def home(self) -> str:
        """The cluster that things stand on which ask for no other."""
        return next(iter(self.clusters))


OF_AWS = frozenset(
    {"aurora", "rds", "documentdb", "elasticache", "keyspaces", "dynamodb", "s3"}
    | {"msk", "msk-serverless", "amazon-mq", "sqs", "sns", "lambda", "step-functions"}
)
"""Providers that are services of an AWS account."""


def uses_of_aws(environment: EnvironmentDescriptor) -> str | None:
    """Return the first word of an environment that needs an AWS account; None where none does."""
    for name, cluster in environment.clusters.items():
        if cluster.kind == "eks":
            return f"clusters.{name}"
    for capability, provider in environment.providers:
        if isinstance(provider, str) and provider in OF_AWS:
            return f"providers.{capability}"
    return "secrets" if isinstance(environment.secrets, AwsSecrets) else None
