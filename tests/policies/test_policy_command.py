"""`paved policy check` renders each environment, judges it, and ends as its verdicts ask."""

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner, Result

from pavedroad.cli.policy import command
from pavedroad.testing import UNKNOWN, RecordedResource, RecordingError, Secret
from tests.support.governed import POD, container, workload

PACK = Path(__file__).parents[2] / "policies"


@dataclass(frozen=True)
class Rendered:
    project: str
    resources: tuple[RecordedResource, ...]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project whose program declares one privileged pod in every stack."""
    environments = tmp_path / "stacks" / "environments"
    environments.mkdir(parents=True)
    (environments / "dev.yaml").write_text("tier: development\n")
    (environments / "prod.yaml").write_text("tier: production\n")
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    shutil.copytree(PACK, tmp_path / "policies", ignore=shutil.ignore_patterns("__pycache__"))
    bad = container()
    bad["securityContext"] |= {"privileged": Secret(True), "readOnlyRootFilesystem": UNKNOWN}
    pod = RecordedResource(
        urn="urn:pod",
        type=POD,
        name="pod",
        parent=None,
        custom=True,
        inputs=workload(POD, {"containers": [bad]}),
    )

    def render(project_root: Path, stack: str) -> Rendered:
        if stack == "broken":
            raise RecordingError("ValueError: no such team", "stacks/program.py:7")
        return Rendered(project_root.name, (pod,))

    preview = ModuleType("pavedroad.preview")
    vars(preview)["render"] = render
    monkeypatch.setitem(sys.modules, "pavedroad.preview", preview)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["check", *arguments])


def test_a_mandatory_failure_ends_with_1_and_an_advisory_one_with_0(project: Path) -> None:
    assert run("prod").exit_code == 1
    assert run("dev").exit_code == 0


def test_every_environment_is_judged_where_none_is_named(project: Path) -> None:
    report = json.loads(run("--json").stdout)
    assert [stack["stack"] for stack in report["stacks"]] == ["dev", "prod"]


def test_the_text_names_what_does_not_pass_worst_first(project: Path) -> None:
    lines = run("prod").stdout.splitlines()
    assert lines[0] == "prod: 5 pass, 5 fail, 1 not evaluated"
    assert lines[1].startswith("  mandatory  containers-not-privileged: pod: spec.containers[0] must not set")
    assert lines[-1].startswith(
        "  not evaluated  containers-read-only-root-filesystem: pod: not known yet whether"
    )


def test_the_json_holds_every_verdict_and_the_paths_of_what_is_not_known(project: Path) -> None:
    report = json.loads(run("prod", "--json").stdout)
    assert report["version"] == 1
    findings = {finding["control"]: finding for finding in report["stacks"][0]["findings"]}
    assert findings["containers-drop-all-capabilities"]["verdict"] == "pass"
    assert findings["containers-read-only-root-filesystem"] == {
        "pack": "pavedroad",
        "control": "containers-read-only-root-filesystem",
        "verdict": "not evaluated",
        "enforcement": "mandatory",
        "severity": "medium",
        "urn": "urn:pod",
        "type": POD,
        "name": "pod",
        "message": "pod: not known yet whether spec.containers[0] must set securityContext.readOnlyRootFilesystem "
        "to true: it hangs on spec.containers[0].securityContext.readOnlyRootFilesystem",
        "unknown": ["spec.containers[0].securityContext.readOnlyRootFilesystem"],
    }


def test_a_program_that_cannot_be_rendered_ends_with_1_and_the_line_at_fault(project: Path) -> None:
    result = run("broken")
    assert result.exit_code == 1
    assert result.stderr == "Error: broken: stacks/program.py:7: ValueError: no such team\n"


def test_a_pack_that_cannot_be_read_ends_with_2(project: Path) -> None:
    result = run("prod", "--policy-pack", "stacks")
    assert result.exit_code == 2
    assert "PulumiPolicy.yaml: cannot be read" in result.stderr


def test_outside_a_project_it_ends_with_2(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("prod")
    assert result.exit_code == 2
    assert "no Pulumi.yaml" in result.stderr


def test_a_project_without_environments_ends_with_2(project: Path) -> None:
    shutil.rmtree(project / "stacks")
    result = run()
    assert result.exit_code == 2
    assert "no environment in" in result.stderr
