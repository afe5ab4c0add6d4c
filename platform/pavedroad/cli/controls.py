"""`paved controls`: what the policies demand, why, and what to do about it."""

import difflib
import json
import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from pavedroad.cli.inputs import USAGE
from pavedroad.cli.judging import UnreadableError
from pavedroad.engine.project import find_project_root, read_project

if TYPE_CHECKING:
    from pavedroad.policy.controls import Listed

_EXAMPLES = """\b
Examples:
  paved controls                            every control, by severity
  paved controls containers-not-privileged  one: why, how to fix it, what can be set
  paved controls --json                     all of that, for tools
"""
_WIDTH = 100
_TYPES_SHOWN = 12


class _UnknownControlError(click.ClickException):
    """An identifier that no control has."""

    exit_code = USAGE

    def __init__(self, given: str, known: Iterable[str]) -> None:
        near = " or ".join(difflib.get_close_matches(given, known))
        hint = f"did you mean {near}?" if near else "`paved controls` lists them"
        super().__init__(f"no control is called {given!r}; {hint}")


@click.command("controls", epilog=_EXAMPLES)
@click.argument("identifier", required=False, metavar="[ID]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(identifier: str | None, *, as_json: bool) -> None:
    """List the controls of the project's policy pack, or explain the one called ID."""
    from pavedroad.policy import PackError  # noqa: PLC0415 - imports Pulumi, which --help must not wait for
    from pavedroad.policy.controls import as_data, controls_of  # noqa: PLC0415 - as above

    root = find_project_root()
    try:
        found = controls_of(root / "policies", project=read_project(root).name)
    except PackError as error:
        raise UnreadableError(str(error)) from error
    if identifier:
        known = {each.control.identifier: each for each in found}
        if identifier not in known:
            raise _UnknownControlError(identifier, known)
        found = [known[identifier]]
    if as_json:
        data = [as_data(each) for each in found]
        click.echo(json.dumps(data[0] if identifier else data, indent=2))
    else:
        for line in _explained(as_data(found[0])) if identifier else _table(found):
            click.echo(line)


def _table(found: "list[Listed]") -> Iterator[str]:
    from pavedroad.governance import Severity  # noqa: PLC0415 - beside its only use

    for severity in reversed(Severity):
        controls = [each.control for each in found if each.control.severity is severity]
        if controls:
            yield f"{severity} ({len(controls)})"
            widest = max(len(control.identifier) for control in controls)
            yield from (f"  {control.identifier:{widest}}  {control.sentence}" for control in controls)


def _explained(data: dict[str, Any]) -> Iterator[str]:
    yield f"{data['control']} ({data['severity']})"
    yield from _wrapped(data["sentence"])
    yield ""
    yield from _wrapped(f"Why: {data['why']}")
    yield ""
    if data["fix"]["descriptor"]:
        yield from _wrapped(f"In a descriptor: {data['fix']['descriptor']}")
    yield from _wrapped(f"In a program or manifest: {data['fix']['pulumi']}")
    yield ""
    yield from _wrapped(
        "Enforced: " + ", ".join(f"{level} in {tier}" for tier, level in data["enforcement"].items())
    )
    if data["references"]:
        yield from _wrapped(
            "Demanded by: "
            + ", ".join(f"{each['framework']} {each['clause']}" for each in data["references"])
        )
    yield from _wrapped(f"About: {_shortened(data['resourceTypes'])}")
    for name, schema in data["settings"].items():
        yield from _wrapped(f"Setting {name} ({json.dumps(schema['default'])}): {schema['description']}")


def _shortened(types: list[str]) -> str:
    more = len(types) - _TYPES_SHOWN
    return ", ".join(types[:_TYPES_SHOWN]) + (f" and {more} more (--json names them)" if more > 0 else "")


def _wrapped(text: str) -> Iterator[str]:
    yield from textwrap.wrap(
        text, _WIDTH, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
    )
