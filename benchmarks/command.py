"""The command line of `make bench`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

import click
from rich.console import Console

from benchmarks import (
    account,
    account_up,
    governing,
    no_change,
    policed_preview,
    previewing,
    start_up,
    validation,
)
from benchmarks.measuring import ProbeError, machine
from benchmarks.results import as_json, as_table
from benchmarks.scale import FULL, QUICK, Scale

if TYPE_CHECKING:
    from benchmarks.results import Result

Measure: TypeAlias = Callable[[Path, Scale], "list[Result]"]
"""One benchmark: makes the folder that it is given and measures at a scale."""

BENCHMARKS: Final[dict[str, Measure]] = {
    "validate": validation.measure,
    "start": start_up.measure,
    "preview": previewing.measure,
    "account": account.measure,
    "policies": governing.measure,
    "no-change": no_change.measure,
    "account-up": account_up.measure,
    "policed-preview": policed_preview.measure,
}
"""Every benchmark by the name that selects it."""

NEED_SANDBOX: Final = frozenset({"no-change", "account-up", "policed-preview"})
"""Benchmarks that run only where they are asked for: they need the engine and bring a cluster up."""

WIDTH: Final = 200
"""Columns of the table where the output is no terminal: no cell is broken."""


@click.command()
@click.option("--only", multiple=True, type=click.Choice(list(BENCHMARKS)), help="Run these alone.")
@click.option("--sandbox", is_flag=True, help="Also those that need the engine and a cluster.")
@click.option("--quick", is_flag=True, help="Small sizes, each once: to try a change, not to judge it.")
@click.option("--json", "as_json_text", is_flag=True, help="Print JSON instead of a table.")
def measure_all(*, only: tuple[str, ...], sandbox: bool, quick: bool, as_json_text: bool) -> None:
    """Measure as docs/performance.md explains; end with 1 if a limit is missed."""
    scale = QUICK if quick else FULL
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="pavedroad-bench-") as folder:
        for name in only or [name for name in BENCHMARKS if sandbox or name not in NEED_SANDBOX]:
            click.echo(f"measuring {name} …", err=True)
            try:
                results += BENCHMARKS[name](Path(folder) / name, scale)
            except ProbeError as error:
                raise click.ClickException(str(error)) from error
    if as_json_text:
        click.echo(as_json(results, machine()))
    else:
        console = Console(width=None if sys.stdout.isatty() else WIDTH)
        console.print(as_table(results, machine()))
    sys.exit(any(result.verdict == "over" for result in results))
