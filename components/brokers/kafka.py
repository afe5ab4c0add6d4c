"""Kafka as Strimzi's resources: the cluster, topics, users, and who may read which user's password.

Strimzi gives its pods no security context of their own unless told; what ``restricted`` asks for stands in the
templates here. It also writes a NetworkPolicy for each listener, open to everybody unless peers are named, so the
clients are named once more. Kafka's version is the newest that the pinned operator knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import Kind
from components.stores.kinds import ROLE, ROLE_BINDING
from components.stores.parts import MESH, resources, restricted_pod
from pavedroad.plan.brokers.kafka import PORT
from pavedroad.plan.stores.exporters import COMPUTE as EXPORTER_COMPUTE
from pavedroad.plan.stores.sizing import PROXY_COMPUTE

if TYPE_CHECKING:
    from components.kubernetes import Body, Place
    from pavedroad.plan.brokers import KafkaPlan
    from pavedroad.plan.brokers.model import KafkaUserPlan, NodesPlan, SecretReaderPlan

KAFKA: Final = Kind("kafka.strimzi.io/v1", "Kafka")
NODE_POOL: Final = Kind("kafka.strimzi.io/v1", "KafkaNodePool")
TOPIC: Final = Kind("kafka.strimzi.io/v1", "KafkaTopic")
USER: Final = Kind("kafka.strimzi.io/v1", "KafkaUser")

KAFKA_USER: Final = 1001
"""The user of Strimzi's images."""

_CONTAINER: Final[Body] = {
    "securityContext": {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
}
_TOPOLOGY: Final = {"zone": "topology.kubernetes.io/zone", "node": "kubernetes.io/hostname"}


class Kafka(pulumi.ComponentResource):
    """The Kafka cluster with the topics and users of all teams."""

    def __init__(self, plan: KafkaPlan, place: Place) -> None:
        """Declare the cluster in its namespace."""
        super().__init__(
            "pavedroad:brokers:Kafka",
            f"{plan.namespace}/{plan.name}",
            {},
            pulumi.ResourceOptions(parent=place.parent),
        )
        self._plan = plan
        self._place = place.under(self)
        mine = {"strimzi.io/cluster": plan.name}
        pools = tuple(
            self._place.declare(
                NODE_POOL, pool.name, {"spec": self._pool(pool)}, labels=mine, protect=plan.protect
            )
            for pool in plan.pools
        )
        cluster = self._place.declare(
            KAFKA, plan.name, {"spec": self._cluster()}, protect=plan.protect, after=pools
        )
        for topic in plan.topics:
            spec = {
                "topicName": topic.topic,
                "partitions": topic.partitions,
                "replicas": topic.replicas,
                "config": dict(topic.config),
            }
            self._place.declare(
                TOPIC, topic.name, {"spec": spec}, labels=mine, protect=plan.protect, after=(cluster,)
            )
        for user in plan.users:
            self._place.declare(USER, user.name, {"spec": _user(user)}, labels=mine, after=(cluster,))
        for reader in plan.readers:
            self._declare_reader(reader)
        self.register_outputs({"bootstrap": f"{plan.name}-kafka-bootstrap.{plan.namespace}:{PORT}"})

    def _cluster(self) -> Body:
        plan = self._plan
        replicas = str(plan.replicas)
        kafka: Body = {
            "listeners": [self._listener()],
            "authorization": {"type": "simple"},
            "config": {
                "auto.create.topics.enable": "false",
                "default.replication.factor": replicas,
                "min.insync.replicas": str(plan.min_in_sync),
                "offsets.topic.replication.factor": replicas,
                "transaction.state.log.replication.factor": replicas,
                "transaction.state.log.min.isr": str(plan.min_in_sync),
            },
        }
        if plan.spread == "zone":
            kafka["rack"] = {"type": "topology-label", "topologyKey": _TOPOLOGY["zone"]}
        exporter = {"kafkaExporter": _exporter()} if plan.measured else {}
        return {"kafka": kafka, "entityOperator": _entity_operator(), **exporter}

    def _listener(self) -> Body:
        peers = [
            {
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": namespace}},
                "podSelector": {"matchLabels": dict(selector)},
            }
            for namespace, selector in self._plan.clients
        ]
        return {
            "name": "plain",
            "port": PORT,
            "type": "internal",
            "tls": False,
            "authentication": {"type": "scram-sha-512"},
            "networkPolicyPeers": peers,
        }

    def _pool(self, pool: NodesPlan) -> Body:
        plan = self._plan
        disk: Body = {
            "id": 0,
            "type": "persistent-claim",
            "size": pool.storage,
            "deleteClaim": False,
            "kraftMetadata": "shared",
        }
        if plan.storage_class is not None:
            disk["class"] = plan.storage_class
        return {
            "replicas": pool.count,
            "roles": list(pool.roles),
            "storage": {"type": "jbod", "volumes": [disk]},
            "resources": resources(pool.compute),
            "template": {
                "pod": {
                    "metadata": {"labels": MESH},
                    "securityContext": restricted_pod(KAFKA_USER),
                    "topologySpreadConstraints": self._spread(pool),
                },
                "kafkaContainer": _CONTAINER,
                "initContainer": _CONTAINER,
            },
        }

    def _spread(self, pool: NodesPlan) -> list[Body]:
        if self._plan.spread == "none":
            return []
        selector = {"strimzi.io/cluster": self._plan.name, "strimzi.io/pool-name": pool.name}
        return [
            {
                "maxSkew": 1,
                "topologyKey": _TOPOLOGY[self._plan.spread],
                "whenUnsatisfiable": "DoNotSchedule" if self._plan.spread_required else "ScheduleAnyway",
                "labelSelector": {"matchLabels": selector},
            }
        ]

    def _declare_reader(self, reader: SecretReaderPlan) -> None:
        role = self._place.declare(
            ROLE,
            reader.name,
            {
                "rules": [
                    {
                        "apiGroups": [""],
                        "resources": ["secrets"],
                        "resourceNames": list(reader.secrets),
                        "verbs": ["get"],
                    }
                ]
            },
        )
        subject = {"kind": "ServiceAccount", "name": reader.service_account, "namespace": reader.namespace}
        self._place.declare(
            ROLE_BINDING,
            reader.name,
            {
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": reader.name},
                "subjects": [subject],
            },
            after=(role,),
        )


def _user(user: KafkaUserPlan) -> Body:
    """Return the specification of a user, with exactly its grants."""
    return {
        "authentication": {"type": "scram-sha-512"},
        "authorization": {
            "type": "simple",
            "acls": [
                {
                    "type": "allow",
                    "resource": {"type": grant.resource, "name": grant.name, "patternType": "literal"},
                    "operations": list(grant.operations),
                    "host": "*",
                }
                for grant in user.grants
            ],
        },
    }


def _exporter() -> Body:
    """Return what tells Prometheus of topics and groups, but for Kafka's own topics."""
    return {
        "topicRegex": ".*",
        "topicExcludeRegex": "__.*",
        "groupRegex": ".*",
        "resources": resources(EXPORTER_COMPUTE),
        "template": {"pod": _pod(), "container": _CONTAINER},
    }


def _pod() -> Body:
    """Return how the pods of Strimzi's helpers run: restricted, and in the mesh."""
    return {"metadata": {"labels": MESH}, "securityContext": restricted_pod(KAFKA_USER)}


def _entity_operator() -> Body:
    """Return the operator of topics and users."""
    operator = {"resources": resources(PROXY_COMPUTE)}
    return {
        "topicOperator": operator,
        "userOperator": operator,
        "template": {
            "pod": _pod(),
            "topicOperatorContainer": _CONTAINER,
            "userOperatorContainer": _CONTAINER,
        },
    }
