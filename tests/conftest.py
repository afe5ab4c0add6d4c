"""Fixtures that tests of several parts share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.sandbox import (
    CRDS_VARIABLE,
    SandboxCluster,
    build_control_plane,
    real_crds_folder,
    running_cluster,
)


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
