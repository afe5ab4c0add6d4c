"""`paved schema`: the JSON Schema that editors use."""

from __future__ import annotations

import json
from pathlib import Path

import click

from pavedroad.descriptor.schema import MODELS, Kind, json_schema


@click.command("schema")
@click.argument("kind", required=False, type=click.Choice(list(MODELS)))
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write KIND.schema.json files into this folder instead of printing.",
)
def command(kind: Kind | None, output: Path | None) -> None:
    """Write the JSON Schema of team descriptors, environments or exemptions, or of all of them (into a folder).

    An editor with yaml-language-server uses it by this first line of a descriptor:

    # yaml-language-server: $schema=../../.pavedroad/schemas/team.schema.json
    """
    kinds = list(MODELS) if kind is None else [kind]
    if output is None:
        if kind is None:
            raise click.UsageError(f"Name one of {', '.join(MODELS)}, or a folder with --output.")
        click.echo(_text(kind), nl=False)
        return
    output.mkdir(parents=True, exist_ok=True)
    for one in kinds:
        target = output / f"{one}.schema.json"
        target.write_text(_text(one), encoding="utf-8")
        click.echo(str(target))


def _text(kind: Kind) -> str:
    return json.dumps(json_schema(kind), indent=2, ensure_ascii=False) + "\n"
