"""What the policy pack adds to `pulumi preview` of the applications under the real engine."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any, Final

from benchmarks.generating import ROOT, STACK
from benchmarks.measuring import ProbeError, environment, least, python, spend
from benchmarks.no_change import STATE_PREFIX, STATE_VARIABLE, paved
from benchmarks.results import Result
from benchmarks.watching import POLICIES, watched

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from benchmarks.scale import Scale

PREVIEW: Final = ("pulumi", "--non-interactive", "preview", "--stack", STACK)
_TO_CREATE: Final = re.compile(r"\+ (\d+) to create")


def measure(folder: Path, scale: Scale) -> list[Result]:
    """Preview the applications for an empty sandbox with the pack and without.

    The sandbox's tools must have been built (`make up` does); its state is gone afterwards.
    """
    folder.mkdir()
    output = folder / "preview.txt"
    with tempfile.TemporaryDirectory(prefix=STATE_PREFIX) as state:
        settings = {STATE_VARIABLE: state}
        try:
            spend(paved("sandbox", "start"), settings=settings)
            settings |= _variables(settings)
            bare = [watched(PREVIEW, settings, state, output) for _ in range(scale.rounds)]
            command = (*PREVIEW, "--policy-pack", str(ROOT / "policies"))
            policed = [watched(command, settings, state, output) for _ in range(scale.rounds)]
        finally:
            spend(paved("sandbox", "reset"), settings=settings)
    resources = _resources(output.read_text("utf-8"))
    best = min(policed, key=lambda run: run.elapsed)
    without = min(run.elapsed for run in bare)
    start = least(
        [
            spend(python("benchmarks.probes.pack_start", ROOT / "policies", STACK))
            for _ in range(scale.rounds)
        ],
        "cpu",
    )
    judging = best.cpu[POLICIES] - start
    return [
        Result(
            name=f"pulumi preview of {resources} resources, seconds that the pack adds",
            value=best.elapsed - without,
            unit="s",
            detail=f"{best.elapsed:.3g} s against {without:.3g} s",
        ),
        Result(name="  CPU of the pack, start", value=start, unit="s"),
        Result(name="  CPU of the pack, for each resource", value=judging / resources * 1000, unit="ms"),
    ]


def _variables(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the variables with which plain `pulumi` works on the sandbox."""
    done = subprocess.run(  # noqa: S603  our own command
        paved("env", STACK, "--json"),
        cwd=ROOT,
        env={**environment(), **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    exported: dict[str, Any] = json.loads(done.stdout)
    return {name: str(value) for name, value in exported["export"].items()}


def _resources(preview: str) -> int:
    found = _TO_CREATE.search(preview)
    if found is None:
        raise ProbeError("pulumi preview does not say how many resources it would create")
    return int(found.group(1))
