"""The official provider and the sandbox's, side by side: the same program, the same API server.

Runs where a `pulumi-resource-kubernetes` is on PATH; its version is the machine's business.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pavedroad.engine.plugins import KUBERNETES
from pavedroad.sandbox.objects import Selection
from tests.sandbox.provider.engine import Engine, kubernetes_engine, ours, program
from tests.sandbox.provider.programs import shop
from tests.support.sandbox import SandboxCluster

pytestmark = pytest.mark.sandbox

VOLATILE_METADATA = ("creationTimestamp", "generation", "managedFields", "resourceVersion", "uid")
VOLATILE_FIELDS = (
    "clusterIP",
    "clusterIPs",
    "observedGeneration",
    "lastTransitionTime",
    "lastUpdateTime",
    "nodePort",
)


@dataclass(frozen=True)
class Behaviour:
    """All that is compared of one provider's runs."""

    objects: dict[str, Any]
    outputs: dict[str, Any]
    replaced: frozenset[str]
    changes: list[dict[str, int]]


@pytest.fixture
def official() -> Path:
    """The official provider's executable."""
    found = shutil.which("pulumi-resource-kubernetes")
    if found is None:
        pytest.skip("no official pulumi-resource-kubernetes is on PATH to compare with")
    return Path(found).resolve()


def stable(value: Any, namespace: str) -> Any:
    """Take out what differs between any two runs: times, counters, addresses, random names."""
    if isinstance(value, dict):
        kept = {key: stable(item, namespace) for key, item in value.items() if key not in VOLATILE_FIELDS}
        metadata = kept.get("metadata")
        if isinstance(metadata, dict):
            kept["metadata"] = {key: item for key, item in metadata.items() if key not in VOLATILE_METADATA}
        kept.pop("__fieldManager", None)
        kept.pop("status", None)
        return kept
    if isinstance(value, list):
        return [stable(item, namespace) for item in value]
    return value.replace(namespace, "NAMESPACE") if isinstance(value, str) else value


def without_suffix(name: str) -> str:
    """Take the random digits off an automatic name."""
    return name[:-9] if len(name) > 9 and name[-9] == "-" else name


def without_suffixes(manifest: Any) -> Any:
    """Take the random digits off an object's automatic name, and off that of its declared inputs."""
    metadata = {**manifest["metadata"], "name": without_suffix(manifest["metadata"]["name"])}
    result = {**manifest, "metadata": metadata}
    return result | ({"__inputs": without_suffixes(manifest["__inputs"])} if "__inputs" in manifest else {})


def objects_of(cluster: SandboxCluster, outputs: dict[str, Any], namespace: str) -> dict[str, Any]:
    """Read all objects of the kinds that the outputs speak of."""
    kinds = {(output["apiVersion"], output["kind"]) for output in outputs.values()}
    return {
        kind: [
            stable(without_suffixes(each), namespace)
            for each in cluster.client.list(version, kind, Selection(namespace=namespace))
        ]
        for version, kind in sorted(kinds)
    }


def behaviour(engine: Engine, cluster: SandboxCluster, namespace: str) -> Behaviour:
    """Bring the program up, again, refreshed, scaled, changed; and read what came of it."""
    first = program(shop(namespace))
    runs = [engine.up(first), engine.up(first), engine.refresh(first)]
    runs.append(engine.up(program(shop(namespace, replicas=2))))
    runs.append(engine.up(program(shop(namespace, replicas=2, greeting="good evening"))))
    recorded = {name: output for name, output in engine.outputs().items() if "kind" in output}
    objects = objects_of(cluster, recorded, namespace)
    runs.append(engine.destroy())
    outputs = {name: stable(without_suffixes(output), namespace) for name, output in recorded.items()}
    return Behaviour(objects, outputs, runs[-2].replaced, [run.changes for run in runs])


def test_the_sandboxs_provider_does_as_the_official_one(
    official: Path,
    pulumi_executable: Path,
    sandbox_cluster: SandboxCluster,
    new_namespace: Callable[[], str],
    tmp_path: Path,
) -> None:
    kubeconfig = sandbox_cluster.info.kubeconfig.read_text()
    theirs = kubernetes_engine(pulumi_executable, official, kubeconfig, tmp_path / "official")
    mine = kubernetes_engine(pulumi_executable, ours(KUBERNETES), kubeconfig, tmp_path / "ours")
    expected = behaviour(theirs, sandbox_cluster, new_namespace())
    found = behaviour(mine, sandbox_cluster, new_namespace())
    assert found.changes == expected.changes
    assert found.replaced == expected.replaced
    assert found.objects == expected.objects
    assert found.outputs == expected.outputs
