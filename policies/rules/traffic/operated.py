"""Pods that nobody declares: operators and charts make them, and others select them all the same.

Their labels are not to be read anywhere, so a selector is given the benefit of the doubt where it names a label that
such pods are known to carry, in a namespace where something makes them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from pavedroad.governance import Properties, Stack, Truth
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.properties import Reading
from pavedroad.governance.truth import NO, YES, open_at

_RELEASE: Final = "kubernetes:helm.sh/v3:Release"
_PLACE: Final = "metadata.namespace"
_WHATEVER: Final = "/"
_RECOMMENDED: Final = "app.kubernetes.io/"
_GATEWAY: Final = ("gateway.envoyproxy.io/", "gateway.networking.k8s.io/")
_ELASTIC: Final = "common.k8s.elastic.co/"

_LABELS: Final[Mapping[str, tuple[str, ...]]] = {
    _RELEASE: (_WHATEVER,),
    "kubernetes:argoproj.io/v1alpha1:WorkflowTemplate": ("workflows.argoproj.io/",),
    "kubernetes:cassandra.datastax.com/v1beta1:CassandraDatacenter": (
        "cassandra.datastax.com/",
        _RECOMMENDED,
    ),
    "kubernetes:elasticsearch.k8s.elastic.co/v1:Elasticsearch": ("elasticsearch.k8s.elastic.co/", _ELASTIC),
    "kubernetes:gateway.envoyproxy.io/v1alpha1:EnvoyProxy": _GATEWAY,
    "kubernetes:gateway.networking.k8s.io/v1:Gateway": _GATEWAY,
    "kubernetes:grafana.integreatly.org/v1beta1:Grafana": ("app",),
    "kubernetes:kafka.strimzi.io/v1:Kafka": ("strimzi.io/", _RECOMMENDED),
    "kubernetes:kafka.strimzi.io/v1:KafkaConnect": ("strimzi.io/", _RECOMMENDED),
    "kubernetes:kafka.strimzi.io/v1:KafkaNodePool": ("strimzi.io/", _RECOMMENDED),
    "kubernetes:kibana.k8s.elastic.co/v1:Kibana": ("kibana.k8s.elastic.co/", _ELASTIC),
    "kubernetes:mongodbcommunity.mongodb.com/v1:MongoDBCommunity": ("app",),
    "kubernetes:monitoring.coreos.com/v1:Alertmanager": ("alertmanager", _RECOMMENDED),
    "kubernetes:monitoring.coreos.com/v1:Prometheus": ("prometheus", _RECOMMENDED),
    "kubernetes:mysql.oracle.com/v2:InnoDBCluster": ("mysql.oracle.com/", "component", _RECOMMENDED),
    "kubernetes:operator.knative.dev/v1beta1:KnativeEventing": (
        "app",
        "eventing.knative.dev/",
        "messaging.knative.dev/",
        "sources.knative.dev/",
    ),
    "kubernetes:operator.knative.dev/v1beta1:KnativeServing": ("app",),
    "kubernetes:postgresql.cnpg.io/v1:Cluster": ("cnpg.io/",),
    "kubernetes:postgresql.cnpg.io/v1:Pooler": ("cnpg.io/",),
    "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster": (_RECOMMENDED,),
    "kubernetes:serving.knative.dev/v1:Service": ("serving.knative.dev/",),
    "kubernetes:valkey.io/v1alpha1:ValkeyCluster": ("valkey.io/", _RECOMMENDED),
}
"""Labels of the pods that each kind makes: whole names, or the beginnings of names where they end in a slash."""


class Operated:
    """What makes pods that are not declared, by namespace (for `Stack.derived`)."""

    def __init__(self, stack: Stack) -> None:
        """Find what makes pods in ``stack``."""
        self._labels: dict[str, set[str]] = {}
        self._adrift: set[str] = set()
        for maker in stack.of_types(_LABELS.keys()):
            release = maker.type == _RELEASE
            home = maker.properties.text("namespace") if release else namespace_of(maker)
            labels = self._adrift if home.value is None else self._labels.setdefault(home.value, set())
            labels.update(_LABELS[maker.type])
            labels.update(_given(maker.properties.at("spec")))

    def makes_any_in(self, namespace: str) -> Truth:
        """Whether something makes pods, and Services for them, in ``namespace``."""
        if namespace in self._labels:
            return YES
        return open_at(_PLACE) if self._adrift else NO

    def may_carry(self, labels: Properties, namespace: Reading[str]) -> Truth:
        """Whether a pod that something makes in ``namespace`` may carry one of ``labels``, a plain mapping."""
        return self._may_carry([name for name, _ in labels.entries()], namespace)

    def may_be_selected(self, selector: Properties, namespace: Reading[str]) -> Truth:
        """Whether a pod that something makes in ``namespace`` may be what a ``selector`` is about."""
        keys = (each.text("key").value or "" for each in selector.items("matchExpressions"))
        return self._may_carry([*(name for name, _ in selector.entries("matchLabels")), *keys], namespace)

    def _may_carry(self, names: Sequence[str], namespace: Reading[str]) -> Truth:
        home = namespace.value
        if home is None:
            return open_at(namespace.path) if self._labels or self._adrift else NO
        if any(_is_one_of(name, self._labels.get(home, set())) for name in names):
            return YES
        return open_at(_PLACE) if any(_is_one_of(name, self._adrift) for name in names) else NO


def _given(spec: Properties) -> Iterator[str]:
    """List the names of labels that a maker is asked to put on its pods: a workflow, an InnoDBCluster and its backups."""
    yield from (name for name, _ in spec.entries("podMetadata.labels"))
    schedules = (each.at("backupProfile") for each in spec.items("backupSchedules"))
    for part in (spec, spec.at("router"), *spec.items("backupProfiles"), *schedules):
        yield from (name for name, _ in part.entries("podLabels"))


def _is_one_of(name: str, labels: set[str]) -> bool:
    return _WHATEVER in labels or name in labels or f"{name.partition('/')[0]}/" in labels
