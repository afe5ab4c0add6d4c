"""`paved policy`: what the policy packs say about what would be deployed."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pavedroad.engine.errors import ProjectNotFoundError
from pavedroad.engine.project import find_project_root

if TYPE_CHECKING:
    from pavedroad.policy import Judgement
    from pavedroad.preview.project import Project

_BROKEN: Final = 1
_RENDER_SECONDS: Final = 600.0


class UnreadableError(click.ClickException):
    """Something that the command needs is missing or cannot be read."""

    exit_code = 2


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

    Of an environment that is split, every stack is judged. Ends with 1 if a mandatory control fails. A control
    that hangs on a value not known yet is listed as not evaluated: it neither passes nor fails.
    """
    from pavedroad.policy import as_json, as_lines  # noqa: PLC0415 - imports Pulumi, which --help must not wait for

    judged = _judged(environments, packs)
    if as_json_report:
        click.echo(json.dumps(as_json(judged), indent=2))
    else:
        for line in as_lines(judged):
            click.echo(line)
    if any(judgement.blocks for judgements in judged.values() for judgement in judgements):
        context.exit(_BROKEN)


def _judged(environments: tuple[str, ...], packs: tuple[Path, ...]) -> "dict[str, list[Judgement]]":
    from pavedroad.policy import PackError  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.preview.errors import UnreadableProjectError  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.preview.project import load_project  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.testing import RecordingError  # noqa: PLC0415 - imports Pulumi, as above

    try:
        project = load_project(find_project_root())
        folders = packs or (project.root / "policies",)
        return {stack: _judge(project, stack, folders) for stack in _stacks(project, environments)}
    except (ProjectNotFoundError, UnreadableProjectError, PackError) as error:
        raise UnreadableError(str(error)) from error
    except RecordingError as error:
        raise click.ClickException(str(error)) from error


def _stacks(project: "Project", environments: tuple[str, ...]) -> list[str]:
    """List every stack of the environments, `<env>` or `<env>.<slice>`; a name without any is kept as it is."""
    if not environments:
        return project.stacks()
    chosen = (stack for name in environments for stack in project.stacks_of(name) or [name])
    return list(dict.fromkeys(chosen))


def _judge(project: "Project", stack: str, packs: Iterable[Path]) -> "list[Judgement]":
    from pavedroad.policy import check, resources_of  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.preview.program import record_program  # noqa: PLC0415 - imports Pulumi, as above

    resources = resources_of(record_program(project, stack, _RENDER_SECONDS).resources)
    return [
        judgement for pack in packs for judgement in check(pack, resources, project=project.name, stack=stack)
    ]
