"""The shapes of demands on AWS resources: what they accept, what they refuse, and what they leave open."""

import pytest

from pavedroad.governance import Opaque, Properties
from policies.rules.aws.shapes import (
    Demand,
    any_part,
    at_least,
    at_most,
    both,
    each,
    either,
    flag,
    given,
    holds,
    lacks,
    left_out,
    like,
    none_of,
    one_of,
    own_key,
    unless,
)

UNKNOWN, SECRET = Opaque.UNKNOWN, Opaque.SECRET
ON = flag("on")


def holding(demand: Demand, value: object) -> bool | None:
    return demand.met(Properties({} if value is None else {"on": value})).holds


@pytest.mark.parametrize(
    ("demand", "kept", "broken"),
    [
        (flag("on"), [True, "true"], [False, "false", None, 1, "yes", []]),
        (flag("on", wanted=False), [False, "false"], [True, None, 0]),
        (flag("on", wanted=False, absent=True), [False, None], [True, "true", "perhaps"]),
        (one_of("on", "a", "b"), ["a", "b"], ["c", "A", None, ["a"]]),
        (one_of("on", "a", absent=True), ["a", None], ["b", 1]),
        (none_of("on", "admin"), ["shop"], ["admin", "Admin", None, 1]),
        (like("on", str.isdecimal, "be digits"), ["12"], ["a", None, 12]),
        (at_least("on", 7), [7, 8.5, "7"], [6, "6", None, True, "many"]),
        (at_most("on", 1, absent=True), [1, "0", None], [2, "2", "many"]),
        (given("on"), ["x", ["x"], {"a": 1}, 0, False, SECRET], ["", [], {}, None]),
        (
            own_key("on"),
            ["arn:aws:kms:eu-west-1:111122223333:key/4f", "alias/shop"],
            ["alias/aws/ebs", "arn:aws:kms:eu-west-1:111122223333:alias/aws/ebs", "", None],
        ),
        (left_out("on"), [None, [], {}], ["x", ["x"], 0]),
        (holds("on", "a", "b"), [["b", "a"], ["a", "b", "c"]], [["a"], [], None, "ab", ["a", 1]]),
        (lacks("on", "all"), [["a"], [], None], [["a", "all"], "all", [1]]),
        (each("on[]", one_of("", "a")), [["a"], [], None], [["a", "b"], "a", [None]]),
        (each("on[]", one_of("", "a"), some=True), [["a"]], [["b"], [], None]),
        (any_part("on[]", one_of("", "a")), [["b", "a"]], [["b"], [], None]),
        (either(ON, one_of("on", "always")), [True, "always"], [False, "never", None]),
        (unless(one_of("on", "always"), ON), [True, "always"], [False, "never", None]),
        (both(given("on"), ON), [True], [False, None]),
    ],
)
def test_a_demand_accepts_what_it_asks_for_and_nothing_else(
    demand: Demand, kept: list[object], broken: list[object]
) -> None:
    assert [value for value in kept if holding(demand, value) is not True] == []
    assert [value for value in broken if holding(demand, value) is not False] == []
    assert holding(demand, UNKNOWN) is None


def test_an_element_that_breaks_a_demand_is_not_excused_by_one_that_is_unknown() -> None:
    assert holding(each("on[]", one_of("", "a")), [UNKNOWN, "b"]) is False
    assert holding(each("on[]", one_of("", "a")), [UNKNOWN, "a"]) is None
    assert holding(holds("on", "a"), [UNKNOWN, "b"]) is None
    assert holding(lacks("on", "all"), [UNKNOWN, "all"]) is False


@pytest.mark.parametrize(
    ("demand", "words"),
    [
        (flag("on"), "set on to true"),
        (flag("on", wanted=False), "set on to false"),
        (flag("on", absent=True), "not set on to false"),
        (flag("on", wanted=False, absent=True), "not set on to true"),
        (at_least("days", 7), "set days to 7 or more"),
        (each("disks[]", ON), "set on to true in every element of disks"),
        (either(ON, given("key")), "set on to true, or set key"),
        (unless(given("key"), ON), "set on to true"),
    ],
)
def test_a_demand_says_what_to_do(demand: Demand, words: str) -> None:
    assert demand.words == words
