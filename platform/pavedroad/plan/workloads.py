"""Services, workers and jobs, resolved: every choice about what runs is made here and in the modules that it calls."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from pavedroad.descriptor.cluster_functions import ClusterFunction
from pavedroad.descriptor.workload import JobOverride, JobSpec, LongRunningOverride
from pavedroad.plan.cloud.access import pod_role
from pavedroad.plan.cloud.security import service_group
from pavedroad.plan.containers import resolve_ports
from pavedroad.plan.functions.knative import resolve_knative
from pavedroad.plan.observability.applications import application_target
from pavedroad.plan.observability.instrumentation import agent_of
from pavedroad.plan.pods import config_files, resolve_pod, secrets_of
from pavedroad.plan.routes import resolve_routes
from pavedroad.plan.runs import run_grants
from pavedroad.plan.scaling import resolve_job, resolve_scale, schedule_of
from pavedroad.plan.secrets_source import secret_entry
from pavedroad.plan.stores import resolve_store
from pavedroad.plan.subject import Subject
from pavedroad.plan.workload import PortPlan, RightPlan, WorkloadKind, WorkloadPlan

if TYPE_CHECKING:
    from pavedroad.descriptor.workload import Workload, WorkloadOverride
    from pavedroad.plan.brokers import BrokersPlan
    from pavedroad.plan.cloud.access import RolePlan
    from pavedroad.plan.cloud.security import ServiceGroupPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.provenance import Scope
    from pavedroad.plan.stores.model import StorePlan


def resolve_workload(
    context: Context, brokers: BrokersPlan, scope: Scope, team: str, name: str
) -> WorkloadPlan:
    """Return a service, worker or job with nothing left to choose."""
    spec = context.teams[team].workloads[name]
    environment = context.environment.environment
    empty = JobOverride() if isinstance(spec, JobSpec) else LongRunningOverride()
    override = spec.environments.get(environment, empty)
    if environment in spec.environments:
        scope = type(scope)(scope.trace, scope.path, (*scope.path, "environments", environment))
    stores = {
        store: resolve_store(
            context, scope.at("stores", store), team, name, store, owned, override.stores.get(store)
        )
        for store, owned in spec.stores.items()
    }
    subject = Subject(
        context=context,
        brokers=brokers,
        scope=scope,
        team=team,
        name=name,
        spec=spec,
        override=override,
        stores=stores,
    )
    pod = resolve_pod(subject)
    ports = _all_ports(spec)
    return WorkloadPlan(
        team=team,
        namespace=context.namespace(team),
        name=subject.physical_name,
        display_name=name,
        kind=_kind(spec, override),
        pod=pod,
        ports=ports,
        scale=resolve_scale(subject),
        job=resolve_job(subject) if isinstance(spec, JobSpec) else None,
        config=config_files(subject),
        secrets=tuple(
            secret_entry(context, key, secret.vault, secret.key)
            for key, secret in sorted(spec.secrets.items())
        ),
        rights=tuple(_right(resource, verbs) for resource, verbs in sorted(spec.kubernetes_api.items())),
        routes=resolve_routes(subject, ports),
        stores=tuple(stores.values()),
        reload_on=secrets_of(pod),
        protect=context.tier.protect,
        role=_role(subject, tuple(stores.values())),
        security_group=_security_group(subject, tuple(stores.values())),
        doors=brokers.doors_for(team, name),
        function=resolve_knative(subject) if isinstance(spec, ClusterFunction) else None,
        metrics=application_target(subject),
        agent=agent_of(subject),
    )


def _role(subject: Subject, stores: tuple[StorePlan, ...]) -> RolePlan | None:
    """Return what a workload may do in the account: what its edges grant, and nothing else."""
    account = subject.context.account
    if account is None:
        return None
    grants = (
        *chain.from_iterable(store.grants for store in stores),
        *subject.brokers.grants_for(subject.team, subject.name),
        *run_grants(subject.context, subject.team, subject.spec),
    )
    late = tuple(chain.from_iterable(store.late_grants for store in stores))
    return pod_role(account, subject.context.namespace(subject.team), subject.physical_name, grants, late)


def _security_group(subject: Subject, stores: tuple[StorePlan, ...]) -> ServiceGroupPlan | None:
    """Return the security group of a workload; None where it reaches nothing on the account's network."""
    account = subject.context.account
    doors = subject.brokers.doors_for(subject.team, subject.name)
    if account is None or not (doors or any(store.in_vpc for store in stores)):
        return None
    return service_group(account, subject.context.namespace(subject.team), subject.physical_name)


def _kind(spec: Workload, override: WorkloadOverride) -> WorkloadKind:
    """Return which kind of object runs a workload."""
    if isinstance(spec, JobSpec):
        return "CronJob" if schedule_of(spec, override) else "Job"
    if isinstance(spec, ClusterFunction):
        return "Function"
    return "StatefulSet" if spec.stable_identity else "Deployment"


def _all_ports(spec: Workload) -> tuple[PortPlan, ...]:
    """Return the ports of the main container and its side-cars."""
    beside = tuple(port for sidecar in spec.sidecars.values() for port in resolve_ports(sidecar.listens))
    return resolve_ports(getattr(spec, "listens", {})) + beside


def _right(resource: str, verbs: tuple[str, ...]) -> RightPlan:
    """Return a right on ``resource`` or ``resource.group``."""
    name, _, group = resource.partition(".")
    return RightPlan(group=group, resource=name, verbs=verbs)
