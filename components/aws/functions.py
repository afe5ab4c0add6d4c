"""A function on Lambda, and everything that stands around it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pulumi

from components.aws.alarms import declare_alarms
from components.aws.apis import declare_api
from components.aws.function_events import declare_changes, declare_messages, declare_objects
from components.aws.identity import ROLE, ROLE_POLICY, SESSION_SECONDS
from components.aws.logs import declare_log_group
from components.aws.place import cloud_place, late
from components.stores import Dynamodb, declare_store
from pavedroad.plan.cloud.access import VERSION, document
from pavedroad.plan.functions.model import ALIAS, ImageCode
from pavedroad.plan.naming import SERVICE_LABEL

if TYPE_CHECKING:
    from components.aws.place import CloudPlace, Properties
    from components.kubernetes import Place
    from pavedroad.plan.cloud.service_roles import ServiceRolePlan
    from pavedroad.plan.functions.model import ArchiveCode, FunctionPlan, RolloutPlan, SchedulePlan

QUEUE = "aws:sqs/queue:Queue"
QUEUE_POLICY = "aws:sqs/queuePolicy:QueuePolicy"

DEAD_LETTERS_KEPT = 14 * 24 * 3600
"""Seconds for which failed events are kept: the most that SQS can (*SetQueueAttributes*)."""


class Function(pulumi.ComponentResource):
    """One function: code that is published as a version at each change and run under one alias.

    It has a role, a log group and a queue for what it failed to process, each its own.
    """

    def __init__(self, plan: FunctionPlan, place: Place, opts: pulumi.ResourceOptions) -> None:
        """Declare the function among its team's resources."""
        props = {"team": plan.team, "service": plan.name}
        super().__init__("pavedroad:functions:Function", f"{plan.namespace}/{plan.name}", props, opts)
        self._plan = plan
        within = place.under(self, {SERVICE_LABEL: plan.name})
        self._place = cloud_place(within)
        stores = {store.name: declare_store(store, within) for store in plan.stores}
        alias = self._declare_alias(self._declare_code())
        self._declare_events(stores, alias)
        declare_alarms(self._place, plan.alarms, (alias,))
        if plan.http is not None:
            declare_api(self._place, plan, plan.http, alias)
        if plan.schedule is not None:
            self._declare_schedule(plan.schedule)
        self.register_outputs({})

    def _declare_code(self) -> pulumi.CustomResource:
        """Declare the function itself, after all that it needs for its first run."""
        plan, place = self._plan, self._place
        logs = declare_log_group(place, plan.log_group, plan.log_days, place.cloud.key("logs"))
        queue = declare_dead_letters(place, plan.dead_letters)
        role, rights = declare_service_role(place, plan.role)
        properties: Properties = {
            "name": plan.function,
            "role": late(role, "arn"),
            "architectures": [plan.architecture],
            "memorySize": plan.memory,
            "timeout": plan.timeout,
            "reservedConcurrentExecutions": plan.concurrency,
            "publish": True,
            "tracingConfig": {"mode": "Active"},
            "deadLetterConfig": {"targetArn": place.cloud.account.arn("sqs", plan.dead_letters)},
            "loggingConfig": {"logFormat": "JSON", "logGroup": plan.log_group},
            **code(plan.code),
        }
        if plan.env:
            properties["environment"] = {"variables": dict(plan.env)}
            properties["kmsKeyArn"] = place.cloud.key("secrets")
        return place.declare(
            "aws:lambda/function:Function",
            plan.function,
            properties,
            late=("version",),
            after=(logs, queue, rights),
        )

    def _declare_alias(self, function: pulumi.CustomResource) -> pulumi.CustomResource:
        """Declare the name under which the function is run, and the versions behind it."""
        newest, rollout = late(function, "version"), self._plan.rollout
        versions: Properties = {"functionVersion": newest}
        if rollout is not None:
            versions = {
                "functionVersion": str(rollout.stable),
                "routingConfig": newest.apply(lambda version: weights(rollout, str(version))),
            }
            declare_alarms(self._place, rollout.alarms, (function,), {"ExecutedVersion": newest})
        return self._place.declare(
            "aws:lambda/alias:Alias",
            self._plan.function,
            {"name": ALIAS, "functionName": self._plan.function, **versions},
            tagged=False,
            after=(function,),
        )

    def _declare_events(
        self, stores: dict[str, pulumi.ComponentResource], alias: pulumi.CustomResource
    ) -> None:
        """Declare what runs the function by itself."""
        plan, place = self._plan, self._place
        for queue in plan.queues:
            declare_messages(place, plan, queue, alias)
        for changes in plan.changes:
            store = stores[changes.store]
            if not isinstance(store, Dynamodb):
                raise TypeError(f"{changes.store} has no streams; the descriptor's checks let that pass")
            declare_changes(place, plan, changes, store.streams[changes.table], alias)
        for objects in plan.objects:
            declare_objects(place, plan, objects, stores[objects.store], alias)

    def _declare_schedule(self, schedule: SchedulePlan) -> None:
        """Declare when the function runs; it is run with a role that may do nothing else."""
        role, rights = declare_service_role(self._place, schedule.role)
        self._place.declare(
            "aws:scheduler/schedule:Schedule",
            schedule.name,
            {
                "name": schedule.name,
                "scheduleExpression": schedule.expression,
                "scheduleExpressionTimezone": schedule.time_zone,
                "flexibleTimeWindow": {"mode": "OFF"},
                "kmsKeyArn": self._place.cloud.key("messages"),
                "target": {"arn": self._plan.target, "roleArn": late(role, "arn")},
            },
            tagged=False,
            after=(rights,),
        )


def code(plan: ImageCode | ArchiveCode) -> Properties:
    """Return what a function runs, as Lambda spells it."""
    if isinstance(plan, ImageCode):
        words = {"entryPoints": list(plan.command), "commands": list(plan.args)}
        config = {word: said for word, said in words.items() if said}
        image = {"packageType": "Image", "imageUri": plan.image}
        return {**image, "imageConfig": config} if config else {**image}
    archive: Properties = {
        "packageType": "Zip",
        "s3Bucket": plan.bucket,
        "s3Key": plan.key,
        "runtime": plan.runtime,
        "handler": plan.handler,
    }
    if plan.version is not None:
        archive["s3ObjectVersion"] = plan.version
    if plan.layers:
        archive["layers"] = list(plan.layers)
    return archive


def weights(plan: RolloutPlan, newest: str) -> Properties | None:
    """Return the share of the newest version; None where it is the stable one, which Lambda would refuse."""
    if newest == str(plan.stable):
        return None
    return {"additionalVersionWeights": {newest: plan.percent / 100}}


def declare_service_role(
    place: CloudPlace, plan: ServiceRolePlan
) -> tuple[pulumi.CustomResource, pulumi.CustomResource]:
    """Declare a role that a service of AWS takes, within the environment's boundary.

    Returns:
        The role, and its rights, which whatever takes it waits for.
    """
    account = place.cloud.account
    role = place.declare(
        ROLE,
        plan.name,
        {
            "name": plan.name,
            "assumeRolePolicy": json.dumps(plan.trust),
            "permissionsBoundary": account.arn("iam", f"policy/{account.boundary}"),
            "maxSessionDuration": SESSION_SECONDS,
        },
        late=("arn",),
    )
    rights = place.declare(
        ROLE_POLICY,
        plan.name,
        {"name": "edges", "role": plan.name, "policy": json.dumps(document(plan.grants))},
        tagged=False,
        after=(role,),
    )
    return role, rights


def declare_dead_letters(place: CloudPlace, name: str) -> pulumi.CustomResource:
    """Declare an encrypted queue that takes messages over TLS alone, and none from other queues."""
    queue = place.declare(
        QUEUE,
        name,
        {
            "name": name,
            "kmsMasterKeyId": place.cloud.key("messages"),
            "messageRetentionSeconds": DEAD_LETTERS_KEPT,
            "redriveAllowPolicy": json.dumps({"redrivePermission": "denyAll"}),
        },
        late=("url",),
    )
    statement = {
        "Sid": "OverTlsAlone",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "sqs:*",
        "Resource": place.cloud.account.arn("sqs", name),
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = json.dumps({"Version": VERSION, "Statement": [statement]})
    place.declare(QUEUE_POLICY, name, {"queueUrl": late(queue, "url"), "policy": policy}, tagged=False)
    return queue
