"""The questions that can be asked of rendered manifests."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pavedroad.access import manifests
from pavedroad.access.judge import Judge, Settings
from pavedroad.access.managed import managed
from pavedroad.access.model import (
    Address,
    Connection,
    Decision,
    Endpoint,
    ExternalPod,
    HttpRequest,
    Manifest,
    Pod,
    Reason,
    Verdict,
)
from pavedroad.access.services import Resolution, Services, read_services
from pavedroad.access.workloads import Namespaces, workload_pods


@dataclass(frozen=True, slots=True)
class Access:
    """One way from a source to a port of a pod."""

    source: Endpoint
    destination: Pod
    port: int
    protocol: str = "TCP"

    def __str__(self) -> str:
        """``source -> destination:port``, with the protocol if it is not TCP."""
        protocol = "" if self.protocol == "TCP" else f"/{self.protocol}"
        return f"{self.source} -> {self.destination}:{self.port}{protocol}"


@dataclass(frozen=True, slots=True)
class Matrix:
    """Every access that is not known to be refused."""

    allowed: frozenset[Access]
    not_evaluated: frozenset[Access]


class Cluster:
    """What rendered manifests say about who may reach whom.

    Pods of one workload are one: a workload's access to itself is that between
    two of its replicas. What every cluster lets through (a pod to itself, a node
    to its own pods) is left out.
    """

    def __init__(self, objects: list[Manifest], settings: Settings) -> None:
        """Read pods, Services and policies of single objects."""
        namespaces = Namespaces.of(objects)
        made_pods, made_services = managed(objects, namespaces)
        self.pods: tuple[Pod, ...] = (*workload_pods(objects, namespaces), *made_pods)
        self.services = Services([*made_services, *read_services(objects, list(self.pods))])
        self._judge = Judge(objects, self.services, settings)
        self._externals: dict[ExternalPod, Pod] = {}

    @classmethod
    def of(cls, objects: Iterable[Any], settings: Settings | None = None) -> "Cluster":
        """A cluster of objects as YAML gives them; ``List`` kinds are unpacked.

        Raises:
            ManifestError: something is no Kubernetes object.
        """
        return cls(list(manifests.flatten(objects, "objects")), settings or Settings())

    @classmethod
    def load(cls, folder: Path, settings: Settings | None = None) -> "Cluster":
        """A cluster of all YAML files below a folder, whatever its layout.

        Raises:
            ManifestError: there is no such folder, or a file is not YAML of Kubernetes objects.
        """
        return cls(manifests.read(folder), settings or Settings())

    def pod(self, namespace: str, name: str) -> Pod:
        """The pods of a workload, by ``Kind/name``.

        Raises:
            KeyError: there is no such workload.
        """
        for pod in self.pods:
            if pod.namespace == namespace and pod.name == name:
                return pod
        raise KeyError(f"{namespace}/{name}")

    def resolve(self, host: str, port: int, from_namespace: str) -> Resolution:
        """What a host name and port lead to for a pod of a namespace."""
        return self.services.resolve(host, port, from_namespace)

    def decide(  # noqa: PLR0913 each keyword is a part of one question
        self,
        source: Pod | ExternalPod | Address,
        destination: Pod | ExternalPod | Address,
        port: int,
        *,
        request: HttpRequest | None = None,
        protocol: str = "TCP",
        server_name: str | None = None,
        via: ExternalPod | None = None,
    ) -> Decision:
        """Whether a source may open a connection to a port of a destination.

        Args:
            source: a pod of ``pods``, one that no manifest describes, or an address.
            destination: likewise.
            port: the port of the destination itself, not that of a Service.
            request: the request that goes over the connection; without one, a rule that
                asks about requests leaves an HTTP port not evaluated.
            protocol: ``TCP``, ``UDP`` or ``SCTP``.
            server_name: the name in the TLS handshake, where a policy asks for it.
            via: a gateway that passes the source's TLS on: the network sees the gateway, the mesh the source.
        """
        connection = Connection(
            self._endpoint(source),
            self._endpoint(destination),
            port,
            protocol,
            request,
            server_name,
            self._external(via) if via else None,
        )
        reasons = tuple(self._judge.steps(connection))
        return Decision(_overall(reasons), reasons)

    def matrix(
        self,
        *,
        others: Iterable[ExternalPod | Address] = (),
        ports: Iterable[int] = (),
        request: HttpRequest | None = None,
    ) -> Matrix:
        """Every access between pods, on all ports that they declare or that a Service leads to.

        Args:
            others: pods and addresses that no manifest describes, to be asked about as well.
            ports: further TCP ports to be asked about on every pod.
            request: as in ``decide``.
        """
        endpoints = (*self.pods, *map(self._endpoint, others))
        further = [(port, "TCP") for port in ports]
        found: dict[Verdict, set[Access]] = {verdict: set() for verdict in Verdict}
        for destination in endpoints:
            if isinstance(destination, Address):
                continue
            for port, protocol in {*self._ports(destination), *further}:
                for source in endpoints:
                    connection = Connection(source, destination, port, protocol, request)
                    verdict = self._quick(connection)
                    if verdict is not Verdict.REFUSED:
                        found[verdict].add(Access(source, destination, port, protocol))
        return Matrix(frozenset(found[Verdict.ALLOWED]), frozenset(found[Verdict.NOT_EVALUATED]))

    def _quick(self, connection: Connection) -> Verdict:
        """The verdict alone, without the steps after the first refusal."""
        verdict = Verdict.ALLOWED
        for reason in self._judge.steps(connection):
            if reason.verdict is Verdict.REFUSED:
                return Verdict.REFUSED
            if reason.verdict is Verdict.NOT_EVALUATED:
                verdict = Verdict.NOT_EVALUATED
        return verdict

    def _endpoint(self, endpoint: Pod | ExternalPod | Address) -> Endpoint:
        if isinstance(endpoint, ExternalPod):
            return self._external(endpoint)
        return endpoint

    def _external(self, pod: ExternalPod) -> Pod:
        return self._externals.setdefault(pod, pod.pod())

    def _ports(self, pod: Pod) -> set[tuple[int, str]]:
        declared = {(port.number, port.protocol) for port in pod.ports}
        return declared | {(port, "TCP") for port in self.services.ports_of(pod)}


def _overall(reasons: tuple[Reason, ...]) -> Verdict:
    verdicts = {reason.verdict for reason in reasons}
    for verdict in (Verdict.REFUSED, Verdict.NOT_EVALUATED):
        if verdict in verdicts:
            return verdict
    return Verdict.ALLOWED
