"""A store's data is protected where the tier says so, until its team lets it go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.stores import ENGINES, declared, store

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier

KEEPING = sorted(ENGINES.keys() - {"memcached", "dynamodb", "bucket"})
"""Engines that keep data in the cluster; a cache forgets, and an end point is somebody else's."""


@pytest.mark.parametrize("tier", ["staging", "production"])
@pytest.mark.parametrize("engine", KEEPING)
def test_nothing_that_holds_data_is_deleted_until_it_is_let_go(engine: str, tier: Tier) -> None:
    assert _protected(engine, tier, discard=False)
    assert not _protected(engine, tier, discard=True)


@pytest.mark.parametrize("tier", ["local", "development"])
@pytest.mark.parametrize("engine", KEEPING)
def test_below_staging_nothing_is_protected_anyway(engine: str, tier: Tier) -> None:
    assert not _protected(engine, tier, discard=False)


def _protected(engine: str, tier: Tier, *, discard: bool) -> list[str]:
    """Return what the engine refuses to delete of a store."""
    recording = declared(store(engine, {"discard": discard}, tier=tier))
    return [resource.name for resource in recording.resources if resource.options.protect]
