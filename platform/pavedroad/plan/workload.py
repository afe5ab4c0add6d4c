"""What runs, resolved: containers, pods, and everything that stands around a service, worker or job."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pavedroad.plan.brokers.managed.doors import DoorPlan
    from pavedroad.plan.brokers.model import TriggerPlan
    from pavedroad.plan.cloud.access import RolePlan
    from pavedroad.plan.cloud.security import ServiceGroupPlan
    from pavedroad.plan.flows import Labels
    from pavedroad.plan.functions.knative import KnativePlan
    from pavedroad.plan.observability.targets import TargetPlan
    from pavedroad.plan.stores.model import StorePlan
    from pavedroad.plan.values import EnvVar, SecretEntry


ProbeKind = Literal["http", "grpc", "tcp", "exec"]
"""How a probe asks."""

Concurrency = Literal["Allow", "Forbid", "Replace"]
"""What happens when the last run of a schedule is still going."""

WorkloadKind = Literal["Deployment", "StatefulSet", "Job", "CronJob", "Function"]
"""Which kind of object runs a workload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourcesPlan:
    """CPU and memory of one container, as Kubernetes quantities; a limit of None is no limit."""

    cpu: str
    memory: str
    cpu_limit: str | None
    memory_limit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PortPlan:
    """A port of a container.

    Attributes:
        name: Its name, unique in the pod.
        port: The number inside the pod.
        service_port: The number on the Service.
        protocol: What is spoken on it.
    """

    name: str
    port: int
    service_port: int
    protocol: Literal["http", "grpc", "tcp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbePlan:
    """One question to a container; times in seconds, ``port`` None for exec.

    Attributes:
        kind: How it asks.
        port: Which port it asks.
        target: URL path (http) or health service (grpc); None where there is none.
        headers: Request headers (http).
        command: Command (exec).
        initial_delay: Wait before the first probe.
        period: Time between probes.
        timeout: How long one may take.
        successes: Successes in a row that count as passing.
        failures: Failures in a row that count as failing.
    """

    kind: ProbeKind
    port: int | None
    target: str | None
    headers: Labels
    command: tuple[str, ...]
    initial_delay: int
    period: int
    timeout: int
    successes: int
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbesPlan:
    """What a container is asked; None where it is not.

    Attributes:
        readiness: Whether it may be sent traffic.
        liveness: Whether it may stay.
        startup: Whether it has started, so that the others may be asked.
    """

    readiness: ProbePlan | None
    liveness: ProbePlan | None
    startup: ProbePlan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MountPlan:
    """Where a container sees a volume of its pod; ``sub_path`` picks one file of it."""

    volume: str
    path: str
    sub_path: str | None = None
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerPlan:
    """One container.

    Attributes:
        name: Its name in the pod.
        image: The image.
        command: Entry point; empty keeps the image's own.
        args: Arguments.
        env: Environment variables in the order in which they must be set.
        ports: Ports it listens on.
        probes: What it is asked.
        resources: CPU and memory.
        mounts: Volumes it sees.
        drain: Seconds to wait before the stop signal; 0 for none.
    """

    name: str
    image: str
    command: tuple[str, ...]
    args: tuple[str, ...]
    env: tuple[EnvVar, ...]
    ports: tuple[PortPlan, ...] = ()
    probes: ProbesPlan
    resources: ResourcesPlan
    mounts: tuple[MountPlan, ...] = ()
    drain: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigVolume:
    """Files of the service's ConfigMap."""

    name: str
    config_map: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretVolume:
    """Keys of a Secret as files."""

    name: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScratchVolume:
    """Empty space; ``size`` is its limit."""

    name: str
    size: str
    memory: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimVolume:
    """A persistent volume: one for all replicas (``shared``) or one for each.

    Attributes:
        name: Name of the volume in the pod, and of the claim template where each replica has its own.
        claim: Name of the claim of a shared volume.
        size: Its size.
        shared: Whether all replicas see the same one.
        storage_class: Its class; None for the cluster's default.
    """

    name: str
    claim: str
    size: str
    shared: bool
    storage_class: str | None


VolumePlan = ConfigVolume | SecretVolume | ScratchVolume | ClaimVolume


@dataclass(frozen=True, slots=True, kw_only=True)
class TolerationPlan:
    """A taint that the pods accept; None means any."""

    key: str
    value: str | None
    effect: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PodPlan:
    """The pod of a workload.

    Attributes:
        containers: The main container first, then those beside it.
        sidecars: Helpers that start before the main container and run as long as it does.
        init: Steps that must finish first, in order.
        volumes: Volumes of the pod.
        user: Numeric user of all processes.
        group: Numeric group of all processes and of the volumes.
        writable_root: Whether the image's own file system may be written.
        low_ports: Whether ports below 1024 may be bound.
        api_token: Whether a token for the Kubernetes API is mounted.
        pull_secret: Secret with the registry's credentials.
        node_labels: Labels that a node must carry.
        tolerations: Taints that are accepted.
        spread: Keep replicas on different zones or nodes.
        spread_required: Rather wait than share.
        grace: Seconds from the stop signal to the kill.
        config_hash: Changes when configuration does, so that pods restart.
    """

    containers: tuple[ContainerPlan, ...]
    sidecars: tuple[ContainerPlan, ...]
    init: tuple[ContainerPlan, ...]
    volumes: tuple[VolumePlan, ...]
    user: int
    group: int
    writable_root: bool
    low_ports: bool
    api_token: bool
    pull_secret: str | None
    node_labels: Labels
    tolerations: tuple[TolerationPlan, ...]
    spread: Literal["zone", "node", "none"]
    spread_required: bool
    grace: int
    config_hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalePlan:
    """How many replicas run; equal bounds mean that nothing scales.

    Attributes:
        min: The fewest.
        max: The most.
        cpu_percent: Target share of the CPU request; None for none.
        memory_percent: Target share of the memory request; None for none.
        triggers: What else it grows on: queue lengths and consumer lags.
    """

    min: int
    max: int
    cpu_percent: int | None
    memory_percent: int | None
    triggers: tuple[TriggerPlan, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JobPlan:
    """How a job runs; times in seconds, ``schedule`` None for once at each change of its definition."""

    schedule: str | None
    time_zone: str | None
    concurrency: Concurrency
    suspended: bool
    retries: int
    deadline: int
    parallelism: int
    completions: int
    keep: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RightPlan:
    """Verbs on one resource of the Kubernetes API, in the team's namespace."""

    group: str
    resource: str
    verbs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePlan:
    """How many requests each proxy of a gateway lets through in each second, minute or hour."""

    requests: int
    unit: Literal["Second", "Minute", "Hour"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """A way in through a gateway.

    Attributes:
        name: Name of the route object.
        kind: Which kind of route.
        gateway: Name of the gateway: ``public`` or ``internal``.
        host: Full host name.
        path: Path prefix of an HTTP route.
        grpc_service: Full gRPC service name; None for all.
        grpc_method: gRPC method; None for all.
        port: Port of the Service.
        timeout_ms: How long a request may take, in milliseconds.
        access: Who decides who may use it; None where nobody says.
        rate_limit: How many requests are let through; None for all.
    """

    name: str
    kind: Literal["HTTPRoute", "GRPCRoute"]
    gateway: Literal["public", "internal"]
    host: str
    path: str
    grpc_service: str | None
    grpc_method: str | None
    port: int
    timeout_ms: int
    access: Literal["everyone", "application"] | None
    rate_limit: RatePlan | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadPlan:
    """One service, worker or job with all that stands around it.

    Attributes:
        team: The team that owns it.
        namespace: Where it stands.
        name: Its physical name, which a rename keeps.
        display_name: Its name in the descriptor.
        kind: Which kind of object runs it.
        pod: Its pod.
        ports: Ports of its Service; empty for no Service.
        scale: Replicas (1 to 1 for jobs).
        job: How it runs, for jobs.
        config: Configuration files, by the key in its ConfigMap.
        secrets: Keys of its Secret.
        rights: Rights on the Kubernetes API.
        routes: Ways in through gateways.
        stores: What it owns.
        reload_on: Secrets whose change restarts it.
        protect: Whether what holds data refuses to be deleted or replaced.
        role: What it may do in the account; None for nothing, and outside of one.
        security_group: What its pods carry on the account's network; None where they reach nothing there.
        doors: How they get into brokers there.
        function: How Knative runs it, where it is a function.
        metrics: Where Prometheus asks for metrics of its own; None for nowhere.
        agent: The language whose agent its main container gets; None for none.
    """

    team: str
    namespace: str
    name: str
    display_name: str
    kind: WorkloadKind
    pod: PodPlan
    ports: tuple[PortPlan, ...]
    scale: ScalePlan
    job: JobPlan | None
    config: tuple[tuple[str, str], ...]
    secrets: tuple[SecretEntry, ...]
    rights: tuple[RightPlan, ...]
    routes: tuple[RoutePlan, ...]
    stores: tuple[StorePlan, ...]
    reload_on: tuple[str, ...]
    protect: bool
    role: RolePlan | None = None
    security_group: ServiceGroupPlan | None = None
    doors: tuple[DoorPlan, ...] = ()
    function: KnativePlan | None = None
    metrics: TargetPlan | None = None
    agent: str | None = None
