"""Choices about what runs, where two words meet."""

from typing import Any

import pytest

from pavedroad.plan.environment import TeamPlan
from pavedroad.plan.resolve import resolve
from tests.support.resolving import environment, team


def shop(**services: dict[str, Any]) -> TeamPlan:
    """Return the plan of a team with these services in production."""
    (plan,) = resolve({"shop": team("shop", services)}, environment("production")).teams
    return plan


def test_an_environment_that_scales_less_than_the_tier_is_heeded() -> None:
    plan = shop(ui={"environments": {"prod": {"scale": {"max": 2}}}})
    assert (plan.workloads[0].scale.min, plan.workloads[0].scale.max) == (2, 2)


def test_a_size_asks_for_no_more_than_a_limit_by_hand_allows() -> None:
    plan = shop(ui={"size": "large", "resources": {"cpu_limit": "100m", "memory_limit": "64Mi"}})
    resources = plan.workloads[0].pod.containers[0].resources
    assert (resources.cpu, resources.cpu_limit) == ("100m", "100m")
    assert (resources.memory, resources.memory_limit) == ("64Mi", "64Mi")


def test_a_size_for_one_environment_sets_resources_by_hand_aside() -> None:
    words = {"resources": {"cpu": "10m", "cpu_limit": "20m"}, "environments": {"prod": {"size": "large"}}}
    resources = shop(ui=words).workloads[0].pod.containers[0].resources
    assert (resources.cpu, resources.cpu_limit) == ("500m", None)


def test_a_call_can_lead_to_a_side_car() -> None:
    callee = {"sidecars": {"proxy": {"image": "a/b:1", "listens": {"admin": {"port": 9901}}}}}
    plan = shop(ui={"calls": {"cart": {"port": "admin"}}}, cart=callee)
    assert [flow.ports for flow in plan.flows if flow.kind == "call"] == [(9901,)]


@pytest.mark.parametrize(("alias", "aliases"), [("ui-cache", []), ("cache", ["cache"])])
def test_an_alias_that_a_store_is_called_anyway_makes_no_second_object(
    alias: str, aliases: list[str]
) -> None:
    plan = shop(ui={"stores": {"cache": {"engine": "redis", "alias": alias}}})
    assert [one.name for one in plan.aliases] == aliases


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ({"listens": {"http": {"port": 8080}, "admin": {"port": 9090}}}, ("tcp", 8080)),
        ({"listens": {"http": {"port": 8080}}, "probes": {"liveness": {"http": "/up"}}}, ("tcp", 8080)),
        ({"listens": {"http": {"port": 8080}}, "probes": {"readiness": {"http": "/ready"}}}, ("http", 8080)),
        ({}, None),
    ],
    ids=["ports", "another probe", "its own", "no port"],
)
def test_a_container_with_ports_is_ready_no_sooner_than_it_takes_connections(
    words: dict[str, Any], asked: tuple[str, int] | None
) -> None:
    readiness = shop(ui=words).workloads[0].pod.containers[0].probes.readiness
    assert (readiness and (readiness.kind, readiness.port)) == asked


def test_a_side_car_with_ports_is_asked_too_but_never_whether_it_lives() -> None:
    plan = shop(ui={"sidecars": {"proxy": {"image": "a/b:1", "listens": {"admin": {"port": 9901}}}}})
    probes = plan.workloads[0].pod.sidecars[0].probes
    assert probes.readiness is not None
    assert (probes.readiness.kind, probes.readiness.port) == ("tcp", 9901)
    assert probes.liveness is None
