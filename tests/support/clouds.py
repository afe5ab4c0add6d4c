"""The account's part of an environment for tests: resolved, recorded, and as the policies judge it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi

from components.aws.cloud import CloudFoundation
from pavedroad.access.iam import Caller, Document, Policies, Request, Whereabouts, decide, policies_of
from pavedroad.plan.cloud.resolve import resolve_cloud
from pavedroad.policy.sources.recorded import recorded
from pavedroad.testing import Recorder
from stacks.providers import aws_provider
from tests.support.resolving import context, team

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pavedroad.access.iam import Account
    from pavedroad.descriptor.environment import Tier
    from pavedroad.governance import Resource
    from pavedroad.plan.cloud.model import CloudPlan
    from pavedroad.plan.flows import Labels
    from pavedroad.testing import PropertyMap, RecordedResource, Recording

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


SHOP = team(
    "shop",
    {
        "web": {
            "type": "service",
            "listens": {"http": {"port": 8080}},
            "routes": [{"path": "/", "expose": "public"}],
        }
    },
)
"""A team with one public host: ``web.shop.example.com``."""


def cloud_plan(
    tier: Tier = "production",
    *,
    environment: str = "prod",
    cluster: dict[str, Any] | None = None,
    **aws: Any,
) -> CloudPlan:
    """Return the account's part of an environment of a tier; words replace those of the cluster and of ``aws``."""
    words = {"kind": "eks", "admins": [ADMIN], **(cluster or {})}
    made = context(
        SHOP,
        tier=tier,
        environment=environment,
        aws={**AWS, **aws},
        clusters={"main": words},
        domains=DOMAINS,
    )
    plan = resolve_cloud(made, [])
    assert plan is not None
    return plan


EXISTING_NETWORK = {
    "vpc": "vpc-0a1b2c3d",
    "cidr": "10.50.0.0/16",
    "data_cidr": "10.50.192.0/19",
    "public": ["subnet-0000000a", "subnet-0000000b"],
    "private": ["subnet-0000001a", "subnet-0000001b"],
    "data": ["subnet-0000002a", "subnet-0000002b"],
}
"""A network that somebody else has made, as an environment names it."""


@dataclass(frozen=True)
class RecordedCloud:
    """What a cloud slice declares, and what it tells the others."""

    recording: Recording
    values: dict[str, Any]

    def of(self, type_: str) -> dict[str, RecordedResource]:
        """Return the resources of a type, by logical name."""
        return {one.name: one for one in self.recording.resources if one.type == type_}

    def one(self, type_: str, name: str | None = None) -> PropertyMap:
        """Return the properties of the one resource of a type, or of the one with a name."""
        return self.recording.the(type_, name).inputs

    def account(self) -> Account:
        """Return who may do what in the account."""
        return policies_of(self.recording.resources, Whereabouts(account=ACCOUNT, region=AWS["region"]))

    @property
    def resources(self) -> list[RecordedResource]:
        """Everything in the account."""
        return [one for one in self.recording.resources if one.type.startswith("aws:")]

    def governed(self) -> list[Resource]:
        """Return everything as the rules see it."""
        return recorded(self.recording.resources)


def recorded_cloud(
    plan: CloudPlan, *, preview: bool = True, outputs: Mapping[str, Mapping[str, Any]] | None = None
) -> RecordedCloud:
    """Return what the cloud slice of a plan declares.

    Args:
        plan: The account's part of an environment.
        preview: Whether what AWS answers with is unknown.
        outputs: What AWS answers with, by type.
    """
    values: dict[str, Any] = {}
    recorder = Recorder(preview=preview)
    for type_, answer in (outputs or {}).items():
        recorder.set_outputs(type_, answer)

    def program() -> None:
        provider = aws_provider("cloud", plan.account, TAGS)
        values.update(CloudFoundation(plan, pulumi.ResourceOptions(providers=[provider])).values)
        pulumi.export("cloud", values)

    return RecordedCloud(recorder.run(program), values)


EVERYTHING = Document.identity(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
)
"""What an identity may do that nothing but a resource's own policy holds back."""


def lets(
    account: Account, resource: str, action: str, caller: Caller, keys: Mapping[str, str] | None = None
) -> bool:
    """Tell whether a resource's policy lets somebody do something whose own policies let them do anything."""
    request = Request(
        caller=caller, action=action, resource=resource, resource_account=ACCOUNT, keys=keys or {}
    )
    own = (EVERYTHING,) if caller.account else ()
    return decide(request, Policies(identity=own, resource=account.policies_on(resource, action))).allowed


def may(
    account: Account, role: str, action: str, resource: str, keys: Mapping[str, str] | None = None
) -> bool:
    """Tell whether a role may do something to something of the account, or that AWS has for all accounts."""
    held = account.roles[role]
    request = Request(
        caller=Caller.role(role), action=action, resource=resource, resource_account=ACCOUNT, keys=keys or {}
    )
    policies = Policies(
        identity=tuple(held.policies),
        boundary=held.boundary,
        resource=account.policies_on(resource, action),
    )
    return decide(request, policies).allowed
