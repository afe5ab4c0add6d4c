"""Small Pulumi projects made for a test, outside of this repository."""

import subprocess
import textwrap
from collections.abc import Mapping
from pathlib import Path


def pulumi_project(
    root: Path, program: str, stacks: Mapping[str, str] | None = None, name: str = "shop"
) -> Path:
    """Write a project with its program in ``infra/`` and its stacks' configuration in ``infra/config/``."""
    config = root / "infra" / "config"
    config.mkdir(parents=True, exist_ok=True)
    (root / "Pulumi.yaml").write_text(
        f"name: {name}\nruntime: python\nmain: infra/\nstackConfigDir: infra/config\n", encoding="utf-8"
    )
    (root / "infra" / "__main__.py").write_text(textwrap.dedent(program), encoding="utf-8")
    for stack, content in (stacks or {"dev": ""}).items():
        (config / f"Pulumi.{stack}.yaml").write_text(textwrap.dedent(content), encoding="utf-8")
    return root


def git(root: Path, *arguments: str) -> str:
    """Run git in ``root`` as an author of its own, without anyone's configuration."""
    author = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *author, *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout.strip()


def commit_all(root: Path) -> str:
    """Commit everything in ``root``, made a repository where it is none, and return the commit."""
    if not (root / ".git").exists():
        git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message=state")
    return git(root, "rev-parse", "HEAD")
