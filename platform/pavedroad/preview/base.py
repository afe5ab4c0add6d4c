"""The other side of a comparison: another git ref, rendered by its own code in a process of its own."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from pavedroad.preview.document import read_document
from pavedroad.preview.errors import PreviewError
from pavedroad.preview.project import Project, load_project
from pavedroad.preview.rendering import DEFAULT_TIMEOUT_SECONDS, Rendering

_OWN_TOOL: Final = Path("platform", "pavedroad", "cli", "preview.py")
"""Where a tree that carries this tool has its preview."""

_KEPT_ENVIRONMENT: Final = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ", "VIRTUAL_ENV")


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a git ref would declare.

    Attributes:
        ref: As the caller named it.
        renderings: Per stack; stacks that the ref does not have are missing.
        stacks: All stacks that the ref has.
        project: The project as it stands there, whose files are there while it is checked out; none where nothing
            can be compared.
        fault: Why nothing can be compared, in one line; none where it can.
    """

    ref: str
    renderings: dict[str, Rendering] = field(default_factory=dict)
    stacks: tuple[str, ...] = ()
    project: Project | None = None
    fault: str | None = None


def base_rendering(project: Project, ref: str, stacks: Sequence[str]) -> Base:
    """Render the stacks of another ref as `checked_out` does, and keep nothing of its files.

    Raises:
        PreviewError: As `checked_out` does.
    """
    with checked_out(project, ref, stacks) as base:
        return base


@contextmanager
def checked_out(project: Project, ref: str, stacks: Sequence[str]) -> Iterator[Base]:
    """Check another ref out for as long as the block runs, and render its stacks, each side by its own code.

    Args:
        project: The project as it stands here, in a git repository.
        ref: Anything that git resolves to a commit.
        stacks: The stacks to compare; those that the ref does not have are left out.

    Raises:
        PreviewError: If there is no git repository, or it does not know the ref. A ref that is there but cannot
            be rendered or compared is no exception: it is the `Base.fault`.
    """
    with _worktree(project.root, ref) as tree:
        yield _base(tree, project.root, ref, stacks)


def _base(tree: Path, here: Path, ref: str, stacks: Sequence[str]) -> Base:
    try:
        there = load_project(tree)
        common = [stack for stack in stacks if stack in there.stacks()]
        renderings = _rendered(tree, here, common) if common else {}
    except PreviewError as error:
        return Base(ref=ref, fault=str(error).replace(str(tree), "."))
    return Base(ref=ref, renderings=renderings, stacks=tuple(there.stacks()), project=there)


def _rendered(tree: Path, here: Path, stacks: Sequence[str]) -> dict[str, Rendering]:
    environment = {name: value for name, value in os.environ.items() if name in _KEPT_ENVIRONMENT}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    if (tree / _OWN_TOOL).is_file():
        environment["PYTHONPATH"] = str(tree / "platform")
    elif (here / _OWN_TOOL).is_file():
        raise PreviewError("it has no `paved preview` of its own yet")
    command = [sys.executable, "-m", "pavedroad.cli.main", "preview", "--json", *stacks]
    try:
        done = subprocess.run(  # noqa: S603  # this interpreter, with names of stacks
            command,
            cwd=tree,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEFAULT_TIMEOUT_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise PreviewError(f"its `paved preview` did not end in {DEFAULT_TIMEOUT_SECONDS:.0f} s") from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["nothing"]
        raise PreviewError(f"its `paved preview` ended with {done.returncode} and said: {said[-1]}")
    return read_document(done.stdout)


@contextmanager
def _worktree(root: Path, ref: str) -> Iterator[Path]:
    """Check a ref out into a temporary worktree, and give the project's folder in it; it is always removed."""
    top = _git(root, "rev-parse", "--show-toplevel")
    if top is None:
        raise PreviewError(f"{root} is not in a git repository, so there is no base to compare with")
    commit = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
    if commit is None:
        raise PreviewError(_unknown_ref(root, ref))
    parent = Path(tempfile.mkdtemp(prefix="pavedroad-base-"))
    tree = parent / "tree"
    try:
        if _git(root, "worktree", "add", "--quiet", "--detach", str(tree), commit) is None:
            raise PreviewError(f"git could not check {ref} out into a worktree")
        yield tree / root.relative_to(Path(top).resolve())
    finally:
        _git(root, "worktree", "remove", "--force", str(tree))
        shutil.rmtree(parent, ignore_errors=True)
        _git(root, "worktree", "prune")


def _unknown_ref(root: Path, ref: str) -> str:
    if _git(root, "rev-parse", "--is-shallow-repository") == "true":
        return (
            f"git knows no commit {ref!r} in this shallow clone; "
            "fetch it first: git fetch --unshallow, or in CI check out with fetch-depth: 0"
        )
    return f"git knows no commit {ref!r}; name a branch, tag or commit, or fetch it first: git fetch origin"


def _git(root: Path, *arguments: str) -> str | None:
    """Return what git says, or none where it fails; hooks of the repository do not run."""
    git = shutil.which("git")
    if git is None:
        raise PreviewError("git is not installed; --base needs it")
    done = subprocess.run(  # noqa: S603  # git itself
        [git, "-c", f"core.hooksPath={os.devnull}", "-C", str(root), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() if done.returncode == 0 else None
