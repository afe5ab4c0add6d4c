"""Three-valued logic is sound, and reading a property map never raises nor guesses."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.governance import Opaque, Properties, Truth, all_of, any_of
from pavedroad.governance.truth import NO, YES, open_at

HAZY = open_at("spec.hazy")
TRUTHS = [YES, NO, HAZY]


def worlds(truth: Truth) -> set[bool]:
    return {True, False} if truth.holds is None else {truth.holds}


@pytest.mark.parametrize(("one", "other"), list(product(TRUTHS, TRUTHS)))
def test_an_answer_is_known_only_if_every_possible_value_gives_it(one: Truth, other: Truth) -> None:
    pairs = list(product(worlds(one), worlds(other)))
    assert worlds(all_of(one, other)) == {a and b for a, b in pairs}
    assert worlds(any_of(one, other)) == {a or b for a, b in pairs}


def test_an_open_answer_names_each_path_once() -> None:
    assert all_of(HAZY, YES, open_at("spec.mist"), HAZY).unknown == ("spec.hazy", "spec.mist")
    assert any_of(HAZY, YES).unknown == ()


def test_asking_nothing_holds_for_all_and_fails_for_any() -> None:
    assert all_of() == YES
    assert any_of() == NO


PROPERTIES = Properties(
    {
        "metadata": {"labels": {"app.kubernetes.io/name": "web"}, "name": Opaque.UNKNOWN},
        "spec": {"on": False, "count": 2.0, "items": [{"a": 1}, None], "hidden": Opaque.SECRET, "text": "x"},
        "mist": Opaque.UNKNOWN,
    }
)


def test_a_present_value_of_the_right_type_is_compared() -> None:
    assert PROPERTIES.flag("spec.on").equals(wanted=False) == YES
    assert PROPERTIES.number("spec.count").equals(2) == YES
    assert PROPERTIES.text("spec.text").equals("y") == NO


def test_a_name_with_dots_is_read_as_one_field() -> None:
    labels = PROPERTIES.at("metadata.labels")
    assert labels.entry("app.kubernetes.io/name").text().equals("web") == YES
    assert labels.text("app.kubernetes.io/name").present() == NO


def test_a_missing_value_answers_as_the_question_says() -> None:
    assert PROPERTIES.flag("spec.absent.deeper").equals(wanted=True) == NO
    assert PROPERTIES.flag("spec.absent.deeper").equals(wanted=True, absent=True) == YES


@pytest.mark.parametrize("path", ["spec.text", "spec.text.deeper", "spec.items", "spec.count"])
def test_a_value_of_another_type_is_never_an_allowed_one(path: str) -> None:
    assert PROPERTIES.flag(path).satisfies(lambda _: True, absent=True) == NO


def test_a_number_is_no_flag_and_a_flag_no_number() -> None:
    assert Properties({"a": 1}).flag("a").satisfies(lambda _: True) == NO
    assert Properties({"a": True}).number("a").satisfies(lambda _: True) == NO


def test_inside_an_unknown_value_everything_is_open_at_its_path() -> None:
    assert PROPERTIES.text("mist.deep.inside").equals("x", absent=True) == open_at("mist")
    (item,) = PROPERTIES.items("mist.list")
    assert item.flag("on").equals(wanted=True) == open_at("mist")
    ((_, field),) = PROPERTIES.entries("mist")
    assert field.text().present() == open_at("mist")


def test_a_secret_is_present_but_cannot_be_compared_and_hides_what_is_in_it() -> None:
    assert PROPERTIES.text("spec.hidden").present() == YES
    assert PROPERTIES.text("spec.hidden").equals("x") == open_at("spec.hidden")
    assert PROPERTIES.text("spec.hidden.inside").present() == open_at("spec.hidden")


def test_a_null_in_a_list_is_malformed_rather_than_missing() -> None:
    paths = [item.path for item in PROPERTIES.items("spec.items")]
    assert paths == ["spec.items[0]", "spec.items[1]"]
    assert PROPERTIES.items("spec.items")[1].flag("on").equals(wanted=True, absent=True) == NO


def test_a_fallback_is_used_only_where_there_is_no_value() -> None:
    fallback = PROPERTIES.text("spec.text")
    assert PROPERTIES.text("spec.absent").or_else(fallback).equals("x") == YES
    assert PROPERTIES.text("metadata.name").or_else(fallback).equals("x") == open_at("metadata.name")
    assert PROPERTIES.text("spec.on").or_else(fallback).equals("x") == NO


def test_two_readings_are_the_same_or_different_only_if_both_are_known() -> None:
    text, missing, hazy = (PROPERTIES.text(path) for path in ("spec.text", "spec.absent", "metadata.name"))
    assert (text.same_as(text), text.differs_from(text)) == (YES, NO)
    assert (text.same_as(missing), text.differs_from(missing)) == (NO, YES)
    assert (missing.same_as(hazy), missing.differs_from(hazy)) == (NO, NO)
    assert text.same_as(hazy) == hazy.same_as(text) == text.differs_from(hazy) == open_at("metadata.name")


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=3) | st.sampled_from(Opaque),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
)


@given(tree=JSON, path=st.lists(st.sampled_from("abc"), max_size=3))
def test_reading_any_path_of_any_value_never_raises(tree: object, path: list[str]) -> None:
    part = Properties(tree).at(".".join(path))
    answers = [read().present() for read in (part.text, part.flag, part.number, part.anything)]
    parts = [*part.items(), *(field for _, field in part.entries())]
    assert all(isinstance(answer, Truth) for answer in answers)
    assert all(each.path.startswith(part.path) for each in parts)
