"""Topics on SNS with their ways out, and a team's part: its queues, and what leads from topics into them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pulumi

from components.aws.place import cloud_place
from components.aws.sns import SIGNATURE, SUBSCRIPTION, TOPIC
from components.brokers.managed.queues import declare_dead_letters, declare_queue
from pavedroad.plan.brokers.managed.policies import topic_policy
from pavedroad.plan.naming import OWNER_LABEL, TEAM_LABEL

if TYPE_CHECKING:
    from components.aws.place import CloudPlace, Properties
    from components.kubernetes import Place
    from pavedroad.plan.brokers import SnsTopicPlan, SubscriptionPlan, TeamQueuesPlan


class SnsTopics(pulumi.ComponentResource):
    """The topics of all teams; each carries the tags of the team that owns it."""

    def __init__(self, plans: tuple[SnsTopicPlan, ...], place: Place) -> None:
        """Declare them."""
        super().__init__(
            "pavedroad:brokers:SnsTopics", "topics", {}, pulumi.ResourceOptions(parent=place.parent)
        )
        shared = cloud_place(place).under(self)
        plain = {key: value for key, value in shared.tags.items() if key != OWNER_LABEL}
        for plan in plans:
            own = {**plain, **dict(plan.tags), TEAM_LABEL: plan.namespace}
            _declare_topic(replace(shared, tags=own), plan)
        self.register_outputs({})


def _declare_topic(place: CloudPlace, plan: SnsTopicPlan) -> None:
    """Declare a topic, its deliveries outside, and what takes those that failed."""
    topic = place.declare(
        TOPIC,
        plan.name,
        {
            "name": plan.name,
            **(
                {"fifoTopic": True, "contentBasedDeduplication": plan.content_based_deduplication}
                if plan.fifo
                else {}
            ),
            "kmsMasterKeyId": place.cloud.key("messages"),
            "signatureVersion": SIGNATURE,
            "policy": json.dumps(topic_policy(place.cloud.account, plan)),
        },
        protect=plan.protect,
    )
    if plan.undelivered is not None:
        failed = declare_dead_letters(place, plan.undelivered)
        for webhook in plan.webhooks:
            declare_subscription(place, webhook, after=(topic, failed))


class TeamQueues(pulumi.ComponentResource):
    """The queues of one team: those that it owns, and those of its subscribers with their subscriptions."""

    def __init__(self, plan: TeamQueuesPlan, team: str, place: Place) -> None:
        """Declare them with the team."""
        super().__init__(
            "pavedroad:brokers:TeamQueues",
            place.namespace or team,
            {"team": team},
            pulumi.ResourceOptions(parent=place.parent),
        )
        own = cloud_place(place).under(self)
        queues = {queue.name: declare_queue(own, queue) for queue in plan.queues}
        for subscription in plan.subscriptions:
            declare_subscription(own, subscription, after=(queues[subscription.name],))
        self.register_outputs({})


def declare_subscription(
    place: CloudPlace, plan: SubscriptionPlan, *, after: tuple[pulumi.Resource, ...]
) -> pulumi.CustomResource:
    """Declare one way out of a topic, after what it leads into.

    An end point outside must confirm by itself what it is asked (SNS developer guide, «Confirm the subscription»).
    """
    properties: Properties = {
        "topic": plan.topic,
        "protocol": plan.protocol,
        "endpoint": plan.endpoint,
        "rawMessageDelivery": plan.raw,
        "redrivePolicy": json.dumps({"deadLetterTargetArn": plan.dead}),
    }
    if plan.protocol == "https":
        properties["endpointAutoConfirms"] = True
    if plan.filter is not None:
        properties |= {"filterPolicy": plan.filter.policy, "filterPolicyScope": plan.filter.scope}
    return place.declare(SUBSCRIPTION, plan.name, properties, tagged=False, after=after)
