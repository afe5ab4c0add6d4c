"""How queues, topics and roles of services are called in the account.

Every kind has another number of parts behind the environment's name, so no two kinds make the same name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.names import name

if TYPE_CHECKING:
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.flows import Party

_FIFO: Final = ".fifo"
"""How names of queues and topics that keep order must end (SQS and SNS API, «CreateQueue» and «CreateTopic»)."""


def queue_name(account: AccountPlan, *parts: str, fifo: bool) -> str:
    """Return the name of a queue by the parts that it is known by."""
    return name("sqs-queue", account.environment, *parts, ending=_FIFO if fifo else "")


def topic_name(account: AccountPlan, namespace: str, topic: str, *, fifo: bool) -> str:
    """Return the name of a topic on SNS."""
    return name("sns-topic", account.environment, namespace, topic, ending=_FIFO if fifo else "")


def role_arn(account: AccountPlan, client: Party) -> str:
    """Return the ARN of the role of a service."""
    role = name("iam-role", account.environment, client.namespace or "", client.name)
    return account.arn("iam", f"role/{role}")
