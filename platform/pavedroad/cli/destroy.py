"""`paved destroy`: an environment, taken down."""

from __future__ import annotations

import click

from pavedroad.cli.results import show_changes, show_json
from pavedroad.cli.session import PARALLEL, open_session


@click.command("destroy")
@click.argument("environment", metavar="ENV")
@click.option("--yes", is_flag=True, help="Do not ask.")
@PARALLEL
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(environment: str, *, yes: bool, parallel: int, as_json: bool) -> None:
    """Delete everything that ENV's state holds, slices in reverse order.

    What is protected (stateful things outside the tiers local and development) makes it stop. Outside the sandbox
    it asks first: type the environment's name.

    \b
    Examples:
      paved destroy local
      paved destroy staging --yes
    """  # noqa: D301 click's own mark for a block that is not re-wrapped
    session = open_session(environment, parallel=parallel)
    if not session.plan.in_sandbox and not yes:
        typed = click.prompt(f"Everything in {environment} will be deleted. Type its name to go on", err=True)
        if typed != environment:
            raise click.ClickException(f"nothing was deleted: {typed!r} is not {environment!r}")
    results = session.slices.destroy()
    if as_json:
        show_json(results)
    else:
        show_changes(results)
