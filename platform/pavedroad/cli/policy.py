"""`paved policy`: what the policy packs say about what would be deployed, or is deployed."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pavedroad.cli.judging import (
    Request,
    UnreadableError,
    judge_by_packs,
    judge_environments,
    read_foreign,
)
from pavedroad.engine.errors import ProjectNotFoundError

if TYPE_CHECKING:
    from pavedroad.policy import Judged

_BROKEN: Final = 1
_FORMAT: Final = "pavedroad.policy.format"
"""Where the context of the command keeps the report's format."""

_EXAMPLES: Final = """\b
Examples:
  paved policy check                             every environment, in process
  paved policy check production --base main      only what the working tree makes worse fails
  paved policy check --sarif > policies.sarif    for the code host's own view of findings
  paved policy check production --state production
                                                 what is there, from the stack's state
  paved policy check --manifests build/ more.yaml
                                                 Kubernetes YAML of any origin
  pulumi preview --json --show-sames > preview.json; paved policy check staging --pulumi-json preview.json
                                                 any other Pulumi project
"""


@click.group("policy")
def command() -> None:
    """Hold what would be deployed against the policy packs."""


def _format_flag(name: str, what: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    def choose(context: click.Context, _option: click.Parameter, given: bool) -> None:  # noqa: FBT001 - click's
        if given and (other := context.meta.get(_FORMAT)):
            raise click.UsageError(f"--{other} and --{name} exclude each other")
        if given:
            context.meta[_FORMAT] = name

    return click.option(f"--{name}", is_flag=True, expose_value=False, callback=choose, help=f"Print {what}.")


@command.command("check", epilog=_EXAMPLES)
@click.argument("environments", nargs=-1, metavar="[ENV]...")
@click.option(
    "--base", metavar="REF", help="Fail only for what is worse than at this git ref; list the rest."
)
@click.option("--state", metavar="STACK|FILE", help="Judge what exists: a stack's state, or a file of it.")
@click.option(
    "--manifests",
    metavar="PATH",
    multiple=True,
    type=click.Path(path_type=Path, allow_dash=True),
    help="Judge Kubernetes YAML or JSON: files, folders, or - for standard input. May be given several times.",
)
@click.option(
    "--pulumi-json",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Judge what `pulumi preview --json --show-sames` of any project printed.",
)
@click.option(
    "--policy-pack",
    "packs",
    metavar="DIR",
    multiple=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of a policy pack; may be given several times. Default: policies.",
)
@click.option(
    "--policy-pack-config",
    "configurations",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Configuration of the pack, as Pulumi's option of the same name reads it; one for each --policy-pack.",
)
@click.option(
    "--as-of",
    metavar="DATE",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Judge exemptions as on this day. Default: today.",
)
@_format_flag("json", "every verdict, passes included, as JSON (schema policy.v1)")
@_format_flag("sarif", "SARIF 2.1.0, with file and line where there is a descriptor")
@_format_flag("junit", "JUnit XML: a suite per environment, a case per verdict")
@_format_flag("markdown", "a comment for a pull request")
@click.pass_context
def check(  # noqa: PLR0913, PLR0917 - one argument for each option
    context: click.Context,
    environments: tuple[str, ...],
    base: str | None,
    state: str | None,
    manifests: tuple[Path, ...],
    pulumi_json: Path | None,
    packs: tuple[Path, ...],
    configurations: tuple[Path, ...],
    as_of: dt.datetime | None,
) -> None:
    """Judge every resource of each ENV (default: all of them) in process, without engine or network.

    All slices of an environment are judged together. With --state, --manifests or --pulumi-json other things are
    judged, as strictly as ENV asks for (default: as production). A control that hangs on a value not known yet is
    listed as not evaluated: it neither passes nor fails.

    Ends with 1 if a mandatory control or the program itself fails, with 2 if something cannot be read or there is
    nothing to judge, with 64 if these words are off.
    """
    from pavedroad.policy import PackError, SourceError  # noqa: PLC0415 - imports Pulumi, which --help must not wait for
    from pavedroad.preview.errors import PreviewError  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.testing import RecordingError  # noqa: PLC0415 - imports Pulumi, as above

    sources = [
        name
        for name, given in (("--state", state), ("--manifests", manifests), ("--pulumi-json", pulumi_json))
        if given
    ]
    if len(sources) > 1 or (sources and base):
        raise click.UsageError(
            f"{' and '.join([*sources, *(['--base'] if base else [])])} exclude each other"
        )
    if sources and len(environments) > 1:
        raise click.UsageError(f"{sources[0]} is judged like one ENV, not like several")
    if configurations and len(configurations) != (len(packs) or 1):
        raise click.UsageError("--policy-pack-config is given once for each --policy-pack, or not at all")
    try:
        request = Request(
            environments=environments,
            packs=packs,
            configurations=configurations,
            as_of=as_of.date() if as_of else dt.datetime.now(tz=dt.UTC).date(),
            base=base,
        )
        if sources:
            judged = [judge_by_packs(read_foreign(request, state, manifests, pulumi_json), request)]
        else:
            judged = judge_environments(request)
    except (ProjectNotFoundError, PreviewError, PackError, SourceError) as error:
        raise UnreadableError(str(error)) from error
    except RecordingError as error:
        raise click.ClickException(str(error)) from error
    _show(judged, request, context.meta.get(_FORMAT, "text"))
    if any(judgement.blocks for each in judged for judgement in each.judgements):
        context.exit(_BROKEN)


def _show(judged: "list[Judged]", request: Request, report_format: str) -> None:
    from pavedroad.policy import reports  # noqa: PLC0415 - imports Pulumi, as above

    if report_format == "json":
        click.echo(json.dumps(reports.as_json(judged, base=request.base, as_of=request.as_of), indent=2))
    elif report_format == "sarif":
        click.echo(json.dumps(reports.as_sarif(judged), indent=2))
    elif report_format == "junit":
        click.echo(reports.as_junit(judged), nl=False)
    elif report_format == "markdown":
        click.echo(reports.as_markdown(judged), nl=False)
    else:
        for line in reports.as_text(judged):
            click.echo(line)
