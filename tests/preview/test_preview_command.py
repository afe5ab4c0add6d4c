"""`paved preview` as people and workflows call it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pavedroad.cli.preview import command
from tests.support.pulumi_projects import commit_all, pulumi_project

PROGRAM = """
    import pulumi
    manifest = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "orders"}}
    pulumi.CustomResource("kubernetes:core/v1:Service", "web", {**manifest, "spec": {"ports": [{"port": 80}]}})
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = pulumi_project(tmp_path / "shop", PROGRAM, {"dev": "", "prod.orders": "", "prod.platform": ""})
    commit_all(root)
    monkeypatch.chdir(root / "infra")
    return root


def paved(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_every_environment_and_slice_is_shown_by_default(project: Path) -> None:
    result = paved()
    assert result.exit_code == 0
    assert [line for line in result.stdout.splitlines() if line.endswith("resources")] == [
        "dev: 1 resources",
        "prod.orders: 1 resources",
        "prod.platform: 1 resources",
    ]


def test_an_environment_means_all_of_its_slices(project: Path) -> None:
    assert json.loads(paved("prod", "--json").stdout)["stacks"] == ["prod.orders", "prod.platform"]


def test_json_is_all_that_stands_on_standard_output(project: Path, tmp_path: Path) -> None:
    result = paved("dev", "--json", "--manifests", str(tmp_path / "out"))
    assert [resource["name"] for resource in json.loads(result.stdout)["resources"]] == ["web"]
    assert "1 manifests written" in result.stderr
    assert (tmp_path / "out" / "orders" / "service-web.yaml").is_file()


def test_an_unknown_environment_is_a_usage_error_that_names_the_known(project: Path) -> None:
    result = paved("dve")
    assert result.exit_code == 64
    assert "did you mean dev?" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--json", "--markdown", "--base", "main"),
        ("--markdown",),
        ("--engine",),
        ("--engine", "--base", "main"),
    ],
)
def test_options_that_make_no_sense_together_are_refused(project: Path, arguments: tuple[str, ...]) -> None:
    result = paved(*arguments)
    assert isinstance(result.exception, SystemExit)
    assert "Error: --" in result.stderr


def test_faults_are_one_line_with_their_own_exit_codes(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "infra" / "__main__.py").write_text("1 / 0\n", encoding="utf-8")
    failed = paved("dev")
    assert (failed.exit_code, failed.stderr.count("\n")) == (1, 1)
    (project / "Pulumi.yaml").write_text("name: [", encoding="utf-8")
    assert paved("dev").exit_code == 2
    monkeypatch.chdir(tmp_path)
    assert paved("dev").exit_code == 2


def test_a_change_is_compared_with_the_committed_state(project: Path) -> None:
    program = project / "infra" / "__main__.py"
    program.write_text(program.read_text(encoding="utf-8").replace("80", "81"), encoding="utf-8")
    (project / "infra" / "config" / "Pulumi.qa.yaml").touch()

    content = json.loads(paved("--base", "main", "--json").stdout)
    assert content["fault"] is None
    assert content["newStacks"] == {"qa": 1}
    paths = [[item["path"] for item in each["changes"][0]["properties"]] for each in content["stacks"]]
    assert paths == [["spec.ports[port=80]", "spec.ports[port=81]"]] * 3
    assert "Blast radius" in paved("--base", "main", "--markdown").stdout


def test_help_shows_examples_and_imports_no_pulumi() -> None:
    code = (
        "import sys, pavedroad.cli.preview as p\n"
        "from click.testing import CliRunner\n"
        "print(CliRunner().invoke(p.command, ['--help']).output)\n"
        "assert 'pulumi' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "paved preview --base origin/main" in done.stdout
