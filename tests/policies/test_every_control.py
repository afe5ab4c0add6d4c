"""What holds for every control: its example keeps it, one change breaks it, and nothing hides or excuses that."""

import json
from itertools import islice

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pavedroad.governance import Opaque, Verdict, canonical, judge
from pavedroad.governance.stack import Stack
from policies.pack import RULES
from tests.support.examples import (
    Declared,
    Example,
    changed,
    every_example,
    leaves,
    resources,
    unknown_at,
    verdict_on_first,
)

EXAMPLES = every_example()
BY_CONTROL = [pytest.param(each, id=f"{each.control}-{index}") for index, each in enumerate(EXAMPLES)]

UNRELATED = Declared(
    type="kubernetes:core/v1:ConfigMap",
    name="unrelated",
    properties={"metadata": {"name": "unrelated", "namespace": "far-away"}, "data": {"colour": "green"}},
)


def test_every_control_has_an_example() -> None:
    assert {rule.control.identifier for rule in RULES} == {each.control for each in EXAMPLES}


@pytest.mark.parametrize("example", BY_CONTROL)
def test_the_example_passes_and_the_one_change_fails(example: Example) -> None:
    assert verdict_on_first(example, example.declared) is Verdict.PASS
    assert verdict_on_first(example, example.broken()) is Verdict.FAIL


@pytest.mark.parametrize("example", BY_CONTROL)
def test_no_leaf_that_is_not_known_turns_a_pass_into_a_failure(example: Example) -> None:
    for place, hazy in unknown_at(example, example.declared):
        assert verdict_on_first(example, hazy) in (None, Verdict.PASS, Verdict.NOT_EVALUATED), place


@pytest.mark.parametrize("example", BY_CONTROL)
def test_no_leaf_that_is_not_known_turns_a_failure_into_a_pass(example: Example) -> None:
    for place, hazy in unknown_at(example, example.broken()):
        assert verdict_on_first(example, hazy) in (Verdict.FAIL, Verdict.NOT_EVALUATED), place


@pytest.mark.parametrize("example", BY_CONTROL)
def test_neither_order_nor_an_unrelated_resource_changes_the_verdict(example: Example) -> None:
    for declared, verdict in ((example.declared, Verdict.PASS), (example.broken(), Verdict.FAIL)):
        subject = resources(declared)[0].urn
        shuffled = [*reversed(resources(declared)), *resources((UNRELATED,), "un")]
        found = judge([example.rule], Stack(canonical(shuffled), whole=example.whole))
        said = {each.verdict for each in found if each.urn == subject}
        assert (Verdict.FAIL in said) == (verdict is Verdict.FAIL)
        assert Verdict.NOT_EVALUATED not in said


@pytest.mark.parametrize("example", BY_CONTROL)
def test_what_fails_says_who_must_do_what_and_quotes_no_value(example: Example) -> None:
    canary = "s3cr3t-c4n4ry"
    broken = example.broken()
    spoiled = tuple(
        changed(each, place, canary) if place and isinstance(value_at(each, place), str) else each
        for each in broken
        for place in islice(leaves(dict(each.properties)), 1)
    )
    for declared in (broken, spoiled):
        found = judge([example.rule], Stack(canonical(resources(declared)), whole=example.whole))
        messages = [each.message for each in found if each.verdict is Verdict.FAIL]
        assert all(message and "\n" not in message for message in messages)
        assert canary not in json.dumps(messages)


def value_at(declared: Declared, place: tuple[str | int, ...]) -> object:
    value: object = declared.properties
    for name in place:
        value = value[name]  # type: ignore[index]  # the path was read off this very tree
    return value


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(list(Opaque)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=1000, deadline=None)
@given(example=st.sampled_from(EXAMPLES), data=st.data())
def test_no_value_in_place_of_any_property_makes_a_rule_raise(example: Example, data: st.DataObject) -> None:
    declared = data.draw(st.sampled_from([example.declared, example.broken()]))
    index = data.draw(st.sampled_from(range(len(declared))))
    places = [place for leaf in leaves(dict(declared[index].properties)) for place in prefixes(leaf)]
    assume(places)
    spoiled = changed(declared[index], data.draw(st.sampled_from(places)), data.draw(JSON))
    stack = (*declared[:index], spoiled, *declared[index + 1 :])
    found = judge([example.rule], Stack(canonical(resources(stack)), whole=example.whole))
    assert not [each.message for each in found if "itself failed" in each.message]


def prefixes(leaf: tuple[str | int, ...]) -> list[tuple[str | int, ...]]:
    return [leaf[: length + 1] for length in range(len(leaf))]
