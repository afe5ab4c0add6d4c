"""What the provider's tests against the real API server and the real engine share."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pavedroad.engine.plugins import KUBERNETES
from pavedroad.sandbox.provider.cluster import Cluster
from pavedroad.sandbox.provider.engine_log import EngineLog
from pavedroad.sandbox.provider.session import Session
from tests.sandbox.provider.builders import NO_SETTINGS
from tests.sandbox.provider.engine import Engine, kubernetes_engine, ours
from tests.support.sandbox import SandboxCluster

_numbers = itertools.count(1)


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
