"""The JSON Schema of descriptors and environments: for editors, and for saying what a fault's place allows."""

from __future__ import annotations

import ast
import inspect
import sys
from functools import cache
from itertools import pairwise
from typing import Any, Literal, get_args

from pavedroad.descriptor.environment import EnvironmentDescriptor
from pavedroad.descriptor.exemptions import ExemptionsFile
from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.descriptor.values import Spec

Kind = Literal["team", "environment", "exemptions"]
JsonSchema = dict[str, Any]
"""A JSON Schema (draft 2020-12) as plain data."""

MODELS: dict[Kind, type[Spec]] = {
    "team": TeamDescriptor,
    "environment": EnvironmentDescriptor,
    "exemptions": ExemptionsFile,
}
"""The model behind each kind of file."""


def json_schema(kind: Kind) -> JsonSchema:
    """Return the schema that editors use for one kind of file; the same bytes at every run once dumped."""
    model = MODELS[kind]
    schema = model.model_json_schema()
    definitions: JsonSchema = schema.pop("$defs", {})
    classes = _classes_of(model)
    for name, definition in definitions.items():
        _finish(definition, classes[name])
    _finish(schema, model)
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://pavedroad.dev/schemas/v1/{kind}.schema.json",
        "title": f"Pavedroad {kind} descriptor",
    }
    return head | {key: value for key, value in schema.items() if key != "title"} | {"$defs": definitions}


@cache
def cached_schema(kind: Kind) -> JsonSchema:
    """Return the schema to look things up in; it is shared, so leave it as it is."""
    return json_schema(kind)


def field_docs(model: type[Spec]) -> dict[str, str]:
    """Return what the source says below each field of a model, by field name."""
    docs: dict[str, str] = {}
    for owner in reversed(model.__mro__):
        if owner.__module__.startswith(__package__):
            docs |= _docs_of_module(owner.__module__).get(owner.__name__, {})
    return docs


@cache
def _docs_of_module(module: str) -> dict[str, dict[str, str]]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    classes = (node for node in tree.body if isinstance(node, ast.ClassDef))
    return {node.name: dict(_documented(node.body)) for node in classes}


def _documented(body: list[ast.stmt]) -> list[tuple[str, str]]:
    """Return names and texts of the assignments that a string follows."""
    found: list[tuple[str, str]] = []
    for statement, following in pairwise(body):
        match statement, following:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ):
                found.append((name, " ".join(text.split())))
            case _:
                pass
    return found


def _classes_of(model: type[Spec]) -> dict[str, type[Spec]]:
    """Return every model class within a model by name; other files' models may have the same names."""
    pending: list[Any] = [model]
    classes: dict[str, type[Spec]] = {}
    while pending:
        found = pending.pop()
        if not (isinstance(found, type) and issubclass(found, Spec)):
            pending.extend(get_args(found))
        elif found.__name__ not in classes:
            classes[found.__name__] = found
            pending.extend(field.annotation for field in found.model_fields.values())
    return classes


def _finish(schema: JsonSchema, model: type[Spec]) -> None:
    """Describe every field; the word that tells alternatives apart is described by its class."""
    docs = field_docs(model)
    for name, field in schema.get("properties", {}).items():
        field["description"] = docs.get(name) or inspect.getdoc(model)
        _tidy(field)


def _tidy(node: Any) -> None:
    """Close mappings to keys that no pattern allows, and drop what editors cannot use."""
    if isinstance(node, list):
        for item in node:
            _tidy(item)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("title"), str):
        del node["title"]
    node.pop("discriminator", None)  # OpenAPI's word; the constants inside tell the alternatives apart
    if "patternProperties" in node:
        node["additionalProperties"] = False
    for value in node.values():
        _tidy(value)
