"""What a selector selects is found by an index, and what is not known is never left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.governance import Labelled, Opaque, Properties, Reading, Truth, first_of
from pavedroad.governance.kubernetes import selects
from pavedroad.governance.properties import State
from pavedroad.governance.truth import NO, YES, all_of


def at(namespace: str | None) -> Reading[str]:
    return Reading("metadata.namespace", State.PRESENT if namespace else State.UNKNOWN, namespace)


def labelled(*things: tuple[str | None, object]) -> Labelled[int]:
    return Labelled(
        (index, at(namespace), Properties(labels, "metadata.labels"))
        for index, (namespace, labels) in enumerate(things)
    )


def certain(candidates: list[tuple[int, Truth]]) -> set[int]:
    return {thing for thing, truth in candidates if truth.holds}


def possible(candidates: list[tuple[int, Truth]]) -> set[int]:
    return {thing for thing, truth in candidates if truth.holds is not False}


def test_only_what_carries_every_label_in_the_namespace_is_selected() -> None:
    things = labelled(("a", {"x": "1"}), ("a", {"x": "1", "y": "2"}), ("b", {"x": "1", "y": "2"}))
    assert possible(list(things.carrying(Properties({"x": "1", "y": "2"}), at("a")))) == {1}


@pytest.mark.parametrize(
    ("namespace", "labels"),
    [("a", Opaque.UNKNOWN), ("a", {"x": Opaque.UNKNOWN}), (None, {"x": "1"}), (None, Opaque.UNKNOWN)],
)
def test_what_is_not_known_may_be_selected_and_is_not_certain(namespace: str | None, labels: object) -> None:
    found = list(labelled((namespace, labels)).carrying(Properties({"x": "1"}), at("a")))
    assert possible(found) == {0}
    assert certain(found) == set()


def test_a_partial_thing_may_carry_what_it_does_not_say() -> None:
    patch = Labelled([(0, at("a"), Properties({"y": "2"}, "metadata.labels").partial())])
    assert possible(list(patch.carrying(Properties({"x": "1"}), at("a")))) == {0}


def test_a_namespace_that_is_not_known_may_be_any() -> None:
    assert possible(list(labelled(("a", {"x": "1"})).carrying(Properties({"x": "1"}), at(None)))) == {0}


def test_the_first_certain_one_settles_it() -> None:
    assert first_of([(0, NO), (1, YES)]).holds is True
    assert first_of([(0, NO)]).holds is False
    assert first_of([]).holds is False


LABELS = st.dictionaries(
    st.sampled_from("xy"), st.sampled_from(["1", "2", 3, Opaque.UNKNOWN]), max_size=2
) | st.sampled_from([Opaque.UNKNOWN])
PLACED = st.tuples(st.sampled_from(["a", "b", None]), LABELS)
EXPRESSIONS = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from("xy"),
            "operator": st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]),
            "values": st.lists(st.sampled_from("12"), max_size=2),
        }
    ),
    max_size=1,
)
SELECTOR = st.fixed_dictionaries({}, optional={"matchLabels": LABELS, "matchExpressions": EXPRESSIONS})


@given(things=st.lists(PLACED, max_size=5), selector=SELECTOR, namespace=st.sampled_from(["a", None]))
def test_the_index_finds_the_same_as_looking_at_everything(
    things: list[tuple[str | None, object]], selector: dict[str, object], namespace: str | None
) -> None:
    wanted = Properties(selector, "spec.selector")
    found = list(labelled(*things).selected(wanted, at(namespace)))
    everything = [
        (
            index,
            all_of(at(home).same_as(at(namespace)), selects(wanted, Properties(labels, "metadata.labels"))),
        )
        for index, (home, labels) in enumerate(things)
    ]
    assert certain(found) == certain(everything)
    assert possible(found) == possible(everything)
