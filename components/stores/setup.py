"""The job that prepares a server over its own protocol, with the client in the server's image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from components.kubernetes import DNS_CONFIG
from components.stores.kinds import CRON_JOB, JOB
from components.stores.parts import RESTRICTED, declare_account, pod_labels, resources, restricted_pod
from pavedroad.plan.stores.sizing import JOB_COMPUTE

if TYPE_CHECKING:
    import pulumi

    from components.kubernetes import Body, Place
    from pavedroad.plan.flows import Labels


FILES: Final = "/etc/setup"
"""Where a job's script finds its files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What a job does to a server; its parts are pieces of shell, which read the job's environment variables.

    Attributes:
        user: The numeric user of the image.
        login: A command that writes what the client logs in with to a file, so that no command line shows it.
        client: The command that logs in and runs what it reads.
        language: What the statements are written in.
        statements: What the server is told; it may be told again at any time.
    """

    user: int
    login: str
    client: str
    language: str
    statements: str

    @property
    def script(self) -> str:
        """The shell script of the job: it tries for a minute, and then fails.

        Its pod starts it again, with what the Secrets of its variables hold by then.
        """
        return f"""\
umask 077
{self.login}
prepare() {{
  {self.client} <<{self.language}
{self.statements}
{self.language}
}}
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12; do
  if prepare; then exit; fi
  echo "waiting for $SERVER, attempt $attempt"
  sleep 5
done
exit 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupJob:
    """The job that does it.

    Attributes:
        name: Its name, and its service account's.
        labels: Labels of its pods.
        image: The image with the client.
        schedule: When it is done again, as cron has it; None for once.
        annotations: Annotations of its pods.
        files: A ConfigMap whose keys the script finds as files in `FILES`; None for none.
    """

    name: str
    labels: Labels
    image: str
    schedule: str | None = None
    annotations: Labels = ()
    files: str | None = None


def declare_setup_job(
    place: Place,
    job: SetupJob,
    setup: Setup,
    env: list[Body],
    after: tuple[pulumi.Resource, ...],
) -> None:
    """Declare the job, and the identity that it has in the mesh.

    The side-car of the mesh ends with the job, since it is a native one (Kubernetes 1.29, «Sidecar containers»;
    Istio's default since 1.27).

    Args:
        place: The store's.
        job: The job.
        setup: What the job does.
        env: The variables that the setup reads; ``SERVER`` is one of them.
        after: What the job needs to be there.
    """
    account = declare_account(place, job.name)
    volumes = _volumes(job)
    container: Body = {
        "name": "setup",
        "image": job.image,
        "command": ["sh", "-euc", setup.script],
        "env": [{"name": "HOME", "value": "/tmp"}, *env],  # noqa: S108 a volume of the pod alone
        "resources": resources(JOB_COMPUTE),
        "securityContext": RESTRICTED,
        "volumeMounts": [{"name": volume["name"], "mountPath": path} for path, volume in volumes.items()],
    }
    pod: Body = {
        "serviceAccountName": job.name,
        "automountServiceAccountToken": False,
        "restartPolicy": "OnFailure",
        "dnsConfig": DNS_CONFIG,
        "securityContext": restricted_pod(setup.user),
        "containers": [container],
        "volumes": list(volumes.values()),
    }
    metadata: Body = {"labels": pod_labels(job.name, job.labels)}
    if job.annotations:
        metadata["annotations"] = dict(job.annotations)
    template: Body = {"metadata": metadata, "spec": pod}
    run: Body = {"backoffLimit": 10, "activeDeadlineSeconds": 1800, "template": template}
    place.declare(JOB, job.name, {"spec": run}, after=(account, *after))
    if job.schedule is not None:
        again = {"spec": {**run, "ttlSecondsAfterFinished": 3600}}
        spec: Body = {
            "schedule": job.schedule,
            "startingDeadlineSeconds": 600,
            "concurrencyPolicy": "Forbid",
            "jobTemplate": again,
        }
        place.declare(CRON_JOB, job.name, {"spec": spec}, after=(account, *after))


def _volumes(job: SetupJob) -> dict[str, Body]:
    """Return the volumes of a job, by where they are mounted."""
    volumes: dict[str, Body] = {"/tmp": {"name": "tmp", "emptyDir": {"sizeLimit": "16Mi"}}}  # noqa: S108 the pod's own
    if job.files is not None:
        volumes[FILES] = {"name": "files", "configMap": {"name": job.files}}
    return volumes
