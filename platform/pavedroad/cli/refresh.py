"""`paved refresh`: the state, brought in line with what really exists."""

from __future__ import annotations

import click

from pavedroad.cli.results import show_changes, show_json
from pavedroad.cli.session import open_session


@click.command("refresh")
@click.argument("environment", metavar="ENV")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(environment: str, as_json: bool) -> None:  # noqa: FBT001 click passes a flag so
    """Look at everything that ENV's state holds, and take over what is different in reality.

    Nothing is changed in the cluster; the next `paved up` puts right what should be otherwise.

    \b
    Example:
      paved refresh local
    """  # noqa: D301 click's own mark for a block that is not re-wrapped
    results = open_session(environment).slices.refresh()
    if as_json:
        show_json(results)
    else:
        show_changes(results)
