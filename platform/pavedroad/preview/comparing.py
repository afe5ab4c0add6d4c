"""A whole comparison: every stack asked for, against its counterpart in the base."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pavedroad.preview.base import Base
from pavedroad.preview.changes import Changes, diff
from pavedroad.preview.rendering import Rendering


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What a working tree would change against a base.

    Attributes:
        base: The ref compared with.
        changes: Per stack that both sides have, sorted by name.
        new_stacks: Stacks that only the working tree has, and how many resources each declares.
        gone_stacks: Stacks that only the base has; what they declare is not deleted by anything shown here.
        fault: Why nothing could be compared; none where it could.
    """

    base: str
    changes: tuple[Changes, ...] = ()
    new_stacks: Mapping[str, int]
    gone_stacks: tuple[str, ...] = ()
    fault: str | None = None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all would change."""
        changed = any(changes.changes for changes in self.changes)
        return not (changed or self.new_stacks or self.gone_stacks or self.fault)


def compare_with(base: Base, heads: Sequence[Rendering], all_stacks: Sequence[str]) -> Comparison:
    """Compare renderings with a base.

    Args:
        base: The base, rendered.
        heads: The stacks asked for, as the working tree declares them.
        all_stacks: Every stack that the working tree has, to tell which ones are gone.
    """
    if base.fault is not None:
        return Comparison(base=base.ref, new_stacks={}, fault=base.fault)
    return Comparison(
        base=base.ref,
        changes=tuple(
            diff(base.renderings[head.stack], head) for head in heads if head.stack in base.renderings
        ),
        new_stacks={head.stack: len(head.resources) for head in heads if head.stack not in base.renderings},
        gone_stacks=tuple(stack for stack in base.stacks if stack not in all_stacks),
    )
