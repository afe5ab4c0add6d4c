"""Reading third-party definitions: both forms, the table against the real ones, and damaged files."""

import json
from pathlib import Path
from typing import Any

import pytest

from pavedroad.sandbox.definitions import DefinitionError, DefinitionFolder, open_definition
from pavedroad.sandbox.kinds import CustomKind, table, used_by
from tests.support.crds import NOT_COLLECTED

_WIDGET = CustomKind(group="example.com", versions=("v1",), kind="Widget", plural="widgets", namespaced=True)

_CRD = """\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.example.com
spec:
  group: example.com
  scope: Cluster
  conversion: {strategy: Webhook, webhook: {conversionReviewVersions: [v1]}}
  names: {kind: Widget, plural: widgets}
  versions:
    - name: v1alpha1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object}}
    - name: v1
      served: true
      storage: false
      schema:
        openAPIV3Schema:
          type: object
          properties:
            comparison: {type: string, enum: [=]}
"""


def schema_of(manifest: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = manifest["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return schema


def definition_of(folder: Path, kind: CustomKind = _WIDGET) -> dict[str, Any]:
    found = DefinitionFolder(folder).find(kind)
    assert found
    return found.manifest()


def test_a_definition_is_cut_to_the_version_in_use_and_its_webhook_is_turned_off(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text("# a first document\n---\n" + _CRD)

    spec = definition_of(tmp_path)["spec"]

    assert spec["scope"] == "Cluster"
    assert "conversion" not in spec
    assert [(version["name"], version["storage"]) for version in spec["versions"]] == [("v1", True)]
    assert schema_of({"spec": spec}) == {
        "type": "object",
        "properties": {"comparison": {"type": "string", "enum": ["="]}},
    }


def test_a_json_schema_is_wrapped_with_what_the_table_knows(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"spec": {"type": "object", "additionalProperties": False}}}
    (tmp_path / "example.com_widget_v1.json").write_text(json.dumps(schema))

    manifest = definition_of(tmp_path)

    assert manifest["spec"]["names"]["plural"] == "widgets"
    assert manifest["spec"]["versions"][0]["subresources"] == {"status": {}}
    assert schema_of(manifest) == {"type": "object", "properties": {"spec": {"type": "object"}}}


def test_the_less_deeply_nested_definition_wins(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "widgets.yaml").write_text(_CRD)
    (tmp_path / "example.com_widget_v1.json").write_text('{"type": "object", "required": ["spec"]}')

    assert schema_of(definition_of(tmp_path)) == {"type": "object", "required": ["spec"]}


def test_the_digest_changes_with_the_file_and_differs_from_the_open_one(tmp_path: Path) -> None:
    digests = {open_definition(_WIDGET).digest}
    for text in (_CRD, _CRD.replace("Cluster", "Namespaced")):
        (tmp_path / "widgets.yaml").write_text(text)
        found = DefinitionFolder(tmp_path).find(_WIDGET)
        assert found
        digests.add(found.digest)

    assert len(digests) == 3


def test_a_kind_that_the_folder_lacks_is_not_found(tmp_path: Path) -> None:
    assert DefinitionFolder(tmp_path).find(_WIDGET) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            _CRD.replace("name: v1\n", "name: v2\n"),
            "defines widgets.example.com in v1alpha1, v2; the platform uses v1",
        ),
        (_CRD.replace("  versions:", "  versions: ["), "holds no usable definition of widgets.example.com"),
        (_CRD[: _CRD.index("  versions:")], "holds no usable definition of widgets.example.com"),
    ],
)
def test_an_unusable_definition_is_refused_with_its_file_named(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "widgets.yaml").write_text(text)

    with pytest.raises(DefinitionError, match=f"widgets.yaml {message}"):
        definition_of(tmp_path)


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="nowhere is no folder"):
        DefinitionFolder(tmp_path / "nowhere")


def test_an_open_definition_serves_every_version_and_stores_the_first() -> None:
    (grant,) = used_by([("gateway.networking.k8s.io/v1beta1", "ReferenceGrant")])

    versions = open_definition(grant).manifest()["spec"]["versions"]

    assert [(version["name"], version["storage"]) for version in versions] == [
        ("v1", True),
        ("v1beta1", False),
    ]
    assert all(
        version["schema"]["openAPIV3Schema"]["x-kubernetes-preserve-unknown-fields"] for version in versions
    )


def test_built_in_kinds_are_no_custom_kinds() -> None:
    assert used_by([("apps/v1", "Deployment"), ("v1", "Service")]) == ()


def test_no_two_kinds_of_the_table_share_a_definition() -> None:
    assert len({kind.crd_name for kind in table()}) == len(table())


def test_the_table_says_what_the_real_definitions_say(real_crds: Path) -> None:
    folder = DefinitionFolder(real_crds)
    for kind in (each for each in table() if each.kind not in NOT_COLLECTED):
        found = folder.find(kind)
        assert found, kind
        spec = found.manifest()["spec"]
        assert spec["names"]["kind"] == kind.kind
        assert spec["names"]["plural"] == kind.plural
        assert (spec["scope"] == "Namespaced") == kind.namespaced, kind
        assert tuple(version["name"] for version in spec["versions"]) == kind.versions, kind
