"""Karpenter, resolved: its role, what tells it of interruptions, and the nodes that it makes.

Source: Karpenter documentation, *CloudFormation reference* and *NodeClasses*. Nodes get an instance profile that
exists already, so that Karpenter needs no right to write to IAM.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.plan.cloud.access import VERSION
from pavedroad.plan.cloud.karpenter_grants import karpenter_grants
from pavedroad.plan.cloud.names import name
from pavedroad.plan.cloud.regions import service_principal
from pavedroad.plan.cloud.service_roles import ServiceRolePlan
from pavedroad.plan.cloud.trust import pod_trust
from pavedroad.plan.cloud.volumes import volume_key_grants

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pavedroad.plan.cloud.access import Document
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.cloud.defaults import CloudDefaults

NAMESPACE: Final = "karpenter"
SERVICE_ACCOUNT: Final = "karpenter"

MESSAGE_SECONDS: Final = 300
"""How long a notice of an interruption is worth something, in seconds."""

_EVENTS: Final = (
    ("health", "aws.health", "AWS Health Event"),
    ("rebalance", "aws.ec2", "EC2 Instance Rebalance Recommendation"),
    ("spot", "aws.ec2", "EC2 Spot Instance Interruption Warning"),
    ("state", "aws.ec2", "EC2 Instance State-change Notification"),
)
"""What EventBridge tells Karpenter of: name of the rule, source, and type."""

Capacity = Literal["on-demand", "spot"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePoolPlan:
    """A kind of nodes that Karpenter makes.

    Attributes:
        name: Its name.
        capacity: How its machines are paid for, in the order of preference.
        cpu: The most processor cores of all its nodes together.
    """

    name: str
    capacity: tuple[Capacity, ...]
    cpu: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRulePlan:
    """Events that are put into Karpenter's queue: the rule's name, and which events."""

    name: str
    pattern: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class KarpenterPlan:
    """Karpenter's part of an account.

    Attributes:
        role: The role of its controller.
        queue: The queue of notices.
        dead_letters: The queue of those that it could not handle.
        queue_policy: Who puts notices there.
        rules: Which notices.
        pools: The nodes that it makes.
    """

    role: ServiceRolePlan
    queue: str
    dead_letters: str
    queue_policy: Document
    rules: tuple[EventRulePlan, ...]
    pools: tuple[NodePoolPlan, ...]


def notice_queue(account: AccountPlan) -> str:
    """Return the name of the queue of notices."""
    return name("sqs-queue", account.realm, "karpenter")


def resolve_karpenter(account: AccountPlan, defaults: CloudDefaults) -> KarpenterPlan:
    """Return Karpenter's part of an account.

    Args:
        account: The account.
        defaults: What the tier says.
    """
    queue = notice_queue(account)
    rules = tuple(
        EventRulePlan(
            name=name("events-rule", account.realm, "karpenter", event),
            pattern={"source": [source], "detail-type": [kind]},
        )
        for event, source, kind in _EVENTS
    )
    capacity: tuple[Capacity, ...] = ("spot", "on-demand") if defaults.spot else ("on-demand",)
    return KarpenterPlan(
        role=ServiceRolePlan(
            name=name("iam-role", account.realm, NAMESPACE, "controller"),
            trust=pod_trust(account),
            grants=(
                *karpenter_grants(account, queue),
                *volume_key_grants(account, "karpenter"),
            ),
        ),
        queue=queue,
        dead_letters=name("sqs-queue", account.realm, "karpenter", "dead"),
        queue_policy=_queue_policy(account, queue, rules),
        rules=rules,
        pools=(NodePoolPlan(name="general", capacity=capacity, cpu=1_000),),
    )


def _queue_policy(account: AccountPlan, queue: str, rules: Iterable[EventRulePlan]) -> Document:
    target = account.arn("sqs", queue)
    sources = [account.arn("events", f"rule/{rule.name}") for rule in rules]
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Sid": "Notices",
                "Effect": "Allow",
                "Principal": {"Service": service_principal("events", account.region)},
                "Action": "sqs:SendMessage",
                "Resource": target,
                "Condition": {"ArnEquals": {"aws:SourceArn": sources}},
            },
            {
                "Sid": "OnlyOverTls",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sqs:*",
                "Resource": target,
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
    }
