"""The provider under the real engine: what a user of `pulumi up` sees."""

import base64
import re

import pytest

from pavedroad.sandbox.api import ObjectRef
from pavedroad.sandbox.provider.properties import Manifest
from tests.sandbox.provider.builders import config_map, deployment
from tests.sandbox.provider.engine import Declared, Engine, EngineError, program
from tests.sandbox.provider.programs import CANARY, shop
from tests.support.sandbox import SandboxCluster

pytestmark = pytest.mark.sandbox


def settings(namespace: str, **data: str) -> Manifest:
    manifest = config_map(**data)
    manifest["metadata"]["namespace"] = namespace
    return manifest


def test_a_program_comes_up_stays_the_same_changes_where_told_and_goes(
    engine: Engine, namespace: str, sandbox_cluster: SandboxCluster
) -> None:
    first = program(shop(namespace))
    created = engine.up(first)
    assert created.changes == {"create": len(first) + 2}
    assert engine.up(first).changes == {"same": len(first) + 2}
    assert engine.refresh(first).changes == {"same": len(first) + 2}
    assert engine.up(program(shop(namespace, replicas=2))).changes == {"same": len(first) + 1, "update": 1}
    reworded = engine.up(program(shop(namespace, replicas=2, greeting="good evening")))
    assert reworded.replaced == {"settings", "named"}
    for text in (created.output, reworded.output, engine.state_files()):
        assert CANARY not in text
        assert base64.b64encode(CANARY.encode()).decode() not in text
    assert engine.destroy().changes == {"delete": len(first) + 2}
    left = ObjectRef(api_version="apps/v1", kind="Deployment", name="web", namespace=namespace)
    assert sandbox_cluster.client.find(left) is None


def test_a_namespace_and_what_is_in_it_come_up_and_go_in_order(engine: Engine, namespace: str) -> None:
    inner = f"{namespace}-inner"
    outer = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": inner}}
    inside = config_map(a="1")
    inside["metadata"]["namespace"] = {"$id": "namespace"}
    resources = program({"namespace": outer, "settings": inside})
    assert engine.preview(resources).changes == {"create": 4}
    assert engine.up(resources).changes == {"create": 4}
    assert engine.outputs()["settings"]["metadata"]["namespace"] == inner
    assert engine.destroy().changes == {"delete": 4}


def test_a_resource_that_did_not_come_stays_in_the_state_and_is_mended_not_made_anew(
    engine: Engine, namespace: str
) -> None:
    timeouts = {"create": "2s", "update": "60s"}
    stuck = deployment(namespace=namespace, nodeSelector={"no": "such-node"})
    with pytest.raises(EngineError, match=r"(?s)failed to fully initialize or become live.*Unschedulable"):
        engine.up([Declared("web", stuck, timeouts=timeouts)])
    uid = engine.outputs()["web"]["metadata"]["uid"]
    mended = engine.up([Declared("web", deployment(namespace=namespace), timeouts=timeouts)])
    assert mended.changes == {"same": 2, "update": 1}
    assert engine.outputs()["web"]["metadata"]["uid"] == uid


def test_an_existing_object_can_be_imported_and_is_then_managed(
    engine: Engine, namespace: str, sandbox_cluster: SandboxCluster
) -> None:
    manifest = settings(namespace, a="1")
    sandbox_cluster.client.create(manifest, field_manager="kubectl-create")
    imported = engine.up([Declared("settings", manifest, import_id=f"{namespace}/settings")])
    assert imported.changes == {"create": 2, "import": 1}
    assert engine.up([Declared("settings", manifest)]).changes == {"same": 3}


def test_drift_and_deletion_by_hand_are_seen_by_refresh_and_mended_by_up(
    engine: Engine, namespace: str, sandbox_cluster: SandboxCluster
) -> None:
    resources = program({"settings": settings(namespace, a="1")})
    engine.up(resources)
    sandbox_cluster.client.apply(settings(namespace, a="2"), field_manager="hand", force=True)
    assert engine.refresh(resources).changes == {"same": 2, "update": 1}
    sandbox_cluster.client.delete(ObjectRef.of(settings(namespace)))
    assert engine.refresh(resources).changes == {"same": 2, "delete": 1}
    assert engine.up(resources).changes == {"same": 2, "create": 1}


def test_data_is_updated_in_place_where_the_provider_is_told_so(engine: Engine, namespace: str) -> None:
    engine.inputs["enableConfigMapMutable"] = True
    engine.up(program({"settings": settings(namespace, a="1")}))
    changed = engine.up(program({"settings": settings(namespace, a="2")}))
    assert changed.changes == {"same": 2, "update": 1}


def test_a_cluster_that_cannot_be_reached_lets_a_preview_pass_and_fails_an_update(engine: Engine) -> None:
    kubeconfig = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:9", engine.inputs["kubeconfig"]["$secret"])
    engine.inputs["kubeconfig"] = {"$secret": kubeconfig}
    (token,) = re.findall(r"token: (\S+)", kubeconfig)
    resources = program({"settings": settings("shop", a="1")})
    assert engine.preview(resources).changes == {"create": 3}
    with pytest.raises(EngineError, match="configured Kubernetes cluster is unreachable") as failure:
        engine.up(resources)
    assert token not in str(failure.value)
    assert token not in engine.state_files()


def test_helm_releases_are_refused_naming_the_official_provider(engine: Engine) -> None:
    release = Declared("release", {"name": "web"}, token="kubernetes:helm.sh/v3:Release")
    with pytest.raises(EngineError, match="needs the official Kubernetes provider"):
        engine.preview([release])
