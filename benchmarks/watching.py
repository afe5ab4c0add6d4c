"""Who is busy while a command runs: CPU time of all processes below it, by whom they work for."""

from __future__ import annotations

import subprocess
import time
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from benchmarks.measuring import ROOT, ProbeError, environment
from benchmarks.processes import below, running

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.processes import Process

LOOK_EVERY_SECONDS: Final = 0.05
CONTROL_PLANE: Final = "control plane"
POLICIES: Final = "policies"

ROLES: Final = {
    "pavedroad.sandbox.provider": "provider",
    "pulumi-resource-kubernetes": "provider",
    "-m pulumi.policy": POLICIES,
    "program_exec": "program",
    "pulumi-language-python-exec": "program",
    "pavedroad.engine.language_host": "language host",
    "pulumi-language-python": "language host",
    "pavedroad.cli.main": "the command itself",
    "pulumi --non-interactive": "engine",
}
"""Who a process works for, by what its command line says; the first that fits counts."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a command took.

    Attributes:
        elapsed: Seconds from its start to its end.
        cpu: CPU seconds by whom they were spent for.
    """

    elapsed: float
    cpu: Mapping[str, float]


def watched(command: Sequence[str], settings: Mapping[str, str], state: str, output: Path) -> Run:
    """Run a command and see who is busy.

    Args:
        command: Its command line.
        settings: Variables of its environment beside those of every measured program.
        state: The state folder of the sandbox that it works on.
        output: Where its standard output goes.

    Raises:
        ProbeError: If it ends with another code than 0.
    """
    before = {process.pid: process.cpu for process in _daemons(state)}
    began = time.monotonic()
    with output.open("w") as written:
        process = subprocess.Popen(  # noqa: S603  our own commands
            command,
            cwd=ROOT,
            env={**environment(), **settings},
            stdout=written,
            stderr=subprocess.DEVNULL,
        )
    latest: dict[int, Process] = {}
    while process.poll() is None:
        note(latest, below(process.pid, running()))
        time.sleep(LOOK_EVERY_SECONDS)
    elapsed = time.monotonic() - began
    if process.returncode != 0:
        raise ProbeError(f"{' '.join(command)} ended with {process.returncode}")
    seconds: defaultdict[str, float] = defaultdict(float)
    for each in latest.values():
        seconds[role(each.command)] += each.cpu
    seconds[CONTROL_PLANE] = sum(each.cpu - before.get(each.pid, 0.0) for each in _daemons(state))
    return Run(elapsed, seconds)


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


def _daemons(state: str) -> list[Process]:
    """Return the sandbox's processes: their command lines name its state."""
    return [process for process in running().values() if state in process.command]
