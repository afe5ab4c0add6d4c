"""How many replicas run, and when jobs do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.cluster_functions import ClusterFunction
from pavedroad.descriptor.values import seconds
from pavedroad.descriptor.workload import JobOverride, JobSpec, LongRunningOverride, ScaleSpec
from pavedroad.plan.workload import Concurrency, JobPlan, ScalePlan

if TYPE_CHECKING:
    from pavedroad.descriptor.workload import WorkloadOverride
    from pavedroad.plan.subject import Subject

DEFAULT_CPU_PERCENT: Final = 70
JOB_RETRIES: Final = 3
JOB_DEADLINE: Final = "1h"
JOB_KEEP: Final = "1d"
_CONCURRENCY: Final[dict[str, Concurrency]] = {"allow": "Allow", "forbid": "Forbid", "replace": "Replace"}


def schedule_of(spec: JobSpec, override: WorkloadOverride) -> str | None:
    """Return when a job runs; None for once at each change."""
    return (override.schedule if isinstance(override, JobOverride) else None) or spec.schedule


def resolve_scale(subject: Subject) -> ScalePlan:
    """Return the replicas of a service or worker; a job has one, and Knative counts those of a function."""
    spec, override = subject.spec, subject.override
    if isinstance(spec, JobSpec | ClusterFunction):
        return ScalePlan(min=1, max=1, cpu_percent=None, memory_percent=None, triggers=())
    given = spec.scale
    here = (override.scale if isinstance(override, LongRunningOverride) else None) or ScaleSpec()
    at = subject.scope.at("scale")
    fewest = at.choose(
        "min",
        override=here.min,
        given=given.min,
        tier=min(subject.context.tier.replicas, here.max or given.max or subject.context.tier.replicas),
    )
    most = at.choose("max", override=here.max, given=given.max, default=fewest)
    backlog = {**given.backlog, **here.backlog}
    cpu = here.cpu_percent or given.cpu_percent
    memory = here.memory_percent or given.memory_percent
    if most > fewest and not (backlog or memory):
        cpu = at.choose(
            "cpu_percent",
            override=here.cpu_percent,
            given=given.cpu_percent,
            default=DEFAULT_CPU_PERCENT,
        )
    triggers = tuple(
        subject.brokers.backlog_trigger(subject.team, subject.name, reference, per_replica)
        for reference, per_replica in sorted(backlog.items())
    )
    return ScalePlan(
        min=fewest, max=max(fewest, most), cpu_percent=cpu, memory_percent=memory, triggers=triggers
    )


def resolve_job(subject: Subject) -> JobPlan:
    """Return how a job runs."""
    spec = subject.spec
    override = subject.override
    assert isinstance(spec, JobSpec)
    assert isinstance(override, JobOverride)
    scope = subject.scope
    schedule = schedule_of(spec, override)
    suspended = spec.suspended if override.suspended is None else override.suspended
    keep = scope.choose("keep", given=spec.keep, default=JOB_KEEP) if schedule else None
    return JobPlan(
        schedule=schedule,
        time_zone=spec.time_zone,
        concurrency=_CONCURRENCY[scope.choose("overlap", given=spec.overlap, default="forbid")],
        suspended=suspended,
        retries=scope.choose("retries", given=spec.retries, default=JOB_RETRIES),
        deadline=seconds(scope.choose("deadline", given=spec.deadline, default=JOB_DEADLINE)),
        parallelism=scope.choose("parallelism", given=spec.parallelism, default=1),
        completions=scope.choose("completions", given=spec.completions, default=1),
        keep=seconds(keep) if keep else None,
    )
