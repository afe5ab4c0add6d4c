"""The reference page of the descriptor, made from the models: ``python -m pavedroad.descriptor.reference_page``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pavedroad.descriptor import references
from pavedroad.descriptor.schema import MODELS, json_schema
from pavedroad.descriptor.sites import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.references import Output

_HEAD = """\
# Descriptor reference

This page is made from the models (`python -m pavedroad.descriptor.reference_page > docs/descriptor.md`); a test
keeps it current. Words in **bold** are required. Editors that speak the YAML language server check and complete
descriptors with the schema of `paved schema --output .pavedroad/schemas` and this first line:

    # yaml-language-server: $schema=../../.pavedroad/schemas/team.schema.json

Files are YAML 1.2: `no`, `22:22` and `010` are text, and text that looks like a number (`"1.20"`) needs quotes.
Anchors, aliases, merge keys, tags and duplicate keys are refused, and so is a second document in the same file.
"""

_REFERENCES = """\
## References

Environment variables and configuration files can name what the workload has declared; `$${` stands for a literal
`${`. Outputs marked *secret* reach the container as secret references, in environment variables only.
"""


def reference_page() -> str:
    """Return the whole page as Markdown; the same bytes at every run."""
    lines = [_HEAD]
    for kind in MODELS:
        schema = json_schema(kind)
        lines += [f"## {kind.capitalize()}\n", *_block(schema, schema["$defs"])]
        for name, definition in schema["$defs"].items():
            lines += [f"### {name}\n", *_block(definition, schema["$defs"])]
    lines.append(_REFERENCES)
    for title, outputs in _outputs():
        lines += [f"`{title}`\n", *(_output_line(output) for output in outputs), ""]
    return "\n".join(lines).rstrip() + "\n"


def _block(schema: dict[str, Any], definitions: dict[str, Any]) -> Iterator[str]:
    yield f"{schema['description']}\n"
    required = schema.get("required", ())
    for name, field in schema.get("properties", {}).items():
        word = f"**`{name}`**" if name in required else f"`{name}`"
        yield f"- {word} ({_form(field, definitions)}): {field['description']}"
    yield ""


def _form(field: dict[str, Any], definitions: dict[str, Any]) -> str:
    """Return what a field holds, naming the blocks inside it."""
    match field:
        case {"$ref": reference}:
            return _link(reference)
        case {"items": inner}:
            return f"list of {_form(inner, definitions)}"
        case {"patternProperties": patterns}:
            return f"mapping of names to {_form(next(iter(patterns.values())), definitions)}"
        case {"additionalProperties": dict(inner)}:
            return f"mapping of names to {_form(inner, definitions)}"
        case {"anyOf": members} | {"oneOf": members}:
            forms = [_form(member, definitions) for member in members if member.get("type") != "null"]
            return " or ".join(dict.fromkeys(forms))
    return describe(field, definitions)


def _link(reference: str) -> str:
    name = reference.rpartition("/")[2]
    return f"[{name}](#{name.lower()})"


def _outputs() -> Iterator[tuple[str, tuple[Output, ...]]]:
    for engine, outputs in references.STORE_OUTPUTS.items():
        yield f"${{stores.<name>.…}} of {engine}", outputs
    table = references.Output("<table>", "Physical name of a table")
    yield f"${{stores.<name>.{references.TABLE}…}} of dynamodb", (table,)
    yield "${calls.<callee>.…}", references.CALL_OUTPUTS
    for kind, outputs in references.PUBLISH_OUTPUTS.items():
        yield f"${{publishes.<topic>.…}} of {kind}", outputs
    for kind, outputs in references.SUBSCRIBE_OUTPUTS.items():
        yield f"${{subscribes.<topic>.…}} of {kind}", outputs
    yield "${invokes.<function>.…}", references.RUN_OUTPUTS["invokes"]
    yield "${starts.<saga>.…}", references.RUN_OUTPUTS["starts"]
    yield "${pod.…}", references.POD_OUTPUTS
    yield "${environment.…}", references.ENVIRONMENT_OUTPUTS


def _output_line(output: Output) -> str:
    return f"- `{output.name}`{' (*secret*)' if output.secret else ''}: {output.description}."


if __name__ == "__main__":
    import sys

    sys.stdout.write(reference_page())
