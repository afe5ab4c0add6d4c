"""Carrying out a split: each move by the engine's own `state move`, which makes and deletes nothing.

The engine writes the slice before the single stack, so what a split that is cut off leaves stands once or twice,
never nowhere; running it again takes out what stands twice, moves the rest, and ends in the same states.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from pulumi import automation

from pavedroad.engine.deployments import Deployment, export_deployment, import_deployment
from pavedroad.engine.errors import RunFailedError
from pavedroad.engine.progress import Progress
from pavedroad.engine.runs import Engine
from pavedroad.engine.slice_moves import Move, SliceProgram, doubled, is_empty, moves, with_outputs, without
from pavedroad.engine.stack_config import kept_as_committed
from pavedroad.engine.state import OWNER_ONLY_FOLDER, explained, write_atomically

_REASON = re.compile(r"^error: (.*)$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Split:
    """One environment's way from a single stack into slices.

    Attributes:
        engine: What moves.
        single: The single stack's name, which is the environment's.
        programs: What each slice declares, in the order in which they go up.
        progress: Where each move is reported as a step.
    """

    engine: Engine
    single: str
    programs: Sequence[SliceProgram]
    progress: Progress

    def moves(self) -> tuple[Move, ...]:
        """Say what goes where; nothing is changed.

        Raises:
            SplitError: Something belongs to no slice, or to several.
            RunFailedError: The engine cannot read the state.
        """
        with self._explained():
            return moves(self.single, export_deployment(self._source), self.programs)

    def carry_out(self) -> Path:
        """Move everything, and remove the single stack once it is empty.

        Returns:
            The file in which the single stack's state is kept as it was before.

        Raises:
            SplitError: Something belongs to no slice, or to several, or stands in a slice as another thing.
            StackLockedError: Another run holds one of the stacks.
            RunFailedError: The engine refused; nothing is lost, and running this again goes on.
        """
        for stack in (self.single, *(program.stack for program in self.programs)):
            self.engine.backend.break_stale_locks(stack, self.progress.say)
        if self.engine.backend.has_pending_operations(self.single):
            with self.progress.step(f"Looking up what the last run of {self.single} left half done"):
                self.engine.refresh(self.single)
        with self._explained():
            before = export_deployment(self._source)
            kept = self._keep(before)
            for move in moves(self.single, before, self.programs):
                with self.progress.step(f"Moving {move.resources} resources to {move.program.stack}"):
                    self._move(move, before)
            for program in self.programs:
                self._publish(program, before)
            if is_empty(export_deployment(self._source)):
                self._source.workspace.remove_stack(self.single, force=True, preserve_config=True)
        return kept

    def _move(self, move: Move, before: Deployment) -> None:
        stack = self.engine.open_stack(move.program.stack)
        there = export_deployment(stack)
        if twice := doubled(before, there, move):
            import_deployment(
                self._source, without(export_deployment(self._source), twice), self.engine.state.root
            )
        if roots := [root for root in move.roots if root not in twice]:
            words = ["state", "move", "--yes", "--source", self.single, "--dest", move.program.stack, *roots]
            with kept_as_committed(self.engine.project, move.program.stack):
                stack.workspace.pulumi_command.run(words, stack.workspace.work_dir, {})

    def _publish(self, program: SliceProgram, before: Deployment) -> None:
        """Give a slice its outputs, which other slices may read."""
        stack = self.engine.open_stack(program.stack)
        there = export_deployment(stack)
        published = with_outputs(there, program, before)
        if published != there:
            import_deployment(stack, published, self.engine.state.root)

    @cached_property
    def _source(self) -> automation.Stack:
        return self.engine.open_stack(self.single)

    def _keep(self, deployment: Deployment) -> Path:
        """Keep the state as it is, readable by its owner only and with its secrets encrypted."""
        folder = self.engine.state.splits
        with explained(folder):
            folder.mkdir(mode=OWNER_ONLY_FOLDER, parents=True, exist_ok=True)
        file = folder / f"{self.single}-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.json"
        write_atomically(file, json.dumps({"version": 3, "deployment": deployment}, indent=2))
        return file

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except automation.CommandError as error:
            raise RunFailedError(
                f"{self.single} is not, or not wholly, in slices yet; paved split {self.single} goes on from here",
                _REASON.findall(str(error)) or ["the engine gave no reason"],
            ) from None
