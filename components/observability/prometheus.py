"""Prometheus, as its operator's resource, with the rights that finding targets takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import MANAGED_BY, Body, Kind, Place
from components.observability.parts import (
    IN_MESH,
    POD_SECURITY,
    READ,
    claim,
    declare_account,
    declare_budget,
    declare_cluster_rights,
    declare_replica_names,
    declare_service,
    resources,
    service_port,
    spread,
)
from pavedroad.plan.observability.stack import (
    ALERTMANAGER,
    INSTANCE,
    OBSERVABILITY,
    PROMETHEUS,
    PROMETHEUS_PORT,
    PROMETHEUS_VERSION,
    SCRAPE_SECONDS,
)

if TYPE_CHECKING:
    from pavedroad.plan.observability import PrometheusPlan

PROMETHEUS_KIND = Kind("monitoring.coreos.com/v1", "Prometheus")

CERTIFICATES: Final = "/etc/istio-certificates"
"""Where the side-car writes Prometheus' own certificate, for Prometheus to scrape with."""

MESH_TLS: Final[Body] = {
    "caFile": f"{CERTIFICATES}/root-cert.pem",
    "certFile": f"{CERTIFICATES}/cert-chain.pem",
    "keyFile": f"{CERTIFICATES}/key.pem",
    # A pod's certificate names its identity and not its address: who is asked, the network policy says.
    "insecureSkipVerify": True,
}
"""How Prometheus speaks to pods in the mesh: by mutual TLS in its own name (Istio, *Prometheus: TLS settings*)."""

TOKEN: Final = "/var/run/secrets/kubernetes.io/serviceaccount/token"  # noqa: S105 a path, not a token
"""Where the token of the service account is mounted."""

SCRAPE_CLASSES: Final[list[Body]] = [
    {"name": "mesh", "default": True, "tlsConfig": MESH_TLS},
    {"name": "plain"},
    {
        "name": "kubelet",
        # The kubelet's certificate is its own (Kubernetes, *Kubelet authentication*); it looks at the token.
        "tlsConfig": {"insecureSkipVerify": True},
        "authorization": {"type": "Bearer", "credentialsFile": TOKEN},
    },
]
"""How targets are spoken to: as the mesh does, unless a monitor says that its port stands outside of it."""

DISCOVERY_RULES: Final[list[Body]] = [
    {"apiGroups": [""], "resources": ["nodes", "pods", "services"], "verbs": READ},
    {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": READ},
    {"apiGroups": [""], "resources": ["nodes/metrics"], "verbs": ["get"]},
]
"""What finding targets takes: to see what there is, and to read the kubelets' metrics; no Secrets, no writing."""

PROMOTED: Final = [
    "service.name",
    "service.namespace",
    "service.instance.id",
    "service.version",
    "k8s.namespace.name",
    "k8s.deployment.name",
    "k8s.statefulset.name",
    "k8s.cronjob.name",
    "k8s.pod.name",
    "deployment.environment.name",
]
"""Resource attributes that become labels of every series that comes by OTLP."""


class Prometheus(pulumi.ComponentResource):
    """Prometheus: scrapes what monitors of ours name, takes OTLP, evaluates rules of ours.

    Several replicas have everything each. They find targets by the Kubernetes API, and scrape them with an identity
    of their own, which is what the targets' policies let in.
    """

    def __init__(self, plan: PrometheusPlan, place: Place, opts: pulumi.ResourceOptions) -> None:
        """Declare it in its namespace."""
        super().__init__("pavedroad:observability:Prometheus", INSTANCE, {}, opts)
        self._plan = plan
        self._place = place.under(self)
        account = declare_account(self._place, PROMETHEUS)
        declare_cluster_rights(self._place, PROMETHEUS, DISCOVERY_RULES, account)
        names = declare_replica_names(self._place, PROMETHEUS, service_port(PROMETHEUS_PORT))
        instance = self._place.declare(
            PROMETHEUS_KIND, INSTANCE, {"spec": self._spec(names)}, after=(account,)
        )
        declare_service(self._place, PROMETHEUS, PROMETHEUS_PORT, after=instance)
        declare_budget(self._place, PROMETHEUS, plan.size)
        self.register_outputs({})

    def _spec(self, names: str) -> Body:
        """Return the operator's resource."""
        plan = self._plan
        return {
            "version": PROMETHEUS_VERSION,
            "image": f"quay.io/prometheus/prometheus:v{PROMETHEUS_VERSION}",
            "replicas": plan.size.replicas,
            "serviceName": names,
            "externalLabels": dict(plan.external_labels),
            "replicaExternalLabelName": "prometheus_replica",
            "scrapeInterval": f"{SCRAPE_SECONDS}s",
            "evaluationInterval": f"{SCRAPE_SECONDS}s",
            "scrapeClasses": SCRAPE_CLASSES,
            "serviceDiscoveryRole": "EndpointSlice",
            "alerting": {"alertmanagers": [alertmanagers()]},
            **selectors(),
            **_storage(plan),
            **_otlp(),
            **_pod(plan),
        }


def alertmanagers() -> Body:
    """Return where alerts go: to every Alertmanager, spoken to as the mesh does."""
    return {
        "name": ALERTMANAGER.name,
        "namespace": OBSERVABILITY,
        "port": "http",
        "scheme": "https",
        "apiVersion": "v2",
        "tlsConfig": MESH_TLS,
    }


def selectors() -> Body:
    """Return which monitors and rules count: those that the platform declared, in namespaces that it declared."""
    ours: Body = {"matchLabels": MANAGED_BY}
    kinds = ("serviceMonitor", "podMonitor", "probe", "rule", "scrapeConfig")
    return {f"{kind}{which}": ours for kind in kinds for which in ("Selector", "NamespaceSelector")}


def _storage(plan: PrometheusPlan) -> Body:
    """Return what is kept, for how long, and on which volume."""
    return {
        "retention": plan.retention,
        "retentionSize": f"{plan.retention_size}MiB",
        "storage": {"volumeClaimTemplate": {"spec": claim(plan.size, plan.placement.storage_class)}},
    }


def _otlp() -> Body:
    """Return how metrics are taken by OTLP: late ones too, with exemplars, and the attributes that say whose they are."""
    return {
        "enableOTLPReceiver": True,
        "enableFeatures": ["exemplar-storage"],
        "exemplars": {"maxSize": 100_000},
        "tsdb": {"outOfOrderTimeWindow": "30m"},
        "otlp": {
            "promoteResourceAttributes": PROMOTED,
            "keepIdentifyingResourceAttributes": True,
            "translationStrategy": "UnderscoreEscapingWithSuffixes",
        },
    }


def _pod(plan: PrometheusPlan) -> Body:
    """Return how its pods run: restricted, in the mesh for who asks them, and with a certificate of their own."""
    mount = {"name": "certificates", "mountPath": CERTIFICATES}
    annotations = {
        # Scraping goes to pods' addresses, which the side-car would not encrypt: Prometheus does so itself.
        "traffic.sidecar.istio.io/includeOutboundIPRanges": "",
        "proxy.istio.io/config": f"proxyMetadata: {{OUTPUT_CERTS: {CERTIFICATES}}}",
        "sidecar.istio.io/userVolumeMount": f'[{{"name": "certificates", "mountPath": "{CERTIFICATES}"}}]',
    }
    return {
        "serviceAccountName": PROMETHEUS.service_account,
        "automountServiceAccountToken": True,
        "enableServiceLinks": False,
        "podMetadata": {"labels": IN_MESH, "annotations": annotations},
        "volumes": [{"name": "certificates", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}}],
        "volumeMounts": [{**mount, "readOnly": True}],
        "resources": resources(plan.size),
        "securityContext": POD_SECURITY,
        **spread(PROMETHEUS, plan.placement),
    }
