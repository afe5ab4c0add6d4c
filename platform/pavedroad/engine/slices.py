"""An environment's slices, run stage by stage: the first that fails is the last that is begun."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from pavedroad.engine.errors import OtherStacksError
from pavedroad.engine.progress import Progress, spoken
from pavedroad.engine.results import RunResult
from pavedroad.engine.runs import Engine, OnStep
from pavedroad.stack_names import Stages, environment_of

DEFAULT_PARALLEL: Final = 3
"""Slices of a stage that run at once; two, three and four are as fast on two cores (docs/performance.md)."""

Run = Callable[[str], RunResult]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """The slices of one environment, on the engine.

    Attributes:
        engine: What runs them.
        stages: Their stacks, in the order in which they depend on each other; those of one stage do not.
        progress: Where each stage is reported as a step.
        on_step: Told about each step of each run as it happens.
        parallel: How many slices of a stage run at once, at most.
    """

    engine: Engine
    stages: Stages
    progress: Progress
    on_step: OnStep | None = None
    parallel: int = DEFAULT_PARALLEL

    def up(self, *, policy_packs: Sequence[Path] = (), refresh: bool = False) -> list[RunResult]:
        """Bring the slices up, or up to date.

        Args:
            policy_packs: Folders of policy packs that judge each run.
            refresh: Whether to look at what really exists first.

        Raises:
            RunFailedError: A slice failed; those that had not begun were not tried.
            StackLockedError: Another run holds a slice's stack.
            OtherStacksError: The environment stands in other stacks.
        """

        def bring_up(stack: str) -> RunResult:
            return self.engine.up(stack, policy_packs=policy_packs, refresh=refresh, on_step=self.on_step)

        return self._each("Bringing up", self.stages, bring_up)

    def preview(self, *, policy_packs: Sequence[Path] = ()) -> list[RunResult]:
        """Say what `up` would do to the slices, without doing it.

        Args:
            policy_packs: Folders of policy packs that judge each run.

        Raises:
            RunFailedError: A slice failed; those that had not begun were not tried.
            StackLockedError: Another run holds a slice's stack.
            OtherStacksError: The environment stands in other stacks.
        """

        def preview(stack: str) -> RunResult:
            return self.engine.preview(stack, policy_packs=policy_packs, on_step=self.on_step)

        return self._each("Previewing", self.stages, preview)

    def refresh(self) -> list[RunResult]:
        """Bring the slices' state in line with what really exists.

        Raises:
            RunFailedError: A slice failed; those that had not begun were not tried.
            StackLockedError: Another run holds a slice's stack.
            OtherStacksError: The environment stands in other stacks.
        """
        return self._each(
            "Looking at", self.stages, lambda stack: self.engine.refresh(stack, on_step=self.on_step)
        )

    def destroy(self) -> list[RunResult]:
        """Destroy the slices that were ever brought up, the last stage first.

        Raises:
            RunFailedError: A slice failed; those that had not begun still stand.
            StackLockedError: Another run holds a slice's stack.
            OtherStacksError: The environment stands in other stacks.
        """
        standing = (
            tuple(stack for stack in stage if self.engine.has_stack(stack)) for stage in reversed(self.stages)
        )
        return self._each(
            "Taking down", standing, lambda stack: self.engine.destroy(stack, on_step=self.on_step)
        )

    def _each(self, doing: str, stages: Iterable[Sequence[str]], run: Run) -> list[RunResult]:
        """Run stage by stage; the results are in the order of the stacks, whichever ended first."""
        self._refuse_others()
        return list(chain.from_iterable(self._stage(doing, stage, run) for stage in stages if stage))

    def _stage(self, doing: str, stacks: Sequence[str], run: Run) -> list[RunResult]:
        if len(stacks) == 1 or self.parallel == 1:
            return [self._alone(doing, stack, run) for stack in stacks]
        at_once = min(self.parallel, len(stacks))
        title = f"{doing} {len(stacks)} slices of {environment_of(stacks[0])}, {at_once} at once"
        called_off = threading.Event()
        with self.progress.step(title), ThreadPoolExecutor(at_once) as pool:
            runs = [pool.submit(self._one_of_several, stack, run, called_off) for stack in stacks]
            try:
                wait(runs)
            except KeyboardInterrupt:
                called_off.set()
                self.engine.interrupt()
                raise
            return self._results(runs)

    def _alone(self, doing: str, stack: str, run: Run) -> RunResult:
        with self.progress.step(f"{doing} {stack}"):
            return run(stack)

    def _one_of_several(self, stack: str, run: Run, called_off: threading.Event) -> RunResult | None:
        """Run one slice and say when it has ended; after a fault none begins, and what runs is let end."""
        if called_off.is_set():
            return None
        began = time.monotonic()
        try:
            result = run(stack)
        except BaseException:
            called_off.set()
            self.progress.say(f"  ✗ {stack}: stopped after {spoken(time.monotonic() - began)}")
            raise
        self.progress.say(f"  ✓ {stack} ({spoken(time.monotonic() - began)})")
        return result

    def _results(self, runs: Sequence[Future[RunResult | None]]) -> list[RunResult]:
        """Return what runs did that have ended; the first fault is raised, and others are said."""
        first, *others = [run.exception() for run in runs if run.exception()] or [None]
        for fault in others:
            self.progress.say(str(fault))
        if first:
            raise first
        return [result for run in runs if (result := run.result())]

    def _refuse_others(self) -> None:
        """Refuse to make everything a second time, beside the stacks that have it."""
        environment = environment_of(self.stages[0][0])
        standing = self.engine.backend.stacks_of(environment)
        if (environment,) in self.stages:
            if parts := [stack for stack in standing if stack != environment]:
                raise OtherStacksError(
                    f"{environment} is to be a single stack, and stands in slices ({', '.join(parts)}): "
                    "set slices: true in its file"
                )
        elif environment in standing:
            raise OtherStacksError(
                f"{environment} is to be in slices, and stands as a single stack: paved split {environment}"
            )
