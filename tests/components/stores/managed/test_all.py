"""What holds of every store that AWS keeps: the provider takes it, the cluster takes it, and it says whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.aws_schema import misfits
from tests.support.crds import NOT_COLLECTED, faults, require_crds
from tests.support.managed import MANAGED_STORES, declared, managed
from tests.support.resolving import TIERS
from tests.support.stores import manifests

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier

EVERY = pytest.mark.parametrize(("engine", "provider"), MANAGED_STORES)
IN_EVERY_TIER = pytest.mark.parametrize("tier", TIERS)


@EVERY
@IN_EVERY_TIER
def test_every_resource_of_the_account_is_what_the_providers_types_take(
    engine: str, provider: str, tier: Tier
) -> None:
    for each in declared(managed(engine, provider=provider, tier=tier)).resources:
        if each.type.startswith("aws:"):
            assert misfits(each.type, each.inputs) == [], each.type


@EVERY
def test_every_object_of_the_cluster_is_valid_by_its_real_schema(engine: str, provider: str) -> None:
    require_crds()

    made = manifests(declared(managed(engine, provider=provider)))

    checked = [each for each in made if each["kind"] not in NOT_COLLECTED]
    assert [fault for each in checked for fault in faults(each)] == []


@EVERY
def test_everything_says_whose_it_is(engine: str, provider: str) -> None:
    for each in declared(managed(engine, provider=provider)).resources:
        if each.type.startswith("kubernetes:"):
            assert each.inputs["metadata"]["labels"]["pavedroad.dev/store"] == "orders-ledger"
        elif "tags" in each.inputs:
            assert each.inputs["tags"]["pavedroad.dev/store"] == "orders-ledger"


@EVERY
def test_the_component_shows_what_is_known_and_no_secret(engine: str, provider: str) -> None:
    plan = managed(engine, provider=provider)

    (component,) = [each for each in declared(plan).resources if each.type.startswith("pavedroad:")]

    assert component.outputs == {
        name: value for name, value in plan.outputs.items() if isinstance(value, str)
    }


@EVERY
def test_what_is_deleted_by_mistake_below_staging_is_deleted(engine: str, provider: str) -> None:
    recording = declared(managed(engine, provider=provider, tier="development"))

    assert [each.type for each in recording.resources if each.options.protect] == []
