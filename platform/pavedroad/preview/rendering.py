"""What one stack of a project would declare, masked: all that a preview shows is made from this."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pavedroad.preview import masking
from pavedroad.preview.errors import PreviewError
from pavedroad.preview.program import record_program
from pavedroad.preview.project import Project, load_project
from pavedroad.testing import PropertyMap, RecordedResource, RecordingError

TEAM_LABEL: Final = "pavedroad.dev/team"
SERVICE_LABEL: Final = "pavedroad.dev/service"

DEFAULT_TIMEOUT_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedResource:
    """One resource that a program declares; all values are plain JSON without secrets.

    Attributes:
        urn: Its name in the engine.
        type: Its type token.
        name: Its logical name.
        parent: Its parent's URN, or none at the top of the stack.
        team: The team it belongs to, or none.
        service: The service it belongs to, or none.
        custom: Whether a provider manages it; a component otherwise.
        inputs: Its properties as the provider would get them.
        provider: Its explicit provider's URN, or none.
        aliases: URNs under which it may have been known.
        protect: Whether the engine refuses to delete it.
        retain_on_delete: Whether the real thing stays when it is deleted from the stack.
        ignore_changes: Property paths whose changes the engine ignores.
        replace_on_changes: Property paths whose changes replace it.
    """

    urn: str
    type: str
    name: str
    parent: str | None
    team: str | None
    service: str | None
    custom: bool
    inputs: PropertyMap
    provider: str | None = None
    aliases: tuple[str, ...] = ()
    protect: bool = False
    retain_on_delete: bool = False
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendering:
    """One stack's resources, sorted by URN, and its outputs; without secrets."""

    project: str
    stack: str
    resources: tuple[RenderedResource, ...]
    outputs: PropertyMap


def render(
    project_root: Path | Project, stack: str, *, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
) -> Rendering:
    """Run a project's program for one stack in this process, and return what it declares.

    It needs no engine, network or credentials; encrypted configuration is a placeholder. The same project gives
    the same rendering, whatever the machine and the hash seed.

    Raises:
        UnreadableProjectError: If the project or the stack cannot be read.
        PreviewError: If the program fails; one line that names the line in the program.
    """
    project = project_root if isinstance(project_root, Project) else load_project(project_root)
    try:
        recording = record_program(project, stack, timeout_seconds)
    except (RecordingError, AssertionError) as error:
        where = masking.masked(str(error), masking.forms_of(_config_secrets(project, stack)))
        where = where.replace(f"{project.root}/", "")
        raise PreviewError(f"the program cannot be rendered for {stack}: {where}") from error
    texts = masking.secret_texts(recording, _config_secrets(project, stack))
    by_urn = {resource.urn: resource for resource in recording.resources}
    rendered = (_rendered(resource, by_urn, texts) for resource in recording.resources)
    return Rendering(
        project=recording.project,
        stack=stack,
        resources=tuple(sorted(rendered, key=lambda resource: resource.urn)),
        outputs=masking.masked(recording.outputs, texts),
    )


def _config_secrets(project: Project, stack: str) -> list[str]:
    return [value.text for value in project.config(stack).values() if value.secret]


def _rendered(
    resource: RecordedResource, by_urn: Mapping[str, RecordedResource], texts: tuple[str, ...]
) -> RenderedResource:
    options = resource.options

    def clean(value: Any) -> Any:
        return masking.masked(value, texts)

    return RenderedResource(
        urn=clean(resource.urn),
        type=resource.type,
        name=clean(resource.name),
        parent=clean(resource.parent),
        team=_owner(resource, by_urn, TEAM_LABEL, "team"),
        service=_owner(resource, by_urn, SERVICE_LABEL, "service"),
        custom=resource.custom,
        inputs=clean(masking.marked_inputs(resource)),
        provider=clean(resource.provider),
        aliases=tuple(clean(resource.aliases)),
        protect=options.protect is True,
        retain_on_delete=options.retain_on_delete is True,
        ignore_changes=options.ignore_changes,
        replace_on_changes=options.replace_on_changes,
    )


def _owner(
    resource: RecordedResource, by_urn: Mapping[str, RecordedResource], label: str, component_input: str
) -> str | None:
    """Return who owns a resource: its own label, else what it or its nearest ancestor component says."""
    current: RecordedResource | None = resource
    while current is not None:
        owner = _label(current.inputs, label) if current.custom else current.inputs.get(component_input)
        if isinstance(owner, str):
            return owner
        current = by_urn.get(current.parent) if current.parent else None
    return None


def _label(inputs: PropertyMap, label: str) -> object:
    metadata = inputs.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    return labels.get(label) if isinstance(labels, dict) else None
