"""Rules about who restarts a pod, and when what is finished goes away."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Pod,
    PodRule,
    Resource,
    ResourceRule,
    Severity,
    Tier,
    any_of,
)
from pavedroad.governance.kubernetes import POD_TEMPLATES
from policies.rules.workloads.checks import EVERY_TIER

_POD: Final = "kubernetes:core/v1:Pod"
_JOB: Final = "kubernetes:batch/v1:Job"
_CRON_JOB: Final = "kubernetes:batch/v1:CronJob"
_JOBS: Final = frozenset({_CRON_JOB, _JOB})
_STAYING: Final = frozenset(
    token
    for token in POD_TEMPLATES
    if token.startswith("kubernetes:apps/") or token.endswith((":ReplicationController", ":Rollout"))
)


def _spec_of(job: Resource) -> str:
    return "spec" if job.type == _JOB else "spec.jobTemplate.spec"


def _controlled(pod: Resource) -> Iterator[Duty]:
    owners = pod.properties.items("metadata.ownerReferences")
    yield Duty(
        pod,
        any_of(*(owner.anything("kind").present() for owner in owners)),
        "it must be made by a controller, as a Deployment or a Job",
    )


NOT_BARE: Final = ResourceRule(
    Control(
        identifier="pods-have-a-controller",
        sentence="No pod is declared by itself",
        why="When its node goes away nobody starts it anew, and it cannot be updated.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_POD}),
        fix=Fix(
            descriptor="declare it as a service, worker or job",
            pulumi="declare a Deployment, StatefulSet, DaemonSet or Job instead",
        ),
        off_in=frozenset({Tier.LOCAL}),
        rows=(58,),
    ),
    _controlled,
)


def _cleans_up(job: Resource) -> Iterator[Duty]:
    yield Duty(
        job,
        job.properties.number("spec.ttlSecondsAfterFinished").satisfies(lambda seconds: seconds >= 0),
        "spec.ttlSecondsAfterFinished must be set",
    )


CLEANS_UP: Final = ResourceRule(
    Control(
        identifier="jobs-clean-up",
        sentence="Every Job is removed some time after it has finished",
        why="Finished Jobs and their pods fill the cluster's store. Where the program must see what ran, as where "
        "Pulumi itself manages the Job, they stay on purpose: so this is only advice.",
        severity=Severity.LOW,
        resource_types=frozenset({_JOB}),
        fix=Fix(pulumi="set spec.ttlSecondsAfterFinished"),
        advisory_in=EVERY_TIER,
        rows=(59,),
    ),
    _cleans_up,
)


def _has_deadline(job: Resource) -> Iterator[Duty]:
    path = f"{_spec_of(job)}.activeDeadlineSeconds"
    yield Duty(job, job.properties.number(path).satisfies(lambda seconds: seconds > 0), f"{path} must be set")


DEADLINE: Final = ResourceRule(
    Control(
        identifier="jobs-have-a-deadline",
        sentence="Every run of a Job ends after a time that it says",
        why="A run that hangs holds its resources for good, and keeps the next one from starting.",
        severity=Severity.LOW,
        resource_types=_JOBS,
        fix=Fix(
            descriptor="set `deadline`; the platform takes an hour where you do not",
            pulumi="set activeDeadlineSeconds in the job's spec",
        ),
        rows=(59,),
    ),
    _has_deadline,
)


def _starts_in_time(job: Resource) -> Iterator[Duty]:
    path = "spec.startingDeadlineSeconds"
    yield Duty(job, job.properties.number(path).satisfies(lambda seconds: seconds > 0), f"{path} must be set")


STARTING_DEADLINE: Final = ResourceRule(
    Control(
        identifier="cron-jobs-have-a-starting-deadline",
        sentence="Every CronJob says how late a run may still start",
        why="Without one, after a hundred missed times the controller gives up and never starts it again.",
        severity=Severity.LOW,
        resource_types=frozenset({_CRON_JOB}),
        fix=Fix(
            descriptor="the platform sets it for every job with a schedule",
            pulumi="set spec.startingDeadlineSeconds",
        ),
        rows=(59,),
    ),
    _starts_in_time,
)


def _restarts(allowed: tuple[str, ...], *, absent: bool) -> Callable[[Pod], Iterator[Duty]]:
    demand = f"restartPolicy must be {' or '.join(allowed)}{', or left out' if absent else ''}"

    def check(pod: Pod) -> Iterator[Duty]:
        policy = pod.spec.text("restartPolicy")
        yield Duty(
            pod.workload,
            policy.satisfies(lambda text: text in allowed, absent=absent),
            f"{pod.spec.path}.{demand}",
        )

    return check


JOBS_RESTART: Final = PodRule(
    Control(
        identifier="jobs-say-how-to-restart",
        sentence="The pods of every Job say that they end: they are restarted only on failure, or never",
        why="Kubernetes takes a missing policy as Always, and refuses a Job with that.",
        severity=Severity.LOW,
        resource_types=_JOBS,
        fix=Fix(
            descriptor="the platform sets it for every job",
            pulumi="set restartPolicy to OnFailure or Never in the pod's spec",
        ),
        rows=(59,),
    ),
    _restarts(("Never", "OnFailure"), absent=False),
)

SERVICES_RESTART: Final = PodRule(
    Control(
        identifier="staying-pods-restart-always",
        sentence="The pods of whatever stays up are restarted always",
        why="Any other policy is refused by Kubernetes, or leaves a replica down for good.",
        severity=Severity.LOW,
        resource_types=_STAYING,
        fix=Fix(
            descriptor="the platform leaves it to Kubernetes, which restarts always",
            pulumi="remove restartPolicy, or set it to Always",
        ),
        rows=(59,),
    ),
    _restarts(("Always",), absent=True),
)

RULES: Final = (NOT_BARE, CLEANS_UP, DEADLINE, STARTING_DEADLINE, JOBS_RESTART, SERVICES_RESTART)
