"""Rules about the directories of its node that a pod, or a PersistentVolume, mounts.

The directories that give a node away are those that the filesystem hierarchy keeps for its system, and those of the
kubelet and of container runtimes.
"""

import posixpath
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from pavedroad.governance import (
    Duty,
    Pod,
    PodRule,
    Properties,
    Reading,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    Truth,
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.findings import Check
from pavedroad.governance.kubernetes import pods_of
from policies.rules.pods.shapes import about_pods, none_given

_VOLUMES: Final = frozenset({"kubernetes:core/v1:PersistentVolume"})
_HOST_PATH: Final = "hostPath"
_SENSITIVE: Final = (
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/lib64",
    "/proc",
    "/root",
    "/run/containerd",
    "/run/crio",
    "/sbin",
    "/sys",
    "/usr",
    "/var/lib/containerd",
    "/var/lib/docker",
    "/var/lib/etcd",
    "/var/lib/kubelet",
)
_SOCKETS: Final = (
    "/run/containerd/containerd.sock",
    "/run/cri-dockerd.sock",
    "/run/crio/crio.sock",
    "/run/docker.sock",
    "/run/dockershim.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/podman/podman.sock",
)


def _host_paths(resource: Resource) -> Iterator[Properties]:
    """Find every directory of a node that a workload or a PersistentVolume names."""
    if resource.type in _VOLUMES:
        parts: Iterable[Properties] = (resource.properties.at("spec.hostPath"),)
    else:
        parts = (volume.at(_HOST_PATH) for pod in pods_of(resource) for volume in pod.spec.items("volumes"))
    return (part for part in parts if part.value is not None)


def _each_host_path(allowed: Callable[[str], bool], demand: str) -> Check[Resource]:
    return lambda resource: (
        Duty(
            resource,
            any_of(none_given(part), part.text("path").satisfies(lambda path: allowed(_real(path)))),
            f"{part.path} must {demand}",
        )
        for part in _host_paths(resource)
    )


def _real(path: str) -> str:
    """Spell a path as the node resolves it: without detours, and with /var/run for the /run that it is."""
    plain = posixpath.normpath("/" + path.lstrip("/"))
    return plain.removeprefix("/var") if _within(plain, "/var/run") else plain


def _within(path: str, folder: str) -> bool:
    return folder in ("/", path) or path.startswith(f"{folder}/")


class HostPaths(Settings):
    """What may be set of the directories of nodes that may be mounted."""

    allowed_host_paths: tuple[str, ...] = setting(
        (), "The directories of a node that may be mounted, with what is below them."
    )


def _under_allowed(settings: HostPaths) -> Check[Resource]:
    folders = tuple(map(_real, settings.allowed_host_paths))
    return _each_host_path(
        lambda path: any(_within(path, folder) for folder in folders),
        "name a directory of the node that is allowed",
    )


HOST_PATHS_ALLOWED: Final = ResourceRule.settable(
    about_pods(
        "host-paths-among-the-allowed",
        "Whatever mounts a directory of its node mounts one that the platform has named",
        why="A node agent that needs one directory must not be an excuse for every other.",
        severity=Severity.HIGH,
        rows=(7,),
        also=_VOLUMES,
        fix="remove the hostPath, or have the platform add it to the setting allowedHostPaths",
    ),
    HostPaths(),
    _under_allowed,
)


class Sensitive(Settings):
    """What may be set of the directories of nodes that nobody may mount."""

    sensitive_host_paths: tuple[str, ...] = setting(
        _SENSITIVE, "The directories of a node that nobody may mount, nor what is below them."
    )


def _not_sensitive(settings: Sensitive) -> Check[Resource]:
    folders = tuple(map(_real, settings.sensitive_host_paths))
    return _each_host_path(
        lambda path: path != "/" and not any(_within(path, folder) for folder in folders),
        "not name a directory of the node's own system",
    )


HOST_PATHS_NOT_SENSITIVE: Final = ResourceRule.settable(
    about_pods(
        "host-paths-not-of-the-system",
        "Nobody mounts a directory that holds the node's own system, its devices, or the kubelet's files",
        why="Who reads them has the node's credentials and every pod's secrets; who writes them has the node.",
        severity=Severity.HIGH,
        rows=(7,),
        also=_VOLUMES,
        fix="remove the hostPath, or mount a narrower directory that holds only what is needed",
    ),
    Sensitive(),
    _not_sensitive,
)


class Sockets(Settings):
    """What may be set of the sockets of container runtimes."""

    runtime_sockets: tuple[str, ...] = setting(
        _SOCKETS, "The sockets of container runtimes; /var/run stands for /run."
    )


def _no_socket(settings: Sockets) -> Check[Resource]:
    sockets = tuple(map(_real, settings.runtime_sockets))
    return _each_host_path(
        lambda path: not any(_within(socket, path) for socket in sockets),
        "name neither the socket of a container runtime nor a directory that holds it",
    )


NO_RUNTIME_SOCKETS: Final = ResourceRule.settable(
    about_pods(
        "runtime-sockets-not-mounted",
        "Nobody mounts the socket of a container runtime",
        why="Whoever talks to it starts a privileged container beside yours, which is root on the node.",
        severity=Severity.CRITICAL,
        rows=(8,),
        also=_VOLUMES,
        fix="remove the hostPath; build images with a tool that needs no runtime, and read metrics from the kubelet",
    ),
    Sockets(),
    _no_socket,
)


class Writable(Settings):
    """What may be set of the directories of nodes that may be written to."""

    writable_host_paths: tuple[str, ...] = setting(
        (), "The directories of a node that may be mounted to be written to, with what is below them."
    )


def _mounted_read_only(settings: Writable) -> Check[Pod]:
    folders = tuple(map(_real, settings.writable_host_paths))

    def may_write(name: Reading[str], volume: Properties) -> Truth:
        path = volume.text("hostPath.path")
        return any_of(
            name.differs_from(volume.text("name")),
            none_given(volume.at(_HOST_PATH)),
            *(path.satisfies(partial(_really_within, folder=folder)) for folder in folders),
        )

    def check(pod: Pod) -> Iterator[Duty]:
        volumes = [each for each in pod.spec.items("volumes") if each.at(_HOST_PATH).value is not None]
        for mount in _mounts(pod) if volumes else ():
            name = mount.text("name")
            met = any_of(
                mount.flag("readOnly").equals(wanted=True),
                all_of(*(may_write(name, volume) for volume in volumes)),
            )
            yield Duty(pod.workload, met, f"{mount.path} must set readOnly to true")

    return check


def _really_within(path: str, folder: str) -> bool:
    return _within(_real(path), folder)


def _mounts(pod: Pod) -> Iterator[Properties]:
    return (mount for container in pod.containers() for mount in container.items("volumeMounts"))


READ_ONLY_HOST_PATHS: Final = PodRule.settable(
    about_pods(
        "host-path-mounts-read-only",
        "Every container that mounts a directory of its node can only read it",
        why="Who writes to a node's directory plants what the node, or another pod on it, runs or trusts.",
        severity=Severity.HIGH,
        rows=(7,),
        fix="set readOnly to true on the volumeMount",
    ),
    Writable(),
    _mounted_read_only,
)

RULES: Final = (
    HOST_PATHS_ALLOWED,
    HOST_PATHS_NOT_SENSITIVE,
    NO_RUNTIME_SOCKETS,
    READ_ONLY_HOST_PATHS,
)
