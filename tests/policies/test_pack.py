"""The pack says the same under CrossGuard as in process, loads by itself, and follows the tier."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pulumi_policy
import pytest
from pulumi_policy import (
    EnforcementLevel,
    PolicyCustomTimeouts,
    PolicyResource,
    PolicyResourceOptions,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_BOOLEAN_VALUE, UnknownValueError, unknown_checking_proxy

from pavedroad.governance import Finding, Opaque, Resource, StackRule, Tier, Verdict
from pavedroad.policy import Judgement
from policies.areas import RULES
from policies.pack import PackPolicies
from tests.support.governed import DEPLOYMENT, container, failing, good_stack, resource, workload
from tests.support.judging import judgements

PROJECT = Path(__file__).parents[2]
PACK = PROJECT / "policies"


def stack_to_judge() -> list[Resource]:
    hazy, bad = container(), container()
    hazy["securityContext"]["privileged"] = Opaque.UNKNOWN
    hazy["securityContext"]["readOnlyRootFilesystem"] = Opaque.UNKNOWN
    bad["securityContext"]["privileged"] = True
    added = resource(DEPLOYMENT, workload(DEPLOYMENT, {"containers": [hazy, bad]}), "added")
    return [*good_stack(), added]


def pack_for(tmp_path: Path, tier: Tier) -> PackPolicies:
    """Make the pack's policies as they hold in one tier."""
    (tmp_path / "stacks" / "environments").mkdir(parents=True)
    (tmp_path / "stacks" / "environments" / "prod.yaml").write_text(f"tier: {tier}\n")
    policies = PackPolicies(tmp_path)
    policies.follow("prod")
    return policies


def under_crossguard(policies: PackPolicies, resources: list[Resource]) -> set[tuple[str, Verdict, str]]:
    """Run every policy as the SDK's own server does, and keep what it would answer."""
    said: set[tuple[str, Verdict, str]] = set()
    seen = [
        PolicyResource(each.type, proxied(each), each.urn, each.name, options(each), None, None, [], {})
        for each in resources
    ]
    for policy in policies.rules:
        if policy.enforcement_level is EnforcementLevel.DISABLED:
            continue
        calls = (
            [
                (ResourceValidationArgs(s.resource_type, s.props, s.urn, s.name, s.opts, None), s.urn)
                for s in seen
            ]
            if isinstance(policy, ResourceValidationPolicy)
            else [(StackValidationArgs(seen), "")]
        )
        for args, own_urn in calls:

            def report(
                _message: str, urn: str | None = None, own: str = own_urn, name: str = policy.name
            ) -> None:
                said.add((name, Verdict.FAIL, own or urn or ""))

            assert isinstance(policy, ResourceValidationPolicy | StackValidationPolicy)
            try:
                policy.validate(args, report)  # type: ignore[arg-type]  # each kind was given its own arguments
            except UnknownValueError:
                said.add((policy.name, Verdict.NOT_EVALUATED, own_urn))
    return said


def proxied(each: Resource) -> dict[str, object]:
    def marked(value: object) -> object:
        if isinstance(value, dict):
            return {name: marked(item) for name, item in value.items()}
        if isinstance(value, list):
            return [marked(item) for item in value]
        return UNKNOWN_BOOLEAN_VALUE if value is Opaque.UNKNOWN else value

    tree = marked(each.properties.value)
    assert isinstance(tree, dict)
    return unknown_checking_proxy(tree)


def options(each: Resource) -> PolicyResourceOptions:
    return PolicyResourceOptions(each.protect, [], None, [], PolicyCustomTimeouts(0, 0, 0), [], each.parent)


def open_findings(found: list[Judgement]) -> list[Finding]:
    return [each.finding for each in found if each.finding.verdict is not Verdict.PASS]


def test_crossguard_and_the_in_process_check_give_the_same_verdicts(tmp_path: Path) -> None:
    resources = stack_to_judge()
    in_process = open_findings(judgements(copied_pack(tmp_path / "copy", prod="production"), resources))
    of_stacks = {rule.control.identifier for rule in RULES if isinstance(rule, StackRule)}
    said = {
        (each.control, each.verdict, "" if is_open_in_a_stack(each, of_stacks) else each.urn)
        for each in in_process
    }
    assert said == under_crossguard(pack_for(tmp_path, Tier.PRODUCTION), resources)
    assert {verdict for _, verdict, _ in said} == {Verdict.FAIL, Verdict.NOT_EVALUATED}


def is_open_in_a_stack(finding: Finding, of_stacks: set[str]) -> bool:
    """Whether CrossGuard cannot say which resource it is: a policy over a stack raises for all of it."""
    return finding.verdict is Verdict.NOT_EVALUATED and finding.control in of_stacks


def test_every_policy_is_named_after_the_one_control_that_it_checks() -> None:
    names = [policy.name for policy in PackPolicies(PROJECT).all]
    assert names == [*(rule.control.identifier for rule in RULES), "exemptions-exact"]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("tier", list(Tier))
def test_every_policy_is_enforced_as_its_control_asks_for_in_the_tier(tier: Tier, tmp_path: Path) -> None:
    levels = {
        "off": EnforcementLevel.DISABLED,
        "advisory": EnforcementLevel.ADVISORY,
        "mandatory": EnforcementLevel.MANDATORY,
    }
    for policy in pack_for(tmp_path, tier).rules:
        assert policy.enforcement_level is levels[policy.rule.control.enforcement(tier)]


def copied_pack(tmp_path: Path, **tiers: str) -> Path:
    """Copy the pack into another project, with environments of its own."""
    environments = tmp_path / "stacks" / "environments"
    environments.mkdir(parents=True)
    for name, tier in tiers.items():
        (environments / f"{name}.yaml").write_text(f"tier: {tier}\n")
    return Path(shutil.copytree(PACK, tmp_path / "policies", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.mark.parametrize(
    ("stack", "blocked"), [("dev", False), ("dev.orders", False), ("live", True), ("unheard-of", True)]
)
def test_the_stack_s_environment_decides_whether_a_failure_blocks(
    tmp_path: Path, stack: str, blocked: bool
) -> None:
    pack = copied_pack(tmp_path, dev="development", live="production")
    found = judgements(pack, stack_to_judge(), stack=stack)
    assert failing(each.finding for each in found)
    assert any(each.blocks for each in found) == blocked


def test_the_pack_starts_from_anywhere_with_only_pavedroad_installed(tmp_path: Path) -> None:
    """It serves until stopped, so its port on the output is the sign that it started."""
    pack = copied_pack(tmp_path / "project", dev="development")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "pavedroad").symlink_to(PROJECT / "platform" / "pavedroad")
    environment = {
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join([str(elsewhere), sysconfig.get_path("purelib")]),
        "PULUMI_PROJECT": "pavedroad",
        "PULUMI_STACK": "dev",
        "PULUMI_DRY_RUN": "true",
    }
    command = [
        sys.executable,
        "-I",
        "-u",
        "-c",
        PACK_STARTER,
        *environment["PYTHONPATH"].split(os.pathsep),
        str(pack),
    ]
    with subprocess.Popen(
        command, cwd=elsewhere, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = process.stdout.readline()
        process.kill()
    assert port.strip().isdigit()


PACK_STARTER = (
    "import runpy, sys; sys.path[:0] = sys.argv[1:3]; runpy.run_path(sys.argv[3], run_name='__main__')"
)


def test_loading_the_pack_imports_neither_providers_nor_pydantic() -> None:
    """Each of them would cost more than all the rules together."""
    program = "import sys, policies.pack; print([n for n in ('pulumi_kubernetes', 'pulumi_aws', 'pydantic') if n in sys.modules])"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(PROJECT), str(PROJECT / "platform")])}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_rules_do_not_know_crossguard() -> None:
    program = (
        "import sys, pkgutil, importlib, policies.rules;"
        "[importlib.import_module(each.name) for each in pkgutil.walk_packages(policies.rules.__path__, 'policies.rules.')];"
        "print([n for n in sys.modules if n.partition('.')[0].startswith('pulumi')])"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(PROJECT), str(PROJECT / "platform")])}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_collecting_stand_in_is_gone_after_a_check() -> None:
    real = pulumi_policy.PolicyPack
    judgements(PACK, good_stack())
    assert pulumi_policy.PolicyPack is real
    assert real.__module__ == "pulumi_policy.policy"
