"""What operators make of their custom resources: a table of facts.

Only what network and mesh policy can see of it: labels, service account and
ports of the pods, and the Services. Each entry names where its facts come
from; a label whose value differs between pods, or comes with the operator's
version, is listed as varying. Templates may use ``{name}``, ``{namespace}``
and ``{owner}`` (the entry's own field).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pavedroad.access.manifests import at, group_of, namespace_of
from pavedroad.access.model import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class PodFacts:
    """The pods of one role that an operator makes."""

    role: str
    labels: Mapping[str, str]
    service_account: str
    host_prefix: str = "{name}"
    """What the names of the pods begin with."""
    ports: Mapping[str, int]
    varying: tuple[str, ...] = ()
    account_at: str = ""
    """Where the resource may name another service account."""
    metadata_at: tuple[str, ...] = ()
    """Where the resource may hold metadata (labels, annotations) for the pods; the last goes first."""
    labels_at: tuple[str, ...] = ()
    """Where the resource may hold a plain map of labels for the pods."""
    containers_at: str = ""
    """Where the resource may hold containers of the pods: ports that they name are listened on as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """A Service that an operator makes."""

    name: str
    role: str
    ports: Mapping[str, tuple[int, int]]
    """Port and target port by the port's name."""
    headless: bool = False
    app_protocols: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """What an operator makes of one kind of resource."""

    group: str
    kind: str
    source: str
    pods: tuple[PodFacts, ...]
    services: tuple[ServiceFacts, ...] = ()
    owner_at: str = "metadata.name"
    """The field that templates call ``{owner}``."""

    def names(self, manifest: Manifest) -> dict[str, str]:
        """What templates may use."""
        name = str(manifest["metadata"]["name"])
        owner = re.sub(r"[^a-z0-9-]", "", str(at(manifest, self.owner_at, name)).lower())
        return {"name": name, "namespace": namespace_of(manifest), "owner": owner}


def _same(**ports: int) -> dict[str, tuple[int, int]]:
    """Ports that a Service passes on unchanged."""
    return {name.replace("_", "-"): (number, number) for name, number in ports.items()}


_KUBERNETES_LABELS = tuple(
    f"app.kubernetes.io/{word}" for word in ("name", "instance", "version", "component")
)

OPERATORS: tuple[Operator, ...] = (
    Operator(
        group="postgresql.cnpg.io",
        kind="Cluster",
        source="CloudNativePG documentation: Labels and Annotations, Service Management, Networking",
        pods=(
            PodFacts(
                role="instance",
                labels={"cnpg.io/cluster": "{name}", "cnpg.io/podRole": "instance"},
                varying=(
                    "cnpg.io/instanceName",
                    "cnpg.io/instanceRole",
                    "role",
                    *_KUBERNETES_LABELS,
                    "app.kubernetes.io/managed-by",
                ),
                service_account="{name}",
                account_at="spec.serviceAccountName",
                ports={"postgresql": 5432, "metrics": 9187, "status": 8000},
                metadata_at=("spec.inheritedMetadata",),
            ),
        ),
        services=tuple(
            ServiceFacts(name=f"{{name}}-{suffix}", role="instance", ports=_same(postgres=5432))
            for suffix in ("rw", "ro", "r")
        ),
    ),
    Operator(
        group="postgresql.cnpg.io",
        kind="Pooler",
        source="CloudNativePG documentation: Connection pooling; its code: pkg/specs/pgbouncer",
        owner_at="spec.cluster.name",
        pods=(
            PodFacts(
                role="pooler",
                labels={
                    "cnpg.io/poolerName": "{name}",
                    "cnpg.io/cluster": "{owner}",
                    "cnpg.io/podRole": "pooler",
                },
                varying=("pod-template-hash", *_KUBERNETES_LABELS, "app.kubernetes.io/managed-by"),
                service_account="{name}",
                account_at="spec.serviceAccountName",
                ports={"pgbouncer": 5432, "metrics": 9127},
                metadata_at=("spec.template.metadata",),
            ),
        ),
        services=(ServiceFacts(name="{name}", role="pooler", ports=_same(pgbouncer=5432)),),
    ),
    Operator(
        group="mysql.oracle.com",
        kind="InnoDBCluster",
        source="MySQL Operator code: innodbcluster/cluster_objects.py and router_objects.py",
        pods=(
            PodFacts(
                role="mysqld",
                labels={
                    "component": "mysqld",
                    "tier": "mysql",
                    "mysql.oracle.com/cluster": "{name}",
                    "mysql.oracle.com/instance-type": "group-member",
                    "app.kubernetes.io/name": "mysql-innodbcluster-mysql-server",
                    "app.kubernetes.io/instance": "mysql-innodbcluster-{name}-mysql-server",
                    "app.kubernetes.io/component": "database",
                    "app.kubernetes.io/managed-by": "mysql-operator",
                    "app.kubernetes.io/created-by": "mysql-operator",
                },
                varying=(
                    "mysql.oracle.com/cluster-role",
                    "statefulset.kubernetes.io/pod-name",
                    "controller-revision-hash",
                ),
                service_account="{name}-sa",
                account_at="spec.serviceAccountName",
                ports={"mysql": 3306, "mysqlx": 33060, "gr-xcom": 33061},
                labels_at=("spec.podLabels",),
                containers_at="spec.podSpec.containers",
            ),
            PodFacts(
                role="mysqlrouter",
                labels={
                    "component": "mysqlrouter",
                    "tier": "mysql",
                    "mysql.oracle.com/cluster": "{name}",
                    "app.kubernetes.io/name": "mysql-router",
                    "app.kubernetes.io/instance": "mysql-innodbcluster-{name}-router",
                    "app.kubernetes.io/component": "router",
                    "app.kubernetes.io/managed-by": "mysql-operator",
                    "app.kubernetes.io/created-by": "mysql-operator",
                },
                varying=("pod-template-hash",),
                service_account="{name}-sa",
                account_at="spec.serviceAccountName",
                ports={
                    "mysqlrw": 6446,
                    "mysqlro": 6447,
                    "mysqlxrw": 6448,
                    "mysqlxro": 6449,
                    "mysqlrwsplit": 6450,
                    "http": 8443,
                },
                labels_at=("spec.router.podLabels",),
            ),
        ),
        services=(
            ServiceFacts(
                name="{name}",
                role="mysqlrouter",
                ports={
                    "mysql": (3306, 6446),
                    "mysqlx": (33060, 6448),
                    "mysql-alternate": (6446, 6446),
                    "mysqlx-alternate": (6448, 6448),
                    "mysql-ro": (6447, 6447),
                    "mysqlx-ro": (6449, 6449),
                    "mysql-rw-split": (6450, 6450),
                    "router-rest": (8443, 8443),
                },
            ),
            ServiceFacts(
                name="{name}-instances",
                role="mysqld",
                ports=_same(mysql=3306, mysqlx=33060, gr_xcom=33061),
                headless=True,
            ),
        ),
    ),
    Operator(
        group="mongodbcommunity.mongodb.com",
        kind="MongoDBCommunity",
        source="MongoDB Community Operator documentation: deploy-configure; its code: controllers/construct",
        pods=(
            PodFacts(
                role="mongod",
                labels={"app": "{name}-svc"},
                varying=(
                    "statefulset.kubernetes.io/pod-name",
                    "apps.kubernetes.io/pod-index",
                    "controller-revision-hash",
                ),
                service_account="mongodb-database",
                account_at="spec.statefulSet.spec.template.spec.serviceAccountName",
                ports={"mongodb": 27017},
                metadata_at=("spec.statefulSet.spec.template.metadata",),
                containers_at="spec.statefulSet.spec.template.spec.containers",
            ),
        ),
        services=(ServiceFacts(name="{name}-svc", role="mongod", ports=_same(mongodb=27017), headless=True),),
    ),
    Operator(
        group="valkey.io",
        kind="ValkeyCluster",
        source="valkey-operator code: internal/controller/utils.go, valkeynode_resources.go, valkeycluster_controller.go",
        pods=(
            PodFacts(
                role="node",
                labels={
                    "valkey.io/cluster": "{name}",
                    "app.kubernetes.io/name": "valkey",
                    "app.kubernetes.io/component": "valkey-node",
                    "app.kubernetes.io/part-of": "valkey",
                    "app.kubernetes.io/managed-by": "valkey-operator",
                },
                varying=(
                    "valkey.io/shard-index",
                    "valkey.io/node-index",
                    "app.kubernetes.io/instance",
                    "controller-revision-hash",
                    "pod-template-hash",
                ),
                service_account="default",
                host_prefix="valkey-{name}",
                ports={"client": 6379, "cluster-bus": 16379, "metrics": 9121},
            ),
        ),
        services=(ServiceFacts(name="valkey-{name}", role="node", ports=_same(valkey=6379), headless=True),),
    ),
    Operator(
        group="cassandra.datastax.com",
        kind="CassandraDatacenter",
        source="cass-operator code: pkg/reconciliation/construct_service.go, construct_podtemplatespec.go",
        owner_at="spec.clusterName",
        pods=(
            PodFacts(
                role="cassandra",
                labels={
                    "cassandra.datastax.com/cluster": "{owner}",
                    "cassandra.datastax.com/datacenter": "{name}",
                    "app.kubernetes.io/name": "cassandra",
                    "app.kubernetes.io/managed-by": "cass-operator",
                    "app.kubernetes.io/created-by": "cass-operator",
                },
                varying=(
                    "cassandra.datastax.com/rack",
                    "cassandra.datastax.com/node-state",
                    "cassandra.datastax.com/seed-node",
                    "app.kubernetes.io/instance",
                    "app.kubernetes.io/version",
                    "app.kubernetes.io/component",
                    "statefulset.kubernetes.io/pod-name",
                ),
                service_account="default",
                host_prefix="{owner}-{name}",
                account_at="spec.serviceAccountName",
                ports={
                    "native": 9042,
                    "tls-native": 9142,
                    "internode": 7000,
                    "tls-internode": 7001,
                    "jmx": 7199,
                    "mgmt-api-http": 8080,
                    "prometheus": 9103,
                    "metrics": 9000,
                    "thrift": 9160,
                },
                metadata_at=("spec.podTemplateSpec.metadata",),
                labels_at=("spec.additionalLabels",),
            ),
        ),
        services=tuple(
            ServiceFacts(
                name=name,
                role="cassandra",
                ports=_same(native=9042, tls_native=9142, mgmt_api=8080, prometheus=9103),
                headless=True,
            )
            for name in ("{owner}-{name}-service", "{owner}-{name}-all-pods-service", "{owner}-seed-service")
        ),
    ),
    Operator(
        group="rabbitmq.com",
        kind="RabbitmqCluster",
        source="RabbitMQ Cluster Operator code: internal/metadata/label.go, internal/resource",
        pods=(
            PodFacts(
                role="server",
                labels={
                    "app.kubernetes.io/name": "{name}",
                    "app.kubernetes.io/component": "rabbitmq",
                    "app.kubernetes.io/part-of": "rabbitmq",
                },
                varying=(
                    "statefulset.kubernetes.io/pod-name",
                    "apps.kubernetes.io/pod-index",
                    "controller-revision-hash",
                ),
                service_account="{name}-server",
                account_at="spec.override.statefulSet.spec.template.spec.serviceAccountName",
                ports={
                    "epmd": 4369,
                    "amqp": 5672,
                    "amqps": 5671,
                    "management": 15672,
                    "management-tls": 15671,
                    "prometheus": 15692,
                    "prometheus-tls": 15691,
                    "cluster-rpc": 25672,
                },
                metadata_at=("spec.override.statefulSet.spec.template.metadata",),
            ),
        ),
        services=(
            ServiceFacts(
                name="{name}",
                role="server",
                ports=_same(
                    amqp=5672,
                    amqps=5671,
                    management=15672,
                    management_tls=15671,
                    prometheus=15692,
                    prometheus_tls=15691,
                ),
                app_protocols={
                    "amqp": "amqp",
                    "amqps": "amqps",
                    "management": "http",
                    "management-tls": "https",
                    "prometheus": "prometheus.io/metrics",
                    "prometheus-tls": "prometheus.io/metric-tls",
                },
            ),
            ServiceFacts(
                name="{name}-nodes",
                role="server",
                ports=_same(epmd=4369, cluster_rpc=25672),
                headless=True,
            ),
        ),
    ),
)
"""Every resource whose pods and Services follow from its name and a few fields."""

_BY_KIND = {(operator.group, operator.kind): operator for operator in OPERATORS}


def operator_of(manifest: Manifest) -> Operator | None:
    """The entry for a resource, if there is one."""
    return _BY_KIND.get((group_of(manifest), str(manifest["kind"])))
