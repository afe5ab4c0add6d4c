"""`paved policy check` renders each environment, judges it, and ends as its verdicts ask."""

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner, Result

from pavedroad.cli.policy import command
from tests.support.governed import POD, container, workload

PACK = Path(__file__).parents[2] / "policies"
SCHEMA = Path(__file__).parents[2] / "platform" / "pavedroad" / "policy" / "schema" / "policy.v1.schema.json"

PROGRAM = """
import json, pulumi
if pulumi.get_stack() == "broken":
    raise ValueError("no such team")
pod = json.loads({pod!r})
context = pod["spec"]["containers"][0]["securityContext"]
context["privileged"] = pulumi.Output.secret(True)
context["readOnlyRootFilesystem"] = pulumi.CustomResource("test:index:Thing", "thing").id
pulumi.CustomResource({type_!r}, "pod", pod)
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project whose program declares one privileged pod in every stack."""
    environments, config = tmp_path / "stacks" / "environments", tmp_path / "stacks" / "config"
    environments.mkdir(parents=True)
    config.mkdir()
    for stack in ("broken", "dev", "prod.orders", "prod.platform"):
        (config / f"Pulumi.{stack}.yaml").write_text("config: {}\n")
    (environments / "dev.yaml").write_text("tier: development\n")
    (environments / "prod.yaml").write_text("tier: production\n")
    (tmp_path / "Pulumi.yaml").write_text(
        "name: shop\nruntime: python\nmain: stacks\nstackConfigDir: stacks/config\n"
    )
    pod = json.dumps(workload(POD, {"containers": [container()]}))
    (tmp_path / "stacks" / "__main__.py").write_text(PROGRAM.format(pod=pod, type_=POD))
    shutil.copytree(PACK, tmp_path / "policies", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["check", *arguments])


def test_a_mandatory_failure_ends_with_1_and_an_advisory_one_with_0(project: Path) -> None:
    assert run("prod").exit_code == 1
    assert run("dev").exit_code == 0


def report_of(*arguments: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(run("--json", *arguments).stdout)
    return report


def judged(*arguments: str) -> dict[str, set[str]]:
    """Give the stacks whose resources were judged, by the name that they were judged under."""
    return {
        subject["name"]: {each["urn"].split(":")[2] for each in subject["findings"] if each["urn"]}
        for subject in report_of(*arguments)["subjects"]
    }


def test_all_slices_of_an_environment_are_judged_together_and_every_environment_where_none_is_named(
    project: Path,
) -> None:
    (project / "stacks" / "config" / "Pulumi.broken.yaml").unlink()
    assert judged("prod") == {"prod": {"prod.orders", "prod.platform"}}
    assert judged("prod.orders", "dev") == {"prod.orders": {"prod.orders"}, "dev": {"dev"}}
    assert judged() == {"dev": {"dev"}, "prod": {"prod.orders", "prod.platform"}}


def test_the_text_counts_the_verdicts_and_names_what_does_not_pass_worst_first(project: Path) -> None:
    lines = run("prod.orders").stdout.splitlines()
    subject, counts = lines[0].split(": ")
    assert subject == "prod.orders"
    assert [each.partition(" ")[2] for each in counts.split(", ")] == ["pass", "fail", "not evaluated"]
    assert lines[1].startswith("  mandatory  containers-not-privileged: pod: spec.containers[0] must not set")
    assert any(line.startswith("  not evaluated  pod: ") for line in lines)
    kinds = [line.split("  ")[1] for line in lines[1:] if not line.endswith("--json names them")]
    assert kinds == sorted(kinds, key=["mandatory", "advisory", "not evaluated"].index)


def test_the_json_holds_every_verdict_and_the_paths_of_what_is_not_known(project: Path) -> None:
    report = report_of("prod.orders", "--as-of", "2026-01-15")
    jsonschema.validate(report, json.loads(SCHEMA.read_text()))
    assert (report["schema"], report["asOf"], report["base"]) == (
        "pavedroad.dev/policy/v1",
        "2026-01-15",
        None,
    )
    findings = {finding["control"]: finding for finding in report["subjects"][0]["findings"]}
    assert findings["containers-drop-all-capabilities"]["verdict"] == "pass"
    assert findings["containers-read-only-root-filesystem"] == {
        "pack": "pavedroad",
        "control": "containers-read-only-root-filesystem",
        "verdict": "not evaluated",
        "enforcement": "mandatory",
        "severity": "medium",
        "blocks": False,
        "old": False,
        "urn": f"urn:pulumi:prod.orders::shop::{POD}::pod",
        "part": None,
        "type": POD,
        "name": "pod",
        "message": "pod: not known yet whether spec.containers[0] must set securityContext.readOnlyRootFilesystem "
        "to true: it hangs on spec.containers[0].securityContext.readOnlyRootFilesystem",
        "unknown": ["spec.containers[0].securityContext.readOnlyRootFilesystem"],
        "exemption": None,
        "position": None,
    }


def test_a_program_that_cannot_be_rendered_ends_with_1_and_the_line_at_fault(project: Path) -> None:
    result = run("broken")
    assert result.exit_code == 1
    assert result.stderr.endswith("__main__.py:4: ValueError: no such team\n")


def test_a_pack_that_cannot_be_read_ends_with_2(project: Path) -> None:
    result = run("prod", "--policy-pack", "stacks")
    assert result.exit_code == 2
    assert "PulumiPolicy.yaml: cannot be read" in result.stderr


def test_outside_a_project_it_ends_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("prod")
    assert result.exit_code == 2
    assert "no Pulumi.yaml" in result.stderr


def test_an_environment_that_does_not_exist_ends_with_2_and_names_those_that_do(project: Path) -> None:
    result = run("prd")
    assert result.exit_code == 2
    assert "stacks: broken, dev, prod.orders, prod.platform" in result.stderr
