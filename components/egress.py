"""The way out: every host outside is reached through the egress gateway, by those who declared it.

NetworkPolicy knows no host names. So pods may reach the egress gateway alone; the mesh sends a declared host's
traffic there under mutual TLS; and the gateway lets an identity on to exactly the hosts that it declared.
(Istio, *Egress gateways*: mutual TLS between side-car and gateway carries the caller's identity, the inner TLS
connection stays the application's own.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.kubernetes import Body, Kind, Place
from pavedroad.plan.edges import EGRESS_NAME, EGRESS_NAMESPACE
from pavedroad.plan.naming import host, slug

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pavedroad.plan.environment import EgressHostPlan

AUTHORIZATION_POLICY = Kind("security.istio.io/v1", "AuthorizationPolicy")
DESTINATION_RULE = Kind("networking.istio.io/v1", "DestinationRule")
GATEWAY = Kind("networking.istio.io/v1", "Gateway")
SERVICE_ENTRY = Kind("networking.istio.io/v1", "ServiceEntry")
VIRTUAL_SERVICE = Kind("networking.istio.io/v1", "VirtualService")

SELECTOR = {"istio": EGRESS_NAME}
GATEWAY_HOST = host(EGRESS_NAME, EGRESS_NAMESPACE)


def _name(outside: str, port: int) -> str:
    """Return the object name of a host and port."""
    return slug(f"{outside}-{port}")


def _service_entry(place: Place, outside: str, port: int) -> None:
    """Make a host outside known in this namespace."""
    spec = {
        "hosts": [outside],
        "exportTo": ["."],
        "location": "MESH_EXTERNAL",
        "resolution": "DNS",
        "ports": [{"number": port, "name": "tls", "protocol": "TLS"}],
    }
    place.declare(SERVICE_ENTRY, _name(outside, port), {"spec": spec})


def declare_egress(place: Place, hosts: Sequence[tuple[str, int]]) -> None:
    """Send a namespace's traffic for the hosts that it declared to the egress gateway."""
    if not hosts:
        return
    subsets = [
        {
            "name": _name(outside, port),
            "trafficPolicy": {
                "portLevelSettings": [
                    {"port": {"number": port}, "tls": {"mode": "ISTIO_MUTUAL", "sni": outside}}
                ]
            },
        }
        for outside, port in hosts
    ]
    place.declare(
        DESTINATION_RULE,
        EGRESS_NAME,
        {"spec": {"host": GATEWAY_HOST, "exportTo": ["."], "subsets": subsets}},
    )
    for outside, port in hosts:
        _service_entry(place, outside, port)
        destination = {
            "host": GATEWAY_HOST,
            "subset": _name(outside, port),
            "port": {"number": port},
        }
        tls = {"match": [{"port": port, "sniHosts": [outside]}], "route": [{"destination": destination}]}
        spec = {"hosts": [outside], "exportTo": ["."], "gateways": ["mesh"], "tls": [tls]}
        place.declare(VIRTUAL_SERVICE, _name(outside, port), {"spec": spec})


def declare_egress_host(place: Place, plan: EgressHostPlan) -> None:
    """Let the identities of a host's plan, and nobody else, through the gateway to it."""
    name = _name(plan.host, plan.port)
    _service_entry(place, plan.host, plan.port)
    server = {
        "port": {"number": plan.port, "name": f"tls-{plan.port}", "protocol": "TLS"},
        "hosts": [plan.host],
        "tls": {"mode": "ISTIO_MUTUAL"},
    }
    place.declare(GATEWAY, name, {"spec": {"selector": SELECTOR, "servers": [server]}})
    destination = {"host": plan.host, "port": {"number": plan.port}}
    spec: Body = {
        "hosts": [plan.host],
        "exportTo": ["."],
        "gateways": [name],
        "tcp": [{"match": [{"port": plan.port}], "route": [{"destination": destination}]}],
    }
    place.declare(VIRTUAL_SERVICE, name, {"spec": spec})
    rule = {
        "from": [{"source": {"principals": list(plan.principals)}}],
        "to": [{"operation": {"ports": [str(plan.port)]}}],
        "when": [{"key": "connection.sni", "values": [plan.host]}],
    }
    place.declare(
        AUTHORIZATION_POLICY,
        name,
        {"spec": {"selector": {"matchLabels": SELECTOR}, "action": "ALLOW", "rules": [rule]}},
    )
