"""Fixtures of the engine's tests: a home of their own, a Go that builds nothing, and a project for the real engine."""

import os
import sys
from pathlib import Path

import pytest

from pavedroad.engine.state import StateFolder
from pavedroad.engine.toolchain import Toolchain
from tests.support.engine import FakeGo, TrivialProject, ready_project


@pytest.fixture
def state(tmp_path: Path) -> StateFolder:
    """An empty state folder, not prepared yet."""
    return StateFolder(tmp_path / "state")


@pytest.fixture
def fake_go(tmp_path: Path) -> FakeGo:
    """A Go that answers at once."""
    return FakeGo.put_into(tmp_path / "fake-go", version="go1.26.8")


@pytest.fixture
def trivial(tmp_path: Path, toolchain: Toolchain) -> TrivialProject:
    """A project with one component, and a state folder with the real engine's plugins."""
    return ready_project(tmp_path / "project", toolchain)


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Keep what must not be inherited at hand, so that a test notices where it is."""
    if "sandbox" not in request.keywords:
        monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("PAVEDROAD_STATE", raising=False)
    monkeypatch.delenv("PAVEDROAD_CACHE", raising=False)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
