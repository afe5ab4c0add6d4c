"""Any CrossGuard pack written in Python runs in process, by its own entry point."""

import os
import sys
from pathlib import Path

import pulumi
import pytest

from pavedroad.governance import Enforcement, Opaque, Resource, Verdict
from pavedroad.policy import PackError
from tests.support.governed import resource
from tests.support.judging import judgements

PACK = """
import pulumi
from pulumi_policy import (EnforcementLevel, PolicyConfigSchema, PolicyPack, ResourceValidationPolicy,
                           StackValidationPolicy)
import helper

def tagged(args, report):
    if args.resource_type != "aws:s3/bucket:Bucket":
        args.not_applicable("not a bucket")
    report("no owner") if "owner" not in args.props["tags"] else None

async def named(args, report):
    if not args.name.startswith(args.get_config()["prefix"]):
        report("name")

def few(args, report):
    if len(args.resources) > 1:
        report("too many in " + pulumi.get_stack(), args.resources[1].urn)

def broken(args, report):
    raise KeyError("a secret value")

PolicyPack("foreign", [
    ResourceValidationPolicy("tagged", "Buckets have owners", tagged),
    ResourceValidationPolicy("named", "Names have a prefix", named, EnforcementLevel.ADVISORY,
        PolicyConfigSchema({"prefix": {"type": "string", "default": helper.PREFIX}})),
    StackValidationPolicy("few", "Few resources", few),
    ResourceValidationPolicy("off", "Never", broken, EnforcementLevel.DISABLED),
    ResourceValidationPolicy("broken", "Breaks", broken),
], enforcement_level=EnforcementLevel.MANDATORY)
"""
BUCKET = "aws:s3/bucket:Bucket"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: python\n")
    (tmp_path / "__main__.py").write_text(PACK)
    (tmp_path / "helper.py").write_text("PREFIX = 'web'\n")
    return tmp_path


def judged(pack: Path, *resources: Resource) -> dict[tuple[str, str], tuple[Verdict, Enforcement]]:
    found = judgements(pack, resources, project="shop", stack="dev")
    return {(j.finding.control, j.finding.name): (j.finding.verdict, j.enforcement) for j in found}


def test_each_policy_judges_by_its_own_validate_at_its_own_level(pack: Path) -> None:
    verdicts = judged(pack, resource(BUCKET, {"tags": {}}, "web"), resource("other:x:Y", {}, "api"))
    assert verdicts == {
        ("tagged", "web"): (Verdict.FAIL, Enforcement.MANDATORY),
        ("named", "web"): (Verdict.PASS, Enforcement.ADVISORY),
        ("named", "api"): (Verdict.FAIL, Enforcement.ADVISORY),
        ("few", "api"): (Verdict.FAIL, Enforcement.MANDATORY),
        ("broken", "web"): (Verdict.FAIL, Enforcement.MANDATORY),
        ("broken", "api"): (Verdict.FAIL, Enforcement.MANDATORY),
    }


def test_a_policy_that_reads_what_is_not_known_yet_is_not_evaluated(pack: Path) -> None:
    verdicts = judged(pack, resource(BUCKET, {"tags": Opaque.UNKNOWN}, "web"))
    assert verdicts[("tagged", "web")] == (Verdict.NOT_EVALUATED, Enforcement.MANDATORY)


def test_a_policy_that_raises_fails_closed_without_quoting_the_error(pack: Path) -> None:
    findings = [
        each.finding
        for each in judgements(pack, [resource(BUCKET, {"tags": {}})], project="shop", stack="dev")
    ]
    (message,) = [finding.message for finding in findings if finding.control == "broken"]
    assert message == "broken itself failed with KeyError and so counts as broken"


def test_nothing_that_the_pack_did_outlasts_the_check(pack: Path) -> None:
    before = dict(os.environ), list(sys.path), set(sys.modules), pulumi.get_stack()
    judgements(pack, [resource(BUCKET, {"tags": {}})], project="shop", stack="dev")
    assert (dict(os.environ), list(sys.path), pulumi.get_stack()) == (before[0], before[1], before[3])
    assert "helper" not in sys.modules


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("PulumiPolicy.yaml", "runtime: nodejs\n", "only packs whose runtime is python"),
        ("PulumiPolicy.yaml", "[", "cannot be read as the file of a policy pack"),
        ("__main__.py", "1 / 0", "failed to start: ZeroDivisionError"),
        ("__main__.py", "import sys; sys.exit(3)", "failed to start: SystemExit"),
        ("__main__.py", "", "ended without making a PolicyPack"),
    ],
)
def test_a_pack_that_cannot_start_is_one_clear_error(pack: Path, file: str, text: str, said: str) -> None:
    (pack / file).write_text(text)
    with pytest.raises(PackError, match=said):
        judgements(pack, [], project="shop", stack="dev")


def test_a_folder_without_a_pack_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(PackError, match=r"PulumiPolicy.yaml: cannot be read"):
        judgements(tmp_path, [], project="shop", stack="dev")
