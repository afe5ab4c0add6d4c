"""A `paved up local` that has nothing to do: where its time goes."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from benchmarks.generating import ROOT, STACK
from benchmarks.measuring import ProbeError, environment, python, spend
from benchmarks.processes import below, running
from benchmarks.results import Result

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.processes import Process
    from benchmarks.scale import Scale

STATE_VARIABLE: Final = "PAVEDROAD_STATE"
LOOK_EVERY_SECONDS: Final = 0.05
CONTROL_PLANE: Final = "control plane"

ROLES: Final = {
    "pavedroad.sandbox.provider": "provider",
    "pulumi-resource-kubernetes": "provider",
    "-m pulumi.policy": "policies",
    "program_exec": "program",
    "pulumi-language-python-exec": "program",
    "pavedroad.engine.language_host": "language host",
    "pulumi-language-python": "language host",
    "pavedroad.cli.main": "the command itself",
    "pulumi --non-interactive": "engine",
}
"""Who a process works for, by what its command line says; the first that fits counts."""


def measure(_folder: Path, scale: Scale) -> list[Result]:
    """Bring the applications up in a sandbox of their own, then bring them up again and see who is busy.

    The sandbox's tools must have been built (`make up` does); its state is gone afterwards.
    """
    with tempfile.TemporaryDirectory(
        prefix="pr-"
    ) as state:  # short: a socket's path has at most 107 characters
        settings = {STATE_VARIABLE: state}
        try:
            spend(_paved("up", STACK), settings=settings)
            runs = [_watched(state) for _ in range(scale.rounds)]
        finally:
            spend(_paved("sandbox", "reset"), settings=settings)
    elapsed, seconds = min(runs, key=lambda run: run[0])
    total = sum(seconds.values())
    parts = [
        Result(name=f"  {who}", value=spent, unit="s", detail=f"{spent / total:.0%} of all CPU")
        for who, spent in sorted(seconds.items(), key=lambda each: -each[1])
    ]
    return [
        Result(name=f"no-change paved up {STACK}, elapsed", value=elapsed, unit="s"),
        Result(name=f"no-change paved up {STACK}, CPU of all processes", value=total, unit="s"),
        *parts,
    ]


def role(command: str) -> str:
    """Return who a process works for."""
    return next((who for mark, who in ROLES.items() if mark in command), "other")


def note(latest: dict[int, Process], seen: Iterable[Process]) -> None:
    """Keep what was seen last of each process; one that has ended lost its command line, so it keeps the former."""
    for process in seen:
        former = latest.get(process.pid)
        latest[process.pid] = (
            process if process.command or former is None else replace(former, cpu=process.cpu)
        )


def _paved(*arguments: str) -> list[str]:
    return python("pavedroad.cli.main", *arguments)


def _watched(state: str) -> tuple[float, dict[str, float]]:
    """Bring up what is up, and return the elapsed seconds and the CPU seconds by role."""
    before = {process.pid: process.cpu for process in _daemons(state)}
    began = time.monotonic()
    command = subprocess.Popen(  # noqa: S603  our own command
        _paved("up", STACK),
        cwd=ROOT,
        env={**environment(), STATE_VARIABLE: state},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    latest: dict[int, Process] = {}
    while command.poll() is None:
        note(latest, below(command.pid, running()))
        time.sleep(LOOK_EVERY_SECONDS)
    elapsed = time.monotonic() - began
    if command.returncode != 0:
        raise ProbeError(f"paved up {STACK} ended with {command.returncode}")
    seconds: defaultdict[str, float] = defaultdict(float)
    for process in latest.values():
        seconds[role(process.command)] += process.cpu
    seconds[CONTROL_PLANE] = sum(process.cpu - before.get(process.pid, 0.0) for process in _daemons(state))
    return elapsed, seconds


def _daemons(state: str) -> list[Process]:
    """Return the sandbox's processes: their command lines name its state."""
    return [process for process in running().values() if state in process.command]
