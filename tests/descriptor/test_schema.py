"""The published schema agrees with the models, describes every word, and the page made from it is current."""

import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from pavedroad.descriptor.reference_page import reference_page
from pavedroad.descriptor.schema import MODELS, JsonSchema, Kind, json_schema
from tests.support.descriptors import Document, documents
from tests.support.files import ENVIRONMENT, TEAM

ROOT = Path(__file__).resolve().parents[2]


@cache
def validator(kind: Kind) -> jsonschema.Draft202012Validator:
    schema = json_schema(kind)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("kind", list(MODELS))
def test_every_word_is_described(kind: Kind) -> None:
    schema = json_schema(kind)
    blocks: dict[str, JsonSchema] = {kind: schema, **schema["$defs"]}
    undescribed = [
        f"{name}.{word}"
        for name, block in blocks.items()
        for word, field in block.get("properties", {}).items()
        if not field.get("description")
    ]
    assert undescribed == []
    assert all(block.get("description") for block in blocks.values())


@pytest.mark.parametrize("kind", list(MODELS))
def test_the_schema_is_the_same_at_every_run_and_has_an_identity(kind: Kind) -> None:
    schema = json_schema(kind)
    assert json.dumps(schema) == json.dumps(json_schema(kind))
    assert schema["$id"] == f"https://pavedroad.dev/schemas/v1/{kind}.schema.json"


@given(documents())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_the_models_accept_the_schema_accepts(
    project: tuple[dict[str, Document], dict[str, Document]],
) -> None:
    teams, environments = project
    for document in teams.values():
        assert list(validator("team").iter_errors(document)) == []
    for document in environments.values():
        assert list(validator("environment").iter_errors(document)) == []


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("kind: Team", "kind: Teams"),
        ("team: orders", "team: Orders"),
        ("  orders:\n", "  Orders:\n"),
        ("port: 8080", "port: '8080'"),
        ("port: 8080", "prt: 8080"),
        ("type: service", "type: worker\n    routes: []"),
    ],
)
def test_what_the_models_refuse_the_schema_refuses(was: str, now: str) -> None:
    assert validator("team").is_valid(yaml.safe_load(TEAM))
    assert not validator("team").is_valid(yaml.safe_load(TEAM.replace(was, now)))


def test_the_schema_of_environments_judges_environments() -> None:
    assert validator("environment").is_valid(yaml.safe_load(ENVIRONMENT))
    assert not validator("environment").is_valid(
        yaml.safe_load(ENVIRONMENT.replace("tier: local", "tier: test"))
    )


def test_the_reference_page_is_current() -> None:
    committed = (ROOT / "docs" / "descriptor.md").read_text(encoding="utf-8")
    assert committed == reference_page(), (
        "run python -m pavedroad.descriptor.reference_page > docs/descriptor.md"
    )
