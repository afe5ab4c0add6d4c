"""MySQL as the MySQL Operator's resource, and the job that makes database and user.

The operator's pods are not within ``restricted`` by themselves: they lack a seccomp profile, and the init step
``fixdatadir`` runs as root to change the owner of the data folder. The pod specification given here is merged into
the operator's (``utils.merge_patch_object``: lists of objects by name, other lists replaced) and mends both; the
folder belongs to the group by ``fsGroup`` already. Servers speak TLS with certificates of their own making, which is
forced on nobody. The operator forms the group over the servers' SQL port, so it must be in the mesh.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import Kind
from components.stores.exporters import (
    declare_exporter_login,
    exporter_containers,
    exporter_labels,
    exporter_login,
)
from components.stores.parts import (
    MESH,
    claim,
    declare_budget,
    declare_password,
    declare_vault_secret,
    identity_props,
    open_outputs,
    resources,
    secret_env,
    spread,
)
from components.stores.setup import Setup, SetupJob, declare_setup_job
from pavedroad.descriptor.values import memory_bytes
from pavedroad.plan.naming import STORE_LABEL
from pavedroad.plan.stores.exporters import USERNAME
from pavedroad.plan.stores.mysql import PORT
from pavedroad.plan.stores.sizing import JOB_COMPUTE, PROXY_COMPUTE, tag

if TYPE_CHECKING:
    from components.kubernetes import Body, Place
    from pavedroad.plan.stores import MysqlPlan
    from pavedroad.plan.stores.model import BackupPlan

INNODB_CLUSTER: Final = Kind("mysql.oracle.com/v2", "InnoDBCluster")
MYSQL_USER: Final = 27
"""The user of the server's image."""

SCHEDULES: Final = {"hourly": "0 * * * *", "daily": "0 2 * * *", "weekly": "0 2 * * 0"}

_POD: Final[Body] = {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}

_NO_CHOWN: Final[Body] = {
    "name": "fixdatadir",
    "command": ["bash", "-c", "true"],
    "securityContext": {
        "runAsUser": MYSQL_USER,
        # An empty list would break the operator's merge; this one is the only capability that may stay.
        "capabilities": {"add": ["NET_BIND_SERVICE"], "drop": ["ALL"]},
    },
}

_SETUP: Final = Setup(
    user=MYSQL_USER,
    login="""\
printf '[client]\\nhost=%s\\nport=%s\\nuser=%s\\npassword=%s\\n' \\
  "$SERVER" "$PORT" "$ROOT_USER" "$ROOT_PASSWORD" > /tmp/client.cnf""",
    client="mysql --defaults-extra-file=/tmp/client.cnf",
    language="SQL",
    statements="""\
CREATE DATABASE IF NOT EXISTS \\`$DATABASE\\`;
CREATE USER IF NOT EXISTS '$APP_USER'@'%' IDENTIFIED BY '$APP_PASSWORD';
ALTER USER '$APP_USER'@'%' IDENTIFIED BY '$APP_PASSWORD';
GRANT ALL PRIVILEGES ON \\`$DATABASE\\`.* TO '$APP_USER'@'%';""",
)
"""Names come from the plan, where only identifiers pass; passwords are letters and digits."""

_EXPORTER_USER: Final = """
CREATE USER IF NOT EXISTS '$EXPORTER_USER'@'127.0.0.1' IDENTIFIED BY '$EXPORTER_PASSWORD';
ALTER USER '$EXPORTER_USER'@'127.0.0.1' IDENTIFIED BY '$EXPORTER_PASSWORD' WITH MAX_USER_CONNECTIONS 3;
GRANT PROCESS, REPLICATION CLIENT ON *.* TO '$EXPORTER_USER'@'127.0.0.1';
GRANT SELECT ON performance_schema.* TO '$EXPORTER_USER'@'127.0.0.1';"""
"""The side-car's user: it logs in from within the pod alone, and reads no table of anybody's (mysqld_exporter asks for
``SELECT`` on everything, which only collectors need that look into tables)."""

_COLLECTED: Final = ["--collect.perf_schema.replication_group_member_stats"]
"""What is collected beside what always is: how far members of the group are behind."""


class Mysql(pulumi.ComponentResource):
    """An InnoDB cluster, the routers that clients connect to, a database and the user that owns it."""

    def __init__(self, plan: MysqlPlan, place: Place) -> None:
        """Declare the store in its owner's place."""
        super().__init__(
            "pavedroad:stores:Mysql",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        self._plan = plan
        self._place = place.under(self, {STORE_LABEL: plan.name})
        root = declare_password(self._place, plan.root)
        credentials = declare_password(self._place, plan.credentials)
        exporter = declare_exporter_login(self._place, plan.exporter)
        needed: tuple[pulumi.Resource, ...] = (root, *exporter)
        if plan.backup is not None:
            needed += (declare_vault_secret(self._place, plan.backup.credentials),)
        cluster = self._place.declare(
            INNODB_CLUSTER, plan.name, {"spec": self._spec()}, protect=plan.identity.protect, after=needed
        )
        routers = (("component", "mysqlrouter"), ("mysql.oracle.com/cluster", plan.name))
        declare_budget(self._place, f"{plan.name}-router", routers, plan.router_instances)
        self._declare_database(credentials, *exporter, cluster)
        self.register_outputs(open_outputs(plan))

    def _spec(self) -> Body:
        plan = self._plan
        spec: Body = {
            "secretName": plan.root.name,
            "instances": plan.servers.instances,
            "version": tag(plan.servers.image),
            "tlsUseSelfSigned": True,
            "mycnf": f"[mysqld]\ninnodb_buffer_pool_size={self._buffer_pool()}\n",
            "podLabels": MESH | exporter_labels(plan.exporter),
            "podSpec": self._server_pod(),
            "datadirVolumeClaimTemplate": claim(plan.disk),
            "router": {
                "instances": plan.router_instances,
                "podLabels": MESH,
                "podSpec": self._router_pod(),
            },
        }
        if plan.backup is not None:
            spec["backupSchedules"] = [self._schedule(plan.backup)]
        return spec

    def _buffer_pool(self) -> int:
        """Return the buffer pool's size in bytes: half of the memory, since the server needs much beside it."""
        return memory_bytes(self._plan.servers.compute.memory) // 2

    def _server_pod(self) -> Body:
        servers = self._plan.servers
        selector = (("component", "mysqld"), ("mysql.oracle.com/cluster", self._plan.name))
        return {
            "securityContext": _POD,
            "initContainers": [_NO_CHOWN],
            "containers": [
                {"name": "sidecar", "resources": resources(JOB_COMPUTE)},
                {"name": "mysql", "resources": resources(servers.compute)},
                *self._exporter(),
            ],
            "topologySpreadConstraints": spread(servers, selector),
        }

    def _exporter(self) -> list[Body]:
        exporter = self._plan.exporter
        return exporter_containers(
            exporter,
            [f"--mysqld.address=127.0.0.1:{PORT}", f"--mysqld.username={USERNAME}", *_COLLECTED],
            exporter_login(exporter, {"MYSQLD_EXPORTER_PASSWORD": "password"}),
        )

    def _router_pod(self) -> Body:
        selector = (("component", "mysqlrouter"), ("mysql.oracle.com/cluster", self._plan.name))
        return {
            "securityContext": _POD,
            "containers": [{"name": "router", "resources": resources(PROXY_COMPUTE)}],
            "topologySpreadConstraints": spread(self._plan.servers, selector),
        }

    def _schedule(self, backup: BackupPlan) -> Body:
        storage = {
            "bucketName": backup.bucket,
            # The operator deletes no dumps, so the bucket's life-cycle rule does, by this folder's name.
            "prefix": f"{backup.path}/{backup.keep_days}d",
            "endpoint": backup.endpoint,
            "config": backup.credentials.name,
        }
        profile: Body = {
            "podLabels": {**dict(self._plan.backup_labels), **MESH},
            "dumpInstance": {"storage": {"s3": storage}},
        }
        return {
            "name": backup.schedule,
            "schedule": SCHEDULES[backup.schedule],
            "enabled": True,
            "deleteBackupData": False,
            "backupProfile": profile,
        }

    def _declare_database(self, *after: pulumi.Resource) -> None:
        plan = self._plan
        exporter = exporter_login(
            plan.exporter, {"EXPORTER_USER": "username", "EXPORTER_PASSWORD": "password"}
        )
        setup = replace(_SETUP, statements=_SETUP.statements + _EXPORTER_USER) if exporter else _SETUP
        declare_setup_job(
            self._place,
            SetupJob(name=plan.job, labels=plan.job_labels, image=plan.servers.image),
            setup,
            env=[
                {"name": "SERVER", "value": plan.name},
                {"name": "PORT", "value": str(PORT)},
                {"name": "DATABASE", "value": plan.database},
                secret_env("ROOT_USER", plan.root.name, "rootUser"),
                secret_env("ROOT_PASSWORD", plan.root.name, "rootPassword"),
                secret_env("APP_USER", plan.credentials.name, "username"),
                secret_env("APP_PASSWORD", plan.credentials.name, "password"),
                *exporter,
            ],
            after=after,
        )
