"""What a Pulumi project would declare, and what a change would do, without engine, network or credentials.

It promises the same bytes for the same project whatever the machine and the hash seed, that no secret shows,
and that a base that cannot be compared is reported as such. It knows of a project what Pulumi.yaml says, and which
environments are cut into slices; no more.
"""

from pavedroad.preview.base import Base, base_rendering
from pavedroad.preview.changes import Change, Changes, Kind, diff
from pavedroad.preview.errors import PreviewError, UnreadableProjectError
from pavedroad.preview.project import Project, load_project
from pavedroad.preview.rendering import RenderedResource, Rendering, render

__all__ = [
    "Base",
    "Change",
    "Changes",
    "Kind",
    "PreviewError",
    "Project",
    "RenderedResource",
    "Rendering",
    "UnreadableProjectError",
    "base_rendering",
    "diff",
    "load_project",
    "render",
]
