"""What every component promises the engine: its type token, its outputs, names that do not collide."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING
from unittest.mock import patch

import pulumi
import pytest

import components
from pavedroad.plan.resolve import resolve
from pavedroad.testing import Recorder, Recording
from stacks.program import declare
from tests.support.declaring import settings
from tests.support.example import (
    FILES,
    Example,
    account_example,
    example,
    managed_example,
    queues_example,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PLACES: dict[str, Callable[[], Example]] = {
    "local": lambda: example("local"),
    "production": lambda: example("production", cloud=True),
    "account": lambda: account_example("production"),
    "managed": managed_example,
    "instances": lambda: managed_example(postgres="rds", mysql="rds", kafka="msk-serverless"),
    "queues": queues_example,
}
"""Where the examples are built: on the sandbox, on a real cluster, in an AWS account that realises more or less."""

ONE_EACH = {"Foundation", "Kafka", "Rabbitmq"} | {
    *("AmazonMq", "CloudFoundation", "Msk", "Neptune", "NodePools", "SnsTopics"),
    *(
        "Alertmanager",
        "Cloudwatch",
        "Grafana",
        "Jaeger",
        "KubeStateMetrics",
        "Loki",
        "Monitors",
        "NodeExporter",
    ),
    *("Prometheus", "Routes", "TeamQueues"),
}
"""Components that an environment has once; of the last the examples have no more."""


@dataclass(frozen=True)
class Built:
    """A component that was built, and how often it registered its outputs."""

    component: str
    token: str
    name: str
    registered: int


def component_classes() -> set[type[pulumi.ComponentResource]]:
    """Return every component of the package; what others are made of by inheritance is none by itself."""
    found = set()
    for info in pkgutil.walk_packages(components.__path__, "components."):
        for value in vars(importlib.import_module(info.name)).values():
            if isinstance(value, type) and issubclass(value, pulumi.ComponentResource):
                found.add(value)
    return {one for one in found if one.__module__.startswith("components.") and not one.__subclasses__()}


@cache
def built(where: str) -> tuple[Recording, tuple[Built, ...]]:
    """Build everything that the examples hold in a place, and watch each component."""
    made: dict[int, tuple[str, str, str]] = {}
    registered: Counter[int] = Counter()
    create, register = pulumi.ComponentResource.__init__, pulumi.ComponentResource.register_outputs

    def watched_create(
        self: pulumi.ComponentResource,
        token: str,
        name: str,
        props: Mapping[str, object] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        made[id(self)] = (type(self).__name__, token, name)
        kept.append(self)
        create(self, token, name, props, opts)

    def watched_register(self: pulumi.ComponentResource, outputs: dict[str, object]) -> None:
        registered[id(self)] += 1
        register(self, outputs)

    kept: list[pulumi.ComponentResource] = []
    loaded = PLACES[where]().load()
    assert loaded is not None
    plan = resolve(*loaded, FILES)
    with (
        patch.object(pulumi.ComponentResource, "__init__", watched_create),
        patch.object(pulumi.ComponentResource, "register_outputs", watched_register),
    ):
        recording = Recorder(preview=True).run(lambda: declare(plan, settings(plan)))
    ours = {key: one for key, one in made.items() if one[1].startswith("pavedroad:")}
    return recording, tuple(Built(*one, registered[key]) for key, one in ours.items())


def all_built() -> list[Built]:
    """Return the components of all places."""
    return [one for where in PLACES for one in built(where)[1]]


def test_every_component_is_built_by_the_examples() -> None:
    assert {one.component for one in all_built()} == {one.__name__ for one in component_classes()}


def test_a_token_is_three_parts_and_ends_in_the_class() -> None:
    for one in all_built():
        assert re.fullmatch(rf"pavedroad:[a-z]+:{one.component}", one.token), one


def test_no_two_components_share_a_token() -> None:
    tokens = {(one.component, one.token) for one in all_built()}
    assert len(tokens) == len({token for _, token in tokens}) == len({name for name, _ in tokens})


def test_every_instance_registers_its_outputs_once() -> None:
    assert [one for one in all_built() if one.registered != 1] == []


def test_instances_of_a_component_do_not_collide() -> None:
    most = Counter[str]()
    for where in PLACES:
        instances = Counter(one.component for one in built(where)[1])
        most |= instances
        names = [(one.token, one.name) for one in built(where)[1]]
        assert len(names) == len(set(names))
    assert {component for component, count in most.items() if count < 2} == ONE_EACH


@pytest.mark.parametrize("where", PLACES)
def test_logical_names_are_unique_for_each_type(where: str) -> None:
    named = Counter((one.type, one.name) for one in built(where)[0].resources)
    assert [name for name, count in named.items() if count > 1] == []


@pytest.mark.parametrize("where", PLACES)
def test_no_resource_relies_on_a_default_provider(where: str) -> None:
    provided = [one for one in built(where)[0].resources if one.custom and not is_provider(one.type)]
    assert len(provided) > 200
    declared = {one.urn for one in built(where)[0].resources if is_provider(one.type)}
    assert {one.provider for one in provided} <= declared


def is_provider(type_: str) -> bool:
    """Tell whether a type is a provider's."""
    return type_.startswith("pulumi:providers:")
