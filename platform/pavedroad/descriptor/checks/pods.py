"""Pods: ports, probes, mounts, scaling and registries fit together."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pavedroad.descriptor.checks.world import Container, World, containers, ports_of, team_fault
from pavedroad.descriptor.faults import Fault, Path
from pavedroad.near_misses import listed, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.workload import ProbeSpec, ScaleSpec, Workload

LARGEST_CONFIG = 1_000_000
"""Characters of all configuration files of one workload: a ConfigMap holds 1 MiB."""


def check_ports(world: World) -> Iterator[Fault]:
    """No two ports of a pod share a number, a name, or the number that callers use."""
    for team, name, workload in world.workloads():
        numbers: dict[int, str] = {}
        names: dict[str, str] = {}
        service_ports: dict[int, str] = {}
        for container in containers(name, workload):
            for port, spec in container.listens.items():
                path = (*container.path, "listens", port)
                where = f"{container.name}.{port}"
                called = spec.service_port or spec.port
                if spec.port in numbers:
                    taken = f"{numbers[spec.port]} listens on it already"
                    yield team_fault(
                        team, (*path, "port"), given=str(spec.port), change=f"{taken}; take another"
                    )
                elif called in service_ports:
                    taken = f"callers reach {service_ports[called]} by it already"
                    yield team_fault(
                        team, path, given=str(called), change=f"{taken}; give another service_port"
                    )
                if port in names:
                    taken = f"{names[port]} has this name already"
                    yield team_fault(team, path, given=f"'{port}'", change=f"{taken}; take another")
                numbers.setdefault(spec.port, where)
                service_ports.setdefault(called, where)
                names.setdefault(port, where)


def check_probes(world: World) -> Iterator[Fault]:
    """Every probe asks a port that its container has, in a protocol that is spoken there."""
    for team, name, workload in world.workloads():
        for container in containers(name, workload):
            if container.probes is None:
                continue
            for kind in ("readiness", "liveness", "startup"):
                probe = getattr(container.probes, kind)
                if probe is not None:
                    yield from _check_probe(team, container, kind, probe)


def _check_probe(team: str, container: Container, kind: str, probe: ProbeSpec) -> Iterator[Fault]:
    path: Path = (*container.path, "probes", kind)
    if probe.exec:
        return
    if not container.listens:
        yield team_fault(
            team, path, change="this container listens on nothing; add listens, or probe with exec"
        )
        return
    port = probe.port or next(iter(container.listens))
    if port not in container.listens:
        yield _unknown_port(team, (*path, "port"), port, container.listens)
        return
    protocol = container.listens[port].protocol
    if probe.grpc and protocol != "grpc":
        yield team_fault(
            team,
            path,
            change=f"port {port} speaks {protocol}, not grpc; name a grpc port or probe it otherwise",
        )


def check_routes_fit(world: World) -> Iterator[Fault]:
    """Every route leads to a port of its service that speaks the route's protocol."""
    for team, name, workload in world.workloads():
        if workload.type != "service":
            continue
        ports = ports_of(workload)
        for index, route in enumerate(workload.routes):
            path: Path = ("services", name, "routes", index)
            port = route.port or next(iter(ports))
            if port not in ports:
                yield _unknown_port(team, (*path, "port"), port, ports)
                continue
            protocol = ports[port].protocol
            if protocol == "tcp":
                yield team_fault(
                    team, path, change=f"port {port} speaks tcp; routes lead to http and grpc ports"
                )
            if route.path is not None and protocol == "grpc":
                yield team_fault(team, (*path, "path"), change=f"port {port} speaks grpc; use grpc_service")
            if route.grpc_service is not None and protocol == "http":
                yield team_fault(team, (*path, "grpc_service"), change=f"port {port} speaks http; use path")
            if route.grpc_method is not None and route.grpc_service is None:
                yield team_fault(
                    team, (*path, "grpc_method"), change="a method needs its grpc_service; add it"
                )
            if route.timeout is not None and protocol == "grpc":
                yield team_fault(
                    team, (*path, "timeout"), change="gRPC routes have no time limit; its client sets one"
                )


def check_scale(world: World) -> Iterator[Fault]:
    """The fewest replicas are at most the most, in every environment."""
    for team, name, workload in world.workloads():
        if workload.type == "job":
            continue
        path: Path = ("services", name, "scale")
        yield from _check_range(team, path, workload.scale, workload.scale)
        for environment, override in workload.environments.items():
            if override.scale is not None:
                inner = ("services", name, "environments", environment, "scale")
                yield from _check_range(team, inner, override.scale, workload.scale)


def _check_range(team: str, path: Path, scale: ScaleSpec, base: ScaleSpec) -> Iterator[Fault]:
    low = scale.min if scale.min is not None else base.min
    high = scale.max if scale.max is not None else base.max
    if low is not None and high is not None and low > high:
        word = "min" if scale.min is not None else "max"
        yield team_fault(
            team,
            (*path, word),
            given=f"min {low} and max {high}",
            expected="min of at most max",
            change="raise max",
        )


def check_mounts(world: World) -> Iterator[Fault]:
    """No two mounts of a pod stand at the same path or hide one another."""
    for team, name, workload in world.workloads():
        seen: dict[PurePosixPath, str] = {}
        for path, mount, is_file in _mounts(name, workload):
            place = PurePosixPath(mount)
            if place in seen:
                yield team_fault(
                    team, path, given=f"'{mount}'", change=f"{seen[place]} is mounted there already"
                )
            elif not is_file and (hidden := _inside(place, seen)) is not None:
                yield team_fault(team, path, given=f"'{mount}'", change=f"it would hide {seen[hidden]}")
            seen.setdefault(place, f"{path[2]}.{path[3]}")


def _mounts(name: str, workload: Workload) -> Iterator[tuple[Path, str, bool]]:
    """Yield path, mount point and whether it is a single file, folders first."""
    root: Path = ("services", name)
    for mount in workload.scratch:
        yield (*root, "scratch", mount), mount, False
    for volume, spec in workload.volumes.items():
        yield (*root, "volumes", volume, "mount"), spec.mount, False
    for mount in workload.config:
        yield (*root, "config", mount), mount, True
    for secret, reference in workload.secrets.items():
        if reference.mount is not None:
            yield (*root, "secrets", secret, "mount"), reference.mount, True


def _inside(folder: PurePosixPath, seen: dict[PurePosixPath, str]) -> PurePosixPath | None:
    return next((place for place in seen if folder in place.parents), None)


def check_volumes(world: World) -> Iterator[Fault]:
    """A volume for each replica needs replicas that keep their name."""
    for team, name, workload in world.workloads():
        stable = workload.type != "job" and workload.stable_identity
        for volume, spec in workload.volumes.items():
            if not spec.shared and not stable:
                remedy = (
                    "add shared: true"
                    if workload.type == "job"
                    else "add stable_identity: true or shared: true"
                )
                yield team_fault(
                    team,
                    ("services", name, "volumes", volume),
                    change=f"a volume for each replica needs replicas that keep their name; {remedy}",
                )


def check_config_size(world: World) -> Iterator[Fault]:
    """The configuration files of a workload fit into one ConfigMap."""
    for team, name, workload in world.workloads():
        if not workload.config:
            continue
        texts = (
            config.content or world.files.get((team, config.file or ""), "")
            for config in workload.config.values()
        )
        total = sum(len(text.encode()) for text in texts)
        if total > LARGEST_CONFIG:
            yield team_fault(
                team,
                ("services", name, "config"),
                given=f"{total} bytes in all",
                expected=f"at most {LARGEST_CONFIG}",
                change="put large data on a volume or into the image",
            )


def check_registries(world: World) -> Iterator[Fault]:
    """The registry that a workload pulls from is one of its team's."""
    for team, name, workload in world.workloads():
        registries = world.teams[team].registries
        if workload.registry is not None and workload.registry not in registries:
            yield team_fault(
                team,
                ("services", name, "registry"),
                given=f"'{workload.registry}'",
                expected=f"one of the team's registries ({listed(registries) or 'there is none'})",
                change=suggestion(workload.registry, registries),
            )


def _unknown_port(team: str, path: Path, port: str, ports: object) -> Fault:
    known = list(ports) if isinstance(ports, dict) else []
    return team_fault(
        team, path, given=f"'{port}'", expected=f"one of {listed(known)}", change=suggestion(port, known)
    )
