"""The cloud slice in the sandbox: everything that it declares is made by the sandbox's own provider, against moto."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi
import pytest
from moto import mock_aws

from components.aws.cloud import CloudFoundation
from pavedroad.sandbox.aws.account import Account
from pavedroad.sandbox.aws.config import Settings
from pavedroad.sandbox.aws.resources import Resource
from pavedroad.testing.isolation import event_loop, isolated
from stacks.providers import aws_provider
from tests.support.clouds import ACCOUNT, TAGS, cloud_plan

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier


def _whole(value: Any) -> Any:
    """Return a value as the engine hands it over, with whole numbers where the mocks' protocol makes fractions."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items() if item is not None}
    return [_whole(item) for item in value] if isinstance(value, list) else value


class Sandbox(pulumi.runtime.Mocks):
    """Makes what is declared in an account of moto's."""

    def __init__(self) -> None:
        self.account = Account(Settings(region="eu-central-1"))
        self.made: dict[str, list[str]] = {}

    def call(self, _args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        return {}, None

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        if not args.typ.startswith("aws:"):
            return args.name, args.inputs
        resource = Resource(f"urn:pulumi:dev::shop::{args.typ}::{args.name}", self.account)
        resource_id, outputs = resource.create(resource.check(_whole(args.inputs), {}))
        self.made.setdefault(args.typ, []).append(resource_id)
        return resource_id, dict(outputs)


@pytest.mark.parametrize(("tier", "environment"), [("production", "prod"), ("development", "e" * 40)])
def test_the_whole_slice_comes_up(tier: Tier, environment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    plan = cloud_plan(tier, environment=environment)
    found: dict[str, Any] = {}

    def come_up() -> pulumi.Output[Any]:
        provider = aws_provider("cloud", plan.account, TAGS)
        foundation = CloudFoundation(plan, pulumi.ResourceOptions(providers=[provider]))
        return pulumi.Output.from_input(foundation.values).apply(found.update)

    def run() -> Sandbox:
        with event_loop():
            sandbox = Sandbox()
            pulumi.runtime.set_mocks(sandbox, preview=False)
            pulumi.runtime.test(come_up)()  # type: ignore[no-untyped-call]
            return sandbox

    with mock_aws(config={"iam": {"load_aws_managed_policies": True}}):
        sandbox = isolated(run)

    assert f":{ACCOUNT}:key/" in found["key_data"]
    assert len(sandbox.made["aws:ec2/subnet:Subnet"]) == len(
        [*found["public_subnets"], *found["private_subnets"], *found["data_subnets"]]
    )
    assert {
        "aws:eks/cluster:Cluster",
        "aws:eks/nodeGroup:NodeGroup",
        "aws:kms/key:Key",
    } <= sandbox.made.keys()
