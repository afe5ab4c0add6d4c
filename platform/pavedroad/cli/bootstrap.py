"""`paved bootstrap aws`: what Pulumi on AWS needs before its first `up`."""

from __future__ import annotations

import json
import sys
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

import click

from pavedroad.aws.bootstrap import carry_out, desired_parts, steps_towards
from pavedroad.aws.errors import TargetError
from pavedroad.aws.parts import Operation
from pavedroad.aws.session import confirm_account, connect
from pavedroad.aws.target import DEFAULT_TAGS, Repository, Target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pavedroad.aws.bootstrap import Step

SHOWN_ONLY: Final = 3
"""Exit code: there is something to do, and nobody said yes."""

_MARKS: Final = {Operation.CREATE: "+", Operation.REPAIR: "~", Operation.KEEP: "="}
_DONE: Final = {Operation.CREATE: "created", Operation.REPAIR: "repaired"}


class _Words(NamedTuple):
    """The words of the command line, as far as they say what is to be made."""

    account: str
    region: str
    name: str
    repository: str | None
    provider: str
    branch: str | None
    environment: str | None
    host: str | None
    boundary: str | None
    tag: tuple[str, ...]


@click.group("bootstrap")
def command() -> None:
    """Make what Pulumi needs in a cloud account before its first `up`."""


@command.command("aws")
@click.option("--account", required=True, metavar="ID", help="The account; nothing is done in any other.")
@click.option("--region", required=True, help="Where the bucket and the keys are.")
@click.option("--name", default="pavedroad", show_default=True, help="What everything is called after.")
@click.option("--repository", metavar="OWNER/REPO", help="Let its CI in, by a role. Default: nobody's.")
@click.option(
    "--provider",
    type=click.Choice(("github", "gitlab")),
    default="github",
    show_default=True,
    help="Who runs its CI.",
)
@click.option("--branch", help="The only branch whose jobs are let in. Default: all.")
@click.option("--environment", help="The only GitHub environment whose jobs are let in. Default: all.")
@click.option("--gitlab-host", "host", help="Host of a GitLab of your own. Default: gitlab.com.")
@click.option(
    "--boundary", metavar="ARN", help="A policy that bounds the role. Default: one that is made here."
)
@click.option(
    "--tag",
    multiple=True,
    metavar="KEY=VALUE",
    help=f"A tag of everything. Default: {', '.join('='.join(each) for each in DEFAULT_TAGS.items())}.",
)
@click.option("--profile", help="Profile of AWS' configuration. Default: as AWS' tools choose it.")
@click.option("--yes", is_flag=True, help="Do it without asking.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON; never asks.")
def aws(*, profile: str | None, yes: bool, as_json: bool, **words: str | tuple[str, ...] | None) -> int:
    """Make the state bucket, the secrets key and a role for CI, or mend them.

    Looks first, shows what it would do, and asks. What is as it should be is left alone, so that it can be run
    again at any time: after a change behind its back, or after it was cut off.

    Exit codes: 0 all is as it should be; 1 AWS refused, or holds what must not be touched; 3 there is something to
    do, and nobody said yes (no terminal and no --yes, or the answer was no); 64 a word is off.

    \b
    Examples:
      paved bootstrap aws --account 123456789012 --region eu-central-1
      paved bootstrap aws --account 123456789012 --region eu-central-1 --repository acme/shop --branch main --yes
    """  # noqa: D301 click's own mark for a block that is not re-wrapped
    target = _target(_Words(**words))  # type: ignore[arg-type]  # the options above, by their names
    clients = connect(target.region, profile)
    caller = confirm_account(clients, target.account)
    steps = steps_towards(desired_parts(target, clients))
    pending = [step for step in steps if step.operation is not Operation.KEEP]
    if not as_json:
        _show(target, caller, steps)
    agreed = bool(pending) and (yes or (not as_json and _may_ask() and click.confirm("Do this?", err=True)))
    for step in carry_out(steps) if agreed else ():
        click.echo(f"{_DONE[step.operation]} {step.part.subject}: {step.part.aspect}", err=as_json)
    done = agreed or not pending
    if as_json:
        click.echo(json.dumps(_as_data(target, steps, done=done), indent=2))
    elif done:
        _show_use(target)
    else:
        click.echo("nothing was done: answer yes, or run this with --yes")
    return 0 if done else SHOWN_ONLY


def _target(words: _Words) -> Target:
    """Read what is to be made.

    Raises:
        click.UsageError: If a word is off.
    """
    if words.repository is None and (words.branch or words.environment or words.host or words.boundary):
        raise click.UsageError("--branch, --environment, --gitlab-host and --boundary go with --repository")
    try:
        return Target(
            account=words.account,
            region=words.region,
            name=words.name,
            repository=_repository(words),
            boundary=words.boundary,
            tags=dict(map(_tag, words.tag)),
        )
    except TargetError as error:
        raise click.UsageError(str(error)) from error


def _repository(words: _Words) -> Repository | None:
    if words.repository is None:
        return None
    return Repository(
        forge="gitlab" if words.provider == "gitlab" else "github",
        path=words.repository,
        branch=words.branch,
        environment=words.environment,
        host=words.host,
    )


def _tag(given: str) -> tuple[str, str]:
    key, equals, value = given.partition("=")
    if not (key and equals and value):
        raise TargetError(f"{given!r} is no tag: give it as KEY=VALUE")
    return key, value


def _may_ask() -> bool:
    """Whether somebody sits there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _show(target: Target, caller: str, steps: Sequence[Step]) -> None:
    """Print what would be done: a line for each thing, with what about it."""
    click.echo(f"account {target.account}, region {target.region}, as {caller}")
    click.echo("")
    rows: list[tuple[str, str, str]] = []
    for (subject, operation), of_one in groupby(steps, key=lambda step: (step.part.subject, step.operation)):
        rows.append(
            (f"{_MARKS[operation]} {operation}", subject, ", ".join(step.part.aspect for step in of_one))
        )
    widest = max(len(subject) for _, subject, _ in rows)
    for operation_, subject, aspects in rows:
        click.echo(f"  {operation_:<8}  {subject:<{widest}}  {aspects}")
    counts = {each: sum(step.operation is each for step in steps) for each in Operation}
    click.echo("")
    if counts[Operation.KEEP] == len(steps):
        click.echo(f"all {len(steps)} parts are as they should be: nothing to do")
    else:
        click.echo(
            f"{counts[Operation.CREATE]} to create, {counts[Operation.REPAIR]} to repair, "
            f"{counts[Operation.KEEP]} as they should be"
        )


def _show_use(target: Target) -> None:
    """Print how Pulumi is told of it."""
    click.echo("")
    click.echo("Keep the state there, and the secrets under that key:")
    click.echo(f"  pulumi login '{target.login_url}'")
    click.echo(f"  pulumi stack init STACK --secrets-provider='{target.secrets_provider}'")
    click.echo("which its Pulumi.STACK.yaml then says as")
    click.echo(f"  secretsprovider: {target.secrets_provider}")
    if target.repository:
        click.echo(f"CI of {target.repository.path} becomes {target.iam_arn(f'role/{target.role}')}")
        click.echo(f"  with tokens for {target.repository.audience}, subject {target.repository.subject}")


def _as_data(target: Target, steps: Sequence[Step], *, done: bool) -> dict[str, object]:
    """Return what was to do, and how Pulumi is told of it, as JSON data."""
    return {
        "account": target.account,
        "region": target.region,
        "steps": [
            {"subject": step.part.subject, "aspect": step.part.aspect, "operation": step.operation.value}
            for step in steps
        ],
        "done": done,
        "login": target.login_url,
        "secretsprovider": target.secrets_provider,
        "role": target.iam_arn(f"role/{target.role}") if target.repository else None,
    }
