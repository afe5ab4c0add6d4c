"""Prometheus, as its operator's resource, with the rights that finding targets takes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import MANAGED_BY, Body, Kind, Place
from components.pods import TOPOLOGY_KEYS
from pavedroad.plan.observability.stack import (
    ALERTMANAGER,
    ALERTMANAGER_PORT,
    INSTANCE,
    OBSERVABILITY,
    PROMETHEUS,
    PROMETHEUS_PORT,
    PROMETHEUS_VERSION,
)

if TYPE_CHECKING:
    from pavedroad.plan.observability import PrometheusPlan

CLUSTER_ROLE = Kind("rbac.authorization.k8s.io/v1", "ClusterRole")
CLUSTER_ROLE_BINDING = Kind("rbac.authorization.k8s.io/v1", "ClusterRoleBinding")
DISRUPTION_BUDGET = Kind("policy/v1", "PodDisruptionBudget")
PROMETHEUS_KIND = Kind("monitoring.coreos.com/v1", "Prometheus")
SERVICE = Kind("v1", "Service")
SERVICE_ACCOUNT = Kind("v1", "ServiceAccount")

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

SCRAPE_CLASSES: Final[list[Body]] = [
    {"name": "mesh", "default": True, "tlsConfig": MESH_TLS},
    {"name": "plain"},
]
"""How targets are spoken to: as the mesh does, unless a monitor says that its port stands outside of it."""

DISCOVERY_RULES: Final[list[Body]] = [
    {
        "apiGroups": [""],
        "resources": ["endpoints", "nodes", "pods", "services"],
        "verbs": ["get", "list", "watch"],
    },
    {
        "apiGroups": ["discovery.k8s.io"],
        "resources": ["endpointslices"],
        "verbs": ["get", "list", "watch"],
    },
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
        account = self._declare_identity()
        instance = self._place.declare(PROMETHEUS_KIND, INSTANCE, {"spec": self._spec()}, after=(account,))
        self._declare_services(instance)
        self._declare_budget()
        self.register_outputs({})

    def _declare_identity(self) -> pulumi.Resource:
        """Declare the service account and what it may read."""
        name = PROMETHEUS.service_account or ""
        account = self._place.declare(SERVICE_ACCOUNT, name, {"automountServiceAccountToken": False})
        cluster = replace(self._place, namespace=None)
        role = cluster.declare(CLUSTER_ROLE, f"{OBSERVABILITY}-{name}", {"rules": DISCOVERY_RULES})
        reference = {
            "apiGroup": "rbac.authorization.k8s.io",
            "kind": "ClusterRole",
            "name": f"{OBSERVABILITY}-{name}",
        }
        subject = {"kind": "ServiceAccount", "name": name, "namespace": OBSERVABILITY}
        cluster.declare(
            CLUSTER_ROLE_BINDING,
            f"{OBSERVABILITY}-{name}",
            {"roleRef": reference, "subjects": [subject]},
            after=(role, account),
        )
        return account

    def _spec(self) -> Body:
        """Return the operator's resource."""
        plan = self._plan
        return {
            "version": PROMETHEUS_VERSION,
            "image": f"quay.io/prometheus/prometheus:v{PROMETHEUS_VERSION}",
            "replicas": plan.size.replicas,
            "serviceName": f"{PROMETHEUS.name}-pods",
            "externalLabels": dict(plan.external_labels),
            "replicaExternalLabelName": "prometheus_replica",
            "scrapeInterval": "30s",
            "evaluationInterval": "30s",
            "scrapeClasses": SCRAPE_CLASSES,
            "serviceDiscoveryRole": "EndpointSlice",
            "alerting": {"alertmanagers": [alertmanagers()]},
            **selectors(),
            **_storage(plan),
            **_otlp(),
            **_pod(plan),
        }

    def _declare_services(self, instance: pulumi.Resource) -> None:
        """Declare the Service that is asked, and the one that gives each replica its name."""
        port = {"name": "http", "port": PROMETHEUS_PORT, "targetPort": PROMETHEUS_PORT, "appProtocol": "http"}
        spec: Body = {"selector": dict(PROMETHEUS.selector), "ports": [{**port, "protocol": "TCP"}]}
        self._place.declare(SERVICE, PROMETHEUS.name, {"spec": spec}, after=(instance,))
        headless = {**spec, "clusterIP": "None", "publishNotReadyAddresses": True}
        self._place.declare(SERVICE, f"{PROMETHEUS.name}-pods", {"spec": headless})

    def _declare_budget(self) -> None:
        """Keep one replica while nodes are emptied, where there are several."""
        if self._plan.size.replicas > 1:
            budget = {
                "selector": {"matchLabels": dict(PROMETHEUS.selector)},
                "maxUnavailable": 1,
                "unhealthyPodEvictionPolicy": "AlwaysAllow",
            }
            self._place.declare(DISRUPTION_BUDGET, PROMETHEUS.name, {"spec": budget})


def alertmanagers() -> Body:
    """Return where alerts go: to every Alertmanager, spoken to as the mesh does."""
    return {
        "name": ALERTMANAGER.name,
        "namespace": OBSERVABILITY,
        "port": ALERTMANAGER_PORT,
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
    claim: Body = {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": plan.size.storage}},
    }
    if plan.storage_class:
        claim["storageClassName"] = plan.storage_class
    return {
        "retention": plan.retention,
        "retentionSize": f"{plan.retention_size}MiB",
        "storage": {"volumeClaimTemplate": {"spec": claim}},
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
    pod: Body = {
        "serviceAccountName": PROMETHEUS.service_account,
        "automountServiceAccountToken": True,
        "enableServiceLinks": False,
        "podMetadata": {"labels": {"sidecar.istio.io/inject": "true"}, "annotations": annotations},
        "volumes": [{"name": "certificates", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}}],
        "volumeMounts": [{**mount, "readOnly": True}],
        "resources": {
            "requests": {"cpu": plan.size.cpu, "memory": plan.size.memory},
            "limits": {"memory": plan.size.memory},
        },
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 10_001,
            "runAsGroup": 10_001,
            "fsGroup": 10_001,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
    }
    if plan.spread != "none":
        pod["topologySpreadConstraints"] = [
            {
                "maxSkew": 1,
                "topologyKey": TOPOLOGY_KEYS[plan.spread],
                "whenUnsatisfiable": "DoNotSchedule" if plan.spread_required else "ScheduleAnyway",
                "labelSelector": {"matchLabels": dict(PROMETHEUS.selector)},
            }
        ]
    return pod
