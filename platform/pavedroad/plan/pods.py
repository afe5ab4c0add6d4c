"""The pod of a workload, resolved: containers, volumes, placement."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.values import seconds
from pavedroad.descriptor.workload import JobSpec
from pavedroad.plan.containers import resolve_ports, resolve_probes, resolve_resources
from pavedroad.plan.naming import dotted, file_key, join, physical, slug
from pavedroad.plan.observability.applications import added_ports
from pavedroad.plan.observability.telemetry import telemetry_env
from pavedroad.plan.templates import expand_env, expand_text
from pavedroad.plan.values import EnvVar, SecretKeyRef
from pavedroad.plan.workload import (
    ClaimVolume,
    ConfigVolume,
    ContainerPlan,
    MountPlan,
    PodPlan,
    PortPlan,
    ScratchVolume,
    SecretVolume,
    TolerationPlan,
    VolumePlan,
)

if TYPE_CHECKING:
    from pavedroad.descriptor.workload import ContainerSpec, InitSpec, ProbesSpec, SidecarSpec
    from pavedroad.plan.context import Context
    from pavedroad.plan.provenance import Scope
    from pavedroad.plan.subject import Subject

DEFAULT_USER: Final = 10001
DEFAULT_GRACE: Final = "30s"
DEFAULT_DRAIN: Final = "5s"
DISK_SCRATCH: Final = "1Gi"
MEMORY_SCRATCH: Final = "64Mi"


def resolve_pod(subject: Subject) -> PodPlan:
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
        config_hash=_hash(config_files(subject)),
    )


def _main_container(subject: Subject, mounts: tuple[MountPlan, ...], drain: int) -> ContainerPlan:
    """Return the container that the descriptor is about, with what the environment changes."""
    spec, override, scope = subject.spec, subject.override, subject.scope
    ports = resolve_ports(getattr(spec, "listens", {}))
    probes: ProbesSpec | None = getattr(spec, "probes", None)
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
        env=secrets + telemetry_env(subject) + expand_env({**spec.env, **override.env}, subject.lookup),
        ports=ports + added_ports(subject),
        probes=resolve_probes(scope.at("probes"), probes, ports),
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
    subject: Subject,
    scope: Scope,
    name: str,
    spec: ContainerSpec | SidecarSpec | InitSpec,
    mounts: tuple[MountPlan, ...],
    *,
    ports: tuple[PortPlan, ...] = (),
    probes: ProbesSpec | None = None,
) -> ContainerPlan:
    """Return a side-car or an init step."""
    return ContainerPlan(
        name=name,
        image=spec.image,
        command=spec.command,
        args=spec.args,
        env=expand_env(spec.env, subject.lookup),
        ports=ports,
        probes=resolve_probes(scope.at("probes"), probes, ports),
        resources=resolve_resources(
            scope,
            subject.context.environment,
            size=spec.size,
            resources=spec.resources,
            default_size="nano",
        ),
        mounts=mounts,
    )


def _secret_name(subject: Subject) -> str:
    """Return the name of the Secret with a workload's own secrets."""
    return join(subject.physical_name, "secrets")


def config_files(subject: Subject) -> tuple[tuple[str, str], ...]:
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


def _volumes(subject: Subject) -> tuple[tuple[VolumePlan, ...], tuple[MountPlan, ...]]:
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
                claim=dotted(subject.physical_name, name),
                size=volume.size,
                shared=volume.shared,
                storage_class=storage_class(subject.context, shared=volume.shared),
            )
        )
        mounts.append(MountPlan(volume=name, path=volume.mount))
    return tuple(volumes), tuple(mounts)


def storage_class(context: Context, *, shared: bool = False) -> str | None:
    """Return the storage class of volumes; None for the cluster's default."""
    return getattr(context.here, "shared_storage_class", None) if shared else context.storage_class


def secrets_of(pod: PodPlan) -> tuple[str, ...]:
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
