"""PostgreSQL as CloudNativePG's resources.

The operator sets the security contexts of its pods by itself, within ``restricted`` («Security», Pod Security
Standards), and makes disruption budgets for instances. Connections are encrypted by the server's own TLS too, which
is on by default and forced on nobody. The status port stays outside the mesh: the operator asks it over TLS with a
certificate of its own («Operator communication»), and only the operator and the instances are let through to it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import Kind
from components.stores.parts import (
    MESH,
    declare_budget,
    declare_password,
    declare_vault_secret,
    identity_props,
    open_outputs,
    resources,
    spread,
    topology_key,
)
from pavedroad.descriptor.values import memory_bytes
from pavedroad.plan.naming import STORE_LABEL
from pavedroad.plan.stores.credentials import USERNAME
from pavedroad.plan.stores.postgres import MAX_CLIENTS, POOL_SIZE, STATUS_PORT
from pavedroad.plan.stores.sizing import PROXY_COMPUTE

if TYPE_CHECKING:
    from components.kubernetes import Body, Place
    from pavedroad.plan.stores import PostgresPlan
    from pavedroad.plan.stores.model import BackupPlan, ServersPlan

CLUSTER: Final = Kind("postgresql.cnpg.io/v1", "Cluster")
POOLER: Final = Kind("postgresql.cnpg.io/v1", "Pooler")
DATABASE: Final = Kind("postgresql.cnpg.io/v1", "Database")
DATABASE_ROLE: Final = Kind("postgresql.cnpg.io/v1", "DatabaseRole")
SCHEDULED_BACKUP: Final = Kind("postgresql.cnpg.io/v1", "ScheduledBackup")
OBJECT_STORE: Final = Kind("barmancloud.cnpg.io/v1", "ObjectStore")

POOLER_IMAGE: Final = "ghcr.io/cloudnative-pg/pgbouncer:1.24.1"
PLUGIN: Final = "barman-cloud.cloudnative-pg.io"

SCHEDULES: Final = {"hourly": "0 0 * * * *", "daily": "0 0 2 * * *", "weekly": "0 0 2 * * 0"}
"""Six fields, the first of which is seconds (ScheduledBackup: «spec.schedule»)."""


class Postgres(pulumi.ComponentResource):
    """A cluster, the pooler that clients connect to, a database, the role that owns it, and its backups."""

    def __init__(self, plan: PostgresPlan, place: Place) -> None:
        """Declare the store in its owner's place."""
        super().__init__(
            "pavedroad:stores:Postgres",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        self._plan = plan
        self._place = place.under(self, {STORE_LABEL: plan.name})
        credentials = declare_password(self._place, plan.credentials)
        needed: tuple[pulumi.Resource, ...] = (credentials,)
        if plan.backup is not None:
            needed += (self._declare_object_store(plan.backup),)
        cluster = self._place.declare(
            CLUSTER, plan.name, {"spec": self._cluster_spec()}, protect=plan.identity.protect, after=needed
        )
        self._declare_database(cluster)
        self._declare_pooler(cluster)
        if plan.backup is not None:
            self._declare_schedule(plan.backup, cluster)
        self.register_outputs(open_outputs(plan))

    def _cluster_spec(self) -> Body:
        plan = self._plan
        servers = plan.servers
        storage: Body = {"size": plan.disk.size}
        if plan.disk.storage_class is not None:
            storage["storageClass"] = plan.disk.storage_class
        spec: Body = {
            "instances": servers.instances,
            "imageName": servers.image,
            "inheritedMetadata": {
                "labels": MESH,
                "annotations": {"traffic.sidecar.istio.io/excludeInboundPorts": str(STATUS_PORT)},
            },
            "bootstrap": {
                "initdb": {
                    "database": plan.database,
                    "owner": USERNAME,
                    "secret": {"name": plan.credentials.name},
                }
            },
            "postgresql": {"parameters": _parameters(plan)},
            "storage": storage,
            "resources": resources(servers.compute),
            "affinity": _affinity(servers),
            "enablePDB": servers.instances > 1,
        }
        if plan.backup is not None:
            parameters = {"barmanObjectName": plan.name}
            spec["plugins"] = [{"name": PLUGIN, "isWALArchiver": True, "parameters": parameters}]
        return spec

    def _declare_database(self, cluster: pulumi.Resource) -> None:
        plan = self._plan
        role = self._place.declare(
            DATABASE_ROLE,
            plan.credentials.name,
            {
                "spec": {
                    "cluster": {"name": plan.name},
                    "name": USERNAME,
                    "login": True,
                    "passwordSecret": {"name": plan.credentials.name},
                }
            },
            after=(cluster,),
        )
        self._place.declare(
            DATABASE,
            plan.name,
            {
                "spec": {
                    "cluster": {"name": plan.name},
                    "name": plan.database,
                    "owner": USERNAME,
                    "extensions": [{"name": extension} for extension in plan.extensions],
                    "databaseReclaimPolicy": "retain",
                }
            },
            after=(role,),
        )

    def _declare_pooler(self, cluster: pulumi.Resource) -> None:
        plan = self._plan
        selector = (("cnpg.io/poolerName", plan.pooler),)
        self._place.declare(
            POOLER,
            plan.pooler,
            {
                "spec": {
                    "cluster": {"name": plan.name},
                    "type": "rw",
                    "instances": plan.pooler_instances,
                    "pgbouncer": {
                        "image": POOLER_IMAGE,
                        "poolMode": "session",
                        "parameters": {
                            "max_client_conn": str(MAX_CLIENTS),
                            "default_pool_size": str(POOL_SIZE),
                        },
                    },
                    "template": {
                        "metadata": {"labels": MESH},
                        "spec": {
                            "containers": [{"name": "pgbouncer", "resources": resources(PROXY_COMPUTE)}],
                            "topologySpreadConstraints": spread(plan.servers, selector),
                        },
                    },
                }
            },
            after=(cluster,),
        )
        declare_budget(self._place, plan.pooler, selector, plan.pooler_instances)

    def _declare_object_store(self, backup: BackupPlan) -> pulumi.Resource:
        secret = declare_vault_secret(self._place, backup.credentials)
        name = backup.credentials.name
        return self._place.declare(
            OBJECT_STORE,
            self._plan.name,
            {
                "spec": {
                    "configuration": {
                        "destinationPath": f"s3://{backup.bucket}/{backup.path}",
                        "endpointURL": backup.endpoint,
                        "s3Credentials": {
                            "accessKeyId": {"name": name, "key": "access_key_id"},
                            "secretAccessKey": {"name": name, "key": "secret_access_key"},
                        },
                        "wal": {"compression": "gzip"},
                        "data": {"compression": "gzip"},
                    },
                    "retentionPolicy": f"{backup.keep_days}d",
                }
            },
            after=(secret,),
        )

    def _declare_schedule(self, backup: BackupPlan, cluster: pulumi.Resource) -> None:
        self._place.declare(
            SCHEDULED_BACKUP,
            self._plan.name,
            {
                "spec": {
                    "cluster": {"name": self._plan.name},
                    "schedule": SCHEDULES[backup.schedule],
                    "immediate": True,
                    "backupOwnerReference": "self",
                    "method": "plugin",
                    "pluginConfiguration": {"name": PLUGIN},
                }
            },
            after=(cluster,),
        )


def _parameters(plan: PostgresPlan) -> dict[str, str]:
    """Return the server's settings: a quarter of the memory for shared buffers, as PostgreSQL's manual advises."""
    buffers = memory_bytes(plan.servers.compute.memory) // 4 // 2**20
    return {"max_connections": str(plan.max_connections), "shared_buffers": f"{buffers}MB"}


def _affinity(servers: ServersPlan) -> Body:
    """Return how instances keep apart, in the operator's own words."""
    key = topology_key(servers)
    if key is None:
        return {"enablePodAntiAffinity": False}
    return {
        "enablePodAntiAffinity": True,
        "topologyKey": key,
        "podAntiAffinityType": "required" if servers.spread_required else "preferred",
    }
