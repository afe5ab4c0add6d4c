"""One embedded cluster for all tests that need a real API server, and what they ask of it.

The binaries are those of the toolchain: built once into the user's cache (about ten minutes on an empty one).
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pavedroad.engine.builds import ensure_built
from pavedroad.engine.cache import BuildCache, cache_folder
from pavedroad.engine.gotool import find_go
from pavedroad.engine.pins import CONTROL_PLANE
from pavedroad.engine.progress import ConsoleProgress
from pavedroad.sandbox import control_plane
from pavedroad.sandbox.api import KubeClient
from pavedroad.sandbox.control_plane import ClusterInfo

PROJECT_ROOT = Path(__file__).parents[2]
CRDS_VARIABLE = "PAVEDROAD_CRDS"

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class SandboxCluster:
    """A running cluster and a client for it."""

    state: Path
    info: ClusterInfo
    client: KubeClient


def real_crds_folder() -> Path | None:
    """The folder of real definitions: `$PAVEDROAD_CRDS`, else `../shared/crds`; None where there is none."""
    folder = Path(os.environ.get(CRDS_VARIABLE) or PROJECT_ROOT.parent / "shared" / "crds")
    return folder if folder.is_dir() else None


def build_control_plane() -> dict[str, Path]:
    """Paths of the control plane's binaries, built where the cache lacks them."""
    cache, progress = BuildCache(cache_folder()), ConsoleProgress()
    binaries: dict[str, Path] = {}
    for recipe in CONTROL_PLANE:
        binaries |= ensure_built(recipe, cache=cache, go=lambda: find_go(cache, progress), progress=progress)
    return binaries


@contextmanager
def running_cluster(binaries: Mapping[str, Path], crds: Path | None) -> Iterator[SandboxCluster]:
    """A cluster with the whole table of custom kinds, in a state folder of its own; gone afterwards."""
    with state_folder() as state:
        info = control_plane.start(state, binaries, crds, silent)
        with KubeClient.from_kubeconfig(info.kubeconfig) as client:
            yield SandboxCluster(state, info, client)


@contextmanager
def state_folder() -> Iterator[Path]:
    """A state folder with a short path; whatever runs in it is ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="pr-") as folder:
        try:
            yield Path(folder)
        finally:
            control_plane.reset(Path(folder), silent)


def silent(message: str) -> None:
    """Progress that nobody looks at."""


def eventually(look: Callable[[], Answer], *, seconds: float = 20.0) -> Answer:
    """Look until the answer is true, and return it; the last one where it never is."""
    deadline = time.monotonic() + seconds
    while not (answer := look()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return answer
