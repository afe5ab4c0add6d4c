"""Functions in a cluster: what of a descriptor becomes of them, and who may run them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.knative import IMAGE, planned

if TYPE_CHECKING:
    from pavedroad.plan.functions.knative import KnativePlan
    from pavedroad.plan.functions.knative_platform import KnativePlatformPlan
    from pavedroad.plan.workload import WorkloadPlan


def workload(name: str, **words: Any) -> WorkloadPlan:
    (team,) = planned(**{name: words}).teams
    return next(plan for plan in team.workloads if plan.name == name)


def knative(name: str = "alone", **words: Any) -> KnativePlan:
    plan = workload(name, **words).function
    assert plan is not None
    return plan


def platform() -> KnativePlatformPlan:
    plan = planned().platform.knative
    assert plan is not None
    return plan


def test_a_function_in_a_cluster_is_none_in_an_account() -> None:
    (team,) = planned().teams
    assert team.functions == ()
    assert {plan.name for plan in team.workloads if plan.kind == "Function"} == {
        "refund",
        "sweep",
        "charge",
        "alone",
    }


def test_a_function_that_says_nothing_runs_as_on_lambda() -> None:
    plan = workload("alone")
    assert plan.pod.containers[0].resources.memory == "512Mi"
    assert knative().concurrency == 10
    assert knative().timeout == 30
    assert knative().percent == 100
    assert knative().schedule is None


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        ({"concurrency": 3}, "concurrency", 3),
        ({"timeout": "2m"}, "timeout", 120),
        ({"rollout": {"stable": 4, "percent": 10}}, "stable", 4),
        ({"rollout": {"stable": 4, "percent": 10}}, "percent", 10),
        ({"rollout": {"stable": 4, "percent": 100}}, "stable", None),
        ({"schedule": "0 3 * * *"}, "schedule", "0 3 * * *"),
        ({"schedule": "0 3 * * *", "time_zone": "Europe/Berlin"}, "time_zone", "Europe/Berlin"),
        ({"environments": {"prod": {"concurrency": 2}}}, "concurrency", 2),
        ({"environments": {"prod": {"schedule": "5 4 * * *"}}}, "schedule", "5 4 * * *"),
        ({"environments": {"prod": {"rollout": {"stable": 2, "percent": 5}}}}, "percent", 5),
    ],
)
def test_every_word_of_a_function_reaches_knative(words: dict[str, Any], field: str, value: object) -> None:
    assert getattr(knative(**words), field) == value


def test_what_an_environment_changes_about_image_and_memory_reaches_the_pod() -> None:
    here = {"image": "registry.example.com/shop/app:2.0", "memory": "1Gi", "env": {"LEVEL": "debug"}}
    (container,) = workload("alone", env={"LEVEL": "info"}, environments={"prod": here}).pod.containers
    assert container.image == here["image"]
    assert container.resources.memory == "1Gi"
    assert {one.name: one.value for one in container.env}["LEVEL"] == "debug"


def test_who_may_run_a_function_is_who_says_so() -> None:
    identity = "cluster.local/ns/{}/sa/{}".format
    assert {plan.function: plan.principals for plan in platform().invocations} == {
        "charge": (
            identity("knative-eventing", "knative-kafka-source-data-plane"),
            identity("shop", "pay-saga"),
        ),
        "refund": (
            identity("shop", "pay-saga"),
            identity("shop", "sweep"),
            identity("shop", "web"),
        ),
        "sweep": (identity("knative-eventing", "mt-broker-filter"),),
    }


def test_tags_of_the_functions_registries_are_taken_as_they_are() -> None:
    assert platform().registries == (IMAGE.partition("/")[0],)


def test_a_function_is_run_with_messages_as_its_own_user_and_group() -> None:
    (feed,) = knative("charge").feeds
    assert (feed.name, feed.topic, feed.group, feed.secret) == (
        "charge-news",
        "shop.news",
        "charging",
        "charge-kafka",
    )


def test_without_schedules_and_messages_there_is_nothing_of_events() -> None:
    plan = planned(sweep={"schedule": None}, charge={"subscribes": {}}).platform
    assert plan.knative is not None
    assert not plan.knative.eventful
    assert "knative-eventing" not in {one.name for one in plan.namespaces}


def test_whoever_runs_a_function_is_told_its_url() -> None:
    (container,) = workload("web", env={"REFUND": "${invokes.refund.url}"}).pod.containers
    assert {one.name: one.value for one in container.env}["REFUND"] == "http://refund.shop.svc.cluster.local"


def test_a_renamed_function_keeps_its_url() -> None:
    (container,) = workload("web", env={"REFUND": "${invokes.refund.url}"}).pod.containers
    (team,) = planned(refund={"formerly": ["repay"]}, web={"env": {"R": "${invokes.refund.url}"}}).teams
    web = next(plan for plan in team.workloads if plan.name == "web")
    assert {one.name: one.value for one in web.pod.containers[0].env}[
        "R"
    ] == "http://repay.shop.svc.cluster.local"
    assert container.name == "web"
