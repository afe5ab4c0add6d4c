"""The pinned table of operators and add-ons.

Each row says where its version was read. Values are only those that differ from the chart's own: every operator
watches all namespaces, satisfies its namespace's pod security, and runs as often as the tier asks for.

Operators are in the mesh but for those that it must not be needed for: who issues certificates, who configures the
front door, and who speaks TLS of its own with PostgreSQL. The API server is not in the mesh: the ports of its webhook
and metrics calls are kept away from the side-cars.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from pavedroad.plan.brokers.parties import KEDA, RABBITMQ_TOPOLOGY, STRIMZI
from pavedroad.plan.crossing import NAME as EAST_WEST_NAME
from pavedroad.plan.crossing import NAMESPACE as EAST_WEST_NAMESPACE
from pavedroad.plan.edges import EGRESS_NAME, EGRESS_NAMESPACE, ENVOY_GATEWAY, IDENTITY_ADDRESS, ISTIOD
from pavedroad.plan.functions.parties import GATEWAY_NAME as FUNCTIONS_NAME
from pavedroad.plan.functions.parties import GATEWAY_NAMESPACE as FUNCTIONS_NAMESPACE
from pavedroad.plan.observability.stack import GRAFANA_OPERATOR, PROMETHEUS_OPERATOR
from pavedroad.plan.operator_flows import (
    CERT_MANAGER_CONTROLLER,
    EXTERNAL_SECRETS_CONTROLLER,
    KARPENTER,
    OPENTELEMETRY_OPERATOR,
)
from pavedroad.plan.stores.operators import CASSANDRA, CLOUDNATIVE_PG, MYSQL, VALKEY

Values = dict[str, Any]
"""Values of a Helm chart: any JSON object."""

PodSecurity = Literal["restricted", "baseline", "privileged"]
"""Pod security standard (Kubernetes, *Pod Security Standards*) that a namespace enforces."""

ISTIO_VERSION: Final = "1.30.3"
ISTIO_REPOSITORY: Final = "https://istio-release.storage.googleapis.com/charts"
OBSERVED: Final = "observability"
"""Capability of an environment that does not say ``observability: none``."""

WEBHOOK_PORT: Final = "9443"
"""Where controller-runtime serves webhooks, on the pod."""

CONTAINER_SECURITY: Final[Values] = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
READ_ONLY: Final[Values] = {"readOnlyRootFilesystem": True}
POD_SECURITY: Final[Values] = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addon:
    """One row: a chart, pinned, and how it is set.

    Attributes:
        name: Name of the release.
        title: What it brings, with the version of the software itself.
        namespace: Where it stands.
        chart: Name of the chart, or its OCI address.
        version: Pinned chart version.
        repository: Address of the chart repository; None for an OCI chart.
        source: Where version and values were read.
        values: Values that differ from the chart's own.
        replicas: Paths into the values that take the number of replicas; none for what runs once, or per node.
        needs: Releases that must stand first.
        in_mesh: Whether its pods join the mesh.
        capability: The provider, or the word of an environment, that needs it; None where every cluster does.
        cluster: The kind of cluster that needs it; None for every kind.
        pod_security: What its namespace enforces.
        per_node: Whether it runs once on every node.
        own_namespace: Whether the release's namespace is declared with it; otherwise it is one of the platform's
            closed namespaces, declared with its policies.
    """

    name: str
    title: str
    namespace: str
    chart: str
    version: str
    repository: str | None
    source: str
    values: Values
    replicas: tuple[tuple[str, ...], ...] = ()
    needs: tuple[str, ...] = ()
    in_mesh: bool = False
    capability: str | None = None
    cluster: Literal["eks"] | None = None
    pod_security: PodSecurity = "restricted"
    per_node: bool = False
    own_namespace: bool = True


def requests(cpu: str, memory: str) -> Values:
    """Return what a container asks for; its memory is also its limit."""
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}


def outside_the_mesh(*, inbound: str = "", outbound: str = "", addresses: str = "") -> Values:
    """Return the pod annotations that keep ports and addresses away from the side-car (Istio, *Resource annotations*)."""
    kept = {
        "excludeInboundPorts": inbound,
        "excludeOutboundPorts": outbound,
        "excludeOutboundIPRanges": addresses,
    }
    return {f"traffic.sidecar.istio.io/{name}": ports for name, ports in kept.items() if ports}


_MESH: Final = ("istiod", "istio-cni")
"""What must stand before a pod can join the mesh."""

_SMALL: Final = requests("50m", "128Mi")
_MEDIUM: Final = requests("100m", "256Mi")
_LARGE: Final = requests("200m", "512Mi")

CERT_MANAGER: Final = Addon(
    name="cert-manager",
    title="cert-manager 1.21.2",
    namespace=CERT_MANAGER_CONTROLLER.namespace or "",
    chart="cert-manager",
    version="v1.21.2",
    repository="https://charts.jetstack.io",
    source="cert-manager, *Helm*: the chart's version is the release's",
    values={
        "crds": {"enabled": True, "keep": True},
        "global": {"leaderElection": {"namespace": "cert-manager"}},
        "resources": _SMALL,
        "webhook": {"resources": _SMALL},
        "cainjector": {"resources": _MEDIUM},
        # Ask the cluster's name server alone, not those of a domain: nothing else is open for names.
        "dns01RecursiveNameserversOnly": True,
    },
    replicas=(("replicaCount",), ("webhook", "replicaCount"), ("cainjector", "replicaCount")),
)

ENVOY_GATEWAY_CHART: Final = Addon(
    name="envoy-gateway",
    title="Envoy Gateway 1.9.1, with the resource kinds of Gateway API 1.6.1",
    namespace=ENVOY_GATEWAY.namespace or "",
    chart="oci://docker.io/envoyproxy/gateway-helm",
    version="v1.9.1",
    repository=None,
    source="envoyproxy/gateway: charts/gateway-helm, whose `crds` hold Gateway API's; *Gateway namespace mode*",
    values={
        "config": {
            "envoyGateway": {
                "provider": {"type": "Kubernetes", "kubernetes": {"deploy": {"type": "GatewayNamespace"}}}
            }
        },
        "deployment": {"envoyGateway": {"resources": _MEDIUM}},
    },
    replicas=(("deployment", "replicas"),),
)

ISTIO_BASE: Final = Addon(
    name="istio-base",
    title=f"Istio {ISTIO_VERSION}: resource kinds",
    namespace=ISTIOD.namespace or "",
    chart="base",
    version=ISTIO_VERSION,
    repository=ISTIO_REPOSITORY,
    source="Istio, *Install with Helm*: charts carry the release's version",
    values={"defaultRevision": "default"},
    pod_security="baseline",
)

ISTIO_CNI: Final = Addon(
    name="istio-cni",
    title=f"Istio {ISTIO_VERSION}: node agent that redirects pods' traffic, so that pods need no NET_ADMIN",
    namespace="istio-cni",
    chart="cni",
    version=ISTIO_VERSION,
    repository=ISTIO_REPOSITORY,
    source="Istio, *Install the Istio CNI node agent*",
    values={"cni": {"resources": _SMALL}},
    needs=("istio-base",),
    pod_security="privileged",
    per_node=True,
)

ISTIO_CONTROL_PLANE: Final = Addon(
    name="istiod",
    title=f"Istio {ISTIO_VERSION}: control plane",
    namespace=ISTIOD.namespace or "",
    chart="istiod",
    version=ISTIO_VERSION,
    repository=ISTIO_REPOSITORY,
    source="istio/istio: the injection template reads `pilot.cni.enabled` and `global.proxy.seccompProfile`",
    values={
        "pilot": {
            "cni": {"enabled": True},
            # Side-cars that end with their Job.
            "env": {"ENABLE_NATIVE_SIDECARS": "true"},
            "autoscaleEnabled": False,
            "resources": _LARGE,
        },
        "global": {
            "proxy": {
                "seccompProfile": {"type": "RuntimeDefault"},
                "resources": requests("20m", "128Mi"),
            }
        },
    },
    replicas=(("pilot", "replicaCount"),),
    needs=("istio-base", "istio-cni"),
    pod_security="baseline",
)

EXTERNAL_SECRETS: Final = Addon(
    name="external-secrets",
    title="External Secrets 2.5.0",
    namespace=EXTERNAL_SECRETS_CONTROLLER.namespace or "",
    chart="external-secrets",
    version="2.5.0",
    repository="https://charts.external-secrets.io",
    source="External Secrets, *Getting started*: the chart's version is the release's",
    values={
        "leaderElect": True,
        "resources": _MEDIUM,
        "podAnnotations": outside_the_mesh(addresses=IDENTITY_ADDRESS),
        "webhook": {"resources": _SMALL, "podAnnotations": outside_the_mesh(inbound="10250")},
        "certController": {"resources": _SMALL},
    },
    replicas=(("replicaCount",), ("webhook", "replicaCount"), ("certController", "replicaCount")),
    needs=_MESH,
    in_mesh=True,
)

RELOADER: Final = Addon(
    name="reloader",
    title="Reloader, chart 2.2.11",
    namespace="reloader",
    chart="reloader",
    version="2.2.11",
    repository="https://stakater.github.io/stakater-charts",
    source="FAForever/gitops-stack pull request 307; stakater/Reloader, *Reload strategies*",
    values={
        "reloader": {
            "watchGlobally": True,
            # An annotation of the pod template leaves the containers, which the platform applies, alone.
            "reloadStrategy": "annotations",
            "readOnlyRootFileSystem": True,
            "enableHA": True,
            "deployment": {
                "securityContext": {**POD_SECURITY, "runAsUser": 65534},
                "containerSecurityContext": {**CONTAINER_SECURITY, **READ_ONLY},
                "resources": _MEDIUM,
            },
        }
    },
    replicas=(("reloader", "deployment", "replicas"),),
    needs=_MESH,
    in_mesh=True,
)

KEDA_CHART: Final = Addon(
    name="keda",
    title="KEDA 2.20.2",
    namespace=KEDA.namespace or "",
    chart="keda",
    version="2.20.2",
    repository="https://kedacore.github.io/charts",
    source="kedacore/charts: release v2.20.2; KEDA, *Integration with Istio*",
    values={
        "podAnnotations": {
            "keda": outside_the_mesh(inbound="9666", outbound="9443,6443", addresses=IDENTITY_ADDRESS),
            "metricsAdapter": outside_the_mesh(inbound="6443", outbound="9666,9443"),
            "webhooks": outside_the_mesh(inbound="9443", outbound="9666,6443"),
        },
        "resources": {"operator": _MEDIUM, "metricServer": _MEDIUM, "webhooks": _SMALL},
    },
    replicas=(
        ("operator", "replicaCount"),
        ("metricsServer", "replicaCount"),
        ("webhooks", "replicaCount"),
    ),
    needs=_MESH,
    in_mesh=True,
)

KARPENTER_CHART: Final = Addon(
    name="karpenter",
    title="Karpenter 1.15.0",
    namespace=KARPENTER.namespace or "",
    chart="oci://public.ecr.aws/karpenter/karpenter",
    version="1.15.0",
    repository=None,
    source="Karpenter, *Upgrade Guide* of v1.15; aws/karpenter-provider-aws: charts/karpenter",
    values={
        "serviceAccount": {"name": KARPENTER.service_account},
        # It reaches AWS by the end points in the VPC alone; prices, which have none there, are those that it ships.
        "settings": {"isolatedVPC": True},
        "controller": {"resources": _LARGE},
    },
    replicas=(("replicas",),),
    cluster="eks",
)

CLOUDNATIVE_PG_CHART: Final = Addon(
    name="cloudnative-pg",
    title="CloudNativePG 1.30.0",
    namespace=CLOUDNATIVE_PG.namespace or "",
    chart="cloudnative-pg",
    version="0.29.0",
    repository="https://cloudnative-pg.github.io/charts",
    source="cloudnative-pg/charts: charts/cloudnative-pg; releases v0.28.3 and v0.29.1 stand around it",
    values={"resources": _MEDIUM},
    replicas=(("replicaCount",),),
    capability="cloudnative-pg",
)

BARMAN_CLOUD: Final = Addon(
    name="plugin-barman-cloud",
    title="Barman Cloud plugin of CloudNativePG, chart 0.8.1: backups to S3",
    namespace=CLOUDNATIVE_PG.namespace or "",
    chart="plugin-barman-cloud",
    version="0.8.1",
    repository="https://cloudnative-pg.github.io/charts",
    source="cloudnative-pg/charts: release plugin-barman-cloud-v0.8.1; the plugin must stand beside its operator",
    values={"resources": _SMALL},
    needs=("cert-manager", "cloudnative-pg"),
    capability="cloudnative-pg",
)

MYSQL_OPERATOR: Final = Addon(
    name="mysql-operator",
    title="MySQL Operator 9.6.0-2.2.7",
    namespace=MYSQL.namespace or "",
    chart="mysql-operator",
    version="2.2.7",
    repository="https://mysql.github.io/mysql-operator/",
    source="mysql/mysql-operator: helm/mysql-operator, whose security context cannot be set and is not `restricted`",
    values={},
    needs=_MESH,
    in_mesh=True,
    capability="mysql-operator",
    pod_security="baseline",
)

MONGODB_OPERATOR: Final = Addon(
    name="mongodb-kubernetes",
    title="MongoDB Controllers for Kubernetes 1.6.1, for MongoDBCommunity alone",
    namespace="mongodb-operator",
    chart="mongodb-kubernetes",
    version="1.6.1",
    repository="https://mongodb.github.io/helm-charts",
    source="mongodb/helm-charts: charts/mongodb-kubernetes; its security context is not `restricted`",
    values={
        "operator": {
            "watchNamespace": "*",
            "watchedResources": ["mongodbcommunity"],
            "webhook": {"registerConfiguration": False},
            "telemetry": {"enabled": False},
        }
    },
    needs=_MESH,
    in_mesh=True,
    capability="mongodb-community",
    pod_security="baseline",
)

VALKEY_OPERATOR: Final = Addon(
    name="valkey-operator",
    title="Valkey operator 0.5.0",
    namespace=VALKEY.namespace or "",
    chart="valkey-operator",
    version="0.5.0",
    repository="https://valkey.io/valkey-helm/",
    source="valkey-io/valkey-helm: release valkey-operator-0.5.0, valkey-operator/values.yaml",
    values={"serviceAccount": {"name": VALKEY.service_account}, "resources": _SMALL},
    replicas=(("replicaCount",),),
    needs=_MESH,
    in_mesh=True,
    capability="valkey",
)

CASS_OPERATOR: Final = Addon(
    name="cass-operator",
    title="cass-operator 1.30.0",
    namespace=CASSANDRA.namespace or "",
    chart="cass-operator",
    version="0.64.1",
    repository="https://helm.k8ssandra.io/stable",
    source=(
        "k8ssandra/k8ssandra pull request 1712 (1.30.0 is chart 0.64.0), k8ssandra-operator pull request 1726 "
        "(0.64.1); of 1.32.0 no chart version could be confirmed"
    ),
    values={
        "global": {"clusterScoped": True},
        "serviceAccount": {"name": CASSANDRA.service_account},
        "podAnnotations": outside_the_mesh(inbound=WEBHOOK_PORT),
        "podSecurityContext": POD_SECURITY,
        "securityContext": {
            **CONTAINER_SECURITY,
            **READ_ONLY,
            "runAsNonRoot": True,
            "runAsUser": 65534,
            "runAsGroup": 65534,
        },
        "resources": _MEDIUM,
    },
    replicas=(("replicaCount",),),
    needs=("cert-manager", *_MESH),
    in_mesh=True,
    capability="cass-operator",
)

STRIMZI_OPERATOR: Final = Addon(
    name="strimzi",
    title="Strimzi 1.2.0",
    namespace=STRIMZI.namespace or "",
    chart="oci://quay.io/strimzi-helm/strimzi-kafka-operator",
    version="1.2.0",
    repository=None,
    source="Strimzi, *Installing Strimzi using Helm*: the chart's version is the release's",
    values={
        "watchAnyNamespace": True,
        "podSecurityContext": POD_SECURITY,
        "securityContext": CONTAINER_SECURITY,
        "resources": _LARGE,
    },
    replicas=(("replicas",),),
    needs=_MESH,
    in_mesh=True,
    capability="strimzi",
)

RABBITMQ_OPERATORS: Final = Addon(
    name="rabbitmq-cluster-operator",
    title="RabbitMQ cluster operator 2.22.1 and messaging topology operator 1.19.3",
    namespace=RABBITMQ_TOPOLOGY.namespace or "",
    chart="oci://registry-1.docker.io/cloudpirates/rabbitmq-cluster-operator",
    version="0.4.0",
    repository=None,
    source=(
        "CloudPirates-io/helm-charts: charts/rabbitmq-cluster-operator (pull request 1419). RabbitMQ publishes "
        "manifests and no chart; this one, signed and Apache-2.0, installs both operators from RabbitMQ's images"
    ),
    values={
        "useCertManager": True,
        "clusterOperator": {"watchAllNamespaces": True, "resources": _MEDIUM},
        "msgTopologyOperator": {
            "fullnameOverride": RABBITMQ_TOPOLOGY.service_account,
            "watchAllNamespaces": True,
            "podAnnotations": outside_the_mesh(inbound=WEBHOOK_PORT),
            "resources": _MEDIUM,
        },
    },
    replicas=(("clusterOperator", "replicaCount"), ("msgTopologyOperator", "replicaCount")),
    needs=("cert-manager", *_MESH),
    in_mesh=True,
    capability="rabbitmq-operator",
)

ARGO_WORKFLOWS: Final = Addon(
    name="argo-workflows",
    title="Argo Workflows 4.1.0: the controller alone",
    namespace="argo",
    chart="argo-workflows",
    version="2.0.1",
    repository="https://argoproj.github.io/argo-helm",
    source="argoproj/argo-helm: charts/argo-workflows, Chart.yaml and values.yaml",
    values={
        "server": {"enabled": False},
        "workflow": {"rbac": {"create": False}},
        "controller": {
            # What runs is what a descriptor declared: nobody writes a workflow by hand.
            "workflowRestrictions": {"templateReferencing": "Strict"},
            "clusterWorkflowTemplates": {"enabled": False},
            "podSecurityContext": POD_SECURITY,
            "securityContext": {**CONTAINER_SECURITY, **READ_ONLY, "runAsNonRoot": True},
            "resources": _MEDIUM,
        },
        "executor": {
            "securityContext": {**CONTAINER_SECURITY, **READ_ONLY, **POD_SECURITY},
            "resources": requests("10m", "64Mi"),
        },
    },
    replicas=(("controller", "replicas"),),
    needs=_MESH,
    in_mesh=True,
    capability="argo-workflows",
)

KNATIVE_OPERATOR: Final = Addon(
    name="knative-operator",
    title="Knative Operator 1.22.3",
    namespace="knative-operator",
    chart="knative-operator",
    version="v1.22.3",
    repository="https://knative.github.io/operator",
    source="knative/operator: index.yaml of its chart repository (pull request 2335); config/charts/knative-operator",
    values={
        "knative_operator": {
            "knative_operator": {
                "containerSecurityContext": {**CONTAINER_SECURITY, **READ_ONLY, **POD_SECURITY},
                "resources": _MEDIUM,
            },
            "operator_webhook": {
                "containerSecurityContext": {**CONTAINER_SECURITY, **READ_ONLY, **POD_SECURITY},
                "resources": _MEDIUM,
            },
        }
    },
    needs=_MESH,
    in_mesh=True,
    capability="knative",
)

PROMETHEUS_OPERATOR_CHART: Final = Addon(
    name="prometheus-operator",
    title="Prometheus Operator 0.93.0: the operator alone",
    namespace=PROMETHEUS_OPERATOR.namespace or "",
    chart="kube-prometheus-stack",
    version="88.0.0",
    repository="https://prometheus-community.github.io/helm-charts",
    source="prometheus-community/helm-charts pull request 7152: operator 0.93.0 is chart 88.0.0",
    values={
        **{
            part: {"enabled": False}
            for part in (
                "alertmanager",
                "grafana",
                "kubeStateMetrics",
                "kubernetesServiceMonitors",
                "nodeExporter",
                "prometheus",
                "thanosRuler",
            )
        },
        "defaultRules": {"create": False},
        "prometheusOperator": {
            "serviceAccount": {"name": PROMETHEUS_OPERATOR.service_account},
            "admissionWebhooks": {"enabled": False},
            "tls": {"enabled": False},
            "kubeletService": {"enabled": False},
            "serviceMonitor": {"selfMonitor": False},
            "resources": _MEDIUM,
        },
    },
    needs=_MESH,
    in_mesh=True,
    capability=OBSERVED,
)

GRAFANA_OPERATOR_CHART: Final = Addon(
    name="grafana-operator",
    title="Grafana Operator 5.24.0",
    namespace=GRAFANA_OPERATOR.namespace or "",
    chart="oci://ghcr.io/grafana/helm-charts/grafana-operator",
    version="5.24.0",
    repository=None,
    source="grafana/grafana-operator: notes of release v5.24.0, *Using Helm*; deploy/helm/grafana-operator/values.yaml",
    values={
        "leaderElect": True,
        "serviceAccount": {"name": GRAFANA_OPERATOR.service_account},
        "podSecurityContext": POD_SECURITY,
        "securityContext": {**CONTAINER_SECURITY, **READ_ONLY, "runAsNonRoot": True},
        "resources": _MEDIUM,
    },
    needs=_MESH,
    in_mesh=True,
    capability=OBSERVED,
)

OPENTELEMETRY_OPERATOR_CHART: Final = Addon(
    name="opentelemetry-operator",
    title="OpenTelemetry Operator 0.151.0: agents for services that ask for one",
    namespace=OPENTELEMETRY_OPERATOR.namespace or "",
    chart="opentelemetry-operator",
    version="0.113.1",
    repository="https://open-telemetry.github.io/opentelemetry-helm-charts",
    source=(
        "open-telemetry/opentelemetry-helm-charts pull request 2202: operator 0.151.0 is chart 0.113.1; "
        "templates/deployment.yaml"
    ),
    values={
        "admissionWebhooks": {"certManager": {"enabled": True}},
        "kubeRBACProxy": {"enabled": False},
        "securityContext": {**POD_SECURITY, "runAsUser": 65532, "runAsGroup": 65532},
        "manager": {
            "podAnnotations": outside_the_mesh(inbound=WEBHOOK_PORT),
            # The chart asks for one, though nothing here makes collectors of resources.
            "collectorImage": {
                "repository": "ghcr.io/open-telemetry/opentelemetry-collector-releases/opentelemetry-collector-k8s"
            },
            "securityContext": {**CONTAINER_SECURITY, **READ_ONLY, "runAsNonRoot": True},
            "resources": _MEDIUM,
        },
    },
    replicas=(("replicaCount",),),
    needs=("cert-manager", *_MESH),
    in_mesh=True,
    capability=OBSERVED,
)

EGRESS_GATEWAY_CHART: Final = Addon(
    name=EGRESS_NAME,
    title=f"Istio {ISTIO_VERSION}: egress gateway",
    namespace=EGRESS_NAMESPACE,
    chart="gateway",
    version=ISTIO_VERSION,
    repository=ISTIO_REPOSITORY,
    source="istio/istio: manifests/charts/gateway; a release's service account is called as the release",
    values={
        "labels": {"istio": EGRESS_NAME},
        "autoscaling": {"enabled": False},
        # What the chart sets where nothing is given, and what the namespace asks for beside it.
        "securityContext": {
            **POD_SECURITY,
            "sysctls": [{"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}],
        },
        "resources": _MEDIUM,
    },
    replicas=(("replicaCount",),),
    needs=_MESH,
    own_namespace=False,
)

EAST_WEST_GATEWAY_CHART: Final = replace(
    EGRESS_GATEWAY_CHART,
    name=EAST_WEST_NAME,
    title=f"Istio {ISTIO_VERSION}: gateway for calls from other clusters",
    namespace=EAST_WEST_NAMESPACE,
    values={**EGRESS_GATEWAY_CHART.values, "labels": {"istio": EAST_WEST_NAME}},
)

FUNCTIONS_GATEWAY_CHART: Final = replace(
    EGRESS_GATEWAY_CHART,
    name=FUNCTIONS_NAME,
    title=f"Istio {ISTIO_VERSION}: gateway by which Knative learns what the mesh knows",
    namespace=FUNCTIONS_NAMESPACE,
    values={**EGRESS_GATEWAY_CHART.values, "labels": {"istio": FUNCTIONS_NAME}},
)

ADDONS: Final[tuple[Addon, ...]] = (
    CERT_MANAGER,
    ENVOY_GATEWAY_CHART,
    ISTIO_BASE,
    ISTIO_CNI,
    ISTIO_CONTROL_PLANE,
    EXTERNAL_SECRETS,
    RELOADER,
    KEDA_CHART,
    KARPENTER_CHART,
    CLOUDNATIVE_PG_CHART,
    BARMAN_CLOUD,
    MYSQL_OPERATOR,
    MONGODB_OPERATOR,
    VALKEY_OPERATOR,
    CASS_OPERATOR,
    STRIMZI_OPERATOR,
    RABBITMQ_OPERATORS,
    ARGO_WORKFLOWS,
    KNATIVE_OPERATOR,
    PROMETHEUS_OPERATOR_CHART,
    GRAFANA_OPERATOR_CHART,
    OPENTELEMETRY_OPERATOR_CHART,
    EGRESS_GATEWAY_CHART,
    EAST_WEST_GATEWAY_CHART,
    FUNCTIONS_GATEWAY_CHART,
)
"""Every add-on that an environment can need, each after those that it needs."""
