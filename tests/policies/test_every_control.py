"""What holds for every control: its example keeps it, one change breaks it, and nothing hides or excuses that."""

import json
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pavedroad.governance import Opaque, PodRule, Properties, Resource, StackRule, Verdict, canonical, judge
from pavedroad.governance.kubernetes import POD_TEMPLATES
from pavedroad.governance.stack import Stack
from policies.areas import RULES
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


@pytest.mark.parametrize("example", BY_CONTROL)
def test_neither_a_new_name_nor_standing_in_a_list_changes_the_verdict(example: Example) -> None:
    for declared, verdict in ((example.declared, Verdict.PASS), (example.broken(), Verdict.FAIL)):
        renamed = resources(declared, "renamed-")
        assert worst(example, renamed, renamed[0]) is verdict
        subject, *others = resources(declared)
        if subject.type.startswith("kubernetes:") and not subject.secrets:
            listed = in_a_list(subject)
            assert worst(example, [listed, *others], listed) is verdict


def worst(example: Example, declared: list[Resource], subject: Resource) -> Verdict | None:
    """Give the worst verdict on one of several resources."""
    order = [Verdict.PASS, Verdict.NOT_EVALUATED, Verdict.FAIL]
    found = judge([example.rule], Stack(canonical(declared), whole=example.whole))
    return max((each.verdict for each in found if each.urn == subject.urn), key=order.index, default=None)


def in_a_list(item: Resource) -> Resource:
    """Make a list of one object, which says its own kind."""
    group, _, kind = item.type.removeprefix("kubernetes:").rpartition(":")
    content = {"apiVersion": group.removeprefix("core/"), "kind": kind} | dict(item.properties.value)  # type: ignore[call-overload]  # a mapping
    properties = Properties({"apiVersion": "v1", "kind": "List", "items": [content]})
    return replace(item, type="kubernetes:core/v1:List", urn=f"{item.urn}-list", properties=properties)


OF_ONE_RESOURCE = [each for each in BY_CONTROL if not isinstance(each.values[0].rule, StackRule)]  # type: ignore[union-attr]  # an example
OF_PODS = [
    each
    for each in BY_CONTROL
    if isinstance(each.values[0].rule, PodRule) and each.values[0].declared[0].type in POD_TEMPLATES  # type: ignore[union-attr]  # as above
]


@pytest.mark.parametrize("example", OF_ONE_RESOURCE)
def test_what_is_not_known_of_one_resource_hides_no_violation_of_another(example: Example) -> None:
    bad = resources(example.broken(), "bad-")
    for place, hazy in unknown_at(example, example.declared):
        assert worst(example, [*resources(hazy), *bad], bad[0]) is Verdict.FAIL, place


@pytest.mark.parametrize("example", OF_PODS)
def test_a_pod_gets_the_same_verdict_whatever_holds_it(example: Example) -> None:
    """But for controls about pods that stay up, unless they are set to speak about those that end as well."""
    if "everyPod" in example.rule.settings_schema():
        example = replace(example, settings={**example.settings, "everyPod": True})
    for declared, verdict in ((example.declared, Verdict.PASS), (example.broken(), Verdict.FAIL)):
        for type_ in sorted(example.rule.control.resource_types & POD_TEMPLATES.keys()):
            held = replace(declared[0], type=type_, properties=held_by(type_, declared[0]))
            assert verdict_on_first(example, (held, *declared[1:])) is verdict, type_


def held_by(type_: str, declared: Declared) -> dict[str, Any]:
    """Take the pod out of its workload, and put it into one of another kind."""
    template: Any = declared.properties
    for name in filter(None, POD_TEMPLATES[declared.type].split(".")):
        template = template[name]
    pod = {name: template[name] for name in ("metadata", "spec") if name in template}
    own = declared.properties.get("metadata", {})
    if not POD_TEMPLATES[type_]:
        return {"metadata": own | pod.pop("metadata", {})} | pod
    tree: dict[str, Any] = pod
    for name in reversed(POD_TEMPLATES[type_].split(".")):
        tree = {name: tree}
    return {"metadata": own} | tree


def container_of(example: Example) -> tuple[str | int, ...] | None:
    """Find the container of the first resource that the change is inside of, if it is inside one."""
    place = example.place
    at = [index for index, name in enumerate(place) if name in ("containers", "initContainers")]
    return place[: at[0] + 2] if at and not example.of and len(place) > at[0] + 2 else None


@pytest.mark.parametrize("example", [each for each in OF_PODS if container_of(each.values[0])])  # type: ignore[arg-type]  # an example
def test_a_bad_container_beside_a_good_one_and_a_good_one_beside_a_bad_one_both_fail(
    example: Example,
) -> None:
    *above, at = container_of(example) or ()
    good, bad = (value_at(each[0], (*above, at)) for each in (example.declared, example.broken()))
    both = changed(example.declared[0], tuple(above), [good, bad])
    assert verdict_on_first(example, (both, *example.declared[1:])) is Verdict.FAIL
    other_way = changed(example.declared[0], tuple(above), [bad, good])
    assert verdict_on_first(example, (other_way, *example.declared[1:])) is Verdict.FAIL


@pytest.mark.parametrize("example", BY_CONTROL)
def test_a_document_as_text_and_as_an_object_get_the_same_verdict(example: Example) -> None:
    for declared, verdict in ((example.declared, Verdict.PASS), (example.broken(), Verdict.FAIL)):
        for index, each in enumerate(declared):
            for place in leaves(dict(each.properties)):
                document = as_document(value_at(each, place)) if place else None
                if document is not None:
                    opened = changed(each, place, document)
                    stack = (*declared[:index], opened, *declared[index + 1 :])
                    assert verdict_on_first(example, stack) is verdict, place


def as_document(value: object) -> object | None:
    """Read a policy document that is given as JSON text; None for anything else."""
    try:
        found = json.loads(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if isinstance(found, dict) and "Statement" in found else None


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
