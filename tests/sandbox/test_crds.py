"""Custom kinds in a real API server: real definitions check, open ones accept, and one can become the other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pavedroad.sandbox import crds, kinds
from pavedroad.sandbox.api import ApiError, KubeClient, Manifest, ObjectRef
from pavedroad.sandbox.control_plane import ensure_running
from pavedroad.sandbox.crds import CrdReport
from tests.support.crds import NOT_COLLECTED
from tests.support.sandbox import SandboxCluster, eventually, silent, state_folder

pytestmark = pytest.mark.sandbox

_NEEDED = kinds.used_by(
    [
        ("gateway.networking.k8s.io/v1", "HTTPRoute"),
        ("cert-manager.io/v1", "Certificate"),
        ("snapshot.storage.k8s.io/v1", "VolumeSnapshot"),
        ("cassandra.datastax.com/v1beta1", "CassandraDatacenter"),
    ]
)


@pytest.fixture(scope="module")
def bare(control_plane_binaries: dict[str, Path]) -> Iterator[KubeClient]:
    """A cluster without any custom kind."""
    with state_folder() as state:
        info = ensure_running(state, control_plane_binaries, silent)
        with KubeClient.from_kubeconfig(info.kubeconfig) as client:
            yield client


def route(*, rule: Manifest) -> Manifest:
    return {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "shop", "namespace": "default"},
        "spec": {"parentRefs": [{"name": "public"}], "rules": [rule]},
    }


def good_route() -> Manifest:
    return route(rule={"backendRefs": [{"name": "web", "port": 80}]})


def contradictory_route() -> Manifest:
    """Well-formed, but a redirect answers by itself: a CEL rule forbids backends beside it."""
    redirect = {"type": "RequestRedirect", "requestRedirect": {"statusCode": 301}}
    return route(rule={"backendRefs": [{"name": "web", "port": 80}], "filters": [redirect]})


def refusal_of(client: KubeClient, manifest: Manifest) -> ApiError | None:
    try:
        client.apply(manifest, field_manager="test", dry_run=True)
    except ApiError as error:
        return error
    return None


def changes(report: CrdReport) -> set[str]:
    return {entry.change for entry in report.registrations}


def test_kinds_are_registered_open_then_really_then_open_again_without_losing_objects(
    bare: KubeClient, real_crds: Path
) -> None:
    ref = ObjectRef.of(good_route())

    first = crds.install(bare, _NEEDED, None, silent)
    assert (changes(first), len(first.names("open"))) == ({"added"}, len(_NEEDED))
    bare.apply(good_route(), field_manager="test")
    assert refusal_of(bare, contradictory_route()) is None

    real = crds.install(bare, _NEEDED, real_crds, silent)
    assert (changes(real), len(real.names("real"))) == ({"updated"}, len(_NEEDED))
    assert {entry.replaced for entry in real.registrations} == {"open"}
    assert bare.find(ref)
    refusal = eventually(lambda: refusal_of(bare, contradictory_route()))
    assert refusal
    assert "RequestRedirect" in refusal.message
    assert (refusal.reason, refusal.causes[0].field) == ("Invalid", "spec.rules[0]")

    again = crds.install(bare, _NEEDED, real_crds, silent)
    assert changes(again) == {"kept"}
    assert again.changed == ()

    reopened = crds.install(bare, _NEEDED, None, silent)
    assert {entry.replaced for entry in reopened.registrations} == {"real"}
    assert bare.find(ref)
    assert eventually(lambda: refusal_of(bare, contradictory_route()) is None)


def test_a_kind_that_is_needed_later_is_added_while_the_cluster_runs(bare: KubeClient) -> None:
    later = kinds.used_by([("keda.sh/v1alpha1", "ScaledObject")])

    report = crds.install(bare, later, None, silent)

    assert report.names("open") == ("scaledobjects.keda.sh",)
    assert bare.resource("keda.sh/v1alpha1", "ScaledObject").namespaced


def test_an_open_kind_keeps_its_status_apart(bare: KubeClient) -> None:
    crds.install(bare, kinds.used_by([("keda.sh/v1alpha1", "ScaledJob")]), None, silent)
    manifest = {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledJob",
        "metadata": {"name": "drain", "namespace": "default"},
        "spec": {"anything": {"goes": [1, 2]}},
        "status": {"ready": True},
    }

    stored = bare.apply(manifest, field_manager="test", field_validation="Warn")

    assert stored["spec"] == manifest["spec"]
    assert "status" not in stored


def test_the_whole_table_has_real_definitions_and_the_api_server_takes_them(
    sandbox_cluster: SandboxCluster, real_crds: Path
) -> None:
    report = sandbox_cluster.info.crds
    assert report
    open_ones = tuple(kind.crd_name for kind in kinds.table() if kind.kind in NOT_COLLECTED)
    assert report.names("open") == open_ones
    assert len(report.names("real")) == len(kinds.table()) - len(open_ones)
    assert all(sandbox_cluster.client.resource(kind.api_version, kind.kind) for kind in kinds.table())


@pytest.mark.parametrize("config", [{"cassandra-yaml": {"num_tokens": 16}}, None])
def test_a_cassandra_datacenter_takes_its_configuration_as_a_mapping(
    sandbox_cluster: SandboxCluster, real_crds: Path, config: Manifest | None
) -> None:
    storage = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}}
    manifest = {
        "apiVersion": "cassandra.datastax.com/v1beta1",
        "kind": "CassandraDatacenter",
        "metadata": {"name": "dc1", "namespace": "default"},
        "spec": {
            "clusterName": "events",
            "serverType": "cassandra",
            "serverVersion": "5.0.4",
            "size": 3,
            "storageConfig": {"cassandraDataVolumeClaimSpec": storage},
        }
        | ({"config": config} if config else {}),
    }

    stored = sandbox_cluster.client.apply(manifest, field_manager="test", dry_run=True)

    assert stored["spec"].get("config") == config


def test_a_field_that_a_json_schema_does_not_know_is_refused(
    sandbox_cluster: SandboxCluster, real_crds: Path
) -> None:
    manifest = {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": "db", "namespace": "default"},
        "spec": {"secretStoreRef": {"name": "vault"}, "refreshIntervall": "1h"},
    }

    refusal = refusal_of(sandbox_cluster.client, manifest)

    assert refusal
    assert "refreshIntervall" in refusal.message
