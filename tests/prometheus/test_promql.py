"""PromQL: selectors and durations, and the place of what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pavedroad.prometheus import duration, fault_of, metrics_of, quoted, seconds, selector


@given(st.text())
def test_any_text_is_a_string_of_promql_once_it_is_quoted(text: str) -> None:
    assert fault_of(f"label_replace(x, 'a', {quoted(text.replace('$', ''))}, 'b', '')") is None


@given(st.integers(min_value=1, max_value=10_000_000))
def test_a_duration_says_its_seconds_exactly(amount: int) -> None:
    assert seconds(duration(amount)) == amount
    assert fault_of(f"rate(x[{duration(amount)}])") is None


def test_durations_are_written_in_the_largest_unit_that_is_exact() -> None:
    assert [duration(amount) for amount in (30, 300, 5400, 21_600, 259_200, 2_592_000)] == [
        "30s",
        "5m",
        "90m",
        "6h",
        "3d",
        "30d",
    ]


def test_a_selector_sorts_its_labels_and_quotes_their_values() -> None:
    assert selector("up", {}) == "up"
    assert selector("up", {"job": 'a"b', "instance": "x"}, {"code": "5.."}) == (
        'up{instance="x", job="a\\"b", code=~"5.."}'
    )


@pytest.mark.parametrize(
    ("expression", "reason", "offset", "part"),
    [
        ("sum(rate(x{a='b'}[5m])", "unclosed left parenthesis", 3, "("),
        ("sum(x))", "unexpected right parenthesis ')'", 6, ")"),
        ("foo bar", "invalid promql query", 4, "bar"),
        ("a + on(x) b c", "invalid promql query", 12, "c"),
        ("sum(\n  x +)", "an operand is missing", 10, ""),
        ("sum(x) / / y", "invalid promql query", 9, "/"),
        ("sum(x) + rate(y)", "expected type matrix in call to function 'rate', got vector", 9, "rate(y)"),
        ("a + nosuch(x)", "unknown function with name 'nosuch'", 4, "nosuch(x)"),
        ("a + x{a=~'('}", "illegal regex for (", 4, "x{a=~'('}"),
        ("x{a='b' c='d'}", "invalid promql query", 8, "c"),
        ("rate(x[$__w])", "unexpected character: '$'", 7, "$"),
        ("x == 'a", "unterminated quoted string '", 5, "'"),
        ("rate(x[5q])", "bad number or duration syntax: 5q", 5, "x[5q]"),
        ("sum(a, clamp_max(b))", "expected 2 argument(s) in call to 'clamp_max', got 1", 7, "clamp_max(b)"),
        ("", "no expression found in input", 0, ""),
    ],
)
def test_a_fault_is_placed_at_the_smallest_part_that_is_refused(
    expression: str, reason: str, offset: int, part: str
) -> None:
    fault = fault_of(expression)

    assert fault is not None
    assert (fault.reason, fault.offset, fault.part) == (reason, offset, part)


@given(st.text(alphabet="ab x(){}[]'\",+-*/=~!5m:$#\n", max_size=40))
def test_whatever_is_refused_has_a_place_inside_the_expression(text: str) -> None:
    fault = fault_of(text)

    assert fault is None or text[fault.offset : fault.offset + len(fault.part)] == fault.part
    assert fault is None or 0 <= fault.offset <= len(text)


def test_the_metrics_of_an_expression_are_those_that_it_selects() -> None:
    assert metrics_of("sum(rate(x{a='b'}[5m])) / on (y) z > 1") == {"x", "z"}
