"""How much work a rule does, counted and not timed: the same on every machine."""

import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

from pavedroad.governance import Resource, Rule, Stack, canonical


def lines_run(work: Callable[[], object]) -> int:
    """Count the lines of Python that run, each turn of a loop or comprehension anew."""
    count = 0

    def line(_frame: FrameType, event: str, _detail: Any) -> Any:
        nonlocal count
        count += event == "line"
        return line

    before = sys.gettrace()
    sys.settrace(lambda *_: line)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def work_of(rule: Rule, resources: Iterable[Resource]) -> int:
    """Count what a rule runs to judge resources that nothing else has been asked about yet."""
    stack = Stack(canonical(resources))
    return lines_run(lambda: rule.judge_in(stack))
