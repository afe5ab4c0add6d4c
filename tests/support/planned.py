"""Resources as a preview knows them: outputs of others are unknown, but whose outputs they are is not."""

from collections.abc import Mapping
from typing import Any

from pavedroad.governance import Properties, Resource, Verdict, judge
from pavedroad.governance.stack import Stack
from tests.support.examples import RULE_BY_CONTROL

_WORST_FIRST = (Verdict.FAIL, Verdict.NOT_EVALUATED, Verdict.PASS)


def urn(type_: str, name: str) -> str:
    """Say what identifies a resource of this stack."""
    return f"urn:pulumi:prod::shop::{type_}::{name}"


def planned(
    type_: str, name: str, /, *, made_from: Mapping[str, tuple[str, ...]] | None = None, **given: Any
) -> Resource:
    """Make a resource with the properties ``given``, some of them outputs of others."""
    return Resource(
        type=type_,
        name=name,
        urn=urn(type_, name),
        properties=Properties(given),
        references=made_from or {},
    )


def verdict(control: str, *stack: Resource, whole: bool = True) -> Verdict:
    """Judge the stack by one control and give the worst that it says about the first resource."""
    found = judge([RULE_BY_CONTROL[control]], Stack(stack, whole=whole))
    said = {each.verdict for each in found if each.urn == stack[0].urn}
    return next(each for each in _WORST_FIRST if each in said)
