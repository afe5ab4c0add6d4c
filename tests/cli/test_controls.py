"""`paved controls` lists what the policies demand, and explains one control at a time."""

import importlib.util
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pavedroad.cli.controls import command
from policies.areas import RULES

ROOT = Path(__file__).parents[2]
IDENTIFIERS = [rule.control.identifier for rule in RULES]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


@pytest.fixture(autouse=True)
def in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def test_every_control_stands_in_one_line_below_its_severity_the_worst_first() -> None:
    lines = run().stdout.splitlines()
    assert sorted(line.split()[0] for line in lines if line.startswith("  ")) == sorted(
        [*IDENTIFIERS, "exemptions-exact"]
    )
    headings = [line.split(" ")[0] for line in lines if not line.startswith(" ")]
    assert headings == ["critical", "high", "medium", "low"]


def test_one_control_is_explained_with_why_how_to_mend_it_and_what_can_be_set() -> None:
    text = run("containers-not-privileged").stdout
    for part in (
        "Why: ",
        "In a program or manifest: ",
        "Enforced: ",
        "Demanded by: PSS",
        "Setting exemptImages",
    ):
        assert part in text


def test_no_explanation_is_wider_than_a_terminal_or_lists_types_without_end() -> None:
    for identifier in [*IDENTIFIERS[::10], "aws-resources-tagged"]:
        lines = run(identifier).stdout.splitlines()
        assert max(map(len, lines[1:])) <= 100
        assert len(lines) < 45


def test_the_json_holds_every_control_whole() -> None:
    listed: list[dict[str, Any]] = json.loads(run("--json").stdout)
    assert [each["control"] for each in listed] == [*IDENTIFIERS, "exemptions-exact"]
    for each in listed:
        assert each["sentence"]
        assert each["why"]
        assert each["fix"]["pulumi"]
        assert each["enforcement"].keys() == {"local", "development", "staging", "production"}
    assert json.loads(run("workloads-isolated", "--json").stdout)["severity"] == "critical"


def test_a_control_that_does_not_exist_ends_with_64_and_names_what_comes_near() -> None:
    result = run("containers-not-priviliged")
    assert result.exit_code == 64
    assert "did you mean containers-not-privileged" in result.stderr


def test_the_control_that_exemptions_are_held_against_is_explained_like_any_other() -> None:
    text = run("exemptions-exact").stdout
    assert "In a descriptor: remove the exemption" in text
    assert "Setting" not in text


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project that has no policy pack yet."""
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_project_without_a_pack_ends_with_2(project: Path) -> None:
    result = run()
    assert result.exit_code == 2
    assert f"{project}/policies/PulumiPolicy.yaml: cannot be read" in result.stderr


def test_what_is_wrong_in_the_project_s_own_files_hides_no_control(project: Path) -> None:
    shutil.copytree(ROOT / "policies", project / "policies", ignore=shutil.ignore_patterns("__pycache__"))
    (project / "policy-exemptions.yaml").write_text("exemptions: 1\n")
    assert run("containers-not-privileged").exit_code == 0


def test_sentences_are_one_sentence_each_and_never_the_same_twice() -> None:
    sentences = [rule.control.sentence for rule in RULES]
    assert len(set(sentences)) == len(sentences)
    assert [each for each in sentences if "\n" in each or len(each) > 160] == []


def test_the_page_of_controls_is_current() -> None:
    script = ROOT / "scripts" / "document_controls.py"
    spec = importlib.util.spec_from_file_location("document_controls", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    committed = (ROOT / "docs" / "controls.md").read_text(encoding="utf-8")
    assert committed == module.document(), "run python scripts/document_controls.py"


def test_the_pages_that_people_read_name_only_controls_that_exist() -> None:
    named = re.compile(r"^\s*(?:- )?(?:control: |)([a-z]+(?:-[a-z0-9]+){2,})(?::|$)", re.MULTILINE)
    text = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
    examples = "".join(re.findall(r"```(?:yaml|json)\n(.*?)```", text, re.DOTALL))
    found = set(named.findall(examples)) | set(re.findall(r'"([a-z]+(?:-[a-z]+){2,})"', examples))
    assert found
    assert found - set(IDENTIFIERS) == set()
