"""Register what a file lists under Pulumi's own mocks, with nothing of ours in the way.

python -m benchmarks.probes.bare_program FILE
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi.runtime.stack import run_pulumi_func

from benchmarks.probes.clock import report
from benchmarks.probes.registrations import program

if TYPE_CHECKING:
    from collections.abc import Callable


class Echo(pulumi.runtime.Mocks):
    """Answers with the inputs, as the shortest mocks of a test would."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        """Return an id and the inputs."""
        return f"{args.name}-id", args.inputs

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        """Refuse: nothing here calls."""
        raise NotImplementedError(args.token)


def run_under_mocks(declare: Callable[[], None]) -> None:
    """Run a program to its end as Pulumi's documentation has it in tests."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    pulumi.runtime.set_mocks(Echo(), project="pavedroad", stack="local", preview=True)

    async def body() -> None:
        declare()

    loop.run_until_complete(run_pulumi_func(body))


if __name__ == "__main__":
    declared = program(Path(sys.argv[1]))
    report(lambda: run_under_mocks(declared))
