"""An exemption excuses exactly what it names, for as long as it may, and is a failure where it excuses nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pavedroad.governance import Finding, Opaque, Properties, Resource, Severity, Verdict
from pavedroad.governance.exemptions import (
    EXEMPTIONS_EXACT,
    LONGEST_DAYS,
    DeclaredTarget,
    Exemption,
    Grantor,
    ObjectTarget,
    OwnedTarget,
    in_force,
)
from pavedroad.position import Position

DAEMONS = "kubernetes:apps/v1:DaemonSet"
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
BUCKET = "aws:s3/bucket:Bucket"
SEVERITIES = {f"{severity}-things": severity for severity in Severity}
TODAY = date(2026, 6, 15)

EXEMPTION = Exemption(
    control="critical-things",
    target=ObjectTarget(kind="DaemonSet", namespace="kube-system", name="node-agent"),
    reason="reads the node's own metrics",
    owner="platform@example.com",
    granted=date(2026, 6, 1),
    expires=date(2026, 6, 30),
    grantor=Grantor.PLATFORM,
    position=Position("stacks/environments/production.yaml", 30, 5),
)
LABELS = (("pavedroad.dev/team", "shop"), ("pavedroad.dev/service", "web"), ("pavedroad.dev/store", ""))
WEB = OwnedTarget(team="shop", service="web", labels=LABELS)


def resource(type_: str = DAEMONS, name: str = "agent", **properties: Any) -> Resource:
    metadata = {"name": "node-agent", "namespace": "kube-system"}
    return Resource(
        type=type_,
        name=name,
        urn=f"urn:pulumi:production::shop::{type_}::{name}",
        properties=Properties(properties or {"metadata": metadata}),
    )


def at(**metadata: object) -> Resource:
    return resource(metadata=metadata)


def labelled(**labels: object) -> Resource:
    return resource(
        DEPLOYMENT, metadata={"labels": {f"pavedroad.dev/{name}": value for name, value in labels.items()}}
    )


def finding(of: Resource, verdict: Verdict = Verdict.FAIL, control: str = "critical-things") -> Finding:
    return Finding(control=control, verdict=verdict, type=of.type, name=of.name, urn=of.urn, message="broken")


def verdict_on(
    of: Resource, exemption: Exemption, severities: Mapping[str, Severity] = SEVERITIES
) -> Verdict:
    found = in_force([exemption], severities, TODAY).excuse([finding(of, control=exemption.control)], [of])
    return found[0].verdict


def faults_of(exemption: Exemption, as_of: date = TODAY) -> list[str]:
    return [each.message for each in in_force([exemption], SEVERITIES, as_of).faults]


def test_a_failure_that_is_exempt_says_why_by_whom_and_until_when() -> None:
    agent = resource()
    (excused,) = in_force([EXEMPTION], SEVERITIES, TODAY).apply([finding(agent)], [agent])
    assert excused.verdict is Verdict.EXEMPT
    assert excused.exemption == "reads the node's own metrics (platform@example.com, until 2026-06-30)"
    assert excused.message == "broken"


def test_another_control_on_the_same_object_is_not_exempt() -> None:
    agent = resource()
    other = finding(agent, control="high-things")
    assert in_force([EXEMPTION], SEVERITIES, TODAY).excuse([other], [agent]) == [other]


def test_what_is_not_evaluated_stays_so_and_keeps_its_exemption_in_use() -> None:
    agent = resource()
    open_ = finding(agent, Verdict.NOT_EVALUATED)
    assert in_force([EXEMPTION], SEVERITIES, TODAY).apply([open_], [agent]) == [open_]


@pytest.mark.parametrize("verdict", [None, Verdict.PASS])
def test_an_exemption_that_excuses_nothing_is_a_failure_where_it_is_written(verdict: Verdict | None) -> None:
    agent = resource()
    found = [finding(agent, verdict)] if verdict else []
    *same, idle = in_force([EXEMPTION], SEVERITIES, TODAY).apply(found, [agent])
    assert same == found
    assert (idle.control, idle.verdict) == (EXEMPTIONS_EXACT.identifier, Verdict.FAIL)
    assert idle.position == EXEMPTION.position
    assert "excuses no failure" in idle.message


def test_the_second_of_two_exemptions_for_the_same_is_not_needed() -> None:
    agent = resource()
    again = replace(EXEMPTION, reason="once more")
    found = in_force([EXEMPTION, again], SEVERITIES, TODAY).apply([finding(agent)], [agent])
    assert [each.verdict for each in found] == [Verdict.EXEMPT, Verdict.FAIL]
    assert "metrics" in found[0].exemption


def test_one_object_of_a_list_is_exempt_without_the_others() -> None:
    items = [{"metadata": {"name": name, "namespace": "kube-system"}} for name in ("node-agent", "other")]
    parts = [replace(resource(), properties=part) for part in Properties({"items": items}).items("items")]
    found = [finding(each)._replace(part=each.properties.path) for each in parts]
    excused = in_force([EXEMPTION], SEVERITIES, TODAY).excuse(found, parts)
    assert [each.verdict for each in excused] == [Verdict.EXEMPT, Verdict.FAIL]


@pytest.mark.parametrize(
    ("as_of", "fault"),
    [
        (date(2026, 5, 31), "only from 2026-06-01"),
        (date(2026, 6, 1), None),
        (date(2026, 6, 30), None),
        (date(2026, 7, 1), "ran out on 2026-06-30"),
    ],
)
def test_an_exemption_holds_from_the_day_of_its_grant_to_the_end_of_its_last(
    as_of: date, fault: str | None
) -> None:
    agent = resource()
    state = in_force([EXEMPTION], SEVERITIES, as_of)
    (excused,) = state.excuse([finding(agent)], [agent])
    assert excused.verdict is (Verdict.FAIL if fault else Verdict.EXEMPT)
    assert [each.position for each in state.faults] == ([EXEMPTION.position] if fault else [])
    assert all(fault and fault in each.message for each in state.faults)


@pytest.mark.parametrize("severity", list(Severity))
def test_severity_limits_for_how_long_an_exemption_may_hold(severity: Severity) -> None:
    days = LONGEST_DAYS[severity]
    granted = date(2026, 1, 1)
    longest = replace(
        EXEMPTION,
        control=f"{severity}-things",
        granted=granted,
        expires=date.fromordinal(granted.toordinal() + days),
    )
    longer = replace(longest, expires=date.fromordinal(longest.expires.toordinal() + 1))
    assert faults_of(longest, granted) == []
    assert [f"{days} are the most" in fault for fault in faults_of(longer, granted)] == [True]


@pytest.mark.parametrize(
    ("severity", "allowed"),
    [(Severity.LOW, True), (Severity.MEDIUM, True), (Severity.HIGH, False), (Severity.CRITICAL, False)],
)
def test_a_team_exempts_itself_from_low_and_medium_controls_only(
    severity: Severity, *, allowed: bool
) -> None:
    own = replace(EXEMPTION, control=f"{severity}-things", target=WEB, grantor=Grantor.TEAM)
    assert ["only the platform" in fault for fault in faults_of(own)] == ([] if allowed else [True])
    assert verdict_on(labelled(team="shop", service="web"), own) is (
        Verdict.EXEMPT if allowed else Verdict.FAIL
    )


def test_a_control_that_does_not_exist_is_named_with_the_one_that_was_meant() -> None:
    assert "did you mean critical-things?" in faults_of(replace(EXEMPTION, control="critical-thing"))[0]
    assert faults_of(replace(EXEMPTION, control="zzz"))[0].endswith("there is no control zzz")


def test_from_exemptions_being_exact_nothing_is_exempt() -> None:
    own = replace(EXEMPTION, control=EXEMPTIONS_EXACT.identifier)
    severities = SEVERITIES | {EXEMPTIONS_EXACT.identifier: EXEMPTIONS_EXACT.severity}
    (fault,) = in_force([own], severities, TODAY).faults
    assert "cannot be exempt" in fault.message


def test_everything_that_is_wrong_with_an_exemption_is_said_at_once() -> None:
    wrong = replace(
        EXEMPTION, target=WEB, grantor=Grantor.TEAM, granted=date(2025, 1, 1), expires=date(2026, 1, 1)
    )
    assert len(faults_of(wrong)) == 3
    backwards = replace(EXEMPTION, granted=date(2026, 6, 10), expires=date(2026, 6, 9))
    assert ["before it was granted" in fault for fault in faults_of(backwards)] == [True]


@pytest.mark.parametrize(
    ("of", "covered"),
    [
        (at(name="node-agent", namespace="kube-system"), True),
        (at(name="node-agent2", namespace="kube-system"), False),
        (at(name="node-agent", namespace="elsewhere"), False),
        (at(name="node-agent"), False),
        (at(name=Opaque.UNKNOWN, namespace="kube-system"), False),
        (at(name="node-agent", namespace=Opaque.UNKNOWN), False),
        (replace(at(name="node-agent", namespace="kube-system"), type=DEPLOYMENT), False),
        (replace(at(name="node-agent", namespace="kube-system"), type="aws:eks/x:DaemonSet"), False),
    ],
)
def test_an_object_is_covered_by_its_kind_namespace_and_name(of: Resource, *, covered: bool) -> None:
    assert verdict_on(of, EXEMPTION) is (Verdict.EXEMPT if covered else Verdict.FAIL)


def test_a_star_covers_the_objects_of_one_kind_and_namespace_whose_names_begin_so() -> None:
    starred = replace(
        EXEMPTION, target=ObjectTarget(kind="DaemonSet", namespace="kube-system", name="node-*")
    )
    assert verdict_on(at(name="node-exporter", namespace="kube-system"), starred) is Verdict.EXEMPT
    assert verdict_on(at(name="mynode-agent", namespace="kube-system"), starred) is Verdict.FAIL
    assert verdict_on(at(name="node-exporter", namespace="other"), starred) is Verdict.FAIL


def test_an_object_without_a_namespace_stands_in_default_or_in_none() -> None:
    for namespace in ("", "default"):
        target = ObjectTarget(kind="DaemonSet", namespace=namespace, name="node-agent")
        assert verdict_on(at(name="node-agent"), replace(EXEMPTION, target=target)) is Verdict.EXEMPT


@pytest.mark.parametrize(
    ("type_", "name", "covered"), [(BUCKET, "logs", True), (BUCKET, "logs2", False), (DAEMONS, "logs", False)]
)
def test_a_declared_resource_is_covered_by_its_type_and_logical_name(
    type_: str, name: str, *, covered: bool
) -> None:
    exemption = replace(EXEMPTION, target=DeclaredTarget(type=BUCKET, name="logs"))
    assert verdict_on(resource(type_, name), exemption) is (Verdict.EXEMPT if covered else Verdict.FAIL)


def test_a_declared_resource_is_covered_by_the_token_that_people_wrote_too() -> None:
    old = replace(resource(BUCKET, "logs"), token="aws:s3/bucketV2:BucketV2")
    exemption = replace(EXEMPTION, target=DeclaredTarget(type="aws:s3/bucketV2:BucketV2", name="logs"))
    assert verdict_on(old, exemption) is Verdict.EXEMPT


@pytest.mark.parametrize(
    ("of", "covered"),
    [
        (labelled(team="shop", service="web"), True),
        (labelled(team="shop", service="web", store="web-cache"), False),
        (labelled(team="shop", service="other"), False),
        (labelled(team="other", service="web"), False),
        (labelled(team="shop"), False),
        (labelled(team="shop", service=Opaque.UNKNOWN), False),
        (labelled(), False),
        (resource("pavedroad:intent:Service", team="shop", service="web"), True),
        (resource("pavedroad:intent:Route", team="shop", service="web", path="/"), True),
        (resource("pavedroad:intent:Store", team="shop", service="web", store="cache"), False),
        (resource("pavedroad:intent:Team", team="shop"), False),
    ],
)
def test_a_service_is_covered_with_what_is_made_of_it_but_without_its_stores(
    of: Resource, *, covered: bool
) -> None:
    own = replace(EXEMPTION, control="low-things", target=WEB)
    assert verdict_on(of, own) is (Verdict.EXEMPT if covered else Verdict.FAIL)


def test_a_target_without_labels_covers_no_object() -> None:
    topic = OwnedTarget(team="shop", topic="events")
    own = replace(EXEMPTION, control="low-things", target=topic)
    assert verdict_on(resource(DEPLOYMENT, metadata={}), own) is Verdict.FAIL
    assert verdict_on(resource("pavedroad:intent:Topic", team="shop", topic="events"), own) is Verdict.EXEMPT


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (WEB, "service web of team shop"),
        (OwnedTarget(team="shop", service="web", store="cache"), "store cache of service web of team shop"),
        (OwnedTarget(team="shop", topic="events"), "topic events of team shop"),
        (EXEMPTION.target, "DaemonSet node-agent in namespace kube-system"),
        (ObjectTarget(kind="ClusterRole", name="reader"), "ClusterRole reader"),
        (DeclaredTarget(type=BUCKET, name="logs"), "aws:s3/bucket:Bucket logs"),
    ],
)
def test_a_failure_names_the_target_readably(
    target: OwnedTarget | ObjectTarget | DeclaredTarget, said: str
) -> None:
    (fault,) = faults_of(replace(EXEMPTION, control="nothing", target=target))
    assert f"nothing on {said}: " in fault
