"""An environment's slices, run one after another: the first that fails is the last that is tried."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pavedroad.engine.progress import Progress
from pavedroad.engine.results import RunResult
from pavedroad.engine.runs import Engine, OnStep


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices:
    """The slices of one environment, on the engine.

    Attributes:
        engine: What runs them.
        stacks: Their stacks, in the order in which they depend on each other.
        progress: Where each slice is reported as a step.
        on_step: Told about each step of each run as it happens.
    """

    engine: Engine
    stacks: Sequence[str]
    progress: Progress
    on_step: OnStep | None = None

    def up(self, *, policy_packs: Sequence[Path] = (), refresh: bool = False) -> list[RunResult]:
        """Bring the slices up, or up to date.

        Args:
            policy_packs: Folders of policy packs that judge each run.
            refresh: Whether to look at what really exists first.

        Raises:
            RunFailedError: A slice failed; those after it were not tried.
            StackLockedError: Another run holds a slice's stack.
        """

        def bring_up(stack: str) -> RunResult:
            return self.engine.up(stack, policy_packs=policy_packs, refresh=refresh, on_step=self.on_step)

        return self._each("Bringing up", self.stacks, bring_up)

    def preview(self, *, policy_packs: Sequence[Path] = ()) -> list[RunResult]:
        """Say what `up` would do to the slices, without doing it.

        Args:
            policy_packs: Folders of policy packs that judge each run.

        Raises:
            RunFailedError: A slice failed; those after it were not tried.
            StackLockedError: Another run holds a slice's stack.
        """

        def preview(stack: str) -> RunResult:
            return self.engine.preview(stack, policy_packs=policy_packs, on_step=self.on_step)

        return self._each("Previewing", self.stacks, preview)

    def refresh(self) -> list[RunResult]:
        """Bring the slices' state in line with what really exists.

        Raises:
            RunFailedError: A slice failed; those after it were not tried.
            StackLockedError: Another run holds a slice's stack.
        """
        return self._each(
            "Looking at", self.stacks, lambda stack: self.engine.refresh(stack, on_step=self.on_step)
        )

    def destroy(self) -> list[RunResult]:
        """Destroy the slices that were ever brought up, the last one first.

        Raises:
            RunFailedError: A slice failed; those before it still stand.
            StackLockedError: Another run holds a slice's stack.
        """
        standing = [stack for stack in reversed(self.stacks) if self.engine.has_stack(stack)]
        return self._each(
            "Taking down", standing, lambda stack: self.engine.destroy(stack, on_step=self.on_step)
        )

    def _each(self, doing: str, stacks: Iterable[str], run: Callable[[str], RunResult]) -> list[RunResult]:
        results = []
        for stack in stacks:
            with self.progress.step(f"{doing} {stack}"):
                results.append(run(stack))
        return results
