"""What runs: services, workers and jobs, and everything a pod can say about itself."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pavedroad.descriptor.filters import FilterSpec
from pavedroad.descriptor.placement import PlacementOverride, PlacementSpec
from pavedroad.descriptor.slos import Slo
from pavedroad.descriptor.stores import Store, StoreOverride
from pavedroad.descriptor.telemetry import TelemetrySpec
from pavedroad.descriptor.values import (
    ApiResource,
    Argument,
    Cpu,
    Cron,
    Duration,
    EnvName,
    EnvValue,
    FileName,
    FileText,
    GrpcMethodName,
    GrpcServiceName,
    HeaderName,
    HostPort,
    Image,
    Many,
    Memory,
    MountPath,
    Name,
    Percent,
    Port,
    PortName,
    Rate,
    Reference,
    RoutePath,
    RoutingPattern,
    SecretKey,
    Spec,
    Text,
    TimeZone,
    TopicName,
    UrlPath,
    VaultPath,
)

Size = Literal["nano", "small", "medium", "large", "xlarge"]


class ResourcesSpec(Spec):
    """CPU and memory by hand, where no size class fits."""

    cpu: Cpu | None = None
    """CPU request of each replica. Default: by size."""
    memory: Memory | None = None
    """Memory request and, unless `memory_limit` says otherwise, limit of each replica. Default: by size."""
    cpu_limit: Cpu | None = None
    """CPU limit. Default: none, so that idle CPU of the node may be used."""
    memory_limit: Memory | None = None
    """Memory limit. Default: the memory request."""


class SecretSpec(Spec):
    """A secret value by reference; the value itself never stands in a descriptor."""

    vault: VaultPath
    """Path of the entry in the environment's secret store."""
    key: SecretKey
    """Key inside the entry."""
    mount: MountPath | None = None
    """Mount the value as this file. Default: the value becomes an environment variable."""


class ConfigFileSpec(Spec):
    """A configuration file that is mounted into the container."""

    content: FileText | None = None
    """The file's text, written here."""
    file: FileName | None = None
    """The file's text, read from this path beside the descriptor; it must stay inside the project."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.content is None) == (self.file is None):
            raise ValueError("give exactly one of content and file")
        return self


class PortSpec(Spec):
    """A port that the container listens on."""

    port: Port
    """The port inside the container."""
    protocol: Literal["http", "grpc", "tcp"] = "http"
    """What is spoken on it."""
    service_port: Port | None = None
    """The port that callers use. Default: the same port."""


class TimingSpec(Spec):
    """When a probe runs and what it takes to pass or fail."""

    initial_delay: Duration | None = None
    """Wait before the first probe. Default: none."""
    period: Duration | None = None
    """Time between probes. Default: 10s."""
    timeout: Duration | None = None
    """How long one probe may take. Default: 1s."""
    success_threshold: Annotated[int, Field(ge=1, le=100)] | None = None
    """Successes in a row that count as passing (only 1 for liveness and startup). Default: 1."""
    failure_threshold: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Failures in a row that count as failing. Default: 3."""


class ProbeSpec(TimingSpec):
    """One question to the container: exactly one of http, grpc, tcp and exec."""

    http: UrlPath | None = None
    """GET this path; a status from 200 to 399 passes."""
    headers: dict[HeaderName, Text] = {}
    """Request headers of an HTTP probe."""
    grpc: bool = False
    """Ask the gRPC health service."""
    grpc_service: GrpcServiceName | None = None
    """The service name to ask the gRPC health service for. Default: the server as a whole."""
    tcp: bool = False
    """Open a TCP connection."""
    exec: Many[Argument] = ()
    """Run this command in the container; exit code 0 passes."""
    port: PortName | None = None
    """Name of the port to probe. Default: the first port of the container."""

    @model_validator(mode="after")
    def _one_question(self) -> Self:
        asked = [self.http is not None, self.grpc, self.tcp, bool(self.exec)]
        if sum(asked) != 1:
            raise ValueError("give exactly one of http, grpc, tcp and exec")
        if self.headers and self.http is None:
            raise ValueError("headers belong to an http probe")
        if self.grpc_service and not self.grpc:
            raise ValueError("grpc_service belongs to a grpc probe")
        if self.port and self.exec:
            raise ValueError("an exec probe has no port")
        return self


class ProbesSpec(Spec):
    """How the platform knows whether the container is started, alive and ready."""

    readiness: ProbeSpec | None = None
    """Traffic is sent only while this passes. Default: a connection to the first port; none without ports."""
    liveness: ProbeSpec | None = None
    """The container is restarted when this fails."""
    startup: ProbeSpec | None = None
    """The other probes wait until this has passed once."""

    @model_validator(mode="after")
    def _one_success(self) -> Self:
        for kind, probe in (("liveness", self.liveness), ("startup", self.startup)):
            if probe is not None and probe.success_threshold not in (None, 1):
                raise ValueError(f"success_threshold of {kind} can only be 1")
        return self


class ScaleSpec(Spec):
    """How many replicas run, and on what they grow."""

    min: Annotated[int, Field(ge=1, le=1000)] | None = None
    """The fewest replicas. Default: by tier."""
    max: Annotated[int, Field(ge=1, le=1000)] | None = None
    """The most replicas. Default: the same as min, so nothing scales."""
    cpu_percent: Percent | None = None
    """Scale so that replicas use this share of their CPU request. Default: 70 where max is above min."""
    memory_percent: Percent | None = None
    """Scale so that replicas use this share of their memory request."""
    backlog: dict[Reference, Annotated[int, Field(ge=1, le=1_000_000_000)]] = {}
    """Unread messages per replica to aim for, by subscribed topic: queue length or consumer lag."""


class VolumeSpec(Spec):
    """A persistent volume."""

    mount: MountPath
    """Where every container of the pod sees it."""
    size: Memory
    """Its size; it can grow later, never shrink."""
    shared: bool = False
    """One volume for all replicas (ReadWriteMany). Default: one for each, which needs stable_identity."""
    formerly: Many[Name] = ()
    """Earlier names of this volume, oldest first: the data is kept."""


class ScratchSpec(Spec):
    """Temporary space that is empty at each start."""

    size: Memory | None = None
    """Its largest size. Default: 1Gi on disk, 64Mi in memory."""
    memory: bool = False
    """Keep it in memory, counted against the memory limit."""


class ContainerSpec(Spec):
    """What every container can say."""

    image: Image
    """The container image with tag or digest."""
    command: Many[Argument] = ()
    """Replaces the image's entry point."""
    args: Many[Argument] = ()
    """Arguments of the entry point."""
    env: dict[EnvName, EnvValue] = {}
    """Environment variables; may refer to outputs, as in `${stores.ledger.host}`."""
    size: Size | None = None
    """CPU and memory by a table. Default: small (nano for side-cars and init steps)."""
    resources: ResourcesSpec | None = None
    """CPU and memory by hand, instead of or on top of the size."""


class SidecarSpec(ContainerSpec):
    """A helper that runs beside the main container for as long as it does."""

    listens: dict[PortName, PortSpec] = {}
    """Ports of this container."""
    probes: ProbesSpec = Field(default_factory=ProbesSpec)
    """Probes of this container."""


class InitSpec(ContainerSpec):
    """A step that must finish before the main container starts."""

    name: Name
    """Name of the step."""


class CircuitBreakerSpec(Spec):
    """When a failing replica of the callee is left out for a while."""

    consecutive_errors: Annotated[int, Field(ge=1, le=1000)] = 5
    """Server errors in a row that take a replica out."""
    ejection: Duration = "30s"
    """How long it stays out."""
    max_connections: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """Connections that this caller may hold open. Default: no limit."""


class CallSpec(Spec):
    """One service's use of another."""

    port: PortName | None = None
    """Name of the callee's port, where it has several."""
    timeout: Duration | None = None
    """How long a request may take. Default: 15s on HTTP and gRPC."""
    retries: Annotated[int, Field(ge=0, le=10)] | None = None
    """How often a failed request is tried again. Default: 2 on HTTP and gRPC."""
    circuit_breaker: CircuitBreakerSpec | None = None
    """When failing replicas are left out. Default: never."""
    alias: Name | None = None
    """A host name that the application has built in; it resolves to the callee in this team's namespace."""


class SubscribeSpec(Spec):
    """One service's reading of a topic."""

    group: TopicName | None = None
    """Consumer group on Kafka, queue name on a RabbitMQ exchange. Default: `<team>.<service>`."""
    routing_key: RoutingPattern | None = None
    """Which messages of a RabbitMQ exchange to take. Default: all."""
    filter: FilterSpec | None = None
    """Which messages of an SNS topic to take. Default: all."""
    envelope: bool = False
    """Whether messages of an SNS topic come in its JSON envelope. Default: as they were published."""


class RouteSpec(Spec):
    """A way in from outside the mesh, through the gateway."""

    expose: Literal["public", "internal"]
    """Which gateway: the public one or the internal one."""
    host: Name | None = None
    """Left-most label of the host, under the environment's domain. Default: the service's name."""
    path: RoutePath | None = None
    """Path prefix of an HTTP route. Default: everything."""
    grpc_service: GrpcServiceName | None = None
    """Full name of the gRPC service of a gRPC route. Default: every gRPC service of the port."""
    grpc_method: GrpcMethodName | None = None
    """One method of `grpc_service`. Default: all."""
    port: PortName | None = None
    """Name of the port to route to. Default: the first port."""
    timeout: Duration | None = None
    """How long a request may take at the gateway. Default: 15s."""
    access: Literal["everyone", "application"] | None = None
    """Who decides who may use it: `everyone` may, or the `application` asks. A public route has to say."""
    rate_limit: Rate | None = None
    """Requests that each of the gateway's proxies lets through; more are answered with 429. Default: no limit."""


class ApiSpec(Spec):
    """What a service promises to its callers."""

    contract: FileName
    """The OpenAPI 3 document of the service, by its path beside the descriptor; it must stay inside the project."""
    published: FileName | None = None
    """The contract that callers rely on already: what it promises stays until the major version changes."""


class TerminationSpec(Spec):
    """How a replica is stopped."""

    grace: Duration | None = None
    """Time to finish after the stop signal, before the container is killed. Default: 30s."""
    drain: Duration | None = None
    """Wait before the stop signal, so that callers stop sending first. Default: 5s where it listens."""


class RunAsSpec(Spec):
    """The user of the container's processes; never root."""

    user: Annotated[int, Field(ge=1, le=2_000_000_000)] | None = None
    """Numeric user. Default: 10001."""
    group: Annotated[int, Field(ge=1, le=2_000_000_000)] | None = None
    """Numeric group, also of the volumes. Default: the same as the user."""
    writable_root: bool = False
    """Let processes write to the image's own file system. Default: only to scratch space and volumes."""
    low_ports: bool = False
    """Let processes bind ports below 1024 (NET_BIND_SERVICE)."""


class WorkloadOverride(Spec):
    """What one environment changes about a service, worker or job."""

    image: Image | None = None
    """The image in this environment."""
    args: Many[Argument] | None = None
    """The arguments in this environment."""
    env: dict[EnvName, EnvValue] = {}
    """Environment variables to add or replace in this environment."""
    size: Size | None = None
    """The size in this environment."""
    resources: ResourcesSpec | None = None
    """CPU and memory by hand in this environment."""
    stores: dict[Name, StoreOverride] = {}
    """What differs in the stores."""
    placement: PlacementOverride | None = None
    """Where it runs in this environment. Default: as said in general."""


class LongRunningOverride(WorkloadOverride):
    """What one environment changes about a service or worker."""

    scale: ScaleSpec | None = None
    """Scaling in this environment; what is not said here stays as it is."""


class JobOverride(WorkloadOverride):
    """What one environment changes about a job."""

    schedule: Cron | None = None
    """When it runs in this environment."""
    suspended: bool | None = None
    """Whether it is held back in this environment."""


class WorkloadSpec(ContainerSpec):
    """What services, workers and jobs have in common."""

    config: dict[MountPath, ConfigFileSpec] = {}
    """Configuration files, by the path where the containers see them."""
    secrets: dict[EnvName, SecretSpec] = {}
    """Secrets, by the environment variable that carries them (or a name for those mounted as files)."""
    scratch: dict[MountPath, ScratchSpec] = {}
    """Temporary space, by the path where the containers see it."""
    volumes: dict[Name, VolumeSpec] = {}
    """Persistent volumes."""
    sidecars: dict[Name, SidecarSpec] = {}
    """Helpers that run beside the main container."""
    init: Many[InitSpec] = ()
    """Steps that run before the main container, in this order."""
    placement: PlacementSpec = Field(default_factory=PlacementSpec)
    """On which clusters and nodes pods may run."""
    run_as: RunAsSpec = Field(default_factory=RunAsSpec)
    """The user of the processes."""
    registry: Name | None = None
    """The team's private registry that the images come from."""
    kubernetes_api: dict[
        ApiResource,
        Many[Literal["get", "list", "watch", "create", "update", "patch", "delete"]],
    ] = {}
    """Rights in the team's own namespace, by `resource` or `resource.group`. Default: no API access."""
    stores: dict[Name, Store] = {}
    """What this service owns."""
    publishes: Many[Reference] = ()
    """Topics that it writes to: `topic`, or `team/topic` of a team that is open to it."""
    subscribes: dict[Reference, SubscribeSpec] = {}
    """Topics that it reads from."""
    calls: dict[Reference, CallSpec] = {}
    """Services that it calls: `service`, or `team/service` of a team that is open to it."""
    invokes: Many[Name] = ()
    """Functions of this team that it may run."""
    starts: Many[Name] = ()
    """Sagas of functions of this team that it may start."""
    egress: Many[HostPort] = ()
    """Hosts outside the platform that it may reach, over TLS: `api.stripe.com:443`."""
    telemetry: TelemetrySpec = Field(default_factory=TelemetrySpec)
    """What is special about its metrics, logs and traces; all of them are collected anyway."""
    slos: dict[Name, Slo] = {}
    """What it promises, by name: each becomes recordings, alerts and a line of the dashboard."""
    formerly: Many[Name] = ()
    """Earlier names of this service, oldest first: physical names are kept."""


class LongRunningSpec(WorkloadSpec):
    """What services and workers have in common."""

    listens: dict[PortName, PortSpec] = {}
    """Ports of the main container; the first one is the default for probes, calls and routes."""
    probes: ProbesSpec = Field(default_factory=ProbesSpec)
    """How the platform knows that it works."""
    scale: ScaleSpec = Field(default_factory=ScaleSpec)
    """How many replicas run."""
    termination: TerminationSpec = Field(default_factory=TerminationSpec)
    """How a replica is stopped."""
    stable_identity: bool = False
    """Numbered replicas that keep their name and volumes (a StatefulSet)."""
    open_to: Many[Reference] = ()
    """Who outside the team may call it: `team/service`, a team, or `everyone`."""
    environments: dict[Name, LongRunningOverride] = {}
    """What differs, by environment."""


class ServiceSpec(LongRunningSpec):
    """Something that answers requests."""

    type: Literal["service"]
    listens: Annotated[dict[PortName, PortSpec], Field(min_length=1)]
    """Ports of the main container; the first one is the default for probes, calls and routes."""
    routes: Many[RouteSpec] = ()
    """Ways in through the gateway. Default: none, so only the mesh reaches it."""
    api: ApiSpec | None = None
    """What it promises to its callers."""


class WorkerSpec(LongRunningSpec):
    """Something that works in the background."""

    type: Literal["worker"]


class JobSpec(WorkloadSpec):
    """Something that runs to its end: once at each change, or on a schedule."""

    type: Literal["job"]
    schedule: Cron | None = None
    """When it runs. Default: once, whenever its definition changes."""
    time_zone: TimeZone | None = None
    """Time zone of the schedule. Default: UTC."""
    overlap: Literal["allow", "forbid", "replace"] | None = None
    """What happens when the last run is still going. Default: forbid."""
    suspended: bool = False
    """Held back: it does not run."""
    retries: Annotated[int, Field(ge=0, le=100)] | None = None
    """How often a failed run is tried again. Default: 3."""
    deadline: Duration | None = None
    """How long a run may take. Default: 1h."""
    parallelism: Annotated[int, Field(ge=1, le=1000)] | None = None
    """How many pods work at once. Default: 1."""
    completions: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """How many pods must succeed. Default: 1."""
    keep: Duration | None = None
    """How long a finished run of a schedule stays visible. Default: 1d."""
    environments: dict[Name, JobOverride] = {}
    """What differs, by environment."""

    @model_validator(mode="after")
    def _schedule_words(self) -> Self:
        if self.schedule is None and (self.time_zone or self.overlap or self.keep):
            raise ValueError("time_zone, overlap and keep belong to a job with a schedule")
        return self


Workload = Annotated[ServiceSpec | WorkerSpec | JobSpec, Field(discriminator="type")]
"""A service, worker or job, told apart by its ``type``."""
