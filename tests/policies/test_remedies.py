"""Remedies of the pack: each mends what its control demands, and none is made where nothing is broken."""

from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import ResourceValidationArgs

from pavedroad.governance import Rule, Verdict, judge
from pavedroad.governance.remedies import remedied
from pavedroad.policy import Subject, check
from policies.areas import RULES
from policies.conditions import Conditions
from policies.index import IndexedRules, read_index
from policies.remediation import RemedyingPolicy
from tests.policies.test_pack import copied_pack, options
from tests.support.examples import every_example
from tests.support.judging import AS_OF
from tests.support.planned import planned

REMEDIED = [rule for rule in RULES if rule.control.remedies]
KEY = "aws:kms/key:Key"


def verdict(rule: Rule, type_: str, properties: dict[str, Any]) -> Verdict:
    (found,) = judge([rule], [planned(type_, "thing", **properties)])
    return found.verdict


@pytest.mark.parametrize("rule", REMEDIED, ids=lambda rule: rule.control.identifier)
def test_a_resource_that_says_nothing_breaks_the_control_until_its_remedies_are_made(rule: Rule) -> None:
    set_by_remedies = {remedy.path.partition(".")[0] for remedy in rule.control.remedies}
    examples = [each for each in every_example() if each.control == rule.control.identifier]
    without, mended = set[Verdict](), set[Verdict]()
    for type_, kept in ((each.declared[0].type, each.declared[0].properties) for each in examples):
        silent = {name: value for name, value in kept.items() if name not in set_by_remedies}
        without.add(verdict(rule, type_, silent))
        mended.add(verdict(rule, type_, remedied(silent, rule.control.remedies)[0]))
    assert Verdict.FAIL in without
    assert mended == {Verdict.PASS}


def test_a_remedy_is_made_only_where_its_control_is_broken(tmp_path: Path) -> None:
    pack = copied_pack(tmp_path, prod="production\ncontrols: {kms-keys-rotated: {enforcement: remediate}}")
    resources = (
        planned(KEY, "silent"),
        planned(KEY, "asymmetric", customerMasterKeySpec="RSA_2048"),
        planned(KEY, "refusing", enableKeyRotation=False),
    )
    judged = check(pack, Subject(project="shop", stack="prod", resources=resources), as_of=AS_OF)
    assert [(each.name, each.paths) for each in judged.remediations] == [("silent", ("enableKeyRotation",))]
    assert {
        each.finding.name: each.finding.verdict
        for each in judged.judgements
        if each.finding.control == "kms-keys-rotated"
    } == {"silent": Verdict.PASS, "asymmetric": Verdict.PASS, "refusing": Verdict.FAIL}


@pytest.mark.parametrize(("spec", "made"), [(None, {"enableKeyRotation": True}), ("RSA_2048", None)])
def test_under_the_engine_as_well(spec: str | None, made: dict[str, Any] | None) -> None:
    rules = IndexedRules(read_index())
    policy = RemedyingPolicy(rules["kms-keys-rotated"].control, rules, Conditions())
    properties = {"customerMasterKeySpec": spec} if spec else {}
    key = planned(KEY, "key")
    args = ResourceValidationArgs(KEY, properties, key.urn, key.name, options(key), None)
    assert policy.remediate(args) == made
