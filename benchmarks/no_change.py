"""A `paved up local` that has nothing to do: where its time goes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.generating import STACK
from benchmarks.measuring import python, spend
from benchmarks.results import Result
from benchmarks.watching import watched

if TYPE_CHECKING:
    from benchmarks.scale import Scale

STATE_VARIABLE: Final = "PAVEDROAD_STATE"
STATE_PREFIX: Final = "pr-"
"""Begins the name of a sandbox's folder; it is short, for a socket's path has at most 107 characters."""


def measure(_folder: Path, scale: Scale) -> list[Result]:
    """Bring the applications up in a sandbox of their own, then bring them up again and see who is busy.

    The sandbox's tools must have been built (`make up` does); its state is gone afterwards.
    """
    up = paved("up", STACK)
    with tempfile.TemporaryDirectory(prefix=STATE_PREFIX) as state:
        settings = {STATE_VARIABLE: state}
        try:
            spend(up, settings=settings)
            runs = [watched(up, settings, state, Path(os.devnull)) for _ in range(scale.rounds)]
        finally:
            spend(paved("sandbox", "reset"), settings=settings)
    best = min(runs, key=lambda run: run.elapsed)
    total = sum(best.cpu.values())
    parts = [
        Result(name=f"  {who}", value=spent, unit="s", detail=f"{spent / total:.0%} of all CPU")
        for who, spent in sorted(best.cpu.items(), key=lambda each: -each[1])
    ]
    return [
        Result(name=f"no-change paved up {STACK}, elapsed", value=best.elapsed, unit="s"),
        Result(name=f"no-change paved up {STACK}, CPU of all processes", value=total, unit="s"),
        *parts,
    ]


def paved(*arguments: str) -> list[str]:
    """Return the command line of `paved`."""
    return python("pavedroad.cli.main", *arguments)
