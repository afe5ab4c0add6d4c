"""The processes of the control plane and their command lines.

All run in the folder `run`, talk to etcd over a unix socket there, and to the API server over one loopback port;
nothing else listens, but the AWS account, on a loopback port of its own, where an environment has one. Flags are those of Kubernetes 1.36, etcd 3.6 and kwok 0.8.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pavedroad.sandbox.layout import ClusterFolder

__all__ = [
    "API_SERVER",
    "AWS",
    "BINARIES",
    "CLIENTS",
    "ETCD",
    "ETCD_SOCKET",
    "Launch",
    "aws_launch",
    "launches",
]

ETCD = "etcd"
API_SERVER = "kube-apiserver"
CONTROLLER_MANAGER = "kube-controller-manager"
SCHEDULER = "kube-scheduler"
KWOK = "kwok"
AWS = "aws"

BINARIES = (ETCD, API_SERVER, CONTROLLER_MANAGER, SCHEDULER, KWOK)
"""In the order in which they start; they stop in the opposite one."""

CLIENTS = (CONTROLLER_MANAGER, SCHEDULER, KWOK)
"""Those that need the API server to be ready."""

ETCD_SOCKET = "etcd:0"
"""Relative to the folder `run`. etcd insists on the form of a host and a port even for a unix socket."""

_PEER_SOCKET = "peer:0"
_STAGES = ("node.yaml", "pod.yaml", "service.yaml", "volume.yaml")


@dataclass(frozen=True, slots=True)
class Launch:
    """How one process is started."""

    name: str
    arguments: tuple[str, ...]


def launches(folder: ClusterFolder, binaries: Mapping[str, Path], port: int) -> dict[str, Launch]:
    """The command line of every process, by name, in the order in which they start."""
    flags = {
        ETCD: _etcd(folder),
        API_SERVER: _api_server(folder, port),
        CONTROLLER_MANAGER: _controller_manager(folder),
        SCHEDULER: _scheduler(folder),
        KWOK: _kwok(folder),
    }
    return {name: Launch(name, (str(binaries[name]), *flags[name])) for name in BINARIES}


def aws_launch(port: int) -> Launch:
    """The command line of the AWS account: moto, with this very Python."""
    return Launch(AWS, (sys.executable, "-P", str(Path(__file__).with_name("aws") / "server.py"), str(port)))


def _etcd(folder: ClusterFolder) -> tuple[str, ...]:
    client, peer = f"unix://{ETCD_SOCKET}", f"unix://{_PEER_SOCKET}"
    return (
        "--name=sandbox",
        f"--data-dir={folder.root / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=sandbox={peer}",
        "--log-level=warn",
    )


def _api_server(folder: ClusterFolder, port: int) -> tuple[str, ...]:
    return (
        f"--etcd-servers=unix://{ETCD_SOCKET}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        # Needed where the machine has no network; no pod runs that could use the address.
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none",
        f"--cert-dir={folder.certificates}",
        f"--token-auth-file={folder.tokens}",
        "--anonymous-auth=false",
        "--authorization-mode=Node,RBAC",
        # Else a 422 hides the answer of pod security admission.
        "--allow-privileged=true",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={folder.serving_key}",
        f"--service-account-signing-key-file={folder.serving_key}",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--profiling=false",
    )


def _controller_manager(folder: ClusterFolder) -> tuple[str, ...]:
    return (
        f"--kubeconfig={folder.component_kubeconfig(CONTROLLER_MANAGER)}",
        f"--service-account-private-key-file={folder.serving_key}",
        f"--root-ca-file={folder.serving_certificate}",
        # Every controller that is on by default; without nodelifecycle new nodes stay tainted.
        "--controllers=*",
        # No metrics here: looking more often only fills the events.
        "--horizontal-pod-autoscaler-sync-period=60s",
        *_ALONE,
    )


def _scheduler(folder: ClusterFolder) -> tuple[str, ...]:
    return (f"--kubeconfig={folder.component_kubeconfig(SCHEDULER)}", *_ALONE)


_ALONE = (
    # Port 0: two clusters on one machine must not fight for the default one.
    "--secure-port=0",
    "--leader-elect=false",
    "--kube-api-qps=200",
    "--kube-api-burst=400",
    "--profiling=false",
)


def _kwok(folder: ClusterFolder) -> tuple[str, ...]:
    stages = files("pavedroad.sandbox") / "stages"
    return (
        f"--kubeconfig={folder.component_kubeconfig(KWOK)}",
        *(f"--config={stages / name}" for name in _STAGES),
        "--manage-all-nodes=true",
        "--node-lease-duration-seconds=40",
        "--cidr=10.64.0.0/16",
        "--node-ip=10.63.0.1",
    )
