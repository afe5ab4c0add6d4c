"""Cassandra as cass-operator's resource, and the job that makes the keyspace.

The management API has no TLS here: it is only reached through the mesh, by the operator's identity. Nodes find one
another by pod address, which the mesh encrypts only on ports that a headless Service names, so there is one for the
internode port. The operator makes the disruption budget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import Kind
from components.stores.parts import (
    MESH,
    claim,
    declare_account,
    declare_password,
    declare_service,
    identity_props,
    open_outputs,
    resources,
    restricted_pod,
    secret_env,
    spread,
)
from components.stores.setup import Setup, SetupJob, declare_setup_job
from pavedroad.descriptor.values import memory_bytes
from pavedroad.plan.naming import STORE_LABEL
from pavedroad.plan.stores.cassandra import INTERNODE_PORT, PORT
from pavedroad.plan.stores.sizing import JOB_COMPUTE

if TYPE_CHECKING:
    from components.kubernetes import Body, Place
    from pavedroad.plan.stores import CassandraPlan

DATACENTER: Final = Kind("cassandra.datastax.com/v1beta1", "CassandraDatacenter")
CASSANDRA_USER: Final = 999
"""The user of the images."""

_CONTAINER: Final[Body] = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
"""The node's image writes its configuration into its own file system, so that cannot be read-only."""

_SETUP: Final = Setup(
    user=CASSANDRA_USER,
    login=(
        "printf '[plain_text_auth]\\nusername = %s\\npassword = %s\\n' "
        '"$ADMIN_USER" "$ADMIN_PASSWORD" > /tmp/credentials'
    ),
    client='cqlsh --credentials /tmp/credentials "$SERVER" "$PORT"',
    language="CQL",
    statements="""\
CREATE KEYSPACE IF NOT EXISTS "$KEYSPACE" WITH replication = $REPLICATION;
GRANT ALL PERMISSIONS ON KEYSPACE "$KEYSPACE" TO "$APP_USER";""",
)
"""Names come from the plan, where only identifiers pass."""


class Cassandra(pulumi.ComponentResource):
    """A datacenter, a user and the keyspace that it owns."""

    def __init__(self, plan: CassandraPlan, place: Place) -> None:
        """Declare the store in its owner's place."""
        super().__init__(
            "pavedroad:stores:Cassandra",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        self._plan = plan
        self._place = place.under(self, {STORE_LABEL: plan.name})
        needed = (
            declare_password(self._place, plan.superuser),
            declare_password(self._place, plan.credentials),
            declare_account(self._place, plan.service_account),
            declare_service(
                self._place, plan.nodes, plan.selector, {"internode": INTERNODE_PORT}, headless=True
            ),
        )
        datacenter = self._place.declare(
            DATACENTER, plan.name, {"spec": self._spec()}, protect=plan.identity.protect, after=needed
        )
        self._declare_keyspace(datacenter)
        self.register_outputs(open_outputs(plan))

    def _spec(self) -> Body:
        plan = self._plan
        heap = memory_bytes(plan.servers.compute.memory) // 2 // 2**20
        return {
            "clusterName": plan.name,
            "serverType": "cassandra",
            "serverVersion": plan.version,
            "size": plan.servers.instances,
            "racks": [{"name": rack} for rack in plan.racks],
            "managementApiAuth": {"insecure": {}},
            "superuserSecretName": plan.superuser.name,
            "users": [{"secretName": plan.credentials.name, "superuser": False}],
            "serviceAccountName": plan.service_account,
            "resources": resources(plan.servers.compute),
            "systemLoggerResources": resources(JOB_COMPUTE),
            "configBuilderResources": resources(JOB_COMPUTE),
            "allowMultipleNodesPerWorker": plan.servers.spread == "none",
            "storageConfig": {"cassandraDataVolumeClaimSpec": claim(plan.disk)},
            "config": {
                "cassandra-yaml": {
                    "authenticator": "PasswordAuthenticator",
                    "authorizer": "CassandraAuthorizer",
                    "role_manager": "CassandraRoleManager",
                },
                "jvm-server-options": {"initial_heap_size": f"{heap}M", "max_heap_size": f"{heap}M"},
            },
            "podTemplateSpec": {
                "metadata": {"labels": MESH},
                "spec": {
                    "securityContext": restricted_pod(CASSANDRA_USER),
                    "initContainers": [{"name": "server-config-init", "securityContext": _CONTAINER}],
                    "containers": [
                        {"name": "cassandra", "securityContext": _CONTAINER},
                        {"name": "server-system-logger", "securityContext": _CONTAINER},
                    ],
                    "topologySpreadConstraints": spread(plan.servers, plan.selector),
                },
            },
        }

    def _declare_keyspace(self, datacenter: pulumi.Resource) -> None:
        plan = self._plan
        declare_setup_job(
            self._place,
            SetupJob(name=plan.job, labels=plan.job_labels, image=plan.servers.image),
            _SETUP,
            env=[
                {"name": "SERVER", "value": f"{plan.name}-{plan.name}-service"},
                {"name": "PORT", "value": str(PORT)},
                {"name": "KEYSPACE", "value": plan.keyspace},
                {
                    "name": "REPLICATION",
                    "value": f"{{'class': 'NetworkTopologyStrategy', '{plan.name}': {plan.replicas}}}",
                },
                secret_env("ADMIN_USER", plan.superuser.name, "username"),
                secret_env("ADMIN_PASSWORD", plan.superuser.name, "password"),
                secret_env("APP_USER", plan.credentials.name, "username"),
            ],
            after=(datacenter,),
        )
