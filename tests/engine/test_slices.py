"""An environment's slices: in order, the other way when they are taken down, and no further than the first fault."""

import signal
import threading
import time
from pathlib import Path

import pytest

from pavedroad.engine.errors import RunFailedError
from pavedroad.engine.slices import Slices
from pavedroad.engine.toolchain import Toolchain
from tests.support.engine import RecordedProgress, TrivialProject

pytestmark = pytest.mark.sandbox

PLATFORM, LOCAL, TEAM = "prod.platform", "local", "prod.orders"
TEAMS = ("prod.orders", "prod.carts", "prod.assets")


def slices(
    trivial: TrivialProject, toolchain: Toolchain, *stages: str | tuple[str, ...], parallel: int = 2
) -> tuple[Slices, RecordedProgress]:
    progress = RecordedProgress()
    engine = trivial.engine(toolchain)
    all_stages = tuple((stage,) if isinstance(stage, str) else stage for stage in stages)
    return Slices(engine=engine, stages=all_stages, progress=progress, parallel=parallel), progress


def configure(trivial: TrivialProject, stack: str, **values: str) -> None:
    lines = [f"  trivial:{name}: {value}" for name, value in values.items()]
    file = trivial.root / "config" / f"Pulumi.{stack}.yaml"
    file.write_text("\n".join(["config:", *lines]) + "\n")


def without_times(said: list[str]) -> list[str]:
    return [line.partition(" (")[0].partition(": stopped")[0] for line in said]


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


def test_slices_of_a_stage_run_at_once_and_their_results_are_in_the_order_of_the_stacks(
    trivial: TrivialProject, toolchain: Toolchain
) -> None:
    several, progress = slices(trivial, toolchain, PLATFORM, TEAMS)
    assert [result.stack for result in several.up()] == [PLATFORM, *TEAMS]
    one, title, *ended = without_times(progress.said)
    assert (one, title) == (f"Bringing up {PLATFORM}", "Bringing up 3 slices of prod, 2 at once")
    assert sorted(ended) == sorted(f"  ✓ {stack}" for stack in TEAMS)
    assert [result.stack for result in several.destroy()] == [*TEAMS, PLATFORM]


def test_one_at_a_time_each_is_a_step_of_its_own(trivial: TrivialProject, toolchain: Toolchain) -> None:
    several, progress = slices(trivial, toolchain, TEAMS, parallel=1)
    several.preview()
    assert progress.said == [f"Previewing {stack}" for stack in TEAMS]


def test_after_a_fault_what_runs_is_let_end_and_nothing_more_is_begun(
    trivial: TrivialProject, toolchain: Toolchain
) -> None:
    failing, ending, waiting = TEAMS
    configure(trivial, failing, fault="raise")
    configure(trivial, ending, things="one,two,three")
    several, progress = slices(trivial, toolchain, TEAMS, parallel=2)
    with pytest.raises(RunFailedError, match=f"up of stack {failing} failed"):
        several.up()
    engine = trivial.engine(toolchain)
    assert ending in engine.backend.stacks_of("prod")
    assert not engine.has_stack(waiting)
    assert f"  ✗ {failing}" in without_times(progress.said)


def test_an_interrupt_ends_all_runs_in_order_and_leaves_no_lock(
    trivial: TrivialProject, toolchain: Toolchain
) -> None:
    # A shell starts what it puts into the background with interrupts ignored, and that is inherited.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    awake = {stack: trivial.root / f"awake-{stack}" for stack in TEAMS}
    for stack, file in awake.items():
        configure(trivial, stack, fault="sleep", awake=str(file))
    sleeping, waiting = TEAMS[:2], TEAMS[2]
    several, _ = slices(trivial, toolchain, TEAMS, parallel=2)
    threading.Thread(target=interrupt_once, args=([awake[stack] for stack in sleeping],)).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            several.up()
    finally:
        signal.signal(signal.SIGINT, before)
    backend = trivial.engine(toolchain).backend
    assert [backend.locks(stack) for stack in TEAMS] == [[], [], []]
    assert not awake[waiting].exists()


def interrupt_once(awake: list[Path]) -> None:
    """Interrupt the main thread as soon as all these files are there."""
    deadline = time.monotonic() + 60
    while not all(file.exists() for file in awake) and time.monotonic() < deadline:
        time.sleep(0.05)
    signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
