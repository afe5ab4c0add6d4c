"""What a service owns: one class for each engine, holding only the words that this engine understands."""

from typing import Annotated, Literal

from pydantic import Field

from pavedroad.descriptor.tables import TableName, TableSpec
from pavedroad.descriptor.values import (
    BucketName,
    Days,
    Identifier,
    Many,
    Memory,
    Name,
    Spec,
    Version,
)

StoreSize = Literal["small", "medium", "large"]
StoreInstances = Annotated[int, Field(ge=1, le=9)]


class BackupSpec(Spec):
    """How long backups of a store are kept, and when they are made."""

    keep: Days | None = None
    """How long a backup is kept, in whole days (`14d`). Default: by tier."""
    schedule: Literal["hourly", "daily", "weekly"] | None = None
    """How often a backup is made. Default: daily."""


class StoreBase(Spec):
    """What every store can say."""

    alias: Name | None = None
    """A host name that the application has built in; it resolves to this store in the team's namespace."""
    formerly: Many[Name] = ()
    """Earlier names of this store, oldest first: data and physical names are kept."""
    discard: bool = False
    """Let its data go: nothing refuses to delete it any more. Bring that up before you remove the store."""


class SizedStore(StoreBase):
    """A store whose instances come in sizes."""

    size: StoreSize | None = None
    """CPU and memory of each instance, by a table. Default: small."""


class ReplicatedStore(SizedStore):
    """A store that can run as several instances with a volume each."""

    instances: StoreInstances | None = None
    """How many instances run. Default: by tier (one in local, three in production)."""
    storage: Memory | None = None
    """Volume size of each instance. Default: by size and tier."""


class PostgresStore(ReplicatedStore):
    """A PostgreSQL database with a connection pooler and one user that owns it."""

    engine: Literal["postgres"]
    version: Literal["14", "15", "16", "17", "18"] | None = None
    """PostgreSQL major version. Default: 17."""
    database: Identifier | None = None
    """Name of the database. Default: the store's name."""
    extensions: Many[Identifier] = ()
    """PostgreSQL extensions to create in the database."""
    backup: BackupSpec | None = None
    """Base backups and write-ahead log archiving. Default: by tier."""


class MysqlStore(ReplicatedStore):
    """A MySQL InnoDB cluster behind routers, with one user that owns one database."""

    engine: Literal["mysql"]
    version: Literal["8.0", "8.4", "9.4"] | None = None
    """MySQL version series. Default: 8.4."""
    database: Identifier | None = None
    """Name of the database. Default: the store's name."""
    backup: BackupSpec | None = None
    """Dumps to the environment's backup bucket. Default: by tier."""


class MongodbStore(ReplicatedStore):
    """A MongoDB replica set with one user that owns one database."""

    engine: Literal["mongodb"]
    version: Literal["6.0", "7.0", "8.0"] | None = None
    """MongoDB version series. Default: 8.0."""
    database: Identifier | None = None
    """Name of the database. Default: the store's name."""


class RedisStore(ReplicatedStore):
    """A Valkey cluster that speaks the Redis protocol."""

    engine: Literal["redis"]
    version: Literal["8.0", "9.0"] | None = None
    """Valkey version series. Default: 9.0."""


class MemcachedStore(SizedStore):
    """Memcached: a cache that forgets everything when it restarts."""

    engine: Literal["memcached"]
    instances: StoreInstances | None = None
    """How many instances run. Default: by tier."""


class CassandraStore(ReplicatedStore):
    """A Cassandra datacenter and a keyspace replicated over its racks."""

    engine: Literal["cassandra"]
    version: Literal["4.1.8", "5.0.4"] | None = None
    """Cassandra version. Default: 5.0.4."""


class Neo4jStore(SizedStore):
    """A single Neo4j server with its own volume (clustering needs Neo4j's enterprise licence)."""

    engine: Literal["neo4j"]
    version: Version | None = None
    """Neo4j calendar version. Default: 2025.09."""
    storage: Memory | None = None
    """Volume size. Default: by size and tier."""


class NeptuneStore(SizedStore):
    """A Neptune graph that AWS keeps; its owner enters by its role in the account."""

    engine: Literal["neptune"]
    instances: StoreInstances | None = None
    """How many instances run: one writes, the others read and take over. Default: by tier."""


class DynamodbStore(StoreBase):
    """DynamoDB tables: the account's own on AWS, else the emulator or an end point."""

    engine: Literal["dynamodb"]
    tables: dict[TableName, TableSpec] = {}
    """The tables. On AWS they are made, and nothing else is; elsewhere the application makes them under these names."""


class BucketStore(Spec):
    """A bucket: the account's own on S3, or at the S3-compatible end point that the environment names."""

    engine: Literal["bucket"]
    bucket: BucketName
    """Name of the bucket at the end point; on S3, where names are the whole world's, more stands around it."""
    formerly: Many[Name] = ()
    """Earlier names of this store, oldest first."""
    discard: bool = False
    """Let its data go: nothing refuses to delete it any more. Bring that up before you remove the store."""


Store = Annotated[
    PostgresStore
    | MysqlStore
    | MongodbStore
    | RedisStore
    | MemcachedStore
    | CassandraStore
    | Neo4jStore
    | NeptuneStore
    | DynamodbStore
    | BucketStore,
    Field(discriminator="engine"),
]
"""A store, told apart by its ``engine``."""

ENGINES = (
    "postgres",
    "mysql",
    "mongodb",
    "redis",
    "memcached",
    "cassandra",
    "neo4j",
    "neptune",
    "dynamodb",
    "bucket",
)
"""Every engine that a descriptor can name."""

STORE_STAND_INS: dict[str, str] = {"neptune": "neo4j, which any cluster runs"}
"""Engines that AWS alone realises, and what stands in for each elsewhere."""

REFUSED_ENGINES: dict[str, str] = {
    "aurora": "postgres or mysql; the environment decides that Aurora realises it",
    "cosmosdb": "mongodb or cassandra",
    "couchbase": "mongodb",
    "db2": "postgres",
    "elasticsearch": "nothing yet; use an egress to a hosted search service",
    "mariadb": "mysql",
    "mssql": "postgres",
    "opensearch": "nothing yet; use an egress to a hosted search service",
    "oracle": "postgres",
    "s3": "bucket",
    "spanner": "postgres",
    "sqlserver": "postgres",
    "valkey": "redis; Valkey realises it",
}
"""Engines that no environment can realise, and what stands in for each."""


class StoreOverride(Spec):
    """What one environment changes about a store."""

    size: StoreSize | None = None
    """CPU and memory of each instance in this environment."""
    storage: Memory | None = None
    """Volume size of each instance in this environment."""
    instances: StoreInstances | None = None
    """How many instances run in this environment."""
    backup: BackupSpec | None = None
    """Backups in this environment."""
