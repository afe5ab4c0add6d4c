"""Fixtures that tests of several parts share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from pavedroad.engine.progress import ConsoleProgress
from pavedroad.engine.state import StateFolder
from pavedroad.engine.toolchain import Toolchain, ensure_toolchain
from tests.support.sandbox import (
    CRDS_VARIABLE,
    SandboxCluster,
    build_control_plane,
    real_crds_folder,
    running_cluster,
)

pytest_plugins = ["tests.support.judges.fixtures"]

settings.register_profile("without-a-clock", deadline=None)
settings.load_profile("without-a-clock")
"""Properties hold or do not; how long an example takes depends on the machine."""


LONGEST = (
    "tests/words/test_words.py",
    "tests/environments/test_applications_up.py",
    "tests/applications/test_access.py",
)
"""Files that take minutes: begun first, so that no process waits for another at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; what is in a file keeps its order."""
    rank = {file: place for place, file in enumerate(LONGEST)}
    items.sort(key=lambda item: rank.get(item.nodeid.partition("::")[0], len(LONGEST)))


@pytest.fixture(scope="session")
def toolchain(tmp_path_factory: pytest.TempPathFactory) -> Toolchain:
    """The real engine, found or built by the product's own code."""
    state = StateFolder(tmp_path_factory.mktemp("toolchain"))
    return ensure_toolchain(state, ConsoleProgress(), control_plane=False)


@pytest.fixture(scope="session")
def pulumi_executable(toolchain: Toolchain) -> Path:
    """The real engine's own executable."""
    return toolchain.engine.path


@pytest.fixture(scope="session")
def control_plane_binaries() -> dict[str, Path]:
    """Paths of etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok, by name."""
    return build_control_plane()


@pytest.fixture(scope="session")
def real_crds() -> Path:
    """The folder of real definitions; tests that need it are skipped where there is none."""
    folder = real_crds_folder()
    if folder is None:
        pytest.skip(f"no folder of real CRDs: neither ${CRDS_VARIABLE} nor ../shared/crds")
    return folder


@pytest.fixture(scope="session")
def sandbox_cluster(control_plane_binaries: dict[str, Path]) -> Iterator[SandboxCluster]:
    """One cluster per session, with real definitions where they are given; use namespaces of your own in it."""
    with running_cluster(control_plane_binaries, real_crds_folder()) as cluster:
        yield cluster
