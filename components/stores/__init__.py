"""Stores as Kubernetes objects: one component for each provider.

A component declares what its plan says and chooses nothing. What it promises of every store: its pods are in the
mesh and within the Pod Security Standard ``restricted``; its passwords are made in the cluster; what holds data
refuses to be deleted where the tier protects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from components.stores.cassandra import Cassandra
from components.stores.dynamodb import DynamodbLocal
from components.stores.endpoint import Endpoint
from components.stores.managed.aurora import Aurora
from components.stores.managed.documentdb import Documentdb
from components.stores.managed.dynamodb import Dynamodb
from components.stores.managed.elasticache import ElasticacheMemcached, ElasticacheValkey
from components.stores.managed.keyspaces import Keyspaces
from components.stores.managed.neptune import Neptune
from components.stores.managed.rds import Rds
from components.stores.managed.s3 import S3
from components.stores.memcached import Memcached
from components.stores.mongodb import Mongodb
from components.stores.mysql import Mysql
from components.stores.neo4j import Neo4j
from components.stores.postgres import Postgres
from components.stores.redis import Redis
from pavedroad.plan.stores import (
    AuroraPlan,
    CassandraPlan,
    DocumentdbPlan,
    DynamodbLocalPlan,
    DynamodbPlan,
    ElasticacheMemcachedPlan,
    ElasticacheValkeyPlan,
    EndpointPlan,
    KeyspacesPlan,
    MemcachedPlan,
    MongodbPlan,
    MysqlPlan,
    Neo4jPlan,
    NeptunePlan,
    PostgresPlan,
    RdsPlan,
    RedisPlan,
    S3Plan,
    StorePlan,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    import pulumi

    from components.kubernetes import Place

__all__ = [
    "S3",
    "Aurora",
    "Cassandra",
    "Documentdb",
    "Dynamodb",
    "DynamodbLocal",
    "ElasticacheMemcached",
    "ElasticacheValkey",
    "Endpoint",
    "Keyspaces",
    "Memcached",
    "Mongodb",
    "Mysql",
    "Neo4j",
    "Neptune",
    "Postgres",
    "Rds",
    "Redis",
    "declare_store",
]

COMPONENTS: Final[dict[type[StorePlan], Callable[[Any, Place], pulumi.ComponentResource]]] = {
    AuroraPlan: Aurora,
    CassandraPlan: Cassandra,
    DocumentdbPlan: Documentdb,
    DynamodbLocalPlan: DynamodbLocal,
    DynamodbPlan: Dynamodb,
    ElasticacheMemcachedPlan: ElasticacheMemcached,
    ElasticacheValkeyPlan: ElasticacheValkey,
    EndpointPlan: Endpoint,
    KeyspacesPlan: Keyspaces,
    MemcachedPlan: Memcached,
    MongodbPlan: Mongodb,
    MysqlPlan: Mysql,
    Neo4jPlan: Neo4j,
    NeptunePlan: Neptune,
    PostgresPlan: Postgres,
    RdsPlan: Rds,
    RedisPlan: Redis,
    S3Plan: S3,
}
"""The component of each plan."""


def declare_store(plan: StorePlan, place: Place) -> pulumi.ComponentResource:
    """Declare a store.

    Args:
        plan: The store.
        place: The place of the service that owns it.
    """
    return COMPONENTS[type(plan)](plan, place)
