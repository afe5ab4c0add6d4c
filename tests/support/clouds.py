"""The account's part of an environment for tests: resolved, recorded, and as the policies judge it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi

from components.aws.cloud import CloudFoundation
from pavedroad.plan.cloud.resolve import resolve_cloud
from pavedroad.policy.sources.recorded import recorded
from pavedroad.testing import Recorder
from stacks.providers import aws_provider
from tests.support.resolving import context

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier
    from pavedroad.governance import Resource
    from pavedroad.plan.cloud.model import CloudPlan
    from pavedroad.plan.flows import Labels
    from pavedroad.testing import RecordedResource, Recording

ACCOUNT = "123456789012"

AWS: dict[str, Any] = {
    "account": ACCOUNT,
    "region": "eu-central-1",
    "owner": "platform@example.com",
    "cost_centre": "CC-1",
    "network": {"cidr": "10.40.0.0/16"},
    "registries": ["shop"],
}

DOMAINS = {"public": "shop.example.com", "internal": "internal.example.com"}

ADMIN = f"arn:aws:iam::{ACCOUNT}:role/platform-admin"

TAGS: Labels = (
    ("cost-centre", "CC-1"),
    ("data-class", "internal"),
    ("environment", "prod"),
    ("owner", "platform@example.com"),
    ("team", "platform"),
)


def cloud_plan(
    tier: Tier = "production", *, cluster: dict[str, Any] | None = None, **aws: Any
) -> CloudPlan:
    """Return the account's part of an environment of a tier."""
    words = {"kind": "eks", "admins": [ADMIN], **(cluster or {})}
    made = context(tier=tier, aws={**AWS, **aws}, clusters={"main": words}, domains=DOMAINS)
    plan = resolve_cloud(made, [])
    assert plan is not None
    return plan


@dataclass(frozen=True)
class RecordedCloud:
    """What a cloud slice declares, and what it tells the others."""

    recording: Recording
    values: dict[str, Any]

    def of(self, type_: str) -> dict[str, RecordedResource]:
        """Return the resources of a type, by logical name."""
        return {one.name: one for one in self.recording.resources if one.type == type_}

    @property
    def resources(self) -> list[RecordedResource]:
        """Everything in the account."""
        return [one for one in self.recording.resources if one.type.startswith("aws:")]

    def governed(self) -> list[Resource]:
        """Return everything as the rules see it."""
        return recorded(self.recording.resources)


def recorded_cloud(plan: CloudPlan, *, preview: bool = True) -> RecordedCloud:
    """Return what the cloud slice of a plan declares."""
    values: dict[str, Any] = {}

    def program() -> None:
        provider = aws_provider("cloud", plan.account, TAGS)
        values.update(CloudFoundation(plan, pulumi.ResourceOptions(providers=[provider])).values)

    recording = Recorder(preview=preview).run(program)
    return RecordedCloud(recording, values)
