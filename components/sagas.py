"""Sagas on Kubernetes: a workflow template of Argo's, and the identity that its pods have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.kubernetes import DESCRIPTOR_NAME, Kind
from pavedroad.plan.naming import SAGA_LABEL
from pavedroad.plan.sagas.workflow import workflow_spec

if TYPE_CHECKING:
    from components.kubernetes import Place
    from pavedroad.plan.sagas.model import SagaPlan

ROLE = Kind("rbac.authorization.k8s.io/v1", "Role")
ROLE_BINDING = Kind("rbac.authorization.k8s.io/v1", "RoleBinding")
SERVICE_ACCOUNT = Kind("v1", "ServiceAccount")
WORKFLOW_TEMPLATE = Kind("argoproj.io/v1alpha1", "WorkflowTemplate")

RESULTS = {
    "apiGroups": ["argoproj.io"],
    "resources": ["workflowtaskresults"],
    "verbs": ["create", "patch"],
}
"""All that a workflow's pods may do: report how they ended (Argo Workflows, *Workflow RBAC*)."""


class Saga(pulumi.ComponentResource):
    """One saga: what is run, and the identity that its requests are made under.

    Whom it may ask is none of its business: flows say that.
    """

    def __init__(self, plan: SagaPlan, place: Place, opts: pulumi.ResourceOptions) -> None:
        """Declare the saga in its team's namespace."""
        props = {"team": plan.team, "saga": plan.name}
        super().__init__("pavedroad:sagas:Saga", f"{plan.namespace}/{plan.account}", props, opts)
        place = place.under(self, {SAGA_LABEL: plan.name})
        labels = {**place.labels, "app.kubernetes.io/name": plan.name}
        account = place.declare(SERVICE_ACCOUNT, plan.account, {"automountServiceAccountToken": False})
        role = place.declare(ROLE, plan.account, {"rules": [RESULTS]})
        binding = place.declare(
            ROLE_BINDING,
            plan.account,
            {
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": plan.account},
                "subjects": [{"kind": "ServiceAccount", "name": plan.account, "namespace": plan.namespace}],
            },
            after=(role,),
        )
        place.declare(
            WORKFLOW_TEMPLATE,
            plan.name,
            {"spec": workflow_spec(plan, labels)},
            annotations={DESCRIPTOR_NAME: plan.display_name} if plan.display_name != plan.name else {},
            after=(account, binding),
        )
        self.register_outputs({})
