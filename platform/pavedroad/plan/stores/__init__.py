"""Stores, resolved: which provider realises each, under which names, how large, and what it opens.

A store plan says everything that its component declares and everything that its owner may know. Names are
physical: a renamed store, service or team keeps its data. No plan holds a password, only the names of the Secrets
that are filled inside the cluster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor.stores import StoreOverride
from pavedroad.plan.flows import Flow
from pavedroad.plan.stores.cassandra import CassandraPlan
from pavedroad.plan.stores.dynamodb import DynamodbLocalPlan
from pavedroad.plan.stores.managed.documentdb import DocumentdbPlan
from pavedroad.plan.stores.managed.dynamodb import DynamodbPlan
from pavedroad.plan.stores.managed.elasticache import ElasticacheMemcachedPlan, ElasticacheValkeyPlan
from pavedroad.plan.stores.managed.keyspaces import KeyspacesPlan
from pavedroad.plan.stores.managed.neptune import NeptunePlan
from pavedroad.plan.stores.managed.relational import AuroraPlan, RdsPlan
from pavedroad.plan.stores.managed.s3 import S3Plan
from pavedroad.plan.stores.memcached import MemcachedPlan
from pavedroad.plan.stores.model import EndpointPlan, StorePlan
from pavedroad.plan.stores.mongodb import MongodbPlan
from pavedroad.plan.stores.mysql import MysqlPlan
from pavedroad.plan.stores.neo4j import Neo4jPlan
from pavedroad.plan.stores.postgres import PostgresPlan
from pavedroad.plan.stores.providers import RESOLVERS
from pavedroad.plan.stores.redis import RedisPlan
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
    "NeptunePlan",
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
    return RESOLVERS[request.realised](request, spec)


def store_client_flow(store: StorePlan, client: Party) -> Flow:
    """Return the flow of a client to the pods of a store that runs in the cluster."""
    if store.party is None:
        raise LookupError(f"{store.name} stands outside the cluster: clients reach it as egress")
    return Flow(kind="store", source=client, destination=store.party, ports=store.ports)
