"""Kubernetes objects as files: one each, the same every time, and nothing of anyone else's is touched."""

from pathlib import Path

import pytest
import yaml

from pavedroad.preview import PreviewError
from pavedroad.preview.manifests import MARKER, write_manifests
from tests.support.renderings import kubernetes, manifest, rendering, resource

SERVICE = manifest("v1", "Service", "web", spec={"ports": [{"port": 80}], "on": "no"})
NAMESPACE = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "orders"}}


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_each_object_is_one_file_that_reads_back_as_it_was(tmp_path: Path) -> None:
    other = resource("aws:s3:Bucket", "b", {"kind": "Service", "apiVersion": "v1"})
    component = kubernetes(manifest("v1", "Pod"), custom=False)
    written = write_manifests(
        [rendering(kubernetes(SERVICE), kubernetes(NAMESPACE), other, component)], tmp_path
    )

    assert written == [tmp_path / "_cluster/namespace-orders.yaml", tmp_path / "orders/service-web.yaml"]
    assert [yaml.safe_load(path.read_text(encoding="utf-8")) for path in written] == [NAMESPACE, SERVICE]


def test_writing_again_gives_the_same_bytes_and_removes_what_is_stale(tmp_path: Path) -> None:
    write_manifests([rendering(kubernetes(SERVICE), kubernetes(NAMESPACE))], tmp_path)
    first = tree(tmp_path)
    write_manifests([rendering(kubernetes(SERVICE), kubernetes(NAMESPACE))], tmp_path)
    assert tree(tmp_path) == first

    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    write_manifests([rendering(kubernetes(SERVICE))], tmp_path)
    assert set(tree(tmp_path)) == {"orders/service-web.yaml", "notes.txt", MARKER}
    assert not (tmp_path / "_cluster").exists()


def test_a_file_of_someone_elses_is_never_overwritten(tmp_path: Path) -> None:
    theirs = tmp_path / "orders" / "service-web.yaml"
    theirs.parent.mkdir()
    theirs.write_text("mine", encoding="utf-8")
    with pytest.raises(PreviewError, match=r"service-web\.yaml was not written by this command"):
        write_manifests([rendering(kubernetes(SERVICE))], tmp_path)
    assert tree(tmp_path) == {"orders/service-web.yaml": b"mine"}


def test_a_marker_that_lists_files_outside_removes_none_of_them(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside.yaml", tmp_path / "out"
    outside.touch()
    folder.mkdir()
    (folder / MARKER).write_text(f"../outside.yaml\n{outside}\n", encoding="utf-8")
    write_manifests([rendering(kubernetes(SERVICE))], folder)
    assert outside.exists()


def test_names_cannot_lead_elsewhere(tmp_path: Path) -> None:
    hostile = kubernetes(manifest("v1", "Service", "../../x", "../.."))
    [written] = write_manifests([rendering(hostile)], tmp_path / "out")
    assert written.resolve().is_relative_to(tmp_path / "out")


def test_kinds_of_two_groups_with_one_name_both_get_a_file(tmp_path: Path) -> None:
    knative = kubernetes(manifest("serving.knative.dev/v1", "Service", "web"))
    written = write_manifests([rendering(kubernetes(SERVICE), knative)], tmp_path)
    assert [path.name for path in written] == [
        "service.core-web.yaml",
        "service.serving.knative.dev-web.yaml",
    ]


def test_one_object_declared_twice_is_refused(tmp_path: Path) -> None:
    twice = [kubernetes(SERVICE, urn=f"urn:pulumi:dev::shop::{name}::x") for name in "ab"]
    with pytest.raises(PreviewError, match="two resources declare the same object"):
        write_manifests([rendering(*twice)], tmp_path)


def test_several_stacks_have_a_folder_each(tmp_path: Path) -> None:
    stacks = [rendering(kubernetes(SERVICE), stack=stack) for stack in ("dev", "prod")]
    written = write_manifests(stacks, tmp_path)
    assert written == [tmp_path / stack / "orders/service-web.yaml" for stack in ("dev", "prod")]
