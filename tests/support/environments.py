"""Environments of this project, rendered: their plan, their manifests, and how they look to the evaluator."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import yaml

from pavedroad.descriptor import load_project
from pavedroad.plan.resolve import resolve
from pavedroad.preview import render
from pavedroad.preview.manifests import write_manifests

if TYPE_CHECKING:
    from pavedroad.plan.environment import EnvironmentPlan

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT.parent / "shared" / "apps"

Manifest = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Rendered:
    """One environment, resolved and rendered."""

    plan: EnvironmentPlan
    manifests: tuple[Manifest, ...]

    def find(self, kind: str, namespace: str | None, name: str) -> Manifest:
        """Return the one object with this kind, namespace and name."""
        (found,) = [
            manifest
            for manifest in self.manifests
            if manifest["kind"] == kind
            and manifest["metadata"]["name"] == name
            and manifest["metadata"].get("namespace") == namespace
        ]
        return found


@cache
def rendered(environment: str, root: Path = ROOT) -> Rendered:
    """Return an environment as ``paved preview --manifests`` writes it; rendered once a session."""
    project = load_project(root)
    folder = Path(mkdtemp())
    write_manifests([render(root, environment)], folder)
    files = sorted(folder.rglob("*.yaml"))
    return Rendered(
        plan=resolve(project.teams, project.environments[environment], project.files),
        manifests=tuple(yaml.safe_load(file.read_text(encoding="utf-8")) for file in files),
    )
