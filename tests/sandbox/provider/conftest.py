"""What the provider's tests against the real API server and the real engine share."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pavedroad.engine.builds import ensure_built
from pavedroad.engine.cache import BuildCache, cache_folder
from pavedroad.engine.gotool import find_go
from pavedroad.engine.official import official_on_path
from pavedroad.engine.pins import PULUMI
from pavedroad.engine.plugins import KUBERNETES
from pavedroad.engine.progress import ConsoleProgress
from pavedroad.sandbox.provider.cluster import Cluster
from pavedroad.sandbox.provider.engine_log import EngineLog
from pavedroad.sandbox.provider.session import Session
from tests.sandbox.provider.builders import NO_SETTINGS
from tests.sandbox.provider.engine import Engine, kubernetes_engine, ours
from tests.support.sandbox import SandboxCluster

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def pulumi_executable() -> Path:
    """The real engine: the one on PATH in a tested version, else the one built into the user's cache."""
    cache, progress = BuildCache(cache_folder()), ConsoleProgress()
    found = official_on_path(progress, os.environ)
    if found is not None:
        return found[0]
    return ensure_built(PULUMI, cache=cache, go=lambda: find_go(cache, progress), progress=progress)["pulumi"]


@pytest.fixture
def engine(pulumi_executable: Path, sandbox_cluster: SandboxCluster, tmp_path: Path) -> Engine:
    """The real engine with the sandbox's provider, and state of its own."""
    return kubernetes_engine(
        pulumi_executable, ours(KUBERNETES), sandbox_cluster.info.kubeconfig.read_text(), tmp_path
    )


@pytest.fixture
def session(sandbox_cluster: SandboxCluster) -> Session:
    """A configured provider, in process."""
    return Session(NO_SETTINGS, EngineLog(), Cluster(sandbox_cluster.client))


@pytest.fixture
def new_namespace(sandbox_cluster: SandboxCluster) -> Iterator[Callable[[], str]]:
    """Makes namespaces that are gone afterwards."""
    made: list[str] = []

    def make() -> str:
        made.append(f"provider-{os.getpid()}-{next(_numbers)}")
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": made[-1]}}
        sandbox_cluster.client.create(namespace, field_manager="tests")
        return made[-1]

    yield make
    for name in made:
        sandbox_cluster.client.request("DELETE", f"/api/v1/namespaces/{name}")


@pytest.fixture
def namespace(new_namespace: Callable[[], str]) -> str:
    """A namespace for one test."""
    return new_namespace()
