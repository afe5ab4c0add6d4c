"""A stack's state, taken out and put back by the engine with its secrets encrypted all the while."""

import json
from pathlib import Path
from typing import Any

from pulumi import automation

from pavedroad.engine.state import write_atomically

Deployment = dict[str, Any]
"""A stack's state as ``pulumi stack export`` gives it, below ``deployment``."""


def export_deployment(stack: automation.Stack) -> Deployment:
    """Take out a stack's state; the Automation API's own export would show its secrets."""
    return dict(json.loads(_run(stack, "export"))["deployment"])


def import_deployment(stack: automation.Stack, deployment: Deployment, folder: Path) -> None:
    """Put a stack's state back; the engine refuses one that is not sound.

    Args:
        stack: The stack that it was taken from.
        deployment: The state, secrets encrypted.
        folder: Where it is written meanwhile, readable by its owner only.
    """
    file = folder / f"import-{stack.name}.json"
    write_atomically(file, json.dumps({"version": 3, "deployment": deployment}))
    try:
        _run(stack, "import", "--file", str(file))
    finally:
        file.unlink()


def _run(stack: automation.Stack, *words: str) -> str:
    workspace = stack.workspace
    command = ["stack", *words, "--stack", stack.name]
    return workspace.pulumi_command.run(command, workspace.work_dir, {}).stdout
