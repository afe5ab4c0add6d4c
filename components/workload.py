"""A service, worker or job with all that stands around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.aws.identity import declare_pod_role
from components.aws.place import cloud_place
from components.aws.security_groups import declare_service_group
from components.brokers.managed.doors import declare_door
from components.functions import FUNCTION, WITHIN, declare_events, function_spec
from components.kubernetes import DESCRIPTOR_NAME, Body, Kind, Place
from components.pods import pod_template
from components.routes import declare_route
from components.scaling import declare_disruption_budget, declare_scaling
from components.secret_sources import declare_external_secret
from components.stores import Neptune, declare_store
from pavedroad.plan.naming import SERVICE_LABEL, join
from pavedroad.plan.workload import ClaimVolume

if TYPE_CHECKING:
    from pavedroad.plan.workload import JobPlan, PortPlan, WorkloadPlan

CONFIG_MAP = Kind("v1", "ConfigMap")
CLAIM = Kind("v1", "PersistentVolumeClaim")
ROLE = Kind("rbac.authorization.k8s.io/v1", "Role")
ROLE_BINDING = Kind("rbac.authorization.k8s.io/v1", "RoleBinding")
SERVICE = Kind("v1", "Service")
SERVICE_ACCOUNT = Kind("v1", "ServiceAccount")
WORKLOAD_KINDS = {
    "Deployment": Kind("apps/v1", "Deployment"),
    "StatefulSet": Kind("apps/v1", "StatefulSet"),
    "Job": Kind("batch/v1", "Job"),
    "CronJob": Kind("batch/v1", "CronJob"),
    "Function": FUNCTION,
}
RELOAD = "secret.reloader.stakater.com/reload"
"""Annotation by which Reloader restarts a workload when one of the named Secrets changes."""


class Workload(pulumi.ComponentResource):
    """One service, worker or job.

    It has an identity of its own (a ServiceAccount, without a token unless rights were asked for), its
    configuration and secrets, its replicas under a restricted security context, a Service where it listens,
    scaling and a disruption budget where it has several replicas, its routes, and the stores that it owns.
    Who may reach it is none of its business: flows say that.
    """

    def __init__(self, plan: WorkloadPlan, place: Place, opts: pulumi.ResourceOptions) -> None:
        """Declare the workload in its team's namespace."""
        props = {"team": plan.team, "service": plan.name}
        super().__init__("pavedroad:workloads:Workload", f"{plan.namespace}/{plan.name}", props, opts)
        self._plan = plan
        self._place = place.under(self, {SERVICE_LABEL: plan.name})
        if plan.security_group is not None:
            self._place = declare_service_group(self._place, plan.security_group)
        for door in plan.doors:
            declare_door(self._place, door)
        made = self._declare_stores()
        needs = (self._declare_identity(made), *self._declare_configuration(), *self._declare_claims())
        workload = self._declare_replicas(needs)
        self._declare_services()
        declare_events(self._place, plan, workload)
        declare_scaling(self._place, plan, workload)
        declare_disruption_budget(self._place, plan)
        for route in plan.routes:
            declare_route(self._place, plan.name, route)
        self.register_outputs({})

    def _declare_stores(self) -> dict[str, pulumi.Output[str]]:
        """Declare the stores, and return the ids that grants need of those that AWS names."""
        made = {store.name: declare_store(store, self._place) for store in self._plan.stores}
        return {name: store.resource_id for name, store in made.items() if isinstance(store, Neptune)}

    def _declare_identity(self, made: dict[str, pulumi.Output[str]]) -> pulumi.Resource:
        """Declare the ServiceAccount, and the rights that were asked for."""
        plan = self._plan
        account = self._place.declare(SERVICE_ACCOUNT, plan.name, {"automountServiceAccountToken": False})
        if plan.role is not None:
            declare_pod_role(cloud_place(self._place), plan.role, made)
        if plan.rights:
            rules = [
                {"apiGroups": [right.group], "resources": [right.resource], "verbs": list(right.verbs)}
                for right in plan.rights
            ]
            role = self._place.declare(ROLE, plan.name, {"rules": rules})
            self._place.declare(
                ROLE_BINDING,
                plan.name,
                {
                    "roleRef": {
                        "apiGroup": "rbac.authorization.k8s.io",
                        "kind": "Role",
                        "name": plan.name,
                    },
                    "subjects": [{"kind": "ServiceAccount", "name": plan.name, "namespace": plan.namespace}],
                },
                after=(role,),
            )
        return account

    def _declare_configuration(self) -> tuple[pulumi.Resource, ...]:
        """Declare configuration files and secrets."""
        plan = self._plan
        if plan.secrets:
            declare_external_secret(self._place, join(plan.name, "secrets"), plan.secrets)
        if not plan.config:
            return ()
        return (self._place.declare(CONFIG_MAP, join(plan.name, "config"), {"data": dict(plan.config)}),)

    def _declare_claims(self) -> tuple[pulumi.Resource, ...]:
        """Declare the volumes that all replicas share."""
        return tuple(
            self._place.declare(CLAIM, volume.claim, claim_spec(volume), protect=self._plan.protect)
            for volume in self._plan.pod.volumes
            if isinstance(volume, ClaimVolume) and volume.shared
        )

    def _declare_replicas(self, needs: tuple[pulumi.Resource, ...]) -> pulumi.Resource:
        """Declare what runs the pods."""
        plan = self._plan
        labels = {**self._place.labels, "app.kubernetes.io/name": plan.name}
        template = pod_template(plan, labels)
        if plan.function is not None:
            body = {"spec": function_spec(plan.name, plan.function, template)}
        elif plan.job is None:
            body = {"spec": self._long_running_spec(template)}
        elif plan.kind == "Job":
            body = {"spec": job_spec(plan.job, template)}
        else:
            body = {"spec": cron_spec(plan.job, template)}
        reloaded = plan.reload_on and plan.job is None and plan.function is None
        annotations = {RELOAD: ",".join(plan.reload_on)} if reloaded else {}
        if plan.display_name != plan.name:
            annotations[DESCRIPTOR_NAME] = plan.display_name
        return self._place.declare(
            WORKLOAD_KINDS[plan.kind],
            plan.name,
            body,
            labels=WITHIN if plan.function is not None else {},
            annotations=annotations,
            protect=plan.protect and plan.kind == "StatefulSet",
            after=needs,
        )

    def _long_running_spec(self, template: Body) -> Body:
        """Return the spec of a Deployment or StatefulSet; what scales by itself has no fixed replicas."""
        plan = self._plan
        spec: Body = {
            "selector": {"matchLabels": {SERVICE_LABEL: plan.name}},
            "template": template,
        }
        if plan.scale.max == plan.scale.min:
            spec["replicas"] = plan.scale.min
        if plan.kind == "Deployment":
            spec["strategy"] = {
                "type": "RollingUpdate",
                "rollingUpdate": {"maxUnavailable": 0, "maxSurge": 1},
            }
            return spec
        spec["serviceName"] = join(plan.name, "pods")
        claims = [one for one in plan.pod.volumes if isinstance(one, ClaimVolume) and not one.shared]
        if claims:
            spec["volumeClaimTemplates"] = [
                {"metadata": {"name": volume.name}, **claim_spec(volume)} for volume in claims
            ]
        return spec

    def _declare_services(self) -> None:
        """Declare the Service that callers use (Knative makes a function's), and the one that gives stable replicas their names."""
        plan = self._plan
        selector = {SERVICE_LABEL: plan.name}
        if plan.ports and plan.function is None:
            self._place.declare(
                SERVICE,
                plan.name,
                {"spec": {"selector": selector, "ports": [service_port(port) for port in plan.ports]}},
            )
        if plan.kind == "StatefulSet":
            headless: Body = {
                "clusterIP": "None",
                "selector": selector,
                "publishNotReadyAddresses": True,
                "ports": [service_port(port) for port in plan.ports],
            }
            self._place.declare(SERVICE, join(plan.name, "pods"), {"spec": headless})


def service_port(port: PortPlan) -> Body:
    """Return a port of a Service; its ``appProtocol`` tells the mesh what is spoken."""
    return {
        "name": port.name,
        "port": port.service_port,
        "targetPort": port.port,
        "protocol": "TCP",
        "appProtocol": port.protocol,
    }


def claim_spec(volume: ClaimVolume) -> Body:
    """Return the body of a claim."""
    spec: Body = {
        "accessModes": ["ReadWriteMany" if volume.shared else "ReadWriteOnce"],
        "resources": {"requests": {"storage": volume.size}},
    }
    if volume.storage_class:
        spec["storageClassName"] = volume.storage_class
    return {"spec": spec}


def job_spec(job: JobPlan, template: Body) -> Body:
    """Return the spec of a Job."""
    return {
        "backoffLimit": job.retries,
        "activeDeadlineSeconds": job.deadline,
        "parallelism": job.parallelism,
        "completions": job.completions,
        "suspend": job.suspended,
        "template": template,
    }


def cron_spec(job: JobPlan, template: Body) -> Body:
    """Return the spec of a CronJob; each run disappears some time after it has finished."""
    inner = {key: value for key, value in job_spec(job, template).items() if key != "suspend"}
    spec: Body = {
        "schedule": job.schedule,
        "concurrencyPolicy": job.concurrency,
        "suspend": job.suspended,
        "jobTemplate": {"spec": {**inner, "ttlSecondsAfterFinished": job.keep}},
    }
    if job.time_zone:
        spec["timeZone"] = job.time_zone
    return spec
