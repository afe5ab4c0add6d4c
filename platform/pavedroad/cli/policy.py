"""`paved policy`: what the policy packs say about what would be deployed."""

import importlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, cast

import click

from pavedroad.engine.errors import ProjectNotFoundError
from pavedroad.engine.project import find_project_root

if TYPE_CHECKING:
    from pavedroad.policy import Judgement
    from pavedroad.testing import RecordedResource

_BROKEN: Final = 1
_UNREADABLE: Final = 2


class Rendering(Protocol):
    """What a program would declare in one stack."""

    @property
    def project(self) -> str:
        """The project's name."""

    @property
    def resources(self) -> "Iterable[RecordedResource]":
        """Every resource, as recorded."""


class Render(Protocol):
    """Runs the project's program in process for one stack."""

    def __call__(self, project_root: Path, stack: str) -> Rendering:
        """Give what the program would declare."""


class Unreadable(click.ClickException):
    """Something that the command needs is missing or cannot be read."""

    exit_code = _UNREADABLE


@click.group("policy")
def command() -> None:
    """Hold what would be deployed against the policy packs."""


@command.command("check")
@click.argument("environments", nargs=-1, metavar="[ENV]...")
@click.option(
    "--policy-pack",
    "packs",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of a policy pack; may be given several times. Default: policies.",
)
@click.option("--json", "as_json_report", is_flag=True, help="Print every verdict, passes included, as JSON.")
@click.pass_context
def check(
    context: click.Context, environments: tuple[str, ...], packs: tuple[Path, ...], *, as_json_report: bool
) -> None:
    """Judge every resource of each ENV (default: all of them) in process, without engine or network.

    Ends with 1 if a mandatory control fails. A control that hangs on a value not known yet is listed as not
    evaluated: it neither passes nor fails.
    """
    from pavedroad.policy import as_json, as_lines  # noqa: PLC0415 - imports Pulumi, which --help must not wait for

    try:
        root = find_project_root()
    except ProjectNotFoundError as error:
        raise Unreadable(str(error)) from error
    folders = packs or (root / "policies",)
    stacks = {name: _judge(root, name, folders) for name in environments or _environments(root)}
    if as_json_report:
        click.echo(json.dumps(as_json(stacks), indent=2))
    else:
        for line in as_lines(stacks):
            click.echo(line)
    if any(judgement.blocks for judgements in stacks.values() for judgement in judgements):
        context.exit(_BROKEN)


def _environments(root: Path) -> list[str]:
    folder = root / "stacks" / "environments"
    names = sorted(file.stem for file in folder.glob("*.yaml"))
    if not names:
        raise Unreadable(f"no environment in {folder}: name one, or write its file there")
    return names


def _judge(root: Path, stack: str, packs: Iterable[Path]) -> "list[Judgement]":
    from pavedroad.policy import PackError, check, resources_of  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.testing import RecordingError  # noqa: PLC0415 - imports Pulumi, as above

    render = cast("Render", importlib.import_module("pavedroad.preview").render)
    rendering = render(root, stack)
    resources = resources_of(rendering.resources)
    try:
        return [
            judgement
            for pack in packs
            for judgement in check(pack, resources, project=rendering.project, stack=stack)
        ]
    except PackError as error:
        raise Unreadable(str(error)) from error
    except RecordingError as error:
        raise click.ClickException(f"{stack}: {error}") from error
