"""`paved env`: the variables with which plain `pulumi` sees what `paved` sees."""

from __future__ import annotations

import json
import shlex

import click

from pavedroad.cli.session import open_session
from pavedroad.engine.environ import engine_environment
from pavedroad.engine.stack_config import link_to_shared


@click.command("env")
@click.argument("environment", metavar="ENV")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(environment: str, as_json: bool) -> None:  # noqa: FBT001 click passes a flag so
    """Print the shell variables with which plain `pulumi` works on ENV, from the project's folder.

    The variables of your shell that would lead it elsewhere (KUBECONFIG, AWS_*, PULUMI_*) are unset. No secret is
    printed: the passphrase is a file's name.

    \b
    Example:
      eval "$(paved env local)"
      pulumi up --stack local --policy-pack policies
    """  # noqa: D301 click's own mark for a block that is not re-wrapped
    session = open_session(environment)
    for stack in session.plan.stacks:
        session.engine.open_stack(stack)
        if link := link_to_shared(session.engine.project, stack):
            session.progress.say(
                f"{link.relative_to(session.root)} leads to {link.readlink()}, for plain pulumi"
            )
    variables = engine_environment(session.engine.state)
    if as_json:
        click.echo(json.dumps({"export": dict(variables.exports), "unset": list(variables.unset)}, indent=2))
        return
    for name in variables.unset:
        click.echo(f"unset {name}")
    for name, value in variables.exports.items():
        click.echo(f"export {name}={shlex.quote(value)}")
