"""MongoDB as the Community operator's resource.

The operator gives its pods a user and a read-only root file system; what ``restricted`` asks for beside that is
merged in here by container name. The agent in each pod reads its configuration from a Secret and notes its progress
on its own pod, so it gets a role for both (the operator's ``config/rbac/role_binding_database.yaml``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import Kind
from components.stores.exporters import (
    declare_exporter_login,
    exporter_containers,
    exporter_labels,
    exporter_login,
)
from components.stores.kinds import ROLE, ROLE_BINDING
from components.stores.parts import (
    MESH,
    RESTRICTED,
    claim,
    declare_account,
    declare_budget,
    declare_password,
    identity_props,
    open_outputs,
    resources,
    restricted_pod,
    spread,
)
from pavedroad.plan.naming import STORE_LABEL
from pavedroad.plan.stores.exporters import USERNAME
from pavedroad.plan.stores.model import DiskPlan
from pavedroad.plan.stores.mongodb import PORT
from pavedroad.plan.stores.sizing import JOB_COMPUTE, tag

if TYPE_CHECKING:
    from components.kubernetes import Body, Place
    from pavedroad.plan.stores import MongodbPlan

MONGODB: Final = Kind("mongodbcommunity.mongodb.com/v1", "MongoDBCommunity")
MONGODB_USER: Final = 2000
"""The user that the operator runs everything as."""
LOGS_SIZE: Final = "2Gi"

_INIT_STEPS: Final = ("mongod-posthook", "mongodb-agent-readinessprobe")


class Mongodb(pulumi.ComponentResource):
    """A replica set with one user that owns one database."""

    def __init__(self, plan: MongodbPlan, place: Place) -> None:
        """Declare the store in its owner's place."""
        super().__init__(
            "pavedroad:stores:Mongodb",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        self._plan = plan
        self._place = place.under(self, {STORE_LABEL: plan.name})
        needed = (
            declare_password(self._place, plan.credentials),
            *declare_exporter_login(self._place, plan.exporter),
            *self._declare_identity(),
        )
        self._place.declare(
            MONGODB, plan.name, {"spec": self._spec()}, protect=plan.identity.protect, after=needed
        )
        declare_budget(self._place, plan.name, self._selector, plan.servers.instances)
        self.register_outputs(open_outputs(plan))

    @property
    def _selector(self) -> tuple[tuple[str, str], ...]:
        return (("app", f"{self._plan.name}-svc"),)

    def _declare_identity(self) -> tuple[pulumi.Resource, ...]:
        name = self._plan.service_account
        role = self._place.declare(
            ROLE,
            name,
            {
                "rules": [
                    {
                        "apiGroups": [""],
                        "resources": ["secrets"],
                        "verbs": ["get"],
                        "resourceNames": [f"{name}-config"],
                    },
                    {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "patch", "delete"]},
                ]
            },
        )
        account = declare_account(self._place, name)
        binding = self._place.declare(
            ROLE_BINDING,
            name,
            {
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
                "subjects": [{"kind": "ServiceAccount", "name": name}],
            },
            after=(role, account),
        )
        return (account, binding)

    def _spec(self) -> Body:
        plan = self._plan
        return {
            "type": "ReplicaSet",
            "members": plan.servers.instances,
            "version": tag(plan.servers.image),
            "security": {
                # Old drivers know only the first SCRAM.
                "authentication": {"modes": ["SCRAM-SHA-256", "SCRAM-SHA-1"], "agentMode": "SCRAM-SHA-256"}
            },
            "users": [
                {
                    "name": plan.username,
                    "db": plan.database,
                    "passwordSecretRef": {"name": plan.credentials.name, "key": "password"},
                    "roles": [{"name": "dbOwner", "db": plan.database}],
                    "scramCredentialsSecretName": plan.name,
                    "connectionStringSecretName": plan.uri_secret,
                },
                *self._exporter_users(),
            ],
            "statefulSet": {"spec": self._stateful_set()},
        }

    def _exporter_users(self) -> list[Body]:
        """Return the user of the side-car: it may look at the servers' state, and read nobody's data."""
        exporter = self._plan.exporter
        if exporter is None or exporter.credentials is None:
            return []
        secret = exporter.credentials.name
        return [
            {
                "name": USERNAME,
                "db": "admin",
                "passwordSecretRef": {"name": secret, "key": "password"},
                "roles": [{"name": "clusterMonitor", "db": "admin"}],
                "scramCredentialsSecretName": secret,
            }
        ]

    def _exporter(self) -> list[Body]:
        """Return the side-car: what servers tell of themselves and of their set (mongodb_exporter: REFERENCE.md)."""
        exporter = self._plan.exporter
        return exporter_containers(
            exporter,
            ["--collector.diagnosticdata", "--collector.replicasetstatus"],
            (
                {"name": "MONGODB_URI", "value": f"mongodb://127.0.0.1:{PORT}/admin"},
                *exporter_login(exporter, {"MONGODB_USER": "username", "MONGODB_PASSWORD": "password"}),
            ),
        )

    def _stateful_set(self) -> Body:
        plan = self._plan
        pod: Body = {
            "serviceAccountName": plan.service_account,
            "automountServiceAccountToken": True,
            "securityContext": restricted_pod(MONGODB_USER),
            "initContainers": [{"name": step, "securityContext": RESTRICTED} for step in _INIT_STEPS],
            "containers": [
                {
                    "name": "mongod",
                    "resources": resources(plan.servers.compute),
                    "securityContext": RESTRICTED,
                },
                {"name": "mongodb-agent", "resources": resources(JOB_COMPUTE), "securityContext": RESTRICTED},
                *self._exporter(),
            ],
            "topologySpreadConstraints": spread(plan.servers, self._selector),
        }
        logs = DiskPlan(size=LOGS_SIZE, storage_class=plan.disk.storage_class)
        return {
            "template": {"metadata": {"labels": MESH | exporter_labels(plan.exporter)}, "spec": pod},
            "volumeClaimTemplates": [
                {"metadata": {"name": "data-volume"}, "spec": claim(plan.disk)},
                {"metadata": {"name": "logs-volume"}, "spec": claim(logs)},
            ],
        }
