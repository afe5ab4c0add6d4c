"""An environment's slices: in order, the other way when they are taken down, and no further than the first fault."""

import pytest

from pavedroad.engine.errors import RunFailedError
from pavedroad.engine.slices import Slices
from pavedroad.engine.toolchain import Toolchain
from tests.support.engine import RecordedProgress, TrivialProject

pytestmark = pytest.mark.sandbox

PLATFORM, LOCAL, TEAM = "prod.platform", "local", "prod.orders"


def slices(trivial: TrivialProject, toolchain: Toolchain, *stacks: str) -> tuple[Slices, RecordedProgress]:
    progress = RecordedProgress()
    stages = tuple((stack,) for stack in stacks)
    return Slices(engine=trivial.engine(toolchain), stages=stages, progress=progress), progress


def test_slices_go_up_in_order_and_down_the_other_way_each_a_step_of_its_own(
    trivial: TrivialProject, toolchain: Toolchain
) -> None:
    both, progress = slices(trivial, toolchain, PLATFORM, TEAM)
    assert [result.stack for result in both.preview()] == [PLATFORM, TEAM]
    assert [result.stack for result in both.up()] == [PLATFORM, TEAM]
    assert [result.stack for result in both.refresh()] == [PLATFORM, TEAM]
    assert [result.stack for result in both.destroy()] == [TEAM, PLATFORM]
    assert progress.said == [
        f"Previewing {PLATFORM}",
        f"Previewing {TEAM}",
        f"Bringing up {PLATFORM}",
        f"Bringing up {TEAM}",
        f"Looking at {PLATFORM}",
        f"Looking at {TEAM}",
        f"Taking down {TEAM}",
        f"Taking down {PLATFORM}",
    ]


def test_after_a_slice_that_fails_none_is_tried_and_only_what_was_brought_up_is_taken_down(
    trivial: TrivialProject, toolchain: Toolchain
) -> None:
    trivial.configure(fault="raise")  # of the stack `local` alone
    three, progress = slices(trivial, toolchain, PLATFORM, LOCAL, TEAM)
    with pytest.raises(RunFailedError, match=f"up of stack {LOCAL} failed"):
        three.up()
    assert progress.said == [f"Bringing up {PLATFORM}", f"Bringing up {LOCAL}"]
    assert [result.stack for result in three.destroy()] == [LOCAL, PLATFORM]
