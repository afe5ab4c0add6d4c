"""Access between clusters of one mesh, hop by hop: caller, gateway, callee.

Source: Istio, "Install multi-primary on different networks", "Service Entry", "Destination Rule" and "Gateway"
(``AUTO_PASSTHROUGH``), and ``pilot/pkg/networking/core``: a side-car with ``ISTIO_MUTUAL`` names
``outbound_.<port>_._.<host>`` in its handshake; a gateway passes on exactly the names of the services that its
server's hosts hold, and leaves the TLS as it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from pavedroad.access import manifests
from pavedroad.access.attributes import text_matches
from pavedroad.access.evaluate import Cluster
from pavedroad.access.judge import Settings
from pavedroad.access.labels import LabelSet, Selector
from pavedroad.access.manifests import at, group_of, namespace_of
from pavedroad.access.model import Address, Decision, ExternalPod, Manifest, Pod

_NETWORKING = "networking.istio.io"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One cluster among several, with what no manifest tells about the ways to it.

    Attributes:
        name: what to call it.
        objects: its manifests.
        gateway: the name by which others reach its gateway.
        addresses: one address of each block that the name leads to.
        sources: addresses from which its own pods' connections come, as other sites see them.
        proxy: the gateway's proxy.
        settings: about its mesh and its pods.
    """

    name: str
    objects: tuple[Manifest, ...]
    gateway: str
    addresses: tuple[Address, ...]
    sources: tuple[Address, ...]
    proxy: ExternalPod
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
class Hop:
    """One connection of a way, and whether it is possible; without a decision, something is not there."""

    site: str
    detail: str
    decision: Decision | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """Whether a caller reaches a host, and by which hops."""

    hops: tuple[Hop, ...]

    @property
    def allowed(self) -> bool:
        """True only where every hop is known to be possible."""
        return bool(self.hops) and all(hop.decision is not None and hop.decision.allowed for hop in self.hops)

    @property
    def refused(self) -> bool:
        """True only where a hop is known to be refused, or leads nowhere."""
        return not self.hops or any(hop.decision is None or hop.decision.refused for hop in self.hops)

    def __str__(self) -> str:
        """One block of lines for each hop."""
        return "\n".join(f"{hop.site}: {hop.detail}: {hop.decision or 'nothing there'}" for hop in self.hops)


class Sites:
    """Several clusters, and the questions that can be asked across them."""

    def __init__(self, sites: Iterable[Site]) -> None:
        """Read every cluster."""
        self._sites = {site.name: site for site in sites}
        self._objects = {
            name: list(manifests.flatten(site.objects, name)) for name, site in self._sites.items()
        }
        self.clusters = {
            name: Cluster(self._objects[name], site.settings) for name, site in self._sites.items()
        }

    def way(self, site: str, source: Pod, host: str, port: int) -> Way:
        """How a pod of a site gets to a port of a host of the mesh: within the site where the host is there too."""
        local = self._targets(site, host, port, source.namespace)
        if local:
            cluster = self.clusters[site]
            return Way(
                tuple(
                    Hop(site, f"{source} to {target}", cluster.decide(source, target, number))
                    for target, number in local
                )
            )
        hops = tuple(
            hop
            for address, number in self._end_points(site, source, host, port)
            for hop in self._across(site, source, (address, number), (host, port))
        )
        return Way(hops)

    def _across(
        self, site: str, source: Pod, end_point: tuple[str, int], called: tuple[str, int]
    ) -> Iterator[Hop]:
        """Yield the hops through the gateway behind one end point."""
        address, number = end_point
        there = next((one for one in self._sites.values() if one.gateway == address), None)
        if there is None or not self._speaks_mesh_tls(site, source, called[0]):
            yield Hop(site, f"{address} is no gateway that this call's TLS is for")
            return
        for outside in there.addresses:
            decision = self.clusters[site].decide(source, outside, number)
            yield Hop(site, f"{source} to {outside}", decision)
        yield from self._through(self._sites[site], there, source, number, called)

    def _through(
        self, here: Site, there: Site, source: Pod, number: int, called: tuple[str, int]
    ) -> Iterator[Hop]:
        """Yield the hops to a gateway and from it to what is called."""
        host, port = called
        cluster = self.clusters[there.name]
        targets = self._targets(there.name, host, port, there.proxy.namespace)
        if not targets or not self._passes_on(there, host, number):
            yield Hop(there.name, f"the gateway passes nothing on to {host}:{port}")
            return
        name = f"outbound_.{port}_._.{host}"
        for outside in here.sources:
            decision = cluster.decide(outside, there.proxy, number, server_name=name)
            yield Hop(there.name, f"{outside} to the gateway", decision)
        caller = ExternalPod(
            source.namespace, service_account=source.service_account, in_mesh=True, name=f"{source} elsewhere"
        )
        for target, target_port in targets:
            decision = cluster.decide(caller, target, target_port, via=there.proxy)
            yield Hop(there.name, f"{caller.name} to {target}", decision)

    def _targets(self, site: str, host: str, port: int, namespace: str) -> tuple[tuple[Pod, int], ...]:
        """The pods of a site that a host's port leads to."""
        found = self.clusters[site].resolve(host, port, namespace).targets
        return tuple((target.endpoint, target.port) for target in found if isinstance(target.endpoint, Pod))

    def _end_points(self, site: str, source: Pod, host: str, port: int) -> Iterator[tuple[str, int]]:
        """Where ServiceEntries that a pod sees lead for a port of a host."""
        for entry in self._of_kind(site, "ServiceEntry"):
            number = next((one for one in at(entry, "spec.ports", []) if one.get("number") == port), None)
            if not _seen(entry, source) or host not in at(entry, "spec.hosts", []) or number is None:
                continue
            for end_point in at(entry, "spec.endpoints", []):
                ports = end_point.get("ports") or {}
                yield str(end_point.get("address")), int(ports.get(number.get("name"), port))

    def _speaks_mesh_tls(self, site: str, source: Pod, host: str) -> bool:
        """Whether every rule for a host that may hold for a pod has it speak the mesh's own TLS, and one does."""
        rules = [
            rule
            for rule in self._of_kind(site, "DestinationRule")
            if at(rule, "spec.host") == host
            and _seen(rule, source)
            and Selector.of(at(rule, "spec.workloadSelector")).matches(source.labels) is not False
        ]
        modes = {at(rule, "spec.trafficPolicy.tls.mode") for rule in rules}
        return source.in_mesh is True and modes == {"ISTIO_MUTUAL"}

    def _passes_on(self, site: Site, host: str, number: int) -> bool:
        """Whether a Gateway of the site's proxy passes the TLS of calls to a host on."""
        labels = LabelSet(values=site.proxy.labels)
        return any(
            at(server, "tls.mode") == "AUTO_PASSTHROUGH"
            and at(server, "port.number") == number
            and any(text_matches(str(pattern), host) for pattern in server.get("hosts") or ())
            for gateway in self._of_kind(site.name, "Gateway")
            if Selector.of({"matchLabels": at(gateway, "spec.selector")}).matches(labels) is True
            for server in at(gateway, "spec.servers", [])
        )

    def _of_kind(self, site: str, kind: str) -> list[dict[str, Any]]:
        return [
            dict(item)
            for item in self._objects[site]
            if item["kind"] == kind and group_of(item) == _NETWORKING
        ]


def _seen(manifest: Manifest, pod: Pod) -> bool:
    """Whether a pod's namespace sees an object: its own, or one that is exported to it."""
    exported = at(manifest, "spec.exportTo", ["*"])
    home = namespace_of(manifest)
    return "*" in exported or pod.namespace in exported or ("." in exported and home == pod.namespace)
