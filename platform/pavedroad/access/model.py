"""The words of the evaluator: end points, requests, verdicts and reasons."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from pavedroad.access.labels import NAMESPACE_NAME_LABEL, LabelSet
from pavedroad.access.ternary import Ternary

Manifest = Mapping[str, Any]
"""One Kubernetes object, as YAML gives it."""


class Verdict(Enum):
    """The answer to one question of access."""

    ALLOWED = "allowed"
    REFUSED = "refused"
    NOT_EVALUATED = "not evaluated"

    @classmethod
    def of(cls, value: Ternary) -> "Verdict":
        """The verdict that stands for true, false or not known."""
        if value is None:
            return cls.NOT_EVALUATED
        return cls.ALLOWED if value else cls.REFUSED


class Step(Enum):
    """What a connection must pass, in this order."""

    EGRESS = "egress"
    INGRESS = "ingress"
    PEER_AUTHENTICATION = "peer authentication"
    AUTHORIZATION = "authorization"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one step was passed or not."""

    step: Step
    verdict: Verdict
    detail: str
    policies: tuple[str, ...] = ()
    """``Kind namespace/name`` of the policies that decided; empty where none applied."""

    def __str__(self) -> str:
        """One line for a person."""
        names = f" ({', '.join(self.policies)})" if self.policies else ""
        return f"{self.step.value}: {self.verdict.value}: {self.detail}{names}"


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a connection is possible, and why, step by step."""

    verdict: Verdict
    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        """True only where every step is known to let the connection pass."""
        return self.verdict is Verdict.ALLOWED

    @property
    def refused(self) -> bool:
        """True only where a step is known to refuse the connection."""
        return self.verdict is Verdict.REFUSED

    def __str__(self) -> str:
        """The verdict and one line for each step."""
        return "\n".join([self.verdict.value, *(f"  {reason}" for reason in self.reasons)])


@dataclass(frozen=True, slots=True)
class ContainerPort:
    """A port that a container declares."""

    name: str
    number: int
    protocol: str = "TCP"


@dataclass(frozen=True, slots=True)
class Capture:
    """Which TCP ports go through the sidecar: ``only`` these (all if ``None``), less ``excluded``."""

    only: frozenset[int] | None = None
    excluded: frozenset[int] = frozenset()

    def takes(self, port: int) -> bool:
        """Whether traffic on the port goes through the sidecar."""
        return port not in self.excluded and (self.only is None or port in self.only)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pod:
    """The pods of one workload, which policy cannot tell apart."""

    namespace: str
    name: str
    """``Kind/name`` of the workload, or of the resource that an operator makes pods for."""
    labels: LabelSet = field(default_factory=LabelSet)
    namespace_labels: LabelSet = field(default_factory=LabelSet)
    service_account: str = "default"
    host_prefix: str = ""
    """What the host names of the pods begin with, before a dash and more."""
    ports: tuple[ContainerPort, ...] = ()
    ports_complete: bool = True
    """Whether a port name that is not listed is known not to exist."""
    in_mesh: Ternary = False
    """Whether the pod has a proxy that speaks mutual TLS."""
    gateway: bool = False
    """Whether the proxy is an Istio gateway, to which PeerAuthentication does not apply."""
    host_network: bool = False
    inbound: Capture = field(default_factory=Capture)
    outbound: Capture = field(default_factory=Capture)

    def numbers(self, name: str, protocol: str) -> tuple[int, ...]:
        """The numbers that a port name stands for on this pod."""
        return tuple(port.number for port in self.ports if port.name == name and port.protocol == protocol)

    def __str__(self) -> str:
        """``namespace/Kind/name``."""
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True, slots=True, eq=False)
class ExternalPod:
    """A pod that no manifest describes: DNS, istiod, an operator, an ingress controller.

    Args:
        namespace: where it runs.
        labels: the labels of the pod.
        namespace_labels: the labels of its namespace, besides the automatic one.
        service_account: the account that it runs as.
        in_mesh: whether it presents a mesh certificate and enforces mesh policy.
        ports: its named ports, if policies name any.
        gateway: whether it is an Istio gateway's proxy.
        name: what to call it in reasons.
    """

    namespace: str
    labels: Mapping[str, str] = field(default_factory=dict)
    namespace_labels: Mapping[str, str] = field(default_factory=dict)
    service_account: str = "default"
    in_mesh: bool = False
    ports: Mapping[str, int] = field(default_factory=dict)
    name: str = "external"
    gateway: bool = False

    def pod(self) -> Pod:
        """The same as a pod of the cluster."""
        return Pod(
            namespace=self.namespace,
            name=self.name,
            labels=LabelSet(values=self.labels),
            namespace_labels=LabelSet(values={**self.namespace_labels, NAMESPACE_NAME_LABEL: self.namespace}),
            service_account=self.service_account,
            ports=tuple(ContainerPort(name, number) for name, number in self.ports.items()),
            ports_complete=False,
            in_mesh=self.in_mesh,
            gateway=self.gateway,
        )


@dataclass(frozen=True, slots=True)
class Address:
    """An IP address outside the cluster.

    Raises:
        ValueError: the text is no IP address.
    """

    ip: str

    def __post_init__(self) -> None:
        """Refuse what is no address."""
        ipaddress.ip_address(self.ip)

    def within(self, cidr: str) -> bool:
        """Whether the address lies in a CIDR block (or equals a single address)."""
        return ipaddress.ip_address(self.ip) in ipaddress.ip_network(cidr, strict=False)

    def __str__(self) -> str:
        """The address."""
        return self.ip


Endpoint = Pod | Address
"""What a connection starts from or leads to, once external pods are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """What a layer-7 policy sees of a request."""

    method: str
    path: str
    host: str | None = None
    """The authority; conditions on it are not evaluated if it is not given."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """All headers that are sent."""
    principal: str | None = None
    """``<issuer>/<subject>`` of a valid token; ``None`` where none is sent."""


@dataclass(frozen=True, slots=True)
class Connection:
    """One question: may this source reach this destination here?"""

    source: Endpoint
    destination: Endpoint
    port: int
    protocol: str = "TCP"
    request: HttpRequest | None = None
    server_name: str | None = None
    """The name in the TLS handshake, as far as it is told."""
    via: Pod | None = None
    """A gateway that passes the source's TLS on: it connects, and the source's certificate is seen."""
