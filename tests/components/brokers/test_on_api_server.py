"""Brokers before a real API server with the real CRDs: schemas and CEL rules."""

from pathlib import Path

import pytest

from pavedroad.descriptor.environment import Tier
from tests.support.acceptance import refusals
from tests.support.brokers import brokers, declared
from tests.support.resolving import TIERS
from tests.support.sandbox import SandboxCluster
from tests.support.stores import manifests

pytestmark = pytest.mark.sandbox


@pytest.mark.parametrize("tier", TIERS)
def test_the_api_server_takes_every_object_of_every_broker(
    tier: Tier, sandbox_cluster: SandboxCluster, real_crds: Path
) -> None:
    assert refusals(sandbox_cluster, manifests(declared(brokers(tier=tier)))) == []
