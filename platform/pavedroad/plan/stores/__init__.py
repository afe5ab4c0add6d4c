"""Stores, resolved: which provider realises each, under which names, how large, and what it opens.

A store plan says everything that its component declares and everything that its owner may know. Names are
physical: a renamed store, service or team keeps its data. No plan holds a password, only the names of the Secrets
that are filled inside the cluster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor.stores import (
    BucketStore,
    CassandraStore,
    DynamodbStore,
    MemcachedStore,
    MongodbStore,
    MysqlStore,
    Neo4jStore,
    PostgresStore,
    RedisStore,
    StoreOverride,
)
from pavedroad.plan.flows import Flow
from pavedroad.plan.stores.cassandra import CassandraPlan, resolve_cassandra
from pavedroad.plan.stores.dynamodb import DynamodbLocalPlan, resolve_dynamodb
from pavedroad.plan.stores.endpoints import resolve_bucket
from pavedroad.plan.stores.managed.documentdb import DocumentdbPlan, resolve_documentdb
from pavedroad.plan.stores.managed.dynamodb import DynamodbPlan, resolve_managed_dynamodb
from pavedroad.plan.stores.managed.elasticache import (
    ElasticacheMemcachedPlan,
    ElasticacheValkeyPlan,
    resolve_elasticache_memcached,
    resolve_elasticache_valkey,
)
from pavedroad.plan.stores.managed.keyspaces import KeyspacesPlan, resolve_keyspaces
from pavedroad.plan.stores.managed.relational import AuroraPlan, RdsPlan, resolve_aurora, resolve_rds
from pavedroad.plan.stores.managed.s3 import S3Plan, resolve_s3
from pavedroad.plan.stores.memcached import MemcachedPlan, resolve_memcached
from pavedroad.plan.stores.model import EndpointPlan, StorePlan
from pavedroad.plan.stores.mongodb import MongodbPlan, resolve_mongodb
from pavedroad.plan.stores.mysql import MysqlPlan, resolve_mysql
from pavedroad.plan.stores.neo4j import Neo4jPlan, resolve_neo4j
from pavedroad.plan.stores.postgres import PostgresPlan, resolve_postgres
from pavedroad.plan.stores.redis import RedisPlan, resolve_redis
from pavedroad.plan.stores.request import StoreRequest

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import Store
    from pavedroad.plan.context import Context
    from pavedroad.plan.flows import Party
    from pavedroad.plan.provenance import Scope

__all__ = [
    "AuroraPlan",
    "CassandraPlan",
    "DocumentdbPlan",
    "DynamodbLocalPlan",
    "DynamodbPlan",
    "ElasticacheMemcachedPlan",
    "ElasticacheValkeyPlan",
    "EndpointPlan",
    "KeyspacesPlan",
    "MemcachedPlan",
    "MongodbPlan",
    "MysqlPlan",
    "Neo4jPlan",
    "PostgresPlan",
    "RdsPlan",
    "RedisPlan",
    "S3Plan",
    "StorePlan",
    "resolve_store",
    "store_client_flow",
]


def resolve_store(  # noqa: PLR0913, PLR0917 a place in a descriptor, and what is said there
    context: Context,
    scope: Scope,
    team: str,
    service: str,
    name: str,
    spec: Store,
    override: StoreOverride | None,
) -> StorePlan:
    """Return a store with nothing left to choose.

    Args:
        context: All descriptors and the environment.
        scope: The place of the store in the descriptor.
        team: The team that owns it.
        service: The service that owns it, as the descriptor names it.
        name: The store's name in the descriptor.
        spec: What the descriptor says about it.
        override: What it says for this environment alone.
    """
    request = StoreRequest(
        context=context,
        scope=scope,
        team=team,
        service=service,
        store=name,
        spec=spec,
        override=override or StoreOverride(),
    )
    return _resolve(request, spec)


def _resolve(request: StoreRequest, spec: Store) -> StorePlan:  # noqa: PLR0911 one return for each engine
    """Return the plan of a store by its engine."""
    match spec:
        case PostgresStore():
            return _resolve_postgres(request, spec)
        case MysqlStore():
            return _resolve_mysql(request, spec)
        case MongodbStore():
            return _resolve_mongodb(request, spec)
        case RedisStore():
            return _resolve_redis(request, spec)
        case MemcachedStore():
            return _resolve_memcached(request, spec)
        case CassandraStore():
            return _resolve_cassandra(request, spec)
        case Neo4jStore():
            return resolve_neo4j(request, spec)
        case DynamodbStore():
            return _resolve_dynamodb(request, spec)
        case BucketStore():
            return _resolve_bucket(request, spec)


def _resolve_postgres(request: StoreRequest, spec: PostgresStore) -> StorePlan:
    """Return the plan of a PostgreSQL store, by who runs it."""
    match request.context.environment.providers.postgres:
        case "aurora":
            return resolve_aurora(request, spec, request.context.needed_account)
        case "rds":
            return resolve_rds(request, spec, request.context.needed_account)
        case _:
            return resolve_postgres(request, spec)


def _resolve_mysql(request: StoreRequest, spec: MysqlStore) -> StorePlan:
    """Return the plan of a MySQL store, by who runs it."""
    match request.context.environment.providers.mysql:
        case "aurora":
            return resolve_aurora(request, spec, request.context.needed_account)
        case "rds":
            return resolve_rds(request, spec, request.context.needed_account)
        case _:
            return resolve_mysql(request, spec)


def _resolve_mongodb(request: StoreRequest, spec: MongodbStore) -> StorePlan:
    """Return the plan of a MongoDB store, by who runs it."""
    if request.context.environment.providers.mongodb == "documentdb":
        return resolve_documentdb(request, spec, request.context.needed_account)
    return resolve_mongodb(request, spec)


def _resolve_redis(request: StoreRequest, spec: RedisStore) -> StorePlan:
    """Return the plan of a Redis store, by who runs it."""
    if request.context.environment.providers.redis == "elasticache":
        return resolve_elasticache_valkey(request, spec, request.context.needed_account)
    return resolve_redis(request, spec)


def _resolve_memcached(request: StoreRequest, spec: MemcachedStore) -> StorePlan:
    """Return the plan of a memcached store, by who runs it."""
    if request.context.environment.providers.memcached == "elasticache":
        return resolve_elasticache_memcached(request, spec)
    return resolve_memcached(request, spec)


def _resolve_cassandra(request: StoreRequest, spec: CassandraStore) -> StorePlan:
    """Return the plan of a Cassandra store, by who runs it."""
    if request.context.environment.providers.cassandra == "keyspaces":
        return resolve_keyspaces(request, request.context.needed_account)
    return resolve_cassandra(request, spec)


def _resolve_dynamodb(request: StoreRequest, spec: DynamodbStore) -> StorePlan:
    """Return the plan of tables, by who keeps them."""
    if request.context.environment.providers.dynamodb == "dynamodb":
        return resolve_managed_dynamodb(request, spec, request.context.needed_account)
    return resolve_dynamodb(request, spec)


def _resolve_bucket(request: StoreRequest, spec: BucketStore) -> StorePlan:
    """Return the plan of a bucket, by who keeps it."""
    if request.context.environment.providers.bucket == "s3":
        return resolve_s3(request, spec, request.context.needed_account)
    return resolve_bucket(request, spec)


def store_client_flow(store: StorePlan, client: Party) -> Flow:
    """Return the flow of a client to the pods of a store that runs in the cluster."""
    if store.party is None:
        raise LookupError(f"{store.name} stands outside the cluster: clients reach it as egress")
    return Flow(kind="store", source=client, destination=store.party, ports=store.ports)
