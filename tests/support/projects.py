"""Copies of this project in which a test may write, each with a state folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.sandbox import CRDS_VARIABLE, real_crds_folder, state_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("Pulumi.yaml", "components", "platform", "policies", "stacks")


@dataclass(frozen=True, slots=True)
class ProjectCopy:
    """A copy of the project and a state folder."""

    root: Path
    state: Path

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start ``paved`` in the copy, in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "pavedroad.cli.main", *words],
            cwd=self.root,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *words: str, code: int = 0) -> str:
        """Run ``paved`` in the copy, check its exit code, and return what it printed."""
        process = self.start(*words)
        try:
            out, err = process.communicate(timeout=900)
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        assert process.returncode == code, f"paved {' '.join(words)}: {process.returncode}\n{out}\n{err}"
        return out

    def run_json(self, *words: str) -> Any:
        """Run ``paved … --json`` and return what it printed."""
        return json.loads(self.run(*words, "--json"))

    def environment(self) -> dict[str, str]:
        """Return the variables of a shell that works on the copy."""
        crds = real_crds_folder()
        return {
            **os.environ,
            "PAVEDROAD_STATE": str(self.state),
            **({CRDS_VARIABLE: str(crds)} if crds else {}),
        }

    def edit(self, file: str, before: str, after: str) -> None:
        """Replace a text that stands once in a file."""
        path = self.root / file
        text = path.read_text(encoding="utf-8")
        assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in {file}"
        path.write_text(text.replace(before, after), encoding="utf-8")


def copy_sources(folder: Path, descriptors: Path | None = None) -> None:
    """Copy what the project is made of.

    Args:
        folder: Where to copy it to.
        descriptors: A folder with other teams and environments, to stand in the place of the project's own.
    """
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            shutil.copy(source, folder / name)
    if descriptors is not None:
        for name in ("teams", "environments"):
            shutil.rmtree(folder / "stacks" / name)
            shutil.copytree(descriptors / "stacks" / name, folder / "stacks" / name)


@contextmanager
def project_copy(folder: Path, descriptors: Path | None = None) -> Iterator[ProjectCopy]:
    """Copy the project; its sandbox is ended and its state removed afterwards.

    Args:
        folder: Where to copy it to.
        descriptors: A folder with other teams and environments, to stand in the place of the project's own.
    """
    copy_sources(folder, descriptors)
    (folder / ".venv").symlink_to(Path(sys.prefix))
    with state_folder() as state:
        yield ProjectCopy(folder, state)
