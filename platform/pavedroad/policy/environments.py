"""Subjects of a Pulumi project: each environment with all its slices together, here and at a base."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pavedroad.policy.check import Subject
from pavedroad.policy.sources import recorded, rendered
from pavedroad.preview.base import Base
from pavedroad.preview.program import record_program
from pavedroad.preview.project import Project

_RENDER_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class Group:
    """Stacks that are judged together.

    Attributes:
        name: The environment, or the one stack that was asked for.
        stacks: Its stacks.
        whole: Whether that is the whole environment.
    """

    name: str
    stacks: tuple[str, ...]
    whole: bool


def groups(project: Project, names: Iterable[str]) -> list[Group]:
    """Group stacks by environment: `<env>` and every `<env>.<slice>` together.

    A name that is a slice stands alone; without names every environment of the project is taken. A name that
    nothing has is kept, so that reading it says what there is.
    """
    wanted = tuple(names) or tuple(dict.fromkeys(stack.partition(".")[0] for stack in project.stacks()))
    return list(_groups(project, dict.fromkeys(wanted)))


def _groups(project: Project, names: Iterable[str]) -> Iterator[Group]:
    for name in names:
        stacks = tuple(project.stacks_of(name)) or (name,)
        yield Group(name, stacks, whole="." not in name)


def here(project: Project, group: Group) -> Subject:
    """Record every stack of a group in this process.

    Raises:
        UnreadableProjectError: If there is no such stack.
        RecordingError: If the program fails.
    """
    resources = (
        resource
        for stack in group.stacks
        for resource in recorded(record_program(project, stack, _RENDER_SECONDS).resources)
    )
    return Subject(project=project.name, stack=group.name, resources=tuple(resources), whole=group.whole)


def there(project: Project, group: Group, base: Base) -> Subject:
    """Take a group's stacks from a rendered base; those that the base does not have are left out."""
    renderings = (base.renderings[stack] for stack in group.stacks if stack in base.renderings)
    resources = (resource for rendering in renderings for resource in rendered(rendering.resources))
    return Subject(project=project.name, stack=group.name, resources=tuple(resources), whole=group.whole)
