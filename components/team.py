"""A team's namespace and everything in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pulumi

from components.aws.functions import Function
from components.aws.identity import declare_reader_role
from components.aws.place import cloud_place
from components.aws.sagas import StateMachine
from components.brokers import declare_team_topics
from components.east_west import declare_remote
from components.egress import declare_egress
from components.flows import declare_aliases, declare_flows
from components.kubernetes import Kind, Place
from components.namespace import ClosedNamespace, ClosedNamespaceArgs, declare_limits
from components.observability.alerts import declare_team_alerts
from components.observability.dashboards import declare_team_dashboards
from components.observability.instrumentation import declare_agents
from components.observability.monitors import declare_application_monitors
from components.observability.rules import declare_slos
from components.sagas import Saga
from components.secret_sources import declare_pull_secret, declare_secret_store
from components.workload import Workload
from pavedroad.plan.defaults import CONTAINERS
from pavedroad.plan.naming import TEAM_LABEL

if TYPE_CHECKING:
    from components.aws.place import Cloud
    from pavedroad.plan.environment import TeamPlan

ROLE = Kind("rbac.authorization.k8s.io/v1", "Role")
ROLE_BINDING = Kind("rbac.authorization.k8s.io/v1", "RoleBinding")

READ = ["get", "list", "watch"]
READER_RULES = [
    {
        "apiGroups": [""],
        "resources": ["pods", "pods/log", "services", "endpoints", "configmaps", "events", "serviceaccounts"],
        "verbs": READ,
    },
    {
        "apiGroups": [""],
        "resources": ["persistentvolumeclaims", "resourcequotas", "limitranges"],
        "verbs": READ,
    },
    {"apiGroups": [""], "resources": ["pods/portforward"], "verbs": ["create"]},
    {"apiGroups": ["apps"], "resources": ["deployments", "replicasets", "statefulsets"], "verbs": READ},
    {"apiGroups": ["batch"], "resources": ["cronjobs", "jobs"], "verbs": READ},
    {"apiGroups": ["autoscaling"], "resources": ["horizontalpodautoscalers"], "verbs": READ},
    {"apiGroups": ["policy"], "resources": ["poddisruptionbudgets"], "verbs": READ},
    {"apiGroups": ["events.k8s.io"], "resources": ["events"], "verbs": READ},
    {"apiGroups": ["discovery.k8s.io"], "resources": ["endpointslices"], "verbs": READ},
    {"apiGroups": ["networking.k8s.io"], "resources": ["networkpolicies"], "verbs": READ},
    {"apiGroups": ["gateway.networking.k8s.io"], "resources": ["grpcroutes", "httproutes"], "verbs": READ},
    {
        "apiGroups": ["networking.istio.io"],
        "resources": ["destinationrules", "serviceentries", "virtualservices"],
        "verbs": READ,
    },
    {
        "apiGroups": ["security.istio.io"],
        "resources": ["authorizationpolicies", "peerauthentications"],
        "verbs": READ,
    },
    {"apiGroups": ["argoproj.io"], "resources": ["workflows", "workflowtemplates"], "verbs": READ},
    {"apiGroups": ["external-secrets.io"], "resources": ["externalsecrets", "secretstores"], "verbs": READ},
]
"""What a team's people may do: look at what the platform declares, read logs, forward a port.

Every kind is named, so none that is added to a group later is theirs to see. No exec, no Secrets, no writing.
"""


class Team(pulumi.ComponentResource):
    """One team: a namespace that starts closed, its quota, its people's rights, and what it runs.

    What is open to and from it is exactly the flows of its plan.
    """

    def __init__(
        self,
        plan: TeamPlan,
        after: tuple[pulumi.Resource, ...],
        cloud: Cloud | None,
        opts: pulumi.ResourceOptions,
    ) -> None:
        """Declare the namespace and everything in it, after the operators whose kinds it needs."""
        super().__init__("pavedroad:teams:Team", plan.namespace, {"team": plan.name}, opts)
        args = ClosedNamespaceArgs(
            name=plan.namespace,
            labels={TEAM_LABEL: plan.namespace},
            namespace_labels=dict(plan.labels),
            annotations=dict(plan.annotations),
            after=after,
        )
        namespace = ClosedNamespace(plan.namespace, args, pulumi.ResourceOptions(parent=self))
        place = replace(namespace.place.under(self), cloud=cloud)
        declare_limits(place, "team", plan.quota, CONTAINERS)
        self._declare_readers(place, plan)
        if plan.secret_source is not None:
            declare_secret_store(place, plan.secret_source)
        if plan.reader is not None:
            declare_reader_role(cloud_place(place), plan.reader)
        for registry in plan.registries:
            declare_pull_secret(place, registry)
        declare_team_topics(plan.topics, place)
        for workload in plan.workloads:
            Workload(workload, place, pulumi.ResourceOptions(parent=self))
        for function in plan.functions:
            Function(function, place, pulumi.ResourceOptions(parent=self))
        for saga in plan.sagas:
            runner = Saga if saga.machine is None else StateMachine
            runner(saga, place, pulumi.ResourceOptions(parent=self))
        for slos in plan.slos:
            declare_slos(place, slos)
        declare_agents(place, plan)
        declare_application_monitors(place, plan)
        declare_team_alerts(place, plan)
        declare_team_dashboards(place, plan)
        declare_flows(place, plan.flows)
        declare_aliases(place, plan.aliases)
        declare_egress(place, plan.egress)
        for remote in plan.remotes:
            declare_remote(place, remote)
        self.register_outputs({})

    def _declare_readers(self, place: Place, plan: TeamPlan) -> None:
        """Let the team's people look."""
        role = place.declare(ROLE, "team-reader", {"rules": READER_RULES})
        subject = {"kind": "Group", "apiGroup": "rbac.authorization.k8s.io", "name": plan.group}
        reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "team-reader"}
        place.declare(
            ROLE_BINDING, "team-reader", {"roleRef": reference, "subjects": [subject]}, after=(role,)
        )
