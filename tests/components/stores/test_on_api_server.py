"""Stores before a real API server with the real CRDs: schemas and CEL rules."""

from pathlib import Path

import pytest

from pavedroad.descriptor.environment import Tier
from tests.support.acceptance import refusals
from tests.support.resolving import TIERS
from tests.support.sandbox import SandboxCluster
from tests.support.stores import ENGINES, declared, manifests, store

pytestmark = pytest.mark.sandbox


@pytest.mark.parametrize("tier", TIERS)
def test_the_api_server_takes_every_object_of_every_store(
    tier: Tier, sandbox_cluster: SandboxCluster, real_crds: Path
) -> None:
    made = [manifest for engine in ENGINES for manifest in manifests(declared(store(engine, tier=tier)))]

    assert refusals(sandbox_cluster, made) == []


def test_the_api_server_refuses_what_a_cel_rule_forbids(
    sandbox_cluster: SandboxCluster, real_crds: Path
) -> None:
    (cluster,) = [each for each in manifests(declared(store("redis"))) if each["kind"] == "ValkeyCluster"]
    pinned = {"zone": {"pinning": {"zones": ["a", "b"]}, "spread": {"pods": {"mode": "Required"}}}}

    (refusal,) = refusals(sandbox_cluster, [{**cluster, "spec": {**cluster["spec"], "scheduling": pinned}}])

    assert "pinning" in refusal
