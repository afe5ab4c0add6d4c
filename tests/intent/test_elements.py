"""Elements say what holds in an environment, and where each of it is written."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pavedroad.descriptor import Project, load_project
from pavedroad.governance import Resource
from pavedroad.intent import intent_of
from tests.support.example import EXAMPLE

ROOT = Path(__file__).parents[2]


@cache
def project() -> Project:
    return load_project(EXAMPLE)


@cache
def elements() -> Mapping[str, Resource]:
    return {f"{each.type.rpartition(':')[2]} {each.name}": each for each in intent_of(project(), "showcase")}


def words(element: str) -> Any:
    return elements()[element].properties.value


def line(element: str, *path: str | int) -> str:
    """Read the line that an element says one of its words is written at."""
    position = elements()[element].position_of(*path)
    assert position is not None
    return (EXAMPLE / position.file).read_text().splitlines()[position.line - 1].strip()


def test_everything_that_stands_in_the_environment_is_an_element_of_its_own() -> None:
    kinds: dict[str, int] = {}
    for name in elements():
        kinds[name.partition(" ")[0]] = kinds.get(name.partition(" ")[0], 0) + 1
    assert kinds == {
        "Environment": 1,
        "Team": 2,
        "Topic": 4,
        "Service": 3,
        "Worker": 1,
        "Job": 2,
        "Store": 9,
        "Route": 3,
        "Call": 5,
        "Api": 1,
    }


def test_an_element_has_a_urn_of_its_own_that_is_the_same_at_every_run() -> None:
    urns = [each.urn for each in intent_of(project(), "showcase")]
    assert len(set(urns)) == len(urns)
    assert urns == [each.urn for each in elements().values()]
    assert "urn:pulumi:showcase::pavedroad::pavedroad:intent:Store::showcase/shop.stores.ledger" in urns


def test_what_holds_here_alone_stands_over_what_holds_in_general() -> None:
    shop = words("Service showcase/shop")
    assert shop["image"] == "registry.example.com/showcase/shop:1.5.0"
    assert shop["env"]["LOG_LEVEL"] == "debug"
    assert shop["env"]["POD"] == "${pod.name}"
    assert shop["scale"] == {"min": 2, "max": 4, "cpu_percent": 60, "memory_percent": 80, "backlog": {}}
    assert shop["resources"] == {"cpu": "500m", "memory": "700Mi", "memory_limit": "700Mi"}
    ledger = words("Store showcase/shop.stores.ledger")
    assert ledger["backup"] == {"keep": "2d", "schedule": "hourly"}


def test_what_nobody_says_is_filled_in() -> None:
    assert words("Call showcase/shop.calls.packer") == {
        "team": "showcase",
        "service": "shop",
        "port": "http",
        "callee": "showcase/packer",
        "protocol": "http",
        "timeout": "15s",
        "retries": 2,
    }
    assert words("Team partner")["quota"]["pods"] == 80
    assert words("Topic showcase.topics.order-placed")["partitions"] == 12


@pytest.mark.parametrize(
    ("element", "path", "written"),
    [
        ("Service showcase/shop", (), "shop:"),
        ("Service showcase/shop", ("image",), "image: registry.example.com/showcase/shop:1.5.0"),
        ("Service showcase/shop", ("env", "LOG_LEVEL"), "env: {LOG_LEVEL: debug}"),
        ("Service showcase/shop", ("env", "POD"), "POD: ${pod.name}"),
        ("Service showcase/shop", ("scale", "max"), "scale: {min: 2, max: 4}"),
        (
            "Service showcase/shop",
            ("scale", "cpu_percent"),
            "scale: {min: 2, max: 6, cpu_percent: 60, memory_percent: 80}",
        ),
        ("Service showcase/shop", ("init", 0, "args"), "args: [--wait]"),
        (
            "Store showcase/shop.stores.ledger",
            ("backup", "schedule"),
            "backup: {keep: 14d, schedule: hourly}",
        ),
        ("Store showcase/shop.stores.catalog", ("engine",), "engine: mysql"),
        ("Route showcase/shop.routes.2", ("path",), "- {expose: internal, path: /admin}"),
        ("Call showcase/shop.calls.partner/billing", ("timeout",), "timeout: 800ms"),
        ("Call showcase/shop.calls.packer", ("timeout",), "packer: {port: http}"),
        (
            "Topic showcase.topics.history",
            ("retention",),
            "history: {broker: rabbitmq, kind: stream, retention: 30d, max_size: 5Gi, formerly: [log]}",
        ),
        (
            "Api showcase/shop.api",
            (),
            "api: {contract: files/shop.openapi.yaml, published: files/shop.published.yaml}",
        ),
        ("Api showcase/shop.api", ("contract", "info", "version"), "version: 1.4.0"),
        ("Api showcase/shop.api", ("published", "info", "version"), "version: 1.3.0"),
        ("Team showcase", ("owners", "email"), "email: showcase@example.com"),
        ("Team partner", ("quota", "cpu"), 'quota: {cpu: "30", memory: 60Gi, storage: 200Gi, pods: 80}'),
        (
            "Environment showcase",
            ("secrets", "provider"),
            "secrets: {provider: kubernetes, namespace: vault}",
        ),
    ],
)
def test_every_word_knows_the_line_that_decided_it(
    element: str, path: tuple[str | int, ...], written: str
) -> None:
    assert line(element, *path) == written


def test_the_kept_part_of_an_override_is_told_apart_from_what_it_leaves_as_it_is() -> None:
    assert "keep: 2d" in line("Store showcase/shop.stores.ledger", "backup", "keep")


def test_a_team_that_does_not_stand_in_an_environment_is_no_element_there() -> None:
    assert not [each for each in intent_of(load_project(ROOT), "local") if "showcase" in each.name]
