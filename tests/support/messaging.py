"""Teams with topics in an AWS account, resolved and declared as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pavedroad.access.iam import Whereabouts, policies_of
from pavedroad.plan.resolve import resolve
from pavedroad.testing import Recorder
from stacks.program import declare
from tests.support.declaring import settings
from tests.support.managed import ACCOUNT, environment_words
from tests.support.resolving import environment

if TYPE_CHECKING:
    from pavedroad.access.iam import Account
    from pavedroad.descriptor.environment import Tier
    from pavedroad.descriptor.team import TeamDescriptor
    from pavedroad.plan.environment import EnvironmentPlan
    from pavedroad.testing import RecordedResource, Recording

QUEUE = "aws:sqs/queue:Queue"
TOPIC = "aws:sns/topic:Topic"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"

BROKERS = {"sqs": "sqs", "sns": "sns", "kafka": "strimzi", "rabbitmq": "rabbitmq-operator"}
"""Who realises topics, unless a test says otherwise."""


@dataclass(frozen=True)
class Messaging:
    """An environment in an account: its plan, and everything that it declares."""

    plan: EnvironmentPlan
    recording: Recording

    def of(self, token: str) -> dict[str, RecordedResource]:
        """Return the resources of a type, by logical name."""
        return {each.name: each for each in self.recording.resources if each.type == token}

    def inputs(self, token: str, name: str | None = None) -> dict[str, Any]:
        """Return the properties of the one resource of a type, or of the one with a name."""
        return dict(self.recording.the(token, name).inputs)

    def account(self) -> Account:
        """Return who may do what in the account."""
        where = Whereabouts(account=ACCOUNT.account, region=ACCOUNT.region)
        return policies_of(self.recording.resources, where)


def plan_of(*teams: TeamDescriptor, tier: Tier = "production", **providers: str) -> EnvironmentPlan:
    """Return the plan of an environment in an account."""
    words = environment_words(**{**BROKERS, **providers})
    return resolve({team.team: team for team in teams}, environment(tier, **words))


def messaging(
    *teams: TeamDescriptor,
    tier: Tier = "production",
    answers: dict[str, dict[str, Any]] | None = None,
    **providers: str,
) -> Messaging:
    """Return an environment in an account with everything that it declares.

    Args:
        teams: The teams that stand in it.
        tier: Its tier.
        answers: Outputs of resources by type, once they are made; None for a preview, which knows none.
        providers: Who realises what, beside `BROKERS`.
    """
    plan = plan_of(*teams, tier=tier, **providers)
    recorder = Recorder(preview=answers is None)
    for token, outputs in (answers or {}).items():
        recorder.set_outputs(token, outputs)
    return Messaging(plan, recorder.run(lambda: declare(plan, settings(plan))))


def arn(service: str, name: str) -> str:
    """Return the ARN of something in the account."""
    return ACCOUNT.arn(service, name)


def role(namespace: str, service: str) -> str:
    """Return the ARN of a service's role, for short names."""
    return ACCOUNT.arn("iam", f"role/prod.{namespace}.{service}")
