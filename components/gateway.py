"""A front door: one gateway for each exposure, with its certificate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.kubernetes import Kind, Place
from pavedroad.plan.naming import TEAM_LABEL

if TYPE_CHECKING:
    from pavedroad.plan.environment import GatewayPlan

CERTIFICATE = Kind("cert-manager.io/v1", "Certificate")
CLUSTER_ISSUER = Kind("cert-manager.io/v1", "ClusterIssuer")
ENVOY_PROXY = Kind("gateway.envoyproxy.io/v1alpha1", "EnvoyProxy")
GATEWAY = Kind("gateway.networking.k8s.io/v1", "Gateway")
GATEWAY_CLASS = Kind("gateway.networking.k8s.io/v1", "GatewayClass")
HTTP_ROUTE = Kind("gateway.networking.k8s.io/v1", "HTTPRoute")

CLASS_NAME = "pavedroad"
CONTROLLER = "gateway.envoyproxy.io/gatewayclass-controller"


class Gateway(pulumi.ComponentResource):
    """One gateway with a wildcard certificate for its domain; plain HTTP is only ever redirected.

    Its proxies are in the mesh for what they send (so services authorise the gateway's identity) and outside of
    it for what they receive, since clients on the outside speak no mesh.
    """

    def __init__(self, plan: GatewayPlan, place: Place, opts: pulumi.ResourceOptions) -> None:
        """Declare the gateway in the gateways' namespace."""
        super().__init__("pavedroad:gateways:Gateway", plan.name, {"domain": plan.domain}, opts)
        self._plan = plan
        self._place = place.under(self)
        self._declare_certificate()
        self._declare_proxies()
        self._declare_gateway()
        self.register_outputs({})

    def _declare_certificate(self) -> None:
        plan = self._plan
        spec = {
            "secretName": f"{plan.name}-tls",
            "dnsNames": [f"*.{plan.domain}"],
            "issuerRef": {"group": "cert-manager.io", "kind": "ClusterIssuer", "name": plan.issuer},
            "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
        }
        self._place.declare(CERTIFICATE, plan.name, {"spec": spec})

    def _declare_proxies(self) -> None:
        """Declare how the proxies run: the mesh captures nothing that comes in, so the world reaches their ports."""
        plan = self._plan
        pod = {
            "labels": {"sidecar.istio.io/inject": "true"},
            "annotations": {"traffic.sidecar.istio.io/includeInboundPorts": ""},
        }
        deployment = {"replicas": plan.replicas, "pod": pod}
        kubernetes = {"envoyDeployment": deployment, "envoyServiceAccount": {"name": plan.name}}
        spec = {"provider": {"type": "Kubernetes", "kubernetes": kubernetes}}
        self._place.declare(ENVOY_PROXY, plan.name, {"spec": spec})

    def _declare_gateway(self) -> None:
        """Declare the gateway with its listeners, and the redirect from plain HTTP."""
        plan = self._plan
        teams = {"matchExpressions": [{"key": TEAM_LABEL, "operator": "Exists"}]}
        hostname = f"*.{plan.domain}"
        listeners = [
            {
                "name": "http",
                "port": 80,
                "protocol": "HTTP",
                "hostname": hostname,
                "allowedRoutes": {"namespaces": {"from": "Same"}},
            },
            {
                "name": "https",
                "port": 443,
                "protocol": "HTTPS",
                "hostname": hostname,
                "tls": {"mode": "Terminate", "certificateRefs": [{"name": f"{plan.name}-tls"}]},
                "allowedRoutes": {"namespaces": {"from": "Selector", "selector": teams}},
            },
        ]
        parameters = {"group": "gateway.envoyproxy.io", "kind": "EnvoyProxy", "name": plan.name}
        spec = {
            "gatewayClassName": CLASS_NAME,
            "infrastructure": {"parametersRef": parameters},
            "listeners": listeners,
        }
        gateway = self._place.declare(GATEWAY, plan.name, {"spec": spec})
        redirect = {
            "parentRefs": [{"name": plan.name, "sectionName": "http"}],
            "rules": [
                {
                    "filters": [
                        {
                            "type": "RequestRedirect",
                            "requestRedirect": {"scheme": "https", "statusCode": 301},
                        }
                    ]
                }
            ],
        }
        self._place.declare(HTTP_ROUTE, f"{plan.name}-redirect", {"spec": redirect}, after=(gateway,))


def declare_gateway_class(place: Place) -> None:
    """Declare the class that Envoy Gateway answers for."""
    place.declare(GATEWAY_CLASS, CLASS_NAME, {"spec": {"controllerName": CONTROLLER}})


def declare_self_signed_issuer(place: Place, name: str) -> None:
    """Declare an issuer for environments that no client outside has to trust."""
    place.declare(CLUSTER_ISSUER, name, {"spec": {"selfSigned": {}}})
