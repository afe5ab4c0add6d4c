"""`paved access` says who may do what in an environment, and which line says so."""

import json
import shutil
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from pavedroad.cli.access import SCHEMA, command
from tests.support.example import EXAMPLE

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example as a project of its own."""
    root = tmp_path_factory.mktemp("example")
    shutil.copytree(EXAMPLE, root, dirs_exist_ok=True)
    (root / "Pulumi.yaml").write_text("name: example\nruntime: python\n")
    return root


@pytest.fixture(autouse=True)
def in_the_example(example: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(example)


@cache
def schema() -> Any:
    text = (files("pavedroad.intent") / "schema" / "access.v1.schema.json").read_text()
    return json.loads(text)


def test_every_right_is_one_line_below_its_service_with_the_place_that_gives_it() -> None:
    lines = run("showcase", "--service", "partner/billing").stdout.splitlines()
    assert lines[0] == "partner/billing (cluster.local/ns/partner/sa/billing)"
    assert [line.split("  ")[1] for line in lines[1:]] == [
        "may call showcase/shop",
        "may subscribe to rabbitmq exhibition.news",
        "may subscribe to kafka shop.order-placed",
        "showcase/shop may call it",
        "showcase/buy may call it",
    ]
    assert all("stacks/teams/" in line for line in lines[1:])


def test_a_route_says_at_which_address_it_is_entered() -> None:
    text = run("showcase", "--service", "showcase/shop").stdout
    assert "the public gateway may enter at shop.showcase.example.com/ " in text


def test_what_a_store_may_by_itself_is_told_from_what_its_service_may() -> None:
    text = run("showcase", "--service", "showcase/shop").stdout
    assert "  stores.ledger (store-front-accounts) may reach objects.example.com:443 " in text


def test_services_are_sorted_and_all_there() -> None:
    headings = [line for line in run("showcase").stdout.splitlines() if line and not line.startswith(" ")]
    names = [line.partition(" ")[0] for line in headings]
    assert names == sorted(names)
    assert {"partner/billing", "partner/notices", "showcase/shop", "showcase/packer"} <= set(names)


def test_two_runs_print_the_same() -> None:
    assert run("showcase").stdout == run("showcase").stdout
    assert run("showcase", "--json").stdout == run("showcase", "--json").stdout


@pytest.mark.parametrize("environment", ["showcase", "local", "production"])
def test_the_json_keeps_to_its_schema(environment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if environment != "showcase":
        monkeypatch.chdir(ROOT)
    document = json.loads(run(environment, "--json").stdout)
    assert document["schema"] == SCHEMA == schema()["properties"]["schema"]["const"]
    assert not list(Draft202012Validator(schema()).iter_errors(document))


def test_the_json_says_the_same_as_the_text() -> None:
    document = json.loads(run("showcase", "--service", "partner/billing", "--json").stdout)
    (billing,) = document["services"]
    lines = run("showcase", "--service", "partner/billing").stdout.splitlines()[1:]
    said = [f"may {right['may']} {right['what']}" for right in billing["may"]]
    assert [line.strip().split("  ")[0] for line in lines[: len(said)]] == said
    for line, right in zip(lines, [*billing["may"], *billing["open_to"]], strict=True):
        for place in right["written_at"]:
            assert f"{place['file']}:{place['line']}:{place['column']}" in line


def test_no_secret_value_stands_in_the_report_only_where_it_is_kept() -> None:
    text = run("showcase", "--service", "showcase/shop").stdout
    assert "may read secret kv-showcase, key stripe" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("showcas",), "did you mean showcase?"),
        (("showcase", "--service", "showcase/shp"), "did you mean showcase/shop?"),
        (("showcase", "--service", "shop"), "no service in showcase is called 'shop'"),
    ],
)
def test_a_name_that_nothing_has_ends_with_64_and_what_comes_near(words: tuple[str, ...], said: str) -> None:
    result = run(*words)
    assert result.exit_code == 64
    assert said in result.stderr
