"""The user that owns a managed database: AWS has no resource for it, so a job makes it, and makes it again.

The job logs in as the administrator, whose password AWS makes and changes by itself, as often as the tier says. It is told
the same things every hour, so that a new password of either user has followed its Secret by then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from components.aws.identity import declare_reader_role
from components.aws.place import cloud_place
from components.aws.security_groups import declare_membership
from components.secret_sources import SECRET_STORE
from components.stores.kinds import EXTERNAL_SECRET
from components.stores.managed.parts import AUTHORITY
from components.stores.parts import declare_password, secret_env
from components.stores.setup import FILES, Setup, SetupJob, declare_setup_job
from pavedroad.plan.stores.managed.database import SETUP_SCHEDULE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.kubernetes import Body, Place
    from pavedroad.plan.stores.managed.database import DatabasePlan, LoginPlan

POSTGRES: Final = Setup(
    user=26,
    login="""\
export PGHOST="$SERVER" PGPORT="$PORT" PGDATABASE="$DATABASE" PGSSLMODE=verify-full PGSSLROOTCERT="$AUTHORITY"
export PGUSER="$MASTER_USER" PGPASSWORD="$MASTER_PASSWORD\"""",
    client="psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1",
    language="SQL",
    statements="""\
\\getenv owner APP_USER
\\getenv password APP_PASSWORD
\\getenv database DATABASE
SELECT format('CREATE ROLE %I LOGIN', :'owner') WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'owner') \\gexec
ALTER ROLE :"owner" WITH LOGIN PASSWORD :'password';
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO :"owner";
GRANT USAGE, CREATE ON SCHEMA public TO :"owner";
$EXTENSIONS""",
)
"""The user makes its tables in ``public`` and owns them; it can neither drop the database nor make others."""

MYSQL: Final = Setup(
    user=27,
    login="""\
printf '[client]\\nhost=%s\\nport=%s\\nuser=%s\\npassword="%s"\\nssl-mode=VERIFY_IDENTITY\\nssl-ca=%s\\n' \\
  "$SERVER" "$PORT" "$MASTER_USER" "$MASTER_PASSWORD" "$AUTHORITY" > /tmp/client.cnf""",
    client="mysql --defaults-extra-file=/tmp/client.cnf",
    language="SQL",
    statements="""\
CREATE USER IF NOT EXISTS '$APP_USER'@'%' IDENTIFIED BY '$APP_PASSWORD' REQUIRE SSL;
ALTER USER '$APP_USER'@'%' IDENTIFIED BY '$APP_PASSWORD' REQUIRE SSL;
GRANT ALTER, CREATE, CREATE TEMPORARY TABLES, CREATE VIEW, DELETE, DROP, EXECUTE, INDEX, INSERT, LOCK TABLES,
  REFERENCES, SELECT, SHOW VIEW, TRIGGER, UPDATE ON \\`$DATABASE\\`.* TO '$APP_USER'@'%';""",
)
"""Names come from the plan, where only identifiers pass; the owner's password is letters and digits."""


MASTER_REFRESH: Final = "5m"
"""How often the administrator's login is read again: within the half hour that the job has for a new one."""


def declare_login(  # noqa: PLR0913 each keyword is known once something else is made
    place: Place,
    plan: DatabasePlan,
    setup: Setup,
    *,
    host: pulumi.Output[str],
    master_secret: pulumi.Output[str],
    found: pulumi.Resource,
    extra: Mapping[str, str] | None = None,
) -> None:
    """Declare the owner's user of a database, its Secret, and the job that makes it.

    Args:
        place: The store's.
        plan: The store.
        setup: What the job does.
        host: The host of the database.
        master_secret: The ARN of the secret with the administrator's login.
        found: The ConfigMap with the host.
        extra: Variables of the job beside those of every database.
    """
    login = plan.login
    _declare_rotation(place, plan, master_secret)
    credentials = declare_password(place, login.credentials, host)
    master = _declare_master(place, login, master_secret)
    after: tuple[pulumi.Resource, ...] = (credentials, master, found)
    if place.group is not None:
        after += (declare_membership(place, login.job, dict(login.job_labels), place.group),)
    job = SetupJob(
        name=login.job,
        labels=login.job_labels,
        image=login.image,
        schedule=SETUP_SCHEDULE,
        files=plan.reach.endpoint,
    )
    declare_setup_job(place, job, setup, _variables(plan, extra or {}), after)


def _variables(plan: DatabasePlan, extra: Mapping[str, str]) -> list[Body]:
    login, endpoint = plan.login, plan.reach.endpoint
    plain = {
        "PORT": str(plan.reach.port),
        "DATABASE": login.database,
        "AUTHORITY": f"{FILES}/{AUTHORITY}",
        **extra,
    }
    return [
        {"name": "SERVER", "valueFrom": {"configMapKeyRef": {"name": endpoint, "key": "host"}}},
        *({"name": name, "value": value} for name, value in plain.items()),
        secret_env("MASTER_USER", login.master, "username"),
        secret_env("MASTER_PASSWORD", login.master, "password"),
        secret_env("APP_USER", login.credentials.name, "username"),
        secret_env("APP_PASSWORD", login.credentials.name, "password"),
    ]


def _declare_rotation(place: Place, plan: DatabasePlan, secret: pulumi.Output[str]) -> None:
    """Declare how often AWS changes the administrator's password; the first time is not at once.

    Who makes the secret changes it too, so no function is named (Secrets Manager user guide, «Managed rotation»).
    """
    rules = {"automaticallyAfterDays": plan.login.rotation_days}
    cloud_place(place).declare(
        "aws:secretsmanager/secretRotation:SecretRotation",
        plan.reach.identifier,
        {"secretId": secret, "rotationRules": rules, "rotateImmediately": False},
        tagged=False,
    )


def _declare_master(place: Place, login: LoginPlan, secret: pulumi.Output[str]) -> pulumi.Resource:
    """Declare the administrator's login in the cluster, read with a role that may read nothing else."""
    cloud = cloud_place(place)
    role = declare_reader_role(cloud, login.reader)
    provider = {
        "service": "SecretsManager",
        "region": cloud.cloud.account.region,
        "role": cloud.cloud.account.arn("iam", f"role/{login.reader.name}"),
    }
    store = place.declare(
        SECRET_STORE, login.master, {"spec": {"provider": {"aws": provider}}}, after=(role,)
    )
    keys = ("username", "password")
    spec = {
        "refreshInterval": MASTER_REFRESH,
        "secretStoreRef": {"kind": "SecretStore", "name": login.master},
        "target": {"name": login.master, "creationPolicy": "Owner"},
        "data": [{"secretKey": key, "remoteRef": {"key": secret, "property": key}} for key in keys],
    }
    return place.declare(EXTERNAL_SECRET, login.master, {"spec": spec}, after=(store,))
