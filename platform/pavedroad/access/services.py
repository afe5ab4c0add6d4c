"""Name resolution inside the cluster, and which port of which pod a name leads to.

Sources: Kubernetes, "DNS for Services and Pods" (search list, ndots 5, records
of headless Services and of StatefulSet pods, ExternalName as CNAME), "Service"
(targetPort by number or name, Services without selectors and their
EndpointSlices); Istio, "Protocol Selection", with ``pkg/config/kube`` and
``pkg/config/protocol`` for the names.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pavedroad.access.attributes import text_matches
from pavedroad.access.labels import Selector
from pavedroad.access.manifests import at, namespace_of, reading
from pavedroad.access.model import Address, Endpoint, Manifest, Pod

_DOMAIN = "cluster.local"
_SEARCH_BELOW_DOTS = 5
_HTTP = frozenset(
    ("http", "http2", "grpc", "grpc-web", "http_proxy", "kubernetes.io/h2c", "kubernetes.io/ws")
)
_TCP = frozenset(("tcp", "tls", "https", "mongo", "mysql", "redis", "kubernetes.io/wss"))
_SERVER_FIRST = frozenset((25, 53, 3306, 27017))
"""Ports that Istio takes for TCP where their name tells nothing."""


@dataclass(frozen=True, slots=True)
class ServicePort:
    """One port of a Service."""

    number: int
    target: int | str
    name: str = ""
    protocol: str = "TCP"
    app_protocol: str = ""

    @classmethod
    def of(cls, manifest: Manifest) -> "ServicePort":
        """Read a ``ServicePort``; the target defaults to the port itself."""
        return cls(
            int(manifest["port"]),
            manifest.get("targetPort") or int(manifest["port"]),
            str(manifest.get("name") or ""),
            str(manifest.get("protocol") or "TCP"),
            str(manifest.get("appProtocol") or ""),
        )

    def numbers_on(self, pod: Pod) -> tuple[int, ...]:
        """The port or ports of a pod that this one leads to; none if it lacks the name."""
        return (self.target,) if isinstance(self.target, int) else pod.numbers(self.target, self.protocol)

    def http(self) -> bool | None:
        """Whether Istio treats the port as HTTP; ``None`` where it finds out by looking."""
        word = (self.app_protocol or self.name).lower()
        if not self.app_protocol:
            word = "grpc-web" if word.startswith("grpc-web") else word.partition("-")[0]
        if word in _HTTP:
            return True
        return False if word in _TCP or self.number in _SERVER_FIRST else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Service:
    """A Service and what stands behind it."""

    namespace: str
    name: str
    ports: tuple[ServicePort, ...] = ()
    backends: tuple[Endpoint, ...] = ()
    external_name: str = ""
    headless: bool = False

    @classmethod
    def of(cls, manifest: Manifest, pods: Iterable[Pod], addresses: tuple[Address, ...]) -> "Service":
        """Read a Service; without a selector its end points are the given addresses."""
        namespace = namespace_of(manifest)
        wanted = at(manifest, "spec.selector")
        selector = Selector.of({"matchLabels": wanted})
        chosen = [
            pod for pod in pods if pod.namespace == namespace and selector.matches(pod.labels) is not False
        ]
        return cls(
            namespace=namespace,
            name=str(manifest["metadata"]["name"]),
            ports=tuple(map(ServicePort.of, at(manifest, "spec.ports", []))),
            backends=tuple(chosen) if wanted else addresses,
            external_name=str(at(manifest, "spec.externalName", "")),
            headless=at(manifest, "spec.clusterIP") == "None",
        )


@dataclass(frozen=True, slots=True)
class Target:
    """Where a connection ends."""

    endpoint: Endpoint
    port: int


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a host and port lead to.

    Attributes:
        targets: pods and addresses with their ports; empty where nothing listens.
        external: the name that a resolver outside the cluster must answer, if it comes to that.
        detail: what was found or is missing, for a person.
    """

    targets: tuple[Target, ...] = ()
    external: str = ""
    detail: str = ""

    @property
    def found(self) -> bool:
        """Whether the name leads to anything in the cluster."""
        return bool(self.targets)


class Services:
    """All Services, by name and namespace."""

    def __init__(self, services: Iterable[Service]) -> None:
        """Index the Services."""
        self._services = {(service.namespace, service.name): service for service in services}
        self._http: dict[tuple[Pod, int], bool | None] = {}
        for service in self._services.values():
            for port in service.ports:
                self._note_protocol(service, port)

    def __iter__(self) -> Iterator[Service]:
        """All Services."""
        return iter(self._services.values())

    def _note_protocol(self, service: Service, port: ServicePort) -> None:
        for pod in service.backends:
            if isinstance(pod, Pod):
                for number in port.numbers_on(pod):
                    told = port.http()
                    known = self._http.get((pod, number), told)
                    self._http[pod, number] = told if told is known else None

    def http(self, pod: Pod, port: int) -> bool | None:
        """Whether the mesh treats a pod's port as HTTP; ``None`` where it finds out by looking."""
        return self._http.get((pod, port))

    def ports_of(self, pod: Pod) -> frozenset[int]:
        """The ports of a pod that any Service leads to."""
        return frozenset(port for known, port in self._http if known is pod)

    def behind(self, host: str, namespace: str) -> frozenset[Endpoint]:
        """The end points of every Service that a mesh host (name, full name or ``*`` suffix) stands for."""
        full = host if "." in host or host == "*" else f"{host}.{namespace}.svc.{_DOMAIN}"
        return frozenset(
            backend
            for service in self
            if text_matches(full, f"{service.name}.{service.namespace}.svc.{_DOMAIN}")
            for backend in service.backends
        )

    def resolve(self, host: str, port: int, from_namespace: str) -> Resolution:
        """Follow a host name as a pod of a namespace would."""
        for name in _candidates(host, from_namespace):
            if (resolution := self._absolute(name, port, frozenset())) is not None:
                return resolution
        if host.rstrip(".").endswith(f".svc.{_DOMAIN}"):
            return Resolution(detail=f"no Service answers to {host}")
        return Resolution(
            external=host.rstrip("."), detail=f"no Service answers to {host} from {from_namespace}"
        )

    def _absolute(self, name: str, port: int, seen: frozenset[str]) -> Resolution | None:
        if name in seen:
            return Resolution(detail=f"ExternalName leads back to {name}")
        host, service = self._service(name)
        if service is None or (host and not _has_host(service, host)):
            return None
        if service.external_name:
            alias = service.external_name.rstrip(".").lower()
            return self._absolute(alias, port, seen | {name}) or Resolution(
                external=alias, detail=f"{name} is an alias of {alias}"
            )
        return _behind(service, port, host)

    def _service(self, name: str) -> tuple[str, Service | None]:
        """The Service of an absolute name, after the host that the name may start with."""
        start, svc, rest = name.rpartition(".svc.")
        host, _, pair = start.rpartition(".")[0].rpartition(".")
        namespace = start.rpartition(".")[2]
        known = bool(svc) and rest == _DOMAIN and "." not in host
        return host, self._services.get((namespace, pair)) if known else None


def _candidates(host: str, namespace: str) -> list[str]:
    """The absolute names that a resolver asks for, in order."""
    host = host.lower()
    if host.endswith("."):
        return [host[:-1]]
    searched = [f"{host}.{suffix}" for suffix in (f"{namespace}.svc.{_DOMAIN}", f"svc.{_DOMAIN}", _DOMAIN)]
    return [*searched, host] if host.count(".") < _SEARCH_BELOW_DOTS else [host, *searched]


def _has_host(service: Service, host: str) -> bool:
    """Whether a headless Service has a record for a pod: its workload's name and an ordinal."""
    return service.headless and any(_is_replica(pod, host) for pod in service.backends)


def _is_replica(backend: Endpoint, host: str) -> bool:
    if isinstance(backend, Address):
        return False
    stem, dash, ordinal = host.rpartition("-")
    prefix = backend.host_prefix
    return bool(dash) and ordinal.isdigit() and (stem == prefix or stem.startswith(f"{prefix}-"))


def _behind(service: Service, port: int, host: str) -> Resolution:
    name = f"{service.namespace}/{service.name}"
    backends = [pod for pod in service.backends if not host or _is_replica(pod, host)]
    if not backends:
        return Resolution(detail=f"Service {name} has nothing behind it")
    if service.headless:
        # The name resolves to the pods themselves, so no port is translated.
        return Resolution(tuple(Target(pod, port) for pod in backends), detail=f"headless Service {name}")
    chosen = next((item for item in service.ports if item.number == port), None)
    if chosen is None:
        offered = ", ".join(str(item.number) for item in service.ports) or "none"
        return Resolution(detail=f"Service {name} has no port {port}; it has {offered}")
    targets = tuple(
        Target(backend, number)
        for backend in backends
        for number in (chosen.numbers_on(backend) if isinstance(backend, Pod) else _number(chosen))
    )
    return Resolution(targets, detail=f"Service {name} port {port}")


def _number(port: ServicePort) -> tuple[int, ...]:
    return (port.target,) if isinstance(port.target, int) else ()


def read_services(objects: Iterable[Manifest], pods: list[Pod]) -> list[Service]:
    """The Services that manifests describe, with the EndpointSlices of those without selectors."""
    objects = list(objects)
    addresses = _addresses(objects)
    by_namespace: dict[str, list[Pod]] = {}
    for pod in pods:
        by_namespace.setdefault(pod.namespace, []).append(pod)
    services = []
    for manifest in objects:
        if manifest["kind"] == "Service" and manifest["apiVersion"] == "v1":
            namespace = namespace_of(manifest)
            given = addresses.get((namespace, manifest["metadata"]["name"]), ())
            with reading(manifest):
                services.append(Service.of(manifest, by_namespace.get(namespace, ()), given))
    return services


def _addresses(objects: list[Manifest]) -> Mapping[tuple[str, str], tuple[Address, ...]]:
    found: dict[tuple[str, str], tuple[Address, ...]] = {}
    for manifest in objects:
        with reading(manifest):
            service, texts = _end_points(manifest)
            key = (namespace_of(manifest), service)
            found[key] = (*found.get(key, ()), *map(Address, texts))
    return found


def _end_points(manifest: Manifest) -> tuple[str, list[str]]:
    """The Service that an object gives addresses to, and these; none for most kinds."""
    match manifest["kind"]:
        case "EndpointSlice":
            service = at(manifest, "metadata.labels", {}).get("kubernetes.io/service-name", "")
            lists = [item.get("addresses") for item in manifest.get("endpoints") or ()]
            return str(service), [text for texts in lists for text in texts or ()]
        case "Endpoints":
            subsets = [subset.get("addresses") for subset in manifest.get("subsets") or ()]
            return str(manifest["metadata"]["name"]), [
                item["ip"] for items in subsets for item in items or ()
            ]
        case _:
            return "", []
