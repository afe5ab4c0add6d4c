"""Start the policy pack as the engine's runner of packs does, up to where it would serve.

    python -m benchmarks.probes.pack_start [PACK STACK]

Without a pack it only imports what every pack in Python imports. Reports the CPU seconds of the process until then,
and those that the pack spends later, when it is first asked about resources: on loading all of its rules.
"""

from __future__ import annotations

import json
import runpy
import sys
import time
from contextlib import suppress
from typing import Any

import pulumi
import pulumi_policy


class _ServingError(BaseException):
    """Ends the pack's program where it would wait for the engine."""


def _serve(*, policies: list[Any], **_parts: object) -> None:
    started = time.process_time()
    _ = [policy.rule for policy in policies if hasattr(type(policy), "rule")]
    loading = time.process_time() - started
    sys.stdout.write(json.dumps({"cpu": started, "loading": loading}))
    raise _ServingError


def main(pack: str, stack: str) -> None:
    """Run the pack's program."""
    pulumi.runtime.configure(pulumi.runtime.Settings(project="pavedroad", stack=stack, dry_run=True))
    pulumi_policy.PolicyPack = _serve  # type: ignore[assignment,misc]  # the process ends with it
    with suppress(_ServingError):
        runpy.run_path(pack, run_name="__main__")


if __name__ == "__main__":
    if sys.argv[1:]:
        main(*sys.argv[1:])
    else:
        sys.stdout.write(json.dumps({"cpu": time.process_time()}))
