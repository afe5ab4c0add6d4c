"""`paved up aws-sandbox`, from nothing and with nothing to do: how long each slice takes."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from typing import TYPE_CHECKING, Final

from benchmarks.measuring import ROOT, ProbeError, environment, spend
from benchmarks.no_change import STATE_PREFIX, STATE_VARIABLE, paved
from benchmarks.results import Result

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.scale import Scale

ENVIRONMENT: Final = "aws-sandbox"


def measure(_folder: Path, _scale: Scale) -> list[Result]:
    """Bring the environment up in a sandbox of its own, one slice after another, then bring it up again.

    The sandbox's tools must have been built (`make up` does); its state is gone afterwards.
    """
    with tempfile.TemporaryDirectory(prefix=STATE_PREFIX) as state:
        settings = {STATE_VARIABLE: state}
        try:
            return [*_phases("from nothing", state), *_phases("nothing to do", state)]
        finally:
            spend(paved("sandbox", "reset"), settings=settings)


def _phases(what: str, state: str) -> Iterator[Result]:
    """Yield how long each slice takes."""
    command = paved("up", ENVIRONMENT, "--parallel", "1", "--json")
    variables = {**os.environ, **environment(), STATE_VARIABLE: state}
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, check=False)  # noqa: S603  our own command
    if done.returncode != 0:
        raise ProbeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr[-2000:]}")
    for run in json.loads(done.stdout):
        resources = sum(run["changes"].values())
        yield Result(
            name=f"{run['stack']}, {what}", value=run["seconds"], unit="s", detail=f"{resources} resources"
        )
