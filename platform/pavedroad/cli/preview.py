"""`paved preview`: what would be declared, and what a change would do."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pavedroad.cli.inputs import UnknownNameError
from pavedroad.engine.errors import ProjectNotFoundError
from pavedroad.engine.project import find_project_root

if TYPE_CHECKING:
    from pavedroad.preview import Project, Rendering

_EXAMPLES = """\b
Examples:
  paved preview                              every environment, in short
  paved preview local --json                 one, as JSON (schema preview.v1)
  paved preview --base origin/main           what the working tree changes
  paved preview --base main --markdown       the same, as a pull-request comment
  paved preview prod --manifests build/prod  its Kubernetes objects as YAML files
  paved preview local --engine               what the real engine says, against real state
"""


class _UnreadableError(click.ClickException):
    """A project that is missing or cannot be read."""

    exit_code = 2


@click.command("preview", epilog=_EXAMPLES)
@click.argument("environments", nargs=-1, metavar="[ENV]...")
@click.option("--base", metavar="REF", help="Compare with a git ref, which is rendered by its own code.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON: preview.v1, or changes.v1 with --base.")
@click.option("--markdown", "as_markdown", is_flag=True, help="Print a pull-request comment; needs --base.")
@click.option(
    "--manifests",
    "manifests_folder",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="Also write the Kubernetes objects as YAML, one file each, secrets masked.",
)
@click.option("--engine", "by_engine", is_flag=True, help="Ask the real engine and state instead; needs ENV.")
def command(  # noqa: PLR0913  # one argument for each option
    environments: tuple[str, ...],
    base: str | None,
    manifests_folder: Path | None,
    *,
    as_json: bool,
    as_markdown: bool,
    by_engine: bool,
) -> None:
    """Show what each ENV (default: all of them) would declare, without engine, network or credentials.

    With --base, show what would be added, changed, replaced and deleted instead. A base that cannot be rendered
    or compared is said to be so and is no failure of this command.
    """
    if as_json and as_markdown:
        raise click.UsageError("--json and --markdown exclude each other")
    if as_markdown and base is None:
        raise click.UsageError("--markdown shows a comparison; add --base REF")
    if by_engine:
        if base is not None or manifests_folder is not None:
            raise click.UsageError(
                "--engine compares with real state; --base and --manifests do not go with it"
            )
        _ask_engine(environments, as_json=as_json)
        return
    from pavedroad.preview import (  # noqa: PLC0415 - imports Pulumi, which --help must not wait for
        PreviewError,
        UnreadableProjectError,
        load_project,
        render,
    )
    from pavedroad.preview.manifests import write_manifests  # noqa: PLC0415 - imports Pulumi, as above

    try:
        project = load_project(find_project_root())
        renderings = [render(project, stack) for stack in _stacks(project, environments)]
        if manifests_folder is not None:
            written = write_manifests(renderings, manifests_folder)
            click.echo(f"{len(written)} manifests written to {manifests_folder}", err=True)
        report = _report(project, renderings, base, as_json=as_json, as_markdown=as_markdown)
    except (ProjectNotFoundError, UnreadableProjectError) as error:
        raise _UnreadableError(str(error)) from error
    except (PreviewError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(report, nl=False)


def _ask_engine(environments: tuple[str, ...], *, as_json: bool) -> None:
    """Say what ``paved up`` would do by the real engine, with the project's policy packs."""
    if not environments:
        raise click.UsageError("--engine asks about real state; name the ENV")
    from pavedroad.cli.results import show_changes, show_json  # noqa: PLC0415 - imports Pulumi
    from pavedroad.cli.session import open_session  # noqa: PLC0415 - imports Pulumi

    sessions = map(open_session, environments)
    results = [
        result for session in sessions for result in session.slices.preview(policy_packs=session.policy_packs)
    ]
    if as_json:
        show_json(results)
        return
    click.echo("What an update would do:")
    show_changes(results)


def _stacks(project: "Project", environments: tuple[str, ...]) -> list[str]:
    """Return the stacks of the environments asked for, sorted; all there are where none was."""
    if not environments:
        return project.stacks()
    for name in environments:
        if not project.stacks_of(name):
            raise UnknownNameError("environment", name, project.stacks())
    return sorted({stack for name in environments for stack in project.stacks_of(name)})


def _report(
    project: "Project", renderings: "list[Rendering]", base: str | None, *, as_json: bool, as_markdown: bool
) -> str:
    from pavedroad.preview.base import base_rendering  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.preview.comparing import compare_with  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.preview.document import document, to_text  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.preview.json_report import comparison_document  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.preview.markdown_report import comparison_markdown  # noqa: PLC0415 - as above
    from pavedroad.preview.text_report import comparison_text, rendering_text  # noqa: PLC0415 - as above

    if base is None:
        return to_text(document(renderings)) if as_json else rendering_text(renderings)
    there = base_rendering(project, base, [rendering.stack for rendering in renderings])
    comparison = compare_with(there, renderings, project.stacks())
    if as_json:
        return to_text(comparison_document(comparison))
    if as_markdown:
        return comparison_markdown(comparison)
    return comparison_text(comparison, colour=sys.stdout.isatty())
