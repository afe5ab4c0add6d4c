"""An existing cluster: whether it can be reached, is a supported version, and has what the environment counts on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.doctor.checks import fault, not_checked, ok
from pavedroad.doctor.versions import check_version
from pavedroad.plan.addon_table import ADDONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from pavedroad.descriptor.environment import EnvironmentDescriptor, ExistingCluster
    from pavedroad.doctor.checks import Check
    from pavedroad.sandbox.api import KubeClient

_DEFAULT_CLASS: Final = "storageclass.kubernetes.io/is-default-class"

WITNESSES: Final = {
    "cert-manager": ("cert-manager.io/v1", "Certificate"),
    "envoy-gateway": ("gateway.envoyproxy.io/v1alpha1", "EnvoyProxy"),
    "istio-base": ("security.istio.io/v1", "AuthorizationPolicy"),
    "external-secrets": ("external-secrets.io/v1", "ExternalSecret"),
    "keda": ("keda.sh/v1alpha1", "ScaledObject"),
    "cloudnative-pg": ("postgresql.cnpg.io/v1", "Cluster"),
    "plugin-barman-cloud": ("barmancloud.cnpg.io/v1", "ObjectStore"),
    "mysql-operator": ("mysql.oracle.com/v2", "InnoDBCluster"),
    "mongodb-kubernetes": ("mongodbcommunity.mongodb.com/v1", "MongoDBCommunity"),
    "valkey-operator": ("valkey.io/v1alpha1", "ValkeyCluster"),
    "cass-operator": ("cassandra.datastax.com/v1beta1", "CassandraDatacenter"),
    "strimzi": ("kafka.strimzi.io/v1", "Kafka"),
    "argo-workflows": ("argoproj.io/v1alpha1", "Workflow"),
    "knative-operator": ("operator.knative.dev/v1beta1", "KnativeServing"),
    "rabbitmq-cluster-operator": ("rabbitmq.com/v1beta1", "RabbitmqCluster"),
    "prometheus-operator": ("monitoring.coreos.com/v1", "PrometheusRule"),
    "grafana-operator": ("grafana.integreatly.org/v1beta1", "GrafanaDashboard"),
    "opentelemetry-operator": ("opentelemetry.io/v1alpha1", "Instrumentation"),
}
"""By add-on, a kind that its operator acts on: where the API server serves it, the add-on was installed."""


def check_cluster(
    environment: EnvironmentDescriptor, cluster: ExistingCluster, kubeconfig: Path | None, today: date
) -> list[Check]:
    """Look at the cluster as whoever the kubeconfig says.

    Args:
        environment: The environment.
        cluster: What it says of its cluster.
        kubeconfig: A file with the kubeconfig; None where nobody gave one.
        today: The day for which versions are judged.
    """
    from pavedroad.sandbox.api import KubeClient  # noqa: PLC0415 - only a cluster needs an HTTP client
    from pavedroad.sandbox.api_errors import KubeError  # noqa: PLC0415 - as above
    from pavedroad.sandbox.kubeconfig import KubeconfigError  # noqa: PLC0415 - as above

    if kubeconfig is None:
        why = f"its kubeconfig is a secret of the stack ({cluster.kubeconfig})"
        return [not_checked("cluster", why, "give one to look with: --kubeconfig FILE")]
    try:
        client = KubeClient.from_kubeconfig(kubeconfig, context=cluster.context)
    except (KubeconfigError, ValueError) as error:
        return [fault("kubeconfig", str(error), "give another file, or name its context in the environment")]
    with client:
        try:
            return [
                ok("kubeconfig", f"{kubeconfig} can be used"),
                *_looked_at(client, environment, cluster, today),
            ]
        except KubeError as error:
            return [
                fault("API server", str(error), "is it up, does the network lead there, may this user look?")
            ]


def _looked_at(
    client: KubeClient, environment: EnvironmentDescriptor, cluster: ExistingCluster, today: date
) -> Iterator[Check]:
    version = client.request("GET", "/version")
    yield ok("API server", f"{client.connection.server} answers")
    yield check_version(str(version.get("gitVersion", "")), today)
    yield from _storage(client, cluster)
    if cluster.addons == "preinstalled":
        providers = {value for _, value in environment.providers if isinstance(value, str)}
        yield from _addons(client, providers)


def _storage(client: KubeClient, cluster: ExistingCluster) -> Iterator[Check]:
    """Look for the storage classes that are named, or for the default one."""
    classes = {each["metadata"]["name"]: each for each in client.list("storage.k8s.io/v1", "StorageClass")}
    for word in ("storage_class", "shared_storage_class"):
        wanted = getattr(cluster, word)
        subject = word.replace("_", " ")
        if wanted in classes:
            yield ok(subject, wanted)
        elif wanted:
            there = ", ".join(sorted(classes)) or "none"
            yield fault(subject, f"there is no {wanted}; there are: {there}", f"make it, or change {word}")
    if cluster.storage_class is None:
        yield _default_class(classes)


def _default_class(classes: dict[str, dict[str, dict[str, dict[str, str]]]]) -> Check:
    marked = [
        name
        for name, each in classes.items()
        if (each["metadata"].get("annotations") or {}).get(_DEFAULT_CLASS) == "true"
    ]
    if marked:
        return ok("storage class", f"{', '.join(marked)}, by default")
    return fault("storage class", "the cluster has no default one", "mark one, or set storage_class")


def _addons(client: KubeClient, providers: set[str]) -> Iterator[Check]:
    """Look for a kind of each add-on that somebody else is said to have installed."""
    from pavedroad.sandbox.api_errors import UnknownKindError  # noqa: PLC0415 - see check_cluster

    for addon in ADDONS:
        unneeded = addon.cluster or (addon.capability and addon.capability not in providers)
        if addon.name not in WITNESSES or unneeded:
            continue
        try:
            client.resource(*WITNESSES[addon.name])
        except UnknownKindError as error:
            yield fault(
                f"add-on {addon.name}", str(error), "install it, or let the platform: addons: managed"
            )
        else:
            yield ok(f"add-on {addon.name}", "its kinds are served")
