"""What pods read of Secrets and ConfigMaps, and which objects of the stack make those."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from pavedroad.governance import EVERY_OBJECT, Pod, Properties, Reading, Resource, Stack, Truth, any_of
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.truth import YES, open_at
from policies.rules.workloads.naming import Named, given_name

SECRET: Final = "Secret"  # noqa: S105 - a kind, not a credential
CONFIG_MAP: Final = "ConfigMap"
_SECRET_TYPE: Final = "kubernetes:core/v1:Secret"  # noqa: S105 - a type token, not a credential
_CONFIG_MAP_TYPE: Final = "kubernetes:core/v1:ConfigMap"
_CHARTS: Final = frozenset({"kubernetes:helm.sh/v3:Release", "kubernetes:helm.sh/v4:Chart"})

_NAMED_AT: Final[Mapping[str, str]] = {
    _SECRET_TYPE: "",
    "kubernetes:bitnami.com/v1alpha1:SealedSecret": "spec.template.metadata.name",
    "kubernetes:cert-manager.io/v1:Certificate": "spec.secretName",
    "kubernetes:external-secrets.io/v1:ExternalSecret": "spec.target.name",
    "kubernetes:external-secrets.io/v1beta1:ExternalSecret": "spec.target.name",
    "kubernetes:secrets.hashicorp.com/v1beta1:VaultDynamicSecret": "spec.destination.name",
    "kubernetes:secrets.hashicorp.com/v1beta1:VaultStaticSecret": "spec.destination.name",
}
"""What makes a Secret, and where each says its name; their own name where they do not."""

_OPERATORS: Final = frozenset(
    f"kubernetes:{group}"
    for group in (
        "cassandra.datastax.com",
        "databases.spotahome.com",
        "elasticsearch.k8s.elastic.co",
        "k8s.mariadb.com",
        "kafka.strimzi.io",
        "kibana.k8s.elastic.co",
        "minio.min.io",
        "moco.cybozu.com",
        "mongodbcommunity.mongodb.com",
        "mysql.oracle.com",
        "postgres-operator.crunchydata.com",
        "postgresql.cnpg.io",
        "psmdb.percona.com",
        "pxc.percona.com",
        "rabbitmq.com",
        "valkey.io",
    )
)
"""API groups of operators that make Secrets, whose names begin with that of the object they are for."""

_IN_EVERY_NAMESPACE: Final = frozenset({"istio-ca-root-cert", "kube-root-ca.crt"})
"""The ConfigMaps that the cluster itself puts everywhere."""

_FROM_VOLUMES: Final = ((SECRET, "secret", "secretName"), (CONFIG_MAP, "configMap", "name"))
_PROJECTED: Final = ((SECRET, "secret", "name"), (CONFIG_MAP, "configMap", "name"))
_FROM_VARIABLES: Final = ((SECRET, "secretKeyRef", "name"), (CONFIG_MAP, "configMapKeyRef", "name"))
_FROM_ENVIRONMENTS: Final = ((SECRET, "secretRef", "name"), (CONFIG_MAP, "configMapRef", "name"))


class Use(NamedTuple):
    """One place where a pod reads a Secret or a ConfigMap.

    Attributes:
        kind: Which of the two.
        name: Its name.
        part: The place in the pod.
    """

    kind: str
    name: Reading[str]
    part: Properties


def uses(stack: Stack) -> list[tuple[Resource, Use]]:
    """List what every pod of ``stack`` reads (for `Stack.derived`)."""
    return [
        (workload, use) for workload, pods in stack.pods().values() for pod in pods for use in _of_pod(pod)
    ]


def _of_pod(pod: Pod) -> Iterator[Use]:
    for container in pod.containers():
        for variable in container.items("env"):
            yield from _found(variable.at("valueFrom"), _FROM_VARIABLES)
        for environment in container.items("envFrom"):
            yield from _found(environment, _FROM_ENVIRONMENTS)
    for volume in pod.spec.items("volumes"):
        yield from _found(volume, _FROM_VOLUMES)
        for source in volume.items("projected.sources"):
            yield from _found(source, _PROJECTED)


def _found(part: Properties, places: Iterable[tuple[str, str, str]]) -> Iterator[Use]:
    if part.value is None:
        return
    for kind, field, name in places:
        place = part.at(field)
        if place.value is not None:
            yield Use(kind, place.text(name), place)


class Made:
    """The Secrets and ConfigMaps of a stack, by name, as far as its objects say what they make."""

    def __init__(self, stack: Stack) -> None:
        """Index the objects of ``stack`` (for `Stack.derived`)."""
        self._missing = stack.missing
        self._named = {
            SECRET: Named(
                (each, namespace_of(each), _made_by(each)) for each in stack.of_types(_NAMED_AT.keys())
            ),
            CONFIG_MAP: Named(
                (each, namespace_of(each), given_name(each)) for each in stack.of_types({_CONFIG_MAP_TYPE})
            ),
        }
        self._with_charts = {each.properties.text("namespace").value for each in stack.of_types(_CHARTS)}
        self._operated: set[tuple[str | None, str | None]] = {
            (namespace_of(each).value, given_name(each).value)
            for each in stack.of_types({EVERY_OBJECT})
            if each.type.partition("/")[0] in _OPERATORS
        }

    def called(self, use: Use, namespace: Reading[str]) -> Iterator[tuple[Resource, Truth]]:
        """List the objects that may make what ``use`` reads, each with whether it does."""
        return self._named[use.kind].called(use.name, namespace)

    def exists(self, use: Use, namespace: Reading[str]) -> Truth:
        """Whether something makes what ``use`` reads; a chart may make anything, and so may another slice."""
        found = self._named[use.kind].has(use.name, namespace)
        if found.holds or use.name.value is None:
            return found
        if self._by_cluster(use, namespace):
            return YES
        chart = {None, namespace.value} & self._with_charts
        return any_of(found, open_at(use.name.path) if chart else self._missing(use.name.path))

    def _by_cluster(self, use: Use, namespace: Reading[str]) -> bool:
        """Whether the cluster makes it in every namespace, or an operator for an object whose name it begins with."""
        name = use.name.value or ""
        if use.kind == CONFIG_MAP:
            return name in _IN_EVERY_NAMESPACE
        words = name.split("-")
        beginnings = ("-".join(words[:length]) for length in range(1, len(words) + 1))
        return any((home, each) in self._operated for each in beginnings for home in (namespace.value, None))


def _made_by(maker: Resource) -> Reading[str]:
    """Read the name of the Secret that ``maker`` is, or makes."""
    path = _NAMED_AT[maker.type]
    own = given_name(maker)
    return maker.properties.text(path).or_else(own) if path else own
