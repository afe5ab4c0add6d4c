"""A policy gets the same verdict in every form: as an object, as text, and as arguments of `getPolicyDocument`."""

import json
from typing import Any

import pytest

from pavedroad.governance import Verdict
from tests.policies.examples import aws_buckets, aws_identity, aws_keys, aws_messaging
from tests.support.examples import Declared, Example, changed, verdict_on_first

AREAS = (aws_buckets, aws_identity, aws_keys, aws_messaging)
HELD_IN = ("policy", "assumeRolePolicy", "inlinePolicy")
LISTS = {
    "Action": "actions",
    "NotAction": "notActions",
    "Resource": "resources",
    "NotResource": "notResources",
}


def held_in(example: Example) -> str | None:
    """Say which property of the first resource holds a policy as an object, before and after the change."""
    both = (example.declared[0].properties, example.broken()[0].properties)
    found = (name for name in HELD_IN if all(isinstance(each.get(name), dict) for each in both))
    return next(found, None)


WITH_POLICY = [(each, name) for area in AREAS for each in area.EXAMPLES if (name := held_in(each))]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def as_arguments(document: dict[str, Any]) -> dict[str, Any]:
    return {"statements": [argument(each) for each in listed(document.get("Statement", []))]}


def argument(statement: dict[str, Any]) -> dict[str, Any]:
    """Write a statement as `getPolicyDocument` takes it."""
    principal = statement.get("Principal", {})
    by_type = {"*": principal} if isinstance(principal, str) else principal
    written: dict[str, Any] = {
        name: listed(statement[each]) for each, name in LISTS.items() if each in statement
    }
    written["principals"] = [{"type": each, "identifiers": listed(by_type[each])} for each in by_type]
    written["conditions"] = [
        {"test": test, "variable": key, "values": listed(values)}
        for test, keys in statement.get("Condition", {}).items()
        for key, values in keys.items()
    ]
    return written if statement["Effect"] == "Allow" else written | {"effect": statement["Effect"]}


@pytest.mark.parametrize("write", [json.dumps, as_arguments], ids=["text", "arguments"])
@pytest.mark.parametrize(("example", "name"), WITH_POLICY, ids=[each.control for each, _ in WITH_POLICY])
def test_the_form_of_a_policy_changes_no_verdict(example: Example, name: str, write: Any) -> None:
    for declared, expected in ((example.declared, Verdict.PASS), (example.broken(), Verdict.FAIL)):
        first: Declared = declared[0]
        rewritten = changed(first, (name,), write(first.properties[name]))
        assert verdict_on_first(example, (rewritten, *declared[1:])) is expected


def test_policies_of_every_area_are_tried() -> None:
    tried = {each.control for each, _ in WITH_POLICY}
    for area in AREAS:
        assert tried & {each.control for each in area.EXAMPLES}
