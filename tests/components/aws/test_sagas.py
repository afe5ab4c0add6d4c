"""A state machine in the account: the provider takes it, and every control passes."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

from components.aws.place import Cloud
from components.aws.sagas import StateMachine
from components.kubernetes import Place
from pavedroad.descriptor.cloud import AwsSpec
from pavedroad.governance import Stack, Verdict, judge
from pavedroad.plan.cloud.account import resolve_account
from pavedroad.plan.sagas.states import state_machine
from pavedroad.policy.sources.recorded import recorded
from pavedroad.testing import Recorder, RecordingError
from policies.areas import RULES
from stacks.providers import aws_provider
from tests.support.aws_schema import misfits
from tests.support.clouds import AWS, TAGS
from tests.support.functions import KEY
from tests.support.sagas import machine, saga

if TYPE_CHECKING:
    from pavedroad.plan.sagas.model import SagaPlan
    from pavedroad.testing import Recording

STEPS: list[dict[str, Any]] = [
    {"name": "reserve", "calls": "stock", "compensation": {"calls": "stock"}},
    {"name": "pay", "calls": "payments"},
]
MACHINE = "aws:sfn/stateMachine:StateMachine"


def declare(plan: SagaPlan) -> Recording:
    """Return what a saga declares in an account whose keys are known."""

    def program() -> None:
        account = resolve_account("prod", AwsSpec.model_validate(AWS))
        values = {f"key_{purpose}": KEY for purpose in ("logs", "messages")}
        options = pulumi.ResourceOptions(providers=[aws_provider("shop", account, TAGS)])
        root = pulumi.ComponentResource("test:place:Place", "place", {}, options)
        cloud = Cloud(account=account, values=pulumi.Output.from_input(values))
        place = Place(parent=root, namespace="shop", labels={"pavedroad.dev/team": "shop"}, cloud=cloud)
        StateMachine(plan, place, pulumi.ResourceOptions(parent=root))

    return Recorder(preview=True).run(program)


@cache
def recording() -> Recording:
    return declare(machine(STEPS))


def test_the_provider_takes_every_input() -> None:
    own = [one for one in recording().resources if one.type.startswith("aws:")]
    assert {one.name: found for one in own if (found := misfits(one.type, one.inputs))} == {}


def test_no_control_fails() -> None:
    findings = judge(RULES, Stack(tuple(recorded(recording().resources)), whole=True))
    assert {one.control for one in findings if one.verdict is Verdict.FAIL} == set()


def test_the_definition_is_the_one_that_is_walked() -> None:
    assert json.loads(recording().the(MACHINE).inputs["definition"]) == state_machine(machine(STEPS))


def test_steps_are_logged_and_what_they_were_given_is_not() -> None:
    logging = recording().the(MACHINE).inputs["loggingConfiguration"]
    assert (logging["level"], logging["includeExecutionData"]) == ("ALL", False)


def test_a_saga_of_the_cluster_has_no_state_machine() -> None:
    with pytest.raises(RecordingError, match="has no state machine"):
        declare(saga(STEPS))
