"""Alertmanager, as its operator's resource: several agree among themselves on who has been told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import Body, Kind, Place
from components.observability.parts import (
    IN_MESH,
    POD_SECURITY,
    claim,
    declare_account,
    declare_budget,
    declare_replica_names,
    declare_service,
    resources,
    service_port,
    spread,
)
from components.observability.routes import CONFIGURATION
from pavedroad.plan.naming import host
from pavedroad.plan.observability.stack import (
    ALERTMANAGER,
    ALERTMANAGER_PORT,
    ALERTMANAGER_VERSION,
    GOSSIP_PORT,
    INSTANCE,
    OBSERVABILITY,
)

if TYPE_CHECKING:
    from components.observability.routes import Routes
    from pavedroad.plan.observability.alertmanager import AlertmanagerPlan

ALERTMANAGER_KIND = Kind("monitoring.coreos.com/v1", "Alertmanager")
CERTIFICATE = Kind("cert-manager.io/v1", "Certificate")
ISSUER = Kind("cert-manager.io/v1", "Issuer")

GOSSIP: Final = f"{ALERTMANAGER.name}-gossip"
"""Name of the certificate by which the replicas know each other, and of its Secret."""

_GOSSIP_HOST: Final = host(f"{ALERTMANAGER.name}-pods", OBSERVABILITY)
"""The name that it is for: all replicas together."""


class Alertmanager(pulumi.ComponentResource):
    """Alertmanager: groups alerts, holds back what follows from others, and tells people.

    Its replicas talk over TLS with a certificate that only they have: without it they would gossip over UDP, which
    the mesh does not encrypt.
    """

    def __init__(
        self, plan: AlertmanagerPlan, routes: Routes, place: Place, opts: pulumi.ResourceOptions
    ) -> None:
        """Declare it in its namespace."""
        super().__init__("pavedroad:observability:Alertmanager", INSTANCE, {}, opts)
        self._plan = plan
        self._routes = routes
        self._place = place.under(self)
        account = declare_account(self._place, ALERTMANAGER)
        gossip = self._declare_gossip_certificate()
        names = declare_replica_names(
            self._place,
            ALERTMANAGER,
            service_port(ALERTMANAGER_PORT),
            service_port(GOSSIP_PORT, name="tcp-gossip", protocol="tcp"),
        )
        instance = self._place.declare(
            ALERTMANAGER_KIND, INSTANCE, {"spec": self._spec(names)}, after=(account, *gossip, *routes.ready)
        )
        declare_service(self._place, ALERTMANAGER, ALERTMANAGER_PORT, after=instance)
        declare_budget(self._place, ALERTMANAGER, plan.size)
        self.register_outputs({})

    def _declare_gossip_certificate(self) -> tuple[pulumi.Resource, ...]:
        """Declare the replicas' own certificate, where there are several; nobody else trusts or has it."""
        if self._plan.size.replicas == 1:
            return ()
        issuer = self._place.declare(ISSUER, GOSSIP, {"spec": {"selfSigned": {}}})
        spec = {
            "secretName": GOSSIP,
            "dnsNames": [_GOSSIP_HOST],
            "isCA": True,
            "usages": ["digital signature", "cert sign", "server auth", "client auth"],
            "issuerRef": {"group": "cert-manager.io", "kind": "Issuer", "name": GOSSIP},
            "privateKey": {"algorithm": "ECDSA", "size": 256, "rotationPolicy": "Always"},
        }
        return (self._place.declare(CERTIFICATE, GOSSIP, {"spec": spec}, after=(issuer,)),)

    def _spec(self, names: str) -> Body:
        """Return the operator's resource."""
        plan = self._plan
        spec: Body = {
            "version": ALERTMANAGER_VERSION,
            "image": f"quay.io/prometheus/alertmanager:v{ALERTMANAGER_VERSION}",
            "replicas": plan.size.replicas,
            "serviceName": names,
            "retention": plan.retention,
            "configSecret": CONFIGURATION,
            "secrets": list(self._routes.secrets),
            "storage": {"volumeClaimTemplate": {"spec": claim(plan.size, plan.placement.storage_class)}},
            "serviceAccountName": ALERTMANAGER.service_account,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "podMetadata": {"labels": IN_MESH},
            "securityContext": POD_SECURITY,
            "resources": resources(plan.size),
            **spread(ALERTMANAGER, plan.placement),
        }
        return spec if plan.size.replicas == 1 else {**spec, "clusterTLS": _gossip_tls()}


def _gossip_tls() -> Body:
    """Return how replicas know each other: by the one certificate that all of them have."""
    own = {"secret": {"name": GOSSIP, "key": "tls.crt"}}
    key = {"name": GOSSIP, "key": "tls.key"}
    authority = {"secret": {"name": GOSSIP, "key": "ca.crt"}}
    return {
        "server": {
            "cert": own,
            "keySecret": key,
            "client_ca": authority,
            "clientAuthType": "RequireAndVerifyClientCert",
        },
        "client": {"cert": own, "keySecret": key, "ca": authority, "serverName": _GOSSIP_HOST},
    }
