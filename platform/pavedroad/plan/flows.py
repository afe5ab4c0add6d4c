"""Who may talk to whom: the one shape behind calls, stores, topics, routes and the platform's own traffic.

A :class:`Flow` opens exactly one thing: from the pods of its source to the pods of its destination, on the
named ports. What is open in an environment is the flows of its plan and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pavedroad.plan.naming import principal

Labels = tuple[tuple[str, str], ...]
"""Labels as sorted pairs: hashable, and always in the same order."""


def labels(**pairs: str) -> Labels:
    """Return labels from keyword pairs (for keys without slashes)."""
    return tuple(sorted(pairs.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A set of pods, or addresses outside the cluster.

    Attributes:
        name: Short name for use in object names: ``orders``, ``storefront-ui``.
        namespace: Namespace of the pods; None for addresses, and where ``namespaces`` says which.
        namespaces: Labels of the namespaces of the pods, where they stand in several.
        selector: Labels that the pods carry; empty selects every pod of the namespace.
        service_account: The identity that the pods have in the mesh; None where they are outside of it.
        cidr: Address range, for parties that are no pods (the API server's end points, say).
        spared: Address ranges within ``cidr`` that do not belong to the party.
        team: The team whose slice owns the objects in the namespace; None for the platform.
        service: The service that the pods belong to, for labels; None where they belong to none.
    """

    name: str
    namespace: str | None = None
    namespaces: Labels = ()
    selector: Labels = ()
    service_account: str | None = None
    cidr: str | None = None
    spared: tuple[str, ...] = ()
    team: str | None = None
    service: str | None = None

    @property
    def principal(self) -> str | None:
        """The identity as the mesh spells it; None outside the mesh."""
        if self.namespace is None or self.service_account is None:
            return None
        return principal(self.namespace, self.service_account)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """How requests of one caller to one callee are handled on the way.

    Attributes:
        host: The callee's cluster-wide host name.
        port: The port of the callee's Service.
        timeout_ms: How long a request may take, in milliseconds.
        retries: How often a failed request is tried again.
        consecutive_errors: Errors in a row that eject a replica; None for never.
        ejection_ms: How long it stays out, in milliseconds.
        max_connections: Connections that the caller may hold; None for no limit.
        crossing: Whether the callee stands on another cluster.
    """

    host: str
    port: int
    timeout_ms: int
    retries: int
    consecutive_errors: int | None = None
    ejection_ms: int | None = None
    max_connections: int | None = None
    crossing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """One permission to connect.

    Attributes:
        kind: What it is for.
        source: Who connects.
        destination: To whom.
        ports: Ports on the destination's pods (not on its Service), sorted.
        protocol: Transport of the ports.
        sides: Which sides the platform renders: the cluster's DNS is not ours to write policies for, nor is the world.
            Where somebody else has installed the operators, neither are their namespaces, whatever stands here.
        authorised: Whether the flow alone lets the source's identity in. Not where the ports stand outside the mesh and
            speak TLS of their own, nor at the egress gateway, whose policy names the host as well.
        traffic: Timeouts, retries and breakers, for HTTP and gRPC calls.
        via: Who connects in the source's place, which stands on another cluster: the network lets that in, the mesh the
            source.
    """

    kind: Literal["call", "store", "publish", "subscribe", "route", "egress", "internal", "platform"]
    source: Party
    destination: Party
    ports: tuple[int, ...]
    protocol: Literal["TCP", "UDP"] = "TCP"
    sides: Literal["both", "source", "destination"] = "both"
    authorised: bool = True
    traffic: Traffic | None = None
    via: Party | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A second name for a Service: ``name`` in ``namespace`` leads to ``target``.

    Attributes:
        name: The name that an application has built in.
        namespace: Where it resolves.
        target: Cluster-wide host name that it leads to.
        team: The team whose slice owns it.
        service: The service that needs it.
    """

    name: str
    namespace: str
    target: str
    team: str
    service: str
