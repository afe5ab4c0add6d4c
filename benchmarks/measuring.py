"""What a process costs, and fair comparisons of two."""

from __future__ import annotations

import json
import math
import os
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT: Final = Path(__file__).resolve().parent.parent


class ProbeError(Exception):
    """A measured program did not end well."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a program took.

    Attributes:
        cpu: CPU seconds of the process, user and system.
        report: What the program says about itself; empty for those that say nothing.
    """

    cpu: float
    report: Mapping[str, float]


def python(module: str, *arguments: str | Path) -> list[str]:
    """Return the command that runs a module with this interpreter."""
    return [sys.executable, "-m", module, *map(str, arguments)]


def environment() -> dict[str, str]:
    """Return the environment of measured programs: the same hash seed for all, and bytecode is kept."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "PYTHONHASHSEED": "0"}


def spend(command: Sequence[str], *, settings: Mapping[str, str] | None = None) -> Cost:
    """Run a program to its end.

    Args:
        command: Its command line.
        settings: Variables of its environment beside `environment`'s.

    A JSON object on its standard output is its report on itself; other output is not looked at.

    Raises:
        ProbeError: If it ends with another code than 0.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(  # noqa: S603  our own commands
            command, cwd=ROOT, env={**environment(), **(settings or {})}, stdout=output, stderr=errors
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode != 0:
            raise ProbeError(f"{' '.join(command)} ended with {process.returncode}: {errors.read()[-2000:]}")
        return Cost(usage.ru_utime + usage.ru_stime, _report(output.read()))


def take_turns(sides: Mapping[str, Sequence[str]], rounds: int) -> dict[str, list[Cost]]:
    """Run the programs in turn, all of them in every round, so that what disturbs one disturbs the others."""
    costs: dict[str, list[Cost]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, command in sides.items():
            costs[name].append(spend(command))
    return costs


def least_cpu(costs: Sequence[Cost]) -> float:
    """Return the CPU seconds of the run that was disturbed least."""
    return min(cost.cpu for cost in costs)


def least(costs: Sequence[Cost], key: str) -> float:
    """Return the smallest value that the runs reported under a key."""
    return min(cost.report[key] for cost in costs)


def growth(sizes: Sequence[int], values: Sequence[float]) -> float:
    """Return the exponent of growth: the slope of a straight line through the points on logarithmic axes."""
    return statistics.linear_regression(_logarithms(sizes), _logarithms(values)).slope


def machine() -> str:
    """Return the size of this machine, and nothing that identifies it."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    version = ".".join(map(str, sys.version_info[:2]))
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {version}"


def _report(output: str) -> Mapping[str, float]:
    report: dict[str, float] = json.loads(output) if output.startswith("{") else {}
    return report


def _logarithms(values: Sequence[float]) -> list[float]:
    return [math.log(value) for value in values]
