"""Who realises a store: one resolver for every engine and provider that an environment can name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pavedroad.plan.stores.cassandra import resolve_cassandra
from pavedroad.plan.stores.dynamodb import resolve_dynamodb_endpoint, resolve_dynamodb_local
from pavedroad.plan.stores.endpoints import resolve_bucket
from pavedroad.plan.stores.managed.documentdb import resolve_documentdb
from pavedroad.plan.stores.managed.dynamodb import resolve_managed_dynamodb
from pavedroad.plan.stores.managed.elasticache import (
    resolve_elasticache_memcached,
    resolve_elasticache_valkey,
)
from pavedroad.plan.stores.managed.keyspaces import resolve_keyspaces
from pavedroad.plan.stores.managed.neptune import resolve_neptune
from pavedroad.plan.stores.managed.relational import resolve_aurora, resolve_rds
from pavedroad.plan.stores.managed.s3 import resolve_s3
from pavedroad.plan.stores.memcached import resolve_memcached
from pavedroad.plan.stores.model import StorePlan
from pavedroad.plan.stores.mongodb import resolve_mongodb
from pavedroad.plan.stores.mysql import resolve_mysql
from pavedroad.plan.stores.neo4j import resolve_neo4j
from pavedroad.plan.stores.postgres import resolve_postgres
from pavedroad.plan.stores.redis import resolve_redis
from pavedroad.plan.stores.request import ENDPOINT, StoreRequest

Resolver = Callable[[StoreRequest, Any], StorePlan]
"""Resolves what is asked for; the second argument is the store's spec, of the engine's own class."""

RESOLVERS: Final[dict[tuple[str, str], Resolver]] = {
    ("postgres", "cloudnative-pg"): resolve_postgres,
    ("postgres", "aurora"): resolve_aurora,
    ("postgres", "rds"): resolve_rds,
    ("mysql", "mysql-operator"): resolve_mysql,
    ("mysql", "aurora"): resolve_aurora,
    ("mysql", "rds"): resolve_rds,
    ("mongodb", "mongodb-community"): resolve_mongodb,
    ("mongodb", "documentdb"): resolve_documentdb,
    ("redis", "valkey"): resolve_redis,
    ("redis", "elasticache"): resolve_elasticache_valkey,
    ("memcached", "memcached"): resolve_memcached,
    ("memcached", "elasticache"): resolve_elasticache_memcached,
    ("cassandra", "cass-operator"): resolve_cassandra,
    ("cassandra", "keyspaces"): resolve_keyspaces,
    ("neo4j", "neo4j"): resolve_neo4j,
    ("neptune", "neptune"): resolve_neptune,
    ("dynamodb", "dynamodb-local"): resolve_dynamodb_local,
    ("dynamodb", "dynamodb"): resolve_managed_dynamodb,
    ("dynamodb", ENDPOINT): resolve_dynamodb_endpoint,
    ("bucket", "s3"): resolve_s3,
    ("bucket", ENDPOINT): resolve_bucket,
}
"""By engine, and by what the environment's ``providers`` say of it."""
