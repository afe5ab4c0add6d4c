"""Services, workers and jobs, resolved: every choice about what runs is made here."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.values import milliseconds, seconds
from pavedroad.descriptor.workload import (
    JobOverride,
    JobSpec,
    LongRunningOverride,
    ScaleSpec,
    ServiceSpec,
)
from pavedroad.plan.containers import resolve_ports, resolve_probe, resolve_resources
from pavedroad.plan.edges import call_outputs
from pavedroad.plan.naming import file_key, join, physical, slug
from pavedroad.plan.secrets_source import secret_entry
from pavedroad.plan.stores import resolve_store
from pavedroad.plan.templates import expand_env, expand_text
from pavedroad.plan.values import EnvVar, FieldRef, SecretKeyRef, Value
from pavedroad.plan.workload import (
    ClaimVolume,
    Concurrency,
    ConfigVolume,
    ContainerPlan,
    JobPlan,
    MountPlan,
    PodPlan,
    PortPlan,
    RightPlan,
    RoutePlan,
    ScalePlan,
    ScratchVolume,
    SecretVolume,
    TolerationPlan,
    VolumePlan,
    WorkloadKind,
    WorkloadPlan,
)

if TYPE_CHECKING:
    from pavedroad.descriptor.references import OutputReference
    from pavedroad.descriptor.workload import (
        ContainerSpec,
        InitSpec,
        ProbesSpec,
        RouteSpec,
        SidecarSpec,
        Workload,
        WorkloadOverride,
    )
    from pavedroad.plan.brokers import BrokersPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.provenance import Scope
    from pavedroad.plan.stores import StorePlan

DEFAULT_USER: Final = 10001
DEFAULT_GRACE: Final = "30s"
DEFAULT_DRAIN: Final = "5s"
DEFAULT_CPU_PERCENT: Final = 70
DISK_SCRATCH: Final = "1Gi"
MEMORY_SCRATCH: Final = "64Mi"
ROUTE_TIMEOUT: Final = "15s"
JOB_RETRIES: Final = 3
JOB_DEADLINE: Final = "1h"
JOB_KEEP: Final = "1d"

POD_FIELDS: Final = {
    "name": "metadata.name",
    "namespace": "metadata.namespace",
    "node": "spec.nodeName",
    "ip": "status.podIP",
    "service_account": "spec.serviceAccountName",
}
"""Outputs of ``${pod.…}``, in the downward API's spelling."""

_CONCURRENCY: Final[dict[str, Concurrency]] = {"allow": "Allow", "forbid": "Forbid", "replace": "Replace"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What all steps about one workload share."""

    context: Context
    brokers: BrokersPlan
    scope: Scope
    team: str
    name: str
    spec: Workload
    override: WorkloadOverride
    stores: dict[str, StorePlan]

    @property
    def physical_name(self) -> str:
        return physical(self.name, self.spec.formerly)

    def lookup(self, reference: OutputReference) -> Value:
        """Return the value of a reference in one of the workload's texts."""
        match reference.source:
            case "pod":
                return FieldRef(POD_FIELDS[reference.output])
            case "environment":
                environment = self.context.environment
                return environment.environment if reference.output == "name" else environment.tier
            case "stores":
                return self.stores[reference.name].outputs[reference.output]
            case "calls":
                call = self.spec.calls[reference.name]
                return call_outputs(self.context, self.team, reference.name, call)[reference.output]
            case topic_use:
                outputs = self.brokers.outputs_for(self.team, self.name, topic_use, reference.name)
                return outputs[reference.output]


def resolve_workload(
    context: Context, brokers: BrokersPlan, scope: Scope, team: str, name: str
) -> WorkloadPlan:
    """Return a service, worker or job with nothing left to choose."""
    spec = context.teams[team].services[name]
    environment = context.environment.environment
    empty = JobOverride() if isinstance(spec, JobSpec) else LongRunningOverride()
    override = spec.environments.get(environment, empty)
    if environment in spec.environments:
        scope = type(scope)(scope.trace, scope.path, (*scope.path, "environments", environment))
    stores = {
        store: resolve_store(
            context, scope.at("stores", store), team, name, store, owned, override.stores.get(store)
        )
        for store, owned in spec.stores.items()
    }
    subject = _Subject(
        context=context,
        brokers=brokers,
        scope=scope,
        team=team,
        name=name,
        spec=spec,
        override=override,
        stores=stores,
    )
    pod = _resolve_pod(subject)
    ports = _all_ports(spec)
    return WorkloadPlan(
        team=team,
        namespace=context.namespace(team),
        name=subject.physical_name,
        display_name=name,
        kind=_kind(spec, override),
        pod=pod,
        ports=ports,
        scale=_resolve_scale(subject),
        job=_resolve_job(subject) if isinstance(spec, JobSpec) else None,
        config=_config(subject),
        secrets=tuple(
            secret_entry(context, key, secret.vault, secret.key)
            for key, secret in sorted(spec.secrets.items())
        ),
        rights=tuple(_right(resource, verbs) for resource, verbs in sorted(spec.kubernetes_api.items())),
        routes=_routes(subject, ports),
        stores=tuple(stores.values()),
        reload_on=_secrets_of(pod),
        protect=context.tier.protect,
    )


def _kind(spec: Workload, override: WorkloadOverride) -> WorkloadKind:
    """Return which kind of object runs a workload."""
    if isinstance(spec, JobSpec):
        return "CronJob" if _schedule(spec, override) else "Job"
    return "StatefulSet" if spec.stable_identity else "Deployment"


def _schedule(spec: JobSpec, override: WorkloadOverride) -> str | None:
    """Return when a job runs; None for once at each change."""
    return (override.schedule if isinstance(override, JobOverride) else None) or spec.schedule


def _all_ports(spec: Workload) -> tuple[PortPlan, ...]:
    """Return the ports of the main container and its side-cars."""
    beside = tuple(port for sidecar in spec.sidecars.values() for port in resolve_ports(sidecar.listens))
    return resolve_ports(getattr(spec, "listens", {})) + beside


def _resolve_pod(subject: _Subject) -> PodPlan:
    """Return the pod of a workload."""
    spec, scope, context = subject.spec, subject.scope, subject.context
    volumes, mounts = _volumes(subject)
    job = isinstance(spec, JobSpec)
    termination = None if isinstance(spec, JobSpec) else spec.termination
    listens = bool(getattr(spec, "listens", {}))
    drain = 0
    if termination is not None and (termination.drain or listens):
        drain = seconds(scope.choose("termination.drain", given=termination.drain, default=DEFAULT_DRAIN))
    user = scope.choose("run_as.user", given=spec.run_as.user, default=DEFAULT_USER)
    registry = context.teams[subject.team].registries.get(spec.registry or "")
    placement = spec.placement
    node_labels = {**placement.nodes}
    if placement.architecture:
        node_labels["kubernetes.io/arch"] = placement.architecture
    given_grace = termination.grace if termination else None
    return PodPlan(
        containers=(_main_container(subject, mounts, drain),),
        sidecars=tuple(
            _container(
                subject,
                scope.at("sidecars", name),
                name,
                sidecar,
                mounts,
                ports=resolve_ports(sidecar.listens),
                probes=sidecar.probes,
            )
            for name, sidecar in spec.sidecars.items()
        ),
        init=tuple(
            _container(subject, scope.at("init", step.name), step.name, step, mounts) for step in spec.init
        ),
        volumes=volumes,
        user=user,
        group=scope.choose("run_as.group", given=spec.run_as.group, default=user),
        writable_root=spec.run_as.writable_root,
        low_ports=spec.run_as.low_ports,
        api_token=bool(spec.kubernetes_api),
        pull_secret=join("registry", spec.registry) if registry and spec.registry else None,
        node_labels=tuple(sorted(node_labels.items())),
        tolerations=tuple(
            TolerationPlan(key=one.key, value=one.value, effect=one.effect) for one in placement.tolerations
        ),
        spread="none"
        if job and placement.spread is None
        else scope.choose("placement.spread", given=placement.spread, tier=context.tier.spread),
        spread_required=placement.spread is None and context.tier.spread_required,
        grace=seconds(scope.choose("termination.grace", given=given_grace, default=DEFAULT_GRACE)) + drain,
        config_hash=_hash(_config(subject)),
    )


def _main_container(subject: _Subject, mounts: tuple[MountPlan, ...], drain: int) -> ContainerPlan:
    """Return the container that the descriptor is about, with what the environment changes."""
    spec, override, scope = subject.spec, subject.override, subject.scope
    ports = resolve_ports(getattr(spec, "listens", {}))
    probes: ProbesSpec | None = getattr(spec, "probes", None)
    at = scope.at("probes")
    secrets = tuple(
        EnvVar(key, SecretKeyRef(_secret_name(subject), key))
        for key, secret in spec.secrets.items()
        if secret.mount is None
    )
    return ContainerPlan(
        name=subject.physical_name,
        image=scope.choose("image", override=override.image, given=spec.image),
        command=spec.command,
        args=spec.args if override.args is None else override.args,
        env=secrets + expand_env({**spec.env, **override.env}, subject.lookup),
        ports=ports,
        readiness=resolve_probe(at.at("readiness"), probes.readiness, ports) if probes else None,
        liveness=resolve_probe(at.at("liveness"), probes.liveness, ports) if probes else None,
        startup=resolve_probe(at.at("startup"), probes.startup, ports) if probes else None,
        resources=resolve_resources(
            scope,
            subject.context.environment,
            size=spec.size,
            resources=spec.resources,
            override_size=override.size,
            override=override.resources,
        ),
        mounts=mounts,
        drain=drain,
    )


def _container(  # noqa: PLR0913 a container's parts, each of its own kind
    subject: _Subject,
    scope: Scope,
    name: str,
    spec: ContainerSpec | SidecarSpec | InitSpec,
    mounts: tuple[MountPlan, ...],
    *,
    ports: tuple[PortPlan, ...] = (),
    probes: ProbesSpec | None = None,
) -> ContainerPlan:
    """Return a side-car or an init step."""
    at = scope.at("probes")
    return ContainerPlan(
        name=name,
        image=spec.image,
        command=spec.command,
        args=spec.args,
        env=expand_env(spec.env, subject.lookup),
        ports=ports,
        readiness=resolve_probe(at.at("readiness"), probes.readiness, ports) if probes else None,
        liveness=resolve_probe(at.at("liveness"), probes.liveness, ports) if probes else None,
        startup=resolve_probe(at.at("startup"), probes.startup, ports) if probes else None,
        resources=resolve_resources(
            scope,
            subject.context.environment,
            size=spec.size,
            resources=spec.resources,
            default_size="nano",
        ),
        mounts=mounts,
    )


def _secret_name(subject: _Subject) -> str:
    """Return the name of the Secret with a workload's own secrets."""
    return join(subject.physical_name, "secrets")


def _config(subject: _Subject) -> tuple[tuple[str, str], ...]:
    """Return configuration files by their key, references replaced."""
    files = []
    for path, source in sorted(subject.spec.config.items()):
        text = source.content
        if text is None:
            text = subject.context.files[subject.team, source.file or ""]
        files.append((file_key(path), expand_text(text, subject.lookup)))
    return tuple(files)


def _hash(config: tuple[tuple[str, str], ...]) -> str | None:
    """Return a short hash of configuration files; None where there are none."""
    return hashlib.sha256(repr(config).encode()).hexdigest()[:16] if config else None


def _volumes(subject: _Subject) -> tuple[tuple[VolumePlan, ...], tuple[MountPlan, ...]]:
    """Return the pod's volumes, and where every container sees them."""
    spec = subject.spec
    volumes: list[VolumePlan] = []
    mounts: list[MountPlan] = []
    if spec.config:
        volumes.append(ConfigVolume(name="config", config_map=join(subject.physical_name, "config")))
        mounts += [
            MountPlan(volume="config", path=path, sub_path=file_key(path), read_only=True)
            for path in sorted(spec.config)
        ]
    mounted = {key: secret.mount for key, secret in sorted(spec.secrets.items()) if secret.mount}
    if mounted:
        volumes.append(SecretVolume(name="secrets", secret=_secret_name(subject)))
        mounts += [
            MountPlan(volume="secrets", path=path, sub_path=key, read_only=True)
            for key, path in mounted.items()
        ]
    for path, scratch in sorted(spec.scratch.items()):
        name = slug(f"scratch{path}")
        default = MEMORY_SCRATCH if scratch.memory else DISK_SCRATCH
        size = subject.scope.choose(f"scratch.{path}.size", given=scratch.size, default=default)
        volumes.append(ScratchVolume(name=name, size=size, memory=scratch.memory))
        mounts.append(MountPlan(volume=name, path=path))
    for given, volume in sorted(spec.volumes.items()):
        name = physical(given, volume.formerly)
        volumes.append(
            ClaimVolume(
                name=name,
                claim=join(subject.physical_name, name),
                size=volume.size,
                shared=volume.shared,
                storage_class=storage_class(subject.context, shared=volume.shared),
            )
        )
        mounts.append(MountPlan(volume=name, path=volume.mount))
    return tuple(volumes), tuple(mounts)


def storage_class(context: Context, *, shared: bool = False) -> str | None:
    """Return the storage class of volumes; None for the cluster's default."""
    cluster = next(iter(context.environment.clusters.values()))
    if cluster.kind == "sandbox":
        return None
    return cluster.shared_storage_class if shared else cluster.storage_class


def _resolve_scale(subject: _Subject) -> ScalePlan:
    """Return the replicas of a service or worker; a job has one."""
    spec, override = subject.spec, subject.override
    if isinstance(spec, JobSpec):
        return ScalePlan(min=1, max=1, cpu_percent=None, memory_percent=None, triggers=())
    given = spec.scale
    here = (override.scale if isinstance(override, LongRunningOverride) else None) or ScaleSpec()
    at = subject.scope.at("scale")
    fewest = at.choose(
        "min",
        override=here.min,
        given=given.min,
        tier=min(subject.context.tier.replicas, here.max or given.max or subject.context.tier.replicas),
    )
    most = at.choose("max", override=here.max, given=given.max, default=fewest)
    backlog = {**given.backlog, **here.backlog}
    cpu = here.cpu_percent or given.cpu_percent
    memory = here.memory_percent or given.memory_percent
    if most > fewest and not (backlog or memory):
        cpu = at.choose(
            "cpu_percent",
            override=here.cpu_percent,
            given=given.cpu_percent,
            default=DEFAULT_CPU_PERCENT,
        )
    triggers = tuple(
        subject.brokers.backlog_trigger(subject.team, subject.name, reference, per_replica)
        for reference, per_replica in sorted(backlog.items())
    )
    return ScalePlan(
        min=fewest, max=max(fewest, most), cpu_percent=cpu, memory_percent=memory, triggers=triggers
    )


def _resolve_job(subject: _Subject) -> JobPlan:
    """Return how a job runs."""
    spec = subject.spec
    override = subject.override
    assert isinstance(spec, JobSpec)
    assert isinstance(override, JobOverride)
    scope = subject.scope
    schedule = _schedule(spec, override)
    suspended = spec.suspended if override.suspended is None else override.suspended
    keep = scope.choose("keep", given=spec.keep, default=JOB_KEEP) if schedule else None
    return JobPlan(
        schedule=schedule,
        time_zone=spec.time_zone,
        concurrency=_CONCURRENCY[scope.choose("overlap", given=spec.overlap, default="forbid")],
        suspended=suspended,
        retries=scope.choose("retries", given=spec.retries, default=JOB_RETRIES),
        deadline=seconds(scope.choose("deadline", given=spec.deadline, default=JOB_DEADLINE)),
        parallelism=scope.choose("parallelism", given=spec.parallelism, default=1),
        completions=scope.choose("completions", given=spec.completions, default=1),
        keep=seconds(keep) if keep else None,
    )


def _right(resource: str, verbs: tuple[str, ...]) -> RightPlan:
    """Return a right on ``resource`` or ``resource.group``."""
    name, _, group = resource.partition(".")
    return RightPlan(group=group, resource=name, verbs=verbs)


def _routes(subject: _Subject, ports: tuple[PortPlan, ...]) -> tuple[RoutePlan, ...]:
    """Return the ways in from outside."""
    spec = subject.spec
    if not isinstance(spec, ServiceSpec):
        return ()
    domains = {
        "public": subject.context.environment.domains.public,
        "internal": subject.context.environment.domains.internal,
    }
    return tuple(
        _route(subject, index, route, ports, domains[route.expose] or "")
        for index, route in enumerate(spec.routes)
    )


def _route(
    subject: _Subject, index: int, route: RouteSpec, ports: tuple[PortPlan, ...], domain: str
) -> RoutePlan:
    """Return one way in; its name comes from what it matches, so reordering routes changes nothing."""
    port = next((known for known in ports if known.name == route.port), ports[0])
    scope = subject.scope.at("routes", str(index))
    label = scope.choose("host", given=route.host, default=subject.physical_name)
    what = route.path or route.grpc_service or ""
    return RoutePlan(
        name=join(subject.physical_name, route.expose, slug(f"{label}/{what}/{route.grpc_method or ''}")),
        kind="GRPCRoute" if port.protocol == "grpc" else "HTTPRoute",
        gateway=route.expose,
        host=f"{label}.{domain}",
        path=scope.choose("path", given=route.path, default="/"),
        grpc_service=route.grpc_service,
        grpc_method=route.grpc_method,
        port=port.service_port,
        timeout_ms=milliseconds(scope.choose("timeout", given=route.timeout, default=ROUTE_TIMEOUT)),
    )


def _secrets_of(pod: PodPlan) -> tuple[str, ...]:
    """Return the Secrets that a pod reads, so that their change can restart it."""
    containers = (*pod.containers, *pod.sidecars, *pod.init)
    named = {
        variable.value.name
        for container in containers
        for variable in container.env
        if isinstance(variable.value, SecretKeyRef)
    }
    mounted = {volume.secret for volume in pod.volumes if isinstance(volume, SecretVolume)}
    return tuple(sorted(named | mounted))
