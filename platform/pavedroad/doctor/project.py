"""The project: its descriptors, its environment, and git for comparisons."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor import DescriptorFaults, UnreadableFileError, load_project
from pavedroad.doctor.checks import fault, not_checked, ok, warning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pavedroad.descriptor import Project
    from pavedroad.doctor.checks import Check

_BASES: Final = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""What pull requests are compared with, the likeliest first."""


def check_project(root: Path) -> tuple[Project | None, list[Check]]:
    """Look at the descriptors and at git.

    Returns:
        The project, or nothing where it has faults; and what was found.
    """
    project, descriptors = _descriptors(root)
    return project, [descriptors, *_git_state(root)]


def _descriptors(root: Path) -> tuple[Project | None, Check]:
    try:
        project = load_project(root)
    except DescriptorFaults as faults:
        return None, fault(
            "descriptors", f"{len(faults.faults)} faults", "paved validate names each with its line"
        )
    except UnreadableFileError as error:
        return None, fault("descriptors", str(error), "make the file readable text")
    counts = f"{len(project.teams)} teams, {len(project.environments)} environments, no fault"
    return project, ok("descriptors", counts)


def _git_state(root: Path) -> Iterator[Check]:
    """Look whether `paved preview --base` has something to compare with."""
    if shutil.which("git") is None:
        yield warning("git", "not installed", "install git: paved preview --base needs it")
        return
    if _git(root, "rev-parse", "--verify", "HEAD") is None:
        yield warning(
            "git", "no commit here", "git init and commit: paved preview --base compares with commits"
        )
        return
    if _git(root, "rev-parse", "--is-shallow-repository") == "true":
        yield warning(
            "git", "a shallow clone", "git fetch --unshallow, or in CI check out with fetch-depth: 0"
        )
        return
    base = next((each for each in _BASES if _git(root, "merge-base", each, "HEAD")), None)
    if base is None:
        yield not_checked(
            "git", f"none of {', '.join(_BASES)} is here", "name the base: paved preview --base REF"
        )
        return
    yield ok("git", f"previews can be compared with {base}")


def _git(root: Path, *arguments: str) -> str | None:
    """Return what git says, or none where it fails; hooks of the repository do not run."""
    git = shutil.which("git") or "git"
    done = subprocess.run(  # noqa: S603  # git itself, with words of ours
        [git, "-c", f"core.hooksPath={os.devnull}", "-C", str(root), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() if done.returncode == 0 else None
