"""Calls between clusters: what a caller's namespace knows of a service elsewhere, and what a gateway passes on.

The gateway takes no TLS apart (Istio's AUTO_PASSTHROUGH): it reads the server name, ``outbound_.<port>_._.<host>``,
which the mesh puts into every handshake of its own, and connects to that service. (istio/istio:
pilot/pkg/networking/core, *builtAutoPassthroughFilterChains*.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from components.kubernetes import Body, Kind, Place
from pavedroad.plan.crossing import NAME, PORT
from pavedroad.plan.naming import dotted

if TYPE_CHECKING:
    from pavedroad.plan.crossing import EastWestPlan, ExposedPlan, RemotePlan

AUTHORIZATION_POLICY = Kind("security.istio.io/v1", "AuthorizationPolicy")
DESTINATION_RULE = Kind("networking.istio.io/v1", "DestinationRule")
GATEWAY = Kind("networking.istio.io/v1", "Gateway")
SERVICE_ENTRY = Kind("networking.istio.io/v1", "ServiceEntry")

SELECTOR = {"istio": NAME}

MESH_TLS: Final[Body] = {"mode": "ISTIO_MUTUAL"}
"""The mesh's own mutual TLS, to what this cluster's mesh knows no pods of."""


def declare_remote(place: Place, plan: RemotePlan) -> None:
    """Make a service on other clusters known in this namespace, behind its gateways, by its usual name."""
    name = dotted(plan.service, plan.namespace)
    spec = {
        "hosts": [plan.host],
        "exportTo": ["."],
        "location": "MESH_INTERNAL",
        "resolution": "DNS",
        "ports": [
            {"number": port.number, "name": port.name, "protocol": port.protocol.upper()}
            for port in plan.ports
        ],
        "endpoints": [
            {"address": gateway, "ports": {port.name: PORT for port in plan.ports}}
            for gateway in plan.gateways
        ],
        "subjectAltNames": [f"spiffe://{plan.principal}"],
    }
    place.declare(SERVICE_ENTRY, name, {"spec": spec})
    rule = {"host": plan.host, "exportTo": ["."], "trafficPolicy": {"tls": MESH_TLS}}
    place.declare(DESTINATION_RULE, name, {"spec": rule})


def declare_east_west(place: Place, plan: EastWestPlan) -> None:
    """Let calls from other clusters through to exactly the services and ports that are called."""
    server = {
        "port": {"number": PORT, "name": "tls", "protocol": "TLS"},
        "hosts": [exposed.host for exposed in plan.exposed],
        "tls": {"mode": "AUTO_PASSTHROUGH"},
    }
    place.declare(GATEWAY, "east-west", {"spec": {"selector": SELECTOR, "servers": [server]}})
    for exposed in plan.exposed:
        rule = {
            "from": [{"source": {"ipBlocks": list(plan.clients)}}],
            "to": [{"operation": {"ports": [str(PORT)]}}],
            "when": [{"key": "connection.sni", "values": _server_names(exposed)}],
        }
        spec = {"selector": {"matchLabels": SELECTOR}, "action": "ALLOW", "rules": [rule]}
        place.declare(AUTHORIZATION_POLICY, dotted(exposed.service, exposed.namespace), {"spec": spec})


def _server_names(exposed: ExposedPlan) -> list[str]:
    """Return the server names with which the mesh asks for a service's ports."""
    return [f"outbound_.{port}_._.{exposed.host}" for port in exposed.ports]
