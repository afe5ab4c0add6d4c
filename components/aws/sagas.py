"""Sagas on AWS: a state machine of Step Functions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi

from components.aws.functions import declare_service_role
from components.aws.logs import declare_log_group
from components.aws.place import cloud_place, late
from pavedroad.plan.naming import SAGA_LABEL
from pavedroad.plan.sagas.states import state_machine

if TYPE_CHECKING:
    from components.kubernetes import Place
    from pavedroad.plan.sagas.model import SagaPlan

KEY_REUSED = 300
"""Seconds for which a data key is used again: Step Functions' own default."""


class StateMachine(pulumi.ComponentResource):
    """One saga: its state machine, which logs every step and runs with a role of its own.

    What an execution was given and what it answered is not logged: it may be personal.
    """

    def __init__(self, plan: SagaPlan, place: Place, opts: pulumi.ResourceOptions) -> None:
        """Declare the saga among its team's resources.

        Raises:
            LookupError: If the saga is none of Step Functions'.
        """
        props = {"team": plan.team, "saga": plan.name}
        super().__init__("pavedroad:sagas:StateMachine", f"{plan.namespace}/{plan.account}", props, opts)
        machine = plan.machine
        if machine is None:
            raise LookupError(f"the saga {plan.name} has no state machine")
        cloud = cloud_place(place.under(self, {SAGA_LABEL: plan.name}))
        logs = declare_log_group(cloud, machine.log_group, machine.log_days, cloud.cloud.key("logs"))
        role, rights = declare_service_role(cloud, machine.role)
        group = cloud.cloud.account.arn("logs", f"log-group:{machine.log_group}:*")
        cloud.declare(
            "aws:sfn/stateMachine:StateMachine",
            machine.name,
            {
                "name": machine.name,
                "type": "STANDARD",
                "roleArn": late(role, "arn"),
                "definition": json.dumps(state_machine(plan, machine.partition)),
                "loggingConfiguration": {
                    "level": "ALL",
                    "includeExecutionData": False,
                    "logDestination": group,
                },
                "tracingConfiguration": {"enabled": True},
                "encryptionConfiguration": {
                    "type": "CUSTOMER_MANAGED_KMS_KEY",
                    "kmsKeyId": cloud.cloud.key("messages"),
                    "kmsDataKeyReusePeriodSeconds": KEY_REUSED,
                },
            },
            after=(logs, rights),
        )
        self.register_outputs({})
