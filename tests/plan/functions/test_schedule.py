"""Cron's five fields, as EventBridge Scheduler writes them."""

import pytest

from pavedroad.plan.functions.schedule import schedule_expression


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 3 * * *", "cron(0 3 * * ? *)"),
        ("30 6 1,15 * *", "cron(30 6 1,15 * ? *)"),
        ("*/10 */2 */5 */3 *", "cron(0/10 0/2 1/5 1/3 ? *)"),
        ("0 0 * JAN,JUL *", "cron(0 0 * JAN,JUL ? *)"),
        ("0 9 * * 1-5", "cron(0 9 ? * 2,3,4,5,6 *)"),
        ("0 9 * * MON-FRI", "cron(0 9 ? * 2,3,4,5,6 *)"),
        ("0 9 * * 0", "cron(0 9 ? * 1 *)"),
        ("0 9 * * 7", "cron(0 9 ? * 1 *)"),
        ("0 9 * * 5-7", "cron(0 9 ? * 1,6,7 *)"),
        ("0 9 * * FRI-MON", "cron(0 9 ? * 1,2,6,7 *)"),
        ("0 9 * * */2", "cron(0 9 ? * 1,3,5,7 *)"),
        ("0 9 * * 1/3", "cron(0 9 ? * 2,5 *)"),
        ("0 9 * * 1-5/2,SAT", "cron(0 9 ? * 2,4,6,7 *)"),
    ],
)
def test_a_schedule_means_the_same_days_and_times(cron: str, expected: str) -> None:
    assert schedule_expression(cron) == expected
