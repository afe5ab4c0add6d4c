"""The engine's events become one typed result."""

from typing import Any

import pytest
from pulumi.automation import EngineEvent

from pavedroad.engine.results import Collector, Phase, Step

URN = "urn:pulumi:local::shop::kubernetes:apps/v1:Deployment::web"


def event(**facts: Any) -> EngineEvent:
    return EngineEvent.from_json({"sequence": 1, "timestamp": 1, **facts})


def step(op: str, **facts: Any) -> dict[str, Any]:
    return {
        "metadata": {"op": op, "urn": URN, "type": "kubernetes:apps/v1:Deployment", "provider": "", **facts}
    }


def diagnostic(severity: str, message: str, urn: str = URN) -> EngineEvent:
    facts = {"severity": severity, "message": message, "color": "never", "urn": urn}
    return event(diagnosticEvent=facts)


def test_a_step_is_told_as_it_happens_and_kept_once_it_has_ended() -> None:
    told: list[Step] = []
    collector = Collector(on_step=told.append)
    collector.take(event(resourcePreEvent=step("create")))
    assert list(collector.steps) == []
    collector.take(event(resOutputsEvent=step("create")))
    collector.take(event(resOutputsEvent=step("create")))
    assert [each.phase for each in told] == [Phase.STARTED, Phase.DONE, Phase.DONE]
    assert [(each.name, each.operation) for each in collector.steps.values()] == [("web", "create")]


@pytest.mark.parametrize("operation", ["same", "read", "refresh"])
def test_what_touches_nothing_is_no_change(operation: str) -> None:
    collector = Collector()
    collector.take(event(resOutputsEvent=step(operation)))
    assert not collector.steps


def test_the_properties_that_make_a_change_are_kept() -> None:
    collector = Collector()
    diff = {"spec.replicas": {"diffKind": "update", "inputDiff": True}}
    collector.take(event(resOutputsEvent=step("update", detailedDiff=diff)))
    assert next(iter(collector.steps.values())).changed == ("spec.replicas",)


def test_a_failed_step_is_kept_as_failed() -> None:
    collector = Collector()
    collector.take(event(resOpFailedEvent={**step("create"), "status": 1, "steps": 1}))
    assert [each.phase for each in collector.steps.values()] == [Phase.FAILED]


def test_messages_are_plain_named_and_said_once() -> None:
    collector = Collector()
    for _ in range(2):
        collector.take(diagnostic("error", "<{%fg 1%}>it is\x1b[31m broken<{%reset%}>\n"))
    collector.take(diagnostic("warning", "beware", "urn:pulumi:local::shop::pulumi:pulumi:Stack::shop-local"))
    collector.take(diagnostic("info", "by the way"))
    assert collector.errors == ["web: it is broken"]
    assert collector.warnings == ["beware"]


def test_a_violated_policy_names_the_resource() -> None:
    collector = Collector()
    facts = {
        "resourceUrn": URN,
        "message": "<{%fg 1%}>must not",
        "color": "never",
        "policyName": "no-bad",
        "policyPackName": "pack",
        "policyPackVersion": "1",
        "policyPackVersionTag": "1",
        "enforcementLevel": "mandatory",
    }
    collector.take(event(policyEvent=facts))
    (violation,) = collector.violations
    assert (violation.policy, violation.urn, violation.message) == ("no-bad", URN, "must not")
    assert violation.is_mandatory
