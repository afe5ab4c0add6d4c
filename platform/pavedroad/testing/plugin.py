"""Pytest fixtures for a company's own components: ``pytest_plugins = ["pavedroad.testing.plugin"]``."""

from collections.abc import Iterator

import pytest

from pavedroad.testing.recorder import Recorder


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """A recorder for one test; the test fails if any of its checks never ran."""
    made = Recorder()
    yield made
    made.finish()
