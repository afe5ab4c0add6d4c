"""Who hears the alarms of an environment: one topic, and what leads from it to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pavedroad.plan.brokers.managed.policies import alarms_policy
from pavedroad.plan.cloud.alarms import alarm_topic

if TYPE_CHECKING:
    from pavedroad.descriptor.cloud import AlarmsSpec
    from pavedroad.plan.cloud.access import Document
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.flows import Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiversPlan:
    """The topic of an environment's alarms, and who hears it.

    Attributes:
        topic: Its name in the account.
        policy: Who may publish to it.
        endpoints: Who hears it, each with the protocol that reaches it: ``("email", "a@example.com")``.
    """

    topic: str
    policy: Document
    endpoints: Labels


def resolve_receivers(account: AccountPlan, spec: AlarmsSpec) -> ReceiversPlan:
    """Return who hears alarms, each once."""
    topic = alarm_topic(account)
    by_mail = (("email", address) for address in dict.fromkeys(spec.emails))
    by_call = (("https", url) for url in dict.fromkeys(spec.urls))
    return ReceiversPlan(topic=topic, policy=alarms_policy(account, topic), endpoints=(*by_mail, *by_call))
