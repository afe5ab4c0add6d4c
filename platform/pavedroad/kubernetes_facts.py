"""Facts about Kubernetes that several tools share: pure data, no imports, no logic.

``preview`` reads these tables to say what a change would do, the sandbox's Kubernetes provider to do it; so a
preview and an update cannot disagree. Kinds are written ``<group>/<Kind>``, the core group as ``core``,
whatever the version. Paths are property paths from the root of the manifest, without list indices.

Sources: ``provider/pkg/provider/diff.go`` of pulumi/pulumi-kubernetes (which changes replace), with its pull
request 1705 (a claim's size is updated in place); the merge keys (``patchMergeKey``, ``listMapKey``) and list
types of the Kubernetes API reference (which lists have an order).
"""

IDENTITY_FIELDS: tuple[str, ...] = ("apiVersion", "kind", "metadata.name", "metadata.namespace")
"""Fields that say which object a manifest is: a change of any of them is another object.

``apiVersion`` replaces only where its group changes: the API server converts between versions of one group.
"""

IMMUTABLE_FIELDS: dict[str, tuple[str, ...]] = {
    "apps/DaemonSet": ("spec.selector",),
    "apps/Deployment": ("spec.selector",),
    "apps/StatefulSet": (
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    "batch/Job": ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    "core/ConfigMap": ("binaryData", "data"),
    "core/PersistentVolume": (
        "spec.awsElasticBlockStore",
        "spec.azureDisk",
        "spec.azureFile",
        "spec.cephfs",
        "spec.cinder",
        "spec.csi",
        "spec.fc",
        "spec.flexVolume",
        "spec.gcePersistentDisk",
        "spec.hostPath",
        "spec.iscsi",
        "spec.local",
        "spec.nfs",
        "spec.rbd",
        "spec.vsphereVolume",
    ),
    "core/PersistentVolumeClaim": (
        "spec.accessModes",
        "spec.selector",
        "spec.storageClassName",
        "spec.volumeName",
    ),
    "core/Pod": ("spec",),
    "core/ResourceQuota": ("spec.scopes",),
    "core/Secret": ("data", "stringData", "type"),
    "core/Service": ("spec.clusterIP",),
    "rbac.authorization.k8s.io/ClusterRoleBinding": ("roleRef",),
    "rbac.authorization.k8s.io/RoleBinding": ("roleRef",),
    "storage.k8s.io/StorageClass": ("parameters", "provisioner"),
}
"""Per kind, the fields whose change replaces the object, beside those of ``IDENTITY_FIELDS``."""

MUTABLE_BY_PROVIDER_OPTION: dict[str, str] = {
    "core/ConfigMap": "enableConfigMapMutable",
    "core/Secret": "enableSecretMutable",
}
"""Per kind, the input of the Kubernetes provider that, when true, makes it update the data in place."""

STATEFUL_KINDS: dict[str, str] = {
    "apps/StatefulSet": "its volumes may be left without an owner, or lost",
    "cassandra.datastax.com/CassandraDatacenter": "every table in it is lost",
    "core/Namespace": "everything inside it is deleted with it",
    "core/PersistentVolume": "the volume's data is lost",
    "core/PersistentVolumeClaim": "the volume's data is lost",
    "kafka.strimzi.io/Kafka": "every topic of the cluster is lost",
    "kafka.strimzi.io/KafkaNodePool": "the brokers' logs are lost",
    "kafka.strimzi.io/KafkaTopic": "every message in it is lost",
    "mongodbcommunity.mongodb.com/MongoDBCommunity": "every collection in it is lost",
    "mysql.oracle.com/InnoDBCluster": "every table in it is lost",
    "postgresql.cnpg.io/Cluster": "every table in it is lost",
    "postgresql.cnpg.io/Database": "every table in it may be lost, as its reclaim policy says",
    "rabbitmq.com/Queue": "every message in it is lost",
    "rabbitmq.com/RabbitmqCluster": "every message in it is lost",
    "valkey.io/ValkeyCluster": "every key in it is lost",
}
"""Kinds that hold data, and what is lost when one of them is deleted or replaced."""

ORDERED_LISTS: dict[str, str] = {
    "args": "positions are the program's arguments",
    "command": "positions are the program and its arguments",
    "entrypoint": "positions are the program and its arguments",
    "http": "the first route that matches wins",
    "initContainers": "they run one after the other",
    "matches": "the first match wins",
    "rules": "the first rule that matches wins",
    "routes": "the first route that matches wins",
    "steps": "they run one after the other",
    "tcp": "the first route that matches wins",
    "tls": "the first route that matches wins",
}
"""Names of lists whose order means something, so that moving an item is a change, and why."""

UNORDERED_RULES: dict[str, tuple[str, ...]] = {
    "rbac.authorization.k8s.io/ClusterRole": ("rules",),
    "rbac.authorization.k8s.io/Role": ("rules",),
    "security.istio.io/AuthorizationPolicy": ("spec.rules",),
}
"""Lists named in ``ORDERED_LISTS`` whose order means nothing after all: their items are alternatives."""

MERGE_KEYS: tuple[tuple[str, ...], ...] = (
    ("containerPort", "protocol"),
    ("port", "protocol"),
    ("name",),
    ("mountPath",),
    ("devicePath",),
    ("topologyKey", "whenUnsatisfiable"),
    ("key", "operator"),
    ("key",),
    ("ip",),
    ("host",),
    ("type",),
    ("uid",),
)
"""Fields that tell the items of a list apart, the first that all items have, with distinct values, being it."""
