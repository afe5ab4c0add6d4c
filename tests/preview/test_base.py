"""The base is rendered by its own code, leaves nothing behind, and is never shown as what it is not."""

import json
import shutil
from pathlib import Path

import pytest

from pavedroad.preview import Base, PreviewError, base_rendering, load_project, render
from pavedroad.preview.document import document, to_text
from tests.support.pulumi_projects import commit_all, git, pulumi_project

PROGRAM = """
    import pulumi
    pulumi.CustomResource("example:index:Part", "web", {"size": 1})
"""

OWN_MAIN = """
import os, sys
from pathlib import Path
assert sys.argv[1:3] == ["preview", "--json"], sys.argv
if "SECRET_OF_THE_CALLER" in os.environ:
    sys.exit("the environment leaks")
Path("asked").write_text(" ".join(sys.argv[3:]))
print(Path("printed").read_text(), end="")
print("warming up\\n" + Path("said").read_text(), end="", file=sys.stderr)
sys.exit(int(Path("ends").read_text()))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that carries a stand-in for its own `paved`, which prints what a file says."""
    root = pulumi_project(tmp_path / "shop", PROGRAM, {"dev": "", "prod": ""})
    tool = root / "platform" / "pavedroad"
    (tool / "cli").mkdir(parents=True)
    for file, text in {
        "__init__.py": "",
        "cli/__init__.py": "",
        "cli/preview.py": "",
        "cli/main.py": OWN_MAIN,
    }.items():
        (tool / file).write_text(text, encoding="utf-8")
    own_tool_says(root, to_text(document([render(root, "dev"), render(root, "prod")])))
    return root


def own_tool_says(root: Path, printed: str, said: str = "", ends: int = 0) -> None:
    for name, text in {"printed": printed, "said": said, "ends": str(ends)}.items():
        (root / name).write_text(text, encoding="utf-8")
    commit_all(root)


def base_of(root: Path, stacks: tuple[str, ...] = ("dev", "prod"), ref: str = "main") -> Base:
    base = base_rendering(load_project(root), ref, stacks)
    assert git(root, "worktree", "list").count("\n") == 0, "the worktree is removed"
    return base


def test_the_base_is_what_its_own_tool_says_not_what_stands_here(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_CALLER", "x")
    here = render(project, "dev")
    (project / "printed").write_text("nothing of this is committed", encoding="utf-8")

    base = base_of(project)
    assert (base.fault, base.stacks) == (None, ("dev", "prod"))
    assert base.renderings["dev"] == here


def test_a_project_below_the_repositorys_top_is_found_in_the_worktree(tmp_path: Path, project: Path) -> None:
    shutil.rmtree(project / ".git")
    commit_all(tmp_path)
    assert base_of(project).fault is None


def test_an_environment_that_the_base_lacks_is_not_asked_of_it(project: Path) -> None:
    (project / "infra" / "config" / "Pulumi.new.yaml").touch()
    base = base_of(project, ("dev", "new"))
    assert (base.fault, base.stacks) == (None, ("dev", "prod"))
    assert "new" not in base.renderings


@pytest.mark.parametrize(
    ("printed", "said", "ends", "fault"),
    [
        ("", "Error: no such field", 1, "its `paved preview` ended with 1 and said: Error: no such field"),
        ("hello", "", 0, "what it printed is not the JSON of a preview"),
        ('{"schema": "pavedroad.dev/preview/v9"}', "", 0, "has the schema 'pavedroad.dev/preview/v9'"),
        ('{"schema": "pavedroad.dev/preview/v1"}', "", 0, "does not keep to its schema"),
    ],
)
def test_a_base_that_cannot_be_rendered_or_compared_says_why(
    project: Path, printed: str, said: str, ends: int, fault: str
) -> None:
    own_tool_says(project, printed, said, ends)
    base = base_of(project)
    assert fault in (base.fault or "")
    assert base.renderings == {}


def test_a_base_from_before_there_was_a_preview_says_so(project: Path) -> None:
    git(project, "rm", "--quiet", "--cached", "-r", "platform")
    git(project, "commit", "--quiet", "--message=without")
    assert base_of(project).fault == "it has no `paved preview` of its own yet"


def test_a_base_without_a_project_says_so(project: Path) -> None:
    git(project, "checkout", "--quiet", "--orphan", "empty")
    git(project, "rm", "--quiet", "--cached", "-r", ".")
    git(project, "commit", "--quiet", "--allow-empty", "--message=empty")
    assert "Pulumi.yaml is missing" in (base_of(project, ref="empty").fault or "")


def test_an_unknown_ref_says_what_to_do(project: Path) -> None:
    for ref in ("nowhere", "--upload-pack=x"):
        with pytest.raises(PreviewError, match=r"git knows no commit .*git fetch origin"):
            base_rendering(load_project(project), ref, ["dev"])


def test_a_shallow_clone_says_how_to_deepen_it(project: Path, tmp_path: Path) -> None:
    commit_all(project)
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{project}", "shallow")
    with pytest.raises(PreviewError, match=r"shallow clone; fetch it first: git fetch --unshallow"):
        base_rendering(load_project(tmp_path / "shallow"), "HEAD~1", ["dev"])


def test_without_git_there_is_no_base(tmp_path: Path) -> None:
    with pytest.raises(PreviewError, match="not in a git repository"):
        base_rendering(load_project(pulumi_project(tmp_path, PROGRAM)), "main", ["dev"])


def test_hooks_of_the_repository_do_not_run(project: Path) -> None:
    hook = project / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {project}/hooked\n", encoding="utf-8")
    hook.chmod(0o755)
    assert base_of(project).fault is None
    assert not (project / "hooked").exists()


def test_a_field_that_another_version_adds_is_no_fault(project: Path) -> None:
    content = json.loads((project / "printed").read_text(encoding="utf-8"))
    content["resources"][0]["added_later"] = True
    own_tool_says(project, json.dumps(content))
    assert base_of(project).fault is None
