"""Gathering what `paved policy check` judges, and judging it by each pack."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pavedroad.cli.inputs import UnknownNameError
from pavedroad.engine.project import find_project_root

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from pavedroad.engine.progress import ConsoleProgress
    from pavedroad.policy import Judged, Subject
    from pavedroad.policy.environments import Group
    from pavedroad.preview import Project
    from pavedroad.preview.base import Base


class UnreadableError(click.ClickException):
    """Something that the command needs is missing or cannot be read."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
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


def judge_environments(request: Request) -> list[Judged]:
    """Judge environments of the project around the current folder.

    Raises:
        UnknownNameError: If there is no such environment.
        UnreadableError: If there is none at all.
    """
    from pavedroad.engine.progress import ConsoleProgress  # noqa: PLC0415 - imports rich, which --help need not wait for
    from pavedroad.policy import environments as gathering  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.preview.project import load_project  # noqa: PLC0415 - imports Pulumi, as above

    project = load_project(find_project_root())
    if unknown := [name for name in request.environments if not project.stacks_of(name)]:
        raise UnknownNameError("environment", unknown[0], project.stacks())
    groups = gathering.groups(project, request.environments)
    if not groups:
        raise UnreadableError(f"nothing to judge: there is no Pulumi.<stack>.yaml in {project.config_dir}")
    progress = ConsoleProgress()
    judged = []
    with _before(request, project, groups, progress) as before:
        for group in groups:
            with progress.step(f"Judging {group.name}"):
                subject = gathering.here(project, group)
                judged.append(_judged_since(before, subject, group, request))
    return judged


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """A base that is checked out: what it would declare, its project, and where the packs are that judge it."""

    base: Base
    project: Project
    packs: tuple[Path, ...]


@contextmanager
def _before(
    request: Request, project: Project, groups: Sequence[Group], progress: ConsoleProgress
) -> Iterator[_Before | None]:
    """Check the base out for as long as the block runs, where one was asked for and can be compared with."""
    if not request.base:
        yield None
        return
    from pavedroad.policy.environments import laid_into  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.preview.base import checked_out  # noqa: PLC0415 - as above

    stacks = [stack for group in groups for stack in group.stacks]
    with ExitStack() as files:
        with progress.step(f"Rendering {request.base}"):
            base = files.enter_context(checked_out(project, request.base, stacks))
        if base.project is None:
            _warn_of(request, base.fault or "")
            yield None
            return
        packs = tuple(laid_into(base.project.root, project.root, pack) for pack in _packs(request))
        yield _Before(base=base, project=base.project, packs=packs)


def _judged_since(before: _Before | None, subject: Subject, group: Group, request: Request) -> Judged:
    """Judge a subject, and what it was before, each by the words of its own tree; tell what is old."""
    from pavedroad.policy import PackError, lost, mark_old  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.policy.environments import there  # noqa: PLC0415 - as above

    if before is None:
        return judge_by_packs(subject, request)
    was = there(before.project, group, before.base)
    gone = lost(subject.resources, was.resources)
    judged = judge_by_packs(replace(subject, resources=(*subject.resources, *gone)), request)
    try:
        return mark_old(judged, judge_by_packs(was, replace(request, packs=before.packs)))
    except PackError as error:
        _warn_of(request, str(error), f" of {group.name}")
        return judged


def _warn_of(request: Request, fault: str, where: str = "") -> None:
    click.echo(f"{request.base} cannot be compared with, so every failure{where} counts: {fault}", err=True)


def read_foreign(
    request: Request, state: str | None, manifests: Sequence[Path], pulumi_json: Path | None
) -> Subject:
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


def _like(request: Request) -> str | None:
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


def judge_by_packs(subject: Subject, request: Request) -> Judged:
    """Judge one subject by every pack that was asked for.

    Raises:
        PackError: If a pack cannot be found or started.
        UnreadableError: If a configuration cannot be understood; every fault, one to a line, with the file.
    """
    packs = _packs(request)
    files: Sequence[Path | None] = request.configurations or [None] * len(packs)
    said = [_judge_by(*each, subject, request.as_of) for each in zip(packs, files, strict=True)]
    return replace(
        said[0],
        judgements=tuple(judgement for each in said for judgement in each.judgements),
        policies=tuple(policy for each in said for policy in each.policies),
    )


def _packs(request: Request) -> Sequence[Path]:
    return request.packs or (find_project_root() / "policies",)


def _judge_by(pack: Path, configuration: Path | None, subject: Subject, as_of: dt.date) -> Judged:
    from pavedroad.policy import ConfigurationError, read_configuration  # noqa: PLC0415 - imports Pulumi, as above
    from pavedroad.policy import check as judge  # noqa: PLC0415 - as above

    if configuration is None:
        return judge(pack, subject, as_of=as_of)
    try:
        return judge(pack, subject, read_configuration(configuration), as_of=as_of)
    except ConfigurationError as error:
        faults = str(error).splitlines()
        raise UnreadableError("\n".join(f"{configuration}: {fault}" for fault in faults)) from error
