"""Functions for tests: planned in an account, declared on the recorder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from components.aws.functions import Function
from components.aws.place import Cloud
from components.kubernetes import Place
from pavedroad.plan.brokers import resolve_brokers
from pavedroad.plan.functions.resolve import resolve_functions
from pavedroad.policy.sources.recorded import recorded
from pavedroad.testing import Recorder
from stacks.providers import aws_provider
from tests.support.clouds import AWS, TAGS
from tests.support.resolving import context, team

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier
    from pavedroad.governance import Resource
    from pavedroad.plan.functions.model import FunctionPlan
    from pavedroad.testing import PropertyMap, RecordedResource, Recording

IMAGE = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/charge:1.4.0"
ARCHIVE = {"bucket": "shop-code", "key": "charge.zip", "runtime": "python3.13", "handler": "charge.handle"}
KEY = "arn:aws:kms:eu-central-1:123456789012:key/0a1b"

PROVIDERS = {"function": "lambda", "bucket": "s3", "dynamodb": "dynamodb", "sqs": "sqs", "sns": "sns"}

TOPICS = {"orders": {"broker": "sqs"}, "news": {"broker": "sns"}}


def planned(tier: Tier = "production", **words: Any) -> FunctionPlan:
    """Return the plan of the one function ``charge`` of the team ``shop``; an image where nothing else is said."""
    code = {} if "archive" in words else {"image": IMAGE}
    described = {"type": "function", **code, **words}
    if code == {}:
        described["image"] = None
    made = context(
        team("shop", {"charge": described}, topics=TOPICS),
        tier=tier,
        aws=AWS,
        clusters={"main": {"kind": "eks"}},
        providers=PROVIDERS,
        secrets={"provider": "secrets-manager"},
    )
    (plan,) = resolve_functions(made, resolve_brokers(made), "shop")
    return plan


class DeclaredFunction:
    """What a function declares."""

    def __init__(self, plan: FunctionPlan, account: Any) -> None:
        """Declare it where the keys of an environment are known."""

        def program() -> None:
            purposes = ("data", "logs", "messages", "secrets")
            values = {"log_bucket": "logs", **{f"key_{purpose}": KEY for purpose in purposes}}
            cloud = Cloud(account=account, values=pulumi.Output.from_input(values))
            provider = aws_provider("shop", account, TAGS)
            options = pulumi.ResourceOptions(providers=[provider])
            root = pulumi.ComponentResource("test:place:Place", "place", {}, options)
            place = Place(parent=root, namespace="shop", labels={"pavedroad.dev/team": "shop"}, cloud=cloud)
            Function(plan, place, pulumi.ResourceOptions(parent=root))

        self.recording: Recording = Recorder(preview=True).run(program)

    def one(self, type_: str) -> PropertyMap:
        """Return the properties of the one resource of a type."""
        return self.recording.the(type_).inputs

    @property
    def resources(self) -> list[RecordedResource]:
        """Everything in the account."""
        return [one for one in self.recording.resources if one.type.startswith("aws:")]

    def governed(self) -> list[Resource]:
        """Return everything as the rules see it."""
        return recorded(self.recording.resources)
