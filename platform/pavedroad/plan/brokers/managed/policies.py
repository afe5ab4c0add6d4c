"""Resource policies of queues and topics: who may put messages in, and over TLS alone.

The publishers' roles stand in a condition and not as principals: AWS refuses a policy that names a role which does
not exist yet, and roles belong to other slices (IAM user guide, «AWS JSON policy elements: Principal»).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.plan.cloud.access import VERSION, Document
from pavedroad.plan.cloud.regions import service_principal

if TYPE_CHECKING:
    from pavedroad.plan.brokers.managed.model import DeadLettersPlan, SnsTopicPlan, SqsQueuePlan
    from pavedroad.plan.cloud.account import AccountPlan


def queue_policy(account: AccountPlan, plan: SqsQueuePlan) -> Document:
    """Return who may send to a queue."""
    arn = account.arn("sqs", plan.name)
    return _document(
        _refuse_plaintext("sqs:*", arn),
        _roles(account, "sqs:SendMessage", arn, plan.senders),
        _topics(account, arn, plan.topics),
    )


def dead_letters_policy(account: AccountPlan, plan: DeadLettersPlan) -> Document:
    """Return who may put something aside; queues need no leave beside the queue's own list of them."""
    arn = account.arn("sqs", plan.name)
    return _document(_refuse_plaintext("sqs:*", arn), _topics(account, arn, plan.topics))


def topic_policy(account: AccountPlan, plan: SnsTopicPlan) -> Document:
    """Return who may publish to a topic."""
    arn = account.arn("sns", plan.name)
    return _document(
        _refuse_plaintext("sns:Publish", arn), _roles(account, "sns:Publish", arn, plan.publishers)
    )


def alarms_policy(account: AccountPlan, name: str) -> Document:
    """Return who may publish to the topic of alarms: CloudWatch, for the account's own alarms.

    Source: CloudWatch user guide, «Notifying users on alarm changes».
    """
    arn = account.arn("sns", name)
    conditions: Document = {
        "ArnLike": {"aws:SourceArn": account.arn("cloudwatch", "alarm:*")},
        "StringEquals": {"aws:SourceAccount": account.account},
    }
    allow = _service(account, "cloudwatch", "sns:Publish", arn, conditions)
    return _document(_refuse_plaintext("sns:Publish", arn), {"Sid": "Alarms", **allow})


def _document(*statements: Document | None) -> Document:
    return {"Version": VERSION, "Statement": [each for each in statements if each is not None]}


def _refuse_plaintext(action: str, arn: str) -> Document:
    return {
        "Sid": "OverTlsAlone",
        "Effect": "Deny",
        "Principal": "*",
        "Action": action,
        "Resource": arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def _roles(account: AccountPlan, action: str, arn: str, roles: tuple[str, ...]) -> Document | None:
    """Return the leave of some roles of the account; None for no roles."""
    if not roles:
        return None
    return {
        "Sid": "Publishers",
        "Effect": "Allow",
        "Principal": {"AWS": account.arn("iam", "root")},
        "Action": action,
        "Resource": arn,
        "Condition": {"ArnEquals": {"aws:PrincipalArn": list(roles)}},
    }


def _topics(account: AccountPlan, arn: str, topics: tuple[str, ...]) -> Document | None:
    """Return the leave of SNS for some topics (SNS developer guide, «Fanout to Amazon SQS queues»); None for none."""
    if not topics:
        return None
    conditions: Document = {
        "ArnEquals": {"aws:SourceArn": list(topics)},
        "StringEquals": {"aws:SourceAccount": account.account},
    }
    return {"Sid": "Topics", **_service(account, "sns", "sqs:SendMessage", arn, conditions)}


def _service(account: AccountPlan, service: str, action: str, arn: str, conditions: Document) -> Document:
    """Return the leave of a service of AWS."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": service_principal(service, account.region)},
        "Action": action,
        "Resource": arn,
        "Condition": conditions,
    }
