"""The steps that a connection must pass, one after the other."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pavedroad.access.attributes import ANONYMOUS, UNKNOWN_IDENTITY, Facts, Identity
from pavedroad.access.authorization import AuthorizationPolicies
from pavedroad.access.foreign import ForeignPolicies, client_tls_hosts
from pavedroad.access.manifests import group_of
from pavedroad.access.mesh import Mode, ModeOfPort, PeerAuthentications
from pavedroad.access.model import Address, Connection, Endpoint, Manifest, Pod, Reason, Step, Verdict
from pavedroad.access.network import NetworkPolicies
from pavedroad.access.services import Services
from pavedroad.access.ternary import Ternary


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What no manifest tells about a cluster and its mesh."""

    trust_domain: str = "cluster.local"
    root_namespace: str = "istio-system"
    """The namespace whose mesh policies hold everywhere."""
    pod_networks: tuple[str, ...] = ()
    """CIDRs that pods get their addresses from. Where they are not told, an ``ipBlock`` that
    would have to let a pod through leaves the access not evaluated."""


class Judge:
    """All policies of a cluster, asked in the order in which a connection meets them."""

    def __init__(self, objects: list[Manifest], services: Services, settings: Settings) -> None:
        """Read the policies among the objects."""
        root = settings.root_namespace
        istio = "security.istio.io"
        self._settings = settings
        self._services = services
        self._network = NetworkPolicies(
            _of_kind(objects, "networking.k8s.io", "NetworkPolicy"), settings.pod_networks
        )
        self._peers = PeerAuthentications(_of_kind(objects, istio, "PeerAuthentication"), root)
        self._authorization = AuthorizationPolicies(_of_kind(objects, istio, "AuthorizationPolicy"), root)
        self._foreign = ForeignPolicies(objects, root)
        self._client_tls = frozenset(
            backend
            for host, namespace in client_tls_hosts(objects)
            for backend in services.behind(host, namespace)
        )

    def steps(self, connection: Connection) -> Iterator[Reason]:
        """Why each step is passed or not; a caller may stop at the first refusal."""
        near = replace(connection, source=connection.via or connection.source)
        for step in (Step.EGRESS, Step.INGRESS):
            yield self._unless_foreign(step, near) or self._network.judge(step, near)
        destination = connection.destination
        # The mesh's proxies take TCP alone.
        if isinstance(destination, Pod) and connection.protocol == "TCP":
            yield from self._mesh_steps(connection, destination)

    def _mesh_steps(self, connection: Connection, destination: Pod) -> Iterator[Reason]:
        if destination.in_mesh is False or not destination.inbound.takes(connection.port):
            detail = f"no mesh proxy guards this port of {destination}"
            yield Reason(Step.PEER_AUTHENTICATION, Verdict.ALLOWED, detail)
            return
        if destination.in_mesh is None:
            detail = f"it is not known whether {destination} is in the mesh"
            yield _undecided(Step.PEER_AUTHENTICATION, detail)
            return
        held = self._peers.on(destination, connection.port)
        mutual = self._speaks_mesh_tls(connection)
        yield self._unless_foreign(Step.PEER_AUTHENTICATION, connection) or (
            _judge_peer(destination, held, mutual)
        )
        facts = Facts(
            source=connection.via or connection.source,
            identity=self._identity(connection.source, destination, held.mode, mutual),
            port=connection.port,
            http=self._services.http(destination, connection.port),
            request=connection.request,
            server_name=connection.server_name,
            trust_domain=self._settings.trust_domain,
            pod_networks=self._settings.pod_networks,
        )
        yield self._unless_foreign(Step.AUTHORIZATION, connection) or (
            self._authorization.judge(destination, facts)
        )

    def _unless_foreign(self, step: Step, connection: Connection) -> Reason | None:
        policies = self._foreign.bearing_on(step, connection)
        return _undecided(step, "policies of a kind that is not evaluated", policies) if policies else None

    def _speaks_mesh_tls(self, connection: Connection) -> Ternary:
        source = connection.source
        if (
            isinstance(source, Address)
            or source.in_mesh is False
            or not source.outbound.takes(connection.port)
        ):
            return False
        return None if connection.destination in self._client_tls else source.in_mesh

    def _identity(self, source: Endpoint, destination: Pod, mode: Mode | None, mutual: Ternary) -> Identity:
        if isinstance(source, Address) or mutual is False or mode is Mode.DISABLE:
            return ANONYMOUS
        if mutual is None or mode is None or destination.gateway:
            return UNKNOWN_IDENTITY
        return Identity(True, self._settings.trust_domain, source.namespace, source.service_account)


def _judge_peer(destination: Pod, held: ModeOfPort, mutual: Ternary) -> Reason:
    step, mode, policies = Step.PEER_AUTHENTICATION, held.mode, held.policies
    if destination.gateway:
        return Reason(step, Verdict.ALLOWED, "a gateway's listeners decide, not PeerAuthentication")
    if mode is Mode.PERMISSIVE or mode is Mode.DISABLE:
        return Reason(step, Verdict.ALLOWED, f"the mode is {mode.value}", policies)
    if mutual is True:
        return Reason(step, Verdict.ALLOWED, "the source presents a mesh certificate", policies)
    if mode is Mode.STRICT and mutual is False:
        return Reason(step, Verdict.REFUSED, "STRICT, and the source has no mesh certificate", policies)
    return _undecided(step, "neither the mode nor the source's certificate decides", policies)


def _undecided(step: Step, detail: str, policies: tuple[str, ...] = ()) -> Reason:
    return Reason(step, Verdict.NOT_EVALUATED, detail, policies)


def _of_kind(objects: Iterable[Manifest], group: str, kind: str) -> list[Manifest]:
    return [item for item in objects if item["kind"] == kind and group_of(item) == group]
