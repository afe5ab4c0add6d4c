"""How long a schedule lets a secret live."""

import math

import pytest

from policies.rules.aws.keys.schedules import longest_gap_days


@pytest.mark.parametrize(
    ("expression", "days"),
    [
        ("rate(10 days)", 10),
        ("rate(1 day)", 1),
        ("rate(4 hours)", 4 / 24),
        ("cron(0 3 1 * ? *)", 31),
        ("cron(0 3 ? * 1#1 *)", 31),
        ("cron(0 3 1 1/3 ? *)", 3 * 31),
        ("cron(0 3 1 */2 ? *)", 2 * 31),
        ("cron(0 3 1 JAN,JUL ? *)", 6 * 31),
        ("cron(0 3 1 2-4 ? *)", 10 * 31),
        ("cron(0 3 1 7 ? *)", 12 * 31),
    ],
)
def test_the_longest_gap_of_a_schedule_is_found(expression: str, days: float) -> None:
    assert longest_gap_days(expression) == days


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "rate(x days)",
        "rate(2 fortnights)",
        "cron(0 3 1 13 ? *)",
        "cron(0 3 1 * ?)",
        "cron(0 3 1 1 ? 2030)",
    ],
)
def test_a_schedule_that_cannot_be_read_never_comes(expression: str) -> None:
    assert longest_gap_days(expression) == math.inf
