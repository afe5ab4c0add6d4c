"""`paved policy`: what the policy packs say about what would be deployed, or is deployed."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from pavedroad.cli.inputs import UnknownNameError
from pavedroad.engine.errors import ProjectNotFoundError
from pavedroad.engine.project import find_project_root

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pavedroad.governance import Resource
    from pavedroad.policy import Judged, Subject

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


class UnreadableError(click.ClickException):
    """Something that the command needs is missing or cannot be read."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What was asked for on the command line.

    Attributes:
        environments: The environments to judge, or to judge like; empty for all.
        packs: Folders of policy packs; empty for the project's own.
        configurations: Files of configuration, one for each pack; empty for none.
        as_of: The day on which exemptions must not have expired.
        base: The git ref to compare with, if any.
    """

    environments: tuple[str, ...]
    packs: tuple[Path, ...]
    configurations: tuple[Path, ...]
    as_of: dt.date
    base: str | None


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
    judged, as strictly as ENV asks for (default: as production). Ends with 1 if a mandatory control fails. A
    control that hangs on a value not known yet is listed as not evaluated: it neither passes nor fails.
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
        request = _Request(
            environments=environments,
            packs=packs,
            configurations=configurations,
            as_of=as_of.date() if as_of else dt.datetime.now(tz=dt.UTC).date(),
            base=base,
        )
        if sources:
            judged = [_judge(_foreign(request, state, manifests, pulumi_json), request)]
        else:
            judged = _environments(request)
    except (ProjectNotFoundError, PreviewError, PackError, SourceError) as error:
        raise UnreadableError(str(error)) from error
    except RecordingError as error:
        raise click.ClickException(str(error)) from error
    _show(judged, request, context.meta.get(_FORMAT, "text"))
    if any(judgement.blocks for each in judged for judgement in each.judgements):
        context.exit(_BROKEN)


def _environments(request: _Request) -> "list[Judged]":
    """Judge environments of the project around the current folder."""
    from pavedroad.engine.progress import ConsoleProgress  # noqa: PLC0415 - imports rich, which --help need not wait for
    from pavedroad.policy import environments as gathering  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.policy import lost, mark_old  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.preview.base import Base, base_rendering  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.preview.project import load_project  # noqa: PLC0415 - imports Pulumi, as above

    project = load_project(find_project_root())
    if unknown := [name for name in request.environments if not project.stacks_of(name)]:
        raise UnknownNameError("environment", unknown[0], project.stacks())
    groups = gathering.groups(project, request.environments)
    if not groups:
        raise UnreadableError(f"nothing to judge: there is no Pulumi.<stack>.yaml in {project.config_dir}")
    progress = ConsoleProgress()
    base = Base(ref="")
    wrote: Mapping[str, list[Resource]] = {}
    if request.base:
        with progress.step(f"Rendering {request.base}"):
            base = base_rendering(
                project, request.base, [stack for group in groups for stack in group.stacks]
            )
            wrote = gathering.written_at(project, request.base, groups)
        if base.fault:
            click.echo(
                f"{request.base} cannot be compared with, so every failure counts: {base.fault}", err=True
            )
    judged = []
    for group in groups:
        with progress.step(f"Judging {group.name}"):
            subject = gathering.here(project, group)
            if not request.base or base.fault:
                judged.append(_judge(subject, request))
                continue
            before = gathering.there(project, group, base, wrote.get(group.name, ()))
            gone = lost(subject.resources, before.resources)
            now = replace(subject, resources=(*subject.resources, *gone))
            judged.append(mark_old(_judge(now, request), _judge(before, request)))
    return judged


def _foreign(
    request: _Request, state: str | None, manifests: "Sequence[Path]", pulumi_json: Path | None
) -> "Subject":
    """Read what is judged instead of the project's own program, as strictly as the one ENV asks for."""
    from pavedroad.policy import Subject, sources  # noqa: PLC0415 - imports Pulumi, as above

    like = _like(request)
    if state:
        file = Path(state)
        found = sources.exported(file if file.is_file() else _state_file(state))
        name = file.name.partition(".")[0] if file.is_file() else state
        whole = "." not in name
        return Subject(project="state", stack=like or name, resources=tuple(found), whole=whole, own=False)
    if pulumi_json:
        left_out = sources.unlisted(pulumi_json)
        if left_out:
            click.echo(
                f"{pulumi_json} leaves out {left_out} resources that stay as they are, so they are not judged: "
                "preview with --show-sames",
                err=True,
            )
        found = sources.previewed(pulumi_json)
        stack = like or pulumi_json.stem
        return Subject(project="preview", stack=stack, resources=tuple(found), whole=not left_out, own=False)
    found = sources.manifests(manifests)
    return Subject(project="manifests", stack=like or "manifests", resources=tuple(found), own=False)


def _like(request: _Request) -> str | None:
    """Find the environment that decides how strictly to judge; a pack from elsewhere may know others than the project.

    Raises:
        UnknownNameError: If the project has none of that name.
    """
    if not request.environments or request.packs:
        return next(iter(request.environments), None)
    from pavedroad.preview.project import load_project  # noqa: PLC0415 - imports Pulumi, as above

    (name,) = request.environments
    project = load_project(find_project_root())
    described = {file.stem for file in project.root.glob("stacks/environments/*.yaml")}
    if not project.stacks_of(name) and name.partition(".")[0] not in described:
        raise UnknownNameError("environment", name, described | set(project.stacks()))
    return name


def _state_file(stack: str) -> Path:
    """Find a stack's state in the project's own backend; no engine is needed to read it."""
    from pavedroad.engine.backend import FileBackend  # noqa: PLC0415 - beside its only use
    from pavedroad.engine.project import read_project  # noqa: PLC0415 - as above
    from pavedroad.engine.state import StateFolder  # noqa: PLC0415 - as above

    root = find_project_root()
    backend = FileBackend(root=StateFolder.of(root).backend, project=read_project(root).name)
    if not backend.has_stack(stack):
        raise UnreadableError(
            f"--state {stack}: no such file, and no such stack in this project's backend; "
            "name a stack that is up, or a file of `pulumi stack export`"
        )
    return backend.stack_file(stack)


def _judge(subject: "Subject", request: _Request) -> "Judged":
    packs: Sequence[Path] = request.packs or (find_project_root() / "policies",)
    files: Sequence[Path | None] = request.configurations or [None] * len(packs)
    said = [_judge_by(*each, subject, request.as_of) for each in zip(packs, files, strict=True)]
    return replace(
        said[0],
        judgements=tuple(judgement for each in said for judgement in each.judgements),
        policies=tuple(policy for each in said for policy in each.policies),
    )


def _judge_by(pack: Path, configuration: Path | None, subject: "Subject", as_of: dt.date) -> "Judged":
    from pavedroad.policy import ConfigurationError, read_configuration  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.policy import check as judge  # noqa: PLC0415 - as above

    if configuration is None:
        return judge(pack, subject, as_of=as_of)
    try:
        return judge(pack, subject, read_configuration(configuration), as_of=as_of)
    except ConfigurationError as error:
        faults = str(error).splitlines()
        raise UnreadableError("\n".join(f"{configuration}: {fault}" for fault in faults)) from error


def _show(judged: "list[Judged]", request: _Request, report_format: str) -> None:
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
