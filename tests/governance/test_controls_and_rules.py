"""Controls are well-formed data, rules fail closed, and the tier decides what a failure does."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from pavedroad.governance import (
    EVERY_OBJECT,
    Control,
    Duty,
    Enforcement,
    Finding,
    Fix,
    Properties,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Tier,
    Verdict,
    judge,
    tier_of_stack,
)
from pavedroad.governance.truth import NO, YES, open_at

THING = "test:index:Thing"


def control(
    identifier: str = "things-are-good",
    severity: Severity = Severity.HIGH,
    resource_types: frozenset[str] = frozenset({THING}),
    off_in: frozenset[Tier] = frozenset(),
) -> Control:
    return Control(
        identifier=identifier,
        sentence="Things are good",
        why="Bad things hurt.",
        severity=severity,
        resource_types=resource_types,
        fix=Fix(descriptor="set `good`", pulumi="set good"),
        off_in=off_in,
    )


def thing(name: str, type_: str = THING) -> Resource:
    return Resource(type=type_, name=name, urn=f"urn::{type_}::{name}", properties=Properties({}))


@pytest.mark.parametrize("identifier", ["Things", "things_good", "things--good", "-things", "", "1-thing"])
def test_an_identifier_that_is_not_kebab_case_is_refused(identifier: str) -> None:
    with pytest.raises(ValueError, match="not kebab-case"):
        control(identifier)


def test_a_control_about_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing would be checked"):
        control(resource_types=frozenset())


@pytest.mark.parametrize(
    ("severity", "tier", "enforcement"),
    [
        (Severity.CRITICAL, Tier.LOCAL, Enforcement.ADVISORY),
        (Severity.CRITICAL, Tier.DEVELOPMENT, Enforcement.ADVISORY),
        (Severity.LOW, Tier.STAGING, Enforcement.ADVISORY),
        (Severity.MEDIUM, Tier.STAGING, Enforcement.MANDATORY),
        (Severity.LOW, Tier.PRODUCTION, Enforcement.MANDATORY),
    ],
)
def test_tier_and_severity_decide_what_a_failure_does(
    severity: Severity, tier: Tier, enforcement: Enforcement
) -> None:
    assert control(severity=severity).enforcement(tier) is enforcement


def test_a_control_can_be_off_in_a_tier() -> None:
    relaxed = control(off_in=frozenset({Tier.LOCAL}))
    assert relaxed.enforcement(Tier.LOCAL) is Enforcement.OFF
    assert relaxed.enforcement(Tier.DEVELOPMENT) is Enforcement.ADVISORY


def test_a_finding_names_the_resource_the_duty_and_the_fix() -> None:
    rule = ResourceRule(control(), lambda one: [Duty(one, NO, "spec.a must be true")])
    (finding,) = rule.judge(thing("web"))
    assert finding == Finding(
        control="things-are-good",
        verdict=Verdict.FAIL,
        type=THING,
        name="web",
        urn=thing("web").urn,
        message="web: spec.a must be true; set good",
    )


def test_the_fix_is_told_in_descriptor_s_words_where_the_platform_made_the_resource() -> None:
    rule = ResourceRule(control(), lambda one: [Duty(one, NO, "spec.a must be true")])
    paved = {"metadata": {"labels": {"app.kubernetes.io/managed-by": "pavedroad"}}}
    (finding,) = rule.judge(Resource(type=THING, name="web", urn="urn", properties=Properties(paved)))
    assert finding.message == "web: spec.a must be true; set `good`"


def test_what_is_not_known_of_one_resource_is_told_once_with_every_path() -> None:
    duties = [(open_at("spec.a"), "a must be true"), (open_at("spec.b"), "b must be true")]
    rule = ResourceRule(control(), lambda one: [Duty(one, met, demand) for met, demand in duties])
    (finding,) = rule.judge(thing("web"))
    assert (finding.verdict, finding.unknown) == (Verdict.NOT_EVALUATED, ("spec.a", "spec.b"))


def test_a_broken_duty_and_an_open_one_are_both_reported() -> None:
    duties = [(YES, "a"), (open_at("spec.b"), "b must be true"), (NO, "c must be true")]
    rule = ResourceRule(control(), lambda one: [Duty(one, met, demand) for met, demand in duties])
    assert [(finding.verdict, finding.unknown) for finding in rule.judge(thing("web"))] == [
        (Verdict.FAIL, ()),
        (Verdict.NOT_EVALUATED, ("spec.b",)),
    ]


def test_the_same_duty_broken_twice_is_said_once() -> None:
    rule = ResourceRule(control(), lambda one: [Duty(one, NO, "a must be true")] * 2)
    assert len(rule.judge(thing("web"))) == 1


def test_a_rule_says_nothing_about_types_that_its_control_does_not_name() -> None:
    rule = ResourceRule(control(), lambda one: [Duty(one, NO, "never")])
    assert rule.judge(thing("web", "test:index:Other")) == []


def raising(_: object) -> Iterable[Duty]:
    raise KeyError("a secret value")


@pytest.mark.parametrize("rule", [ResourceRule(control(), raising), StackRule(control(), raising)])
def test_a_rule_that_raises_fails_closed_names_itself_and_stops_no_other(
    rule: ResourceRule | StackRule,
) -> None:
    sound = ResourceRule(control("things-are-sound"), lambda one: [Duty(one, YES, "sound")])
    failed, passed = judge([rule, sound], [thing("web")])
    assert (failed.verdict, passed.verdict) == (Verdict.FAIL, Verdict.PASS)
    assert "the rule things-are-good itself failed with KeyError" in failed.message
    assert "secret" not in failed.message


def test_a_stack_rule_gives_a_verdict_on_every_subject_and_a_failure_only_to_the_one_that_owes() -> None:
    def check(stack: Stack) -> Iterable[Duty]:
        return [Duty(one, NO, "bad") for one in stack.of_types({THING}) if one.name == "bad"]

    findings = judge(
        [StackRule(control(), check)], [thing("good"), thing("bad"), thing("x", "test:index:Other")]
    )
    assert {finding.name: finding.verdict for finding in findings} == {
        "good": Verdict.PASS,
        "bad": Verdict.FAIL,
    }


@pytest.mark.parametrize(
    ("stack", "tier"),
    [
        ("dev", Tier.DEVELOPMENT),
        ("dev.orders", Tier.DEVELOPMENT),
        ("prod", Tier.PRODUCTION),
        ("missing", Tier.PRODUCTION),
        ("odd", Tier.PRODUCTION),
        ("broken", Tier.PRODUCTION),
        ("list", Tier.PRODUCTION),
        ("twice", Tier.PRODUCTION),
        ("deep", Tier.PRODUCTION),
        ("../environments/dev", Tier.PRODUCTION),
        ("", Tier.PRODUCTION),
    ],
)
def test_a_stack_has_the_tier_of_its_environment_and_the_strictest_if_that_cannot_be_told(
    tmp_path: Path, stack: str, tier: Tier
) -> None:
    environments = tmp_path / "environments"
    environments.mkdir()
    files = {
        "dev": "tier: development",
        "prod": "tier: production",
        "odd": "tier: lax",
        "broken": "[",
        "list": "[]",
        "twice": "tier: production\ntier: development",
        "deep": "tier: development\nrest: " + "[" * 100_000,
    }
    for name, text in files.items():
        (environments / f"{name}.yaml").write_text(text)
    assert tier_of_stack(stack, environments) is tier


def test_an_environment_that_is_not_utf_8_counts_as_the_strictest(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_bytes(b"tier: \xff")
    assert tier_of_stack("dev", tmp_path) is Tier.PRODUCTION


@pytest.mark.parametrize(
    ("type_", "judged"),
    [
        ("kubernetes:core/v1:ConfigMap", True),
        ("kubernetes:kustomize.toolkit.fluxcd.io/v1:Kustomization", True),
        ("kubernetes:helm.sh/v3:Release", False),
        ("kubernetes:yaml/v2:ConfigFile", False),
        ("aws:s3/bucket:Bucket", False),
    ],
)
def test_a_control_about_every_object_is_about_all_of_kubernetes_and_nothing_else(
    type_: str, *, judged: bool
) -> None:
    about = control(resource_types=frozenset({EVERY_OBJECT}))
    resource = thing("one", type_)
    per_resource = ResourceRule(about, lambda each: [Duty(each, YES, "be good")])
    per_stack = StackRule(about, lambda _: [])
    for rule in (per_resource, per_stack):
        assert len(judge([rule], [resource])) == judged
    assert bool(per_resource.judge(resource)) == judged
