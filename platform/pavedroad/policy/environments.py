"""Subjects of a Pulumi project: each cluster of an environment with all its slices together, here and at a base.

Where the project has descriptors, what people wrote is judged as well as what is made of it, and what is made of a
service stands where the service is written.
"""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pavedroad.descriptor import DescriptorError
from pavedroad.descriptor import load_project as load_descriptors
from pavedroad.governance import Resource
from pavedroad.intent import intent_of
from pavedroad.plan.naming import SERVICE_LABEL, TEAM_LABEL
from pavedroad.policy.check import Subject
from pavedroad.policy.errors import PackError
from pavedroad.policy.sources import recorded, rendered, unbundled
from pavedroad.position import Position
from pavedroad.preview.base import Base
from pavedroad.preview.program import record_program
from pavedroad.preview.project import Project
from pavedroad.stack_names import environment_of, slice_of

_RENDER_SECONDS: Final = 600.0
_TEAMS: Final = Path("stacks", "teams")
_OWNERS: Final = frozenset(f"pavedroad:intent:{kind}" for kind in ("Team", "Service", "Worker", "Job"))


@dataclass(frozen=True, slots=True)
class Group:
    """Stacks that are judged together.

    Attributes:
        name: The environment, one of its clusters beside the first, or the one stack that was asked for.
        stacks: Its stacks.
        whole: Whether that is all there is in a cluster.
        alone: Whether there is no other cluster in the environment.
    """

    name: str
    stacks: tuple[str, ...]
    whole: bool
    alone: bool = True


def groups(project: Project, names: Iterable[str]) -> list[Group]:
    """Group stacks by cluster: `<env>` and every `<env>.<slice>` together, and every `<env>.<cluster>.<slice>`.

    What stands in one cluster has no part in what another lacks. A name that is a slice stands alone; without names every environment of the project is taken. A name that
    nothing has is kept, so that reading it says what there is.
    """
    wanted = tuple(names) or tuple(dict.fromkeys(map(environment_of, project.stacks())))
    return list(_groups(project, dict.fromkeys(wanted)))


def _groups(project: Project, names: Iterable[str]) -> Iterator[Group]:
    for name in names:
        stacks = tuple(project.stacks_of(name)) or (name,)
        if "." in name:
            yield Group(name, stacks, whole=name not in stacks, alone=False)
            continue
        clusters: dict[str | None, list[str]] = {}
        for stack in stacks:
            clusters.setdefault(slice_of(stack).cluster, []).append(stack)
        for cluster in sorted(clusters, key=lambda each: each or ""):
            called = f"{name}.{cluster}" if cluster else name
            yield Group(called, tuple(clusters[cluster]), whole=True, alone=len(clusters) == 1)


def here(project: Project, group: Group) -> Subject:
    """Record every stack of a group in this process, once what people wrote for it is understood.

    Raises:
        UnreadableProjectError: If there is no such stack.
        RecordingError: If the program fails.
        DescriptorFaults: If the project's descriptors cannot be understood.
    """
    intent = written(project.root, group)
    declared = [
        resource
        for stack in group.stacks
        for resource in recorded(record_program(project, stack, _RENDER_SECONDS).resources)
    ]
    return _subject(project.name, group, unbundled(declared, _folder(project)), intent)


def there(project: Project, group: Group, base: Base) -> Subject:
    """Take a group's stacks, and what people had written for it, from a base that is checked out.

    Stacks that the base does not have are left out, and so is what people wrote where it is not understood here.

    Args:
        project: The project as it stands at the base.
        group: The stacks.
        base: Their renderings.
    """
    renderings = (base.renderings[stack] for stack in group.stacks if stack in base.renderings)
    declared = [resource for rendering in renderings for resource in rendered(rendering.resources)]
    try:
        intent = written(project.root, group)
    except DescriptorError:
        intent = []
    return _subject(project.name, group, unbundled(declared, _folder(project)), intent)


def laid_into(tree: Path, project: Path, pack: Path) -> Path:
    """Put a project's own pack where it belongs in another tree of the project, in place of what is there.

    A pack finds what an environment's files say beside itself, so there its rules judge by the words of that tree.

    Args:
        tree: The project's folder in the other tree, which may be written to.
        project: The project's folder here.
        pack: The pack's folder.

    Returns:
        Where it is now; the pack itself where it is none of the project's own.

    Raises:
        PackError: If the other tree has a link there that leads out of it.
    """
    own, home = pack.resolve(), project.resolve()
    if own == home or not own.is_relative_to(home):
        return pack
    place = tree / own.relative_to(home)
    if place.resolve() != tree.resolve() / own.relative_to(home):
        raise PackError(f"{own.relative_to(home)}: a link at the base, where a policy pack must be a folder")
    shutil.rmtree(place, ignore_errors=True)
    return Path(shutil.copytree(own, place, ignore=_virtual_environments))


def _virtual_environments(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if Path(folder, name, "pyvenv.cfg").is_file()]


def _folder(project: Project) -> Path:
    """Find where a program runs, from which the paths of files are taken."""
    return project.program if project.program.is_dir() else project.program.parent


def written(root: Path, group: Group) -> list[Resource]:
    """List what people wrote for a whole environment, as far as the project has descriptors.

    Raises:
        DescriptorFaults: If they cannot be understood.
    """
    if not group.whole or not (root / _TEAMS).is_dir():
        return []
    descriptors = load_descriptors(root)
    return intent_of(descriptors, group.name) if group.name in descriptors.environments else []


def _subject(project: str, group: Group, declared: Iterable[Resource], intent: Iterable[Resource]) -> Subject:
    elements = list(intent)
    places = _places(elements)
    placed = [
        replace(each, position=places[owner]) if (owner := _owner(each)) in places else each
        for each in declared
    ]
    return Subject(
        project=project,
        stack=group.name,
        resources=(*elements, *placed),
        whole=group.whole,
        own=group.alone,
    )


def _places(elements: Iterable[Resource]) -> Mapping[tuple[str, str], Position]:
    """Find where each team's services stand; a team itself has no service."""
    return {
        (each.properties.text("team").value or "", each.properties.text("service").value or ""): each.position
        for each in reversed(list(elements))
        if each.position and each.type in _OWNERS
    }


def _owner(resource: Resource) -> tuple[str, str]:
    """Read whose a Kubernetes object is; its labels carry physical names, which a renaming keeps."""
    labels = resource.properties.at("metadata.labels")
    return labels.entry(TEAM_LABEL).text().value or "", labels.entry(SERVICE_LABEL).text().value or ""
