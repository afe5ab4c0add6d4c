"""Resources of any origin are judged as if a program had just declared them; what cannot be read is one clear error."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from pavedroad.governance import Change, Opaque, Resource, Verdict, judge
from pavedroad.policy import SourceError
from pavedroad.policy.sources import exported, manifests, previewed, unlisted
from policies.areas import RULES
from tests.support.governed import DEPLOYMENT, POD, resource, verdicts, workload

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "AAABAF"}
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
URN = "urn:pulumi:prod::shop::{}::{}"
DEPLOYED = {"apiVersion": "apps/v1", "kind": "Deployment"} | workload()


def state_of(type_: str, name: str, inputs: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"urn": URN.format(type_, name), "type": type_, "custom": True, "inputs": inputs} | more


def file_of(tmp_path: Path, content: object) -> Path:
    file = tmp_path / "given.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def said(resources: list[Resource]) -> dict[str, Verdict]:
    """Judge resources, and give the worst verdict of each control."""
    return {control: verdict for (control, _), verdict in verdicts(judge(RULES, resources)).items()}


def test_an_object_gets_the_same_verdicts_from_every_source(tmp_path: Path) -> None:
    as_yaml = tmp_path / "web.yaml"
    as_yaml.write_text(yaml.safe_dump(DEPLOYED))
    exported_state = {"version": 3, "deployment": {"resources": [state_of(DEPLOYMENT, "web", DEPLOYED)]}}
    previewed_steps = {"steps": [{"op": "create", "newState": state_of(DEPLOYMENT, "web", DEPLOYED)}]}
    directly = said([resource(DEPLOYMENT, DEPLOYED)])
    hinges_on_secret_marks = {"credentials-marked-secret"}
    for found in (
        manifests([as_yaml]),
        exported(file_of(tmp_path, exported_state)),
        previewed(file_of(tmp_path, previewed_steps)),
    ):
        assert {k: v for k, v in said(found).items() if k not in hinges_on_secret_marks} == {
            k: v for k, v in directly.items() if k not in hinges_on_secret_marks
        }


def test_secrets_and_unknown_values_are_marks_and_the_secret_ones_are_named(tmp_path: Path) -> None:
    inputs = {"stringData": {"a": SECRET, "b": UNKNOWN, "c": "plain"}, "list": [{"d": "[secret]"}]}
    step = {"op": "create", "newState": state_of("kubernetes:core/v1:Secret", "s", inputs)}
    (found,) = previewed(file_of(tmp_path, {"steps": [step]}))
    assert found.properties.value == {
        "stringData": {"a": Opaque.SECRET, "b": Opaque.UNKNOWN, "c": "plain"},
        "list": [{"d": Opaque.SECRET}],
    }
    assert found.secrets == frozenset({"stringData.a", "list[0].d"})


def test_a_preview_tells_what_would_be_deleted_or_replaced(tmp_path: Path) -> None:
    steps = [
        {"op": "same", "newState": state_of(POD, "kept", {})},
        {"op": "delete", "oldState": state_of(POD, "gone", {})},
        {"op": "create-replacement", "newState": state_of(POD, "again", {})},
        {"op": "replace", "newState": state_of(POD, "again", {}), "oldState": state_of(POD, "again", {})},
        {"op": "delete-replaced", "oldState": state_of(POD, "again", {})},
        {"op": "read", "newState": state_of(POD, "looked-at", {})},
        {"op": "same", "newState": state_of("pulumi:pulumi:Stack", "shop-prod", {})},
    ]
    found = previewed(file_of(tmp_path, {"steps": steps}))
    assert {each.name: each.change for each in found} == {
        "kept": None,
        "gone": Change.DELETE,
        "again": Change.REPLACE,
    }


def test_a_state_leaves_out_what_is_only_read_or_about_to_be_deleted(tmp_path: Path) -> None:
    states = [
        state_of(POD, "kept", {}, protect=True, parent="urn:parent", propertyDependencies={"a": ["urn:b"]}),
        state_of(POD, "old", {}, delete=True),
        state_of(POD, "read", {}, external=True),
        state_of("pulumi:pulumi:Stack", "shop-prod", {}),
    ]
    for content in ({"deployment": {"resources": states}}, {"checkpoint": {"latest": {"resources": states}}}):
        (found,) = exported(file_of(tmp_path, content))
        assert (found.name, found.protect, found.parent) == ("kept", True, "urn:parent")
        assert found.references == {"a": ("urn:b",)}


def test_an_empty_state_has_nothing_to_judge(tmp_path: Path) -> None:
    assert exported(file_of(tmp_path, {"version": 3, "deployment": {}})) == []
    assert exported(file_of(tmp_path, {"checkpoint": {"latest": None}})) == []


def test_every_object_of_a_file_has_its_own_line_and_a_list_s_objects_are_its_items(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    file = tmp_path / "deep" / "all.yml"
    items = {"apiVersion": "v1", "kind": "List", "items": [DEPLOYED, DEPLOYED]}
    file.write_text(f"# first\n{yaml.safe_dump(DEPLOYED)}---\n---\n{yaml.safe_dump(items)}")
    found = manifests([tmp_path])
    assert [each.type for each in found] == [DEPLOYMENT] * 3
    first, second, third = (each.position for each in found)
    assert first is not None
    assert (first.file, first.line) == (str(file), 2)
    assert second == third != first
    assert len({each.key for each in found}) == 3


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: [1", "given.yaml:2:1: not YAML that can be read"),
        ("- 1", "given.yaml:1:1: expected a Kubernetes object"),
        ("kind: Pod\n---\nkind: Pod", "given.yaml:1:1: expected a Kubernetes object"),
        ("{{ if .Values.x }}\na: 1\n{{ end }}", "a template must be rendered first"),
        ("!!python/object:os.system {}", "not YAML that can be read"),
        ("\x00", "given.yaml: not text in UTF-8 or UTF-16"),
        ("", "given.yaml: no Kubernetes object in it"),
        ("---\n# nothing\n", "given.yaml: no Kubernetes object in it"),
        (
            "kind: Pod\nspec:\n  a: 1\n  b: 2\n  a: 3\n",
            "given.yaml:5:3: not YAML that can be read: a key that stands there twice",
        ),
        ("[" * 100_000, "given.yaml:1:201: not YAML that can be read: nested deeper than 200 levels"),
        ("- " * 100_000, "given.yaml:1:401: not YAML that can be read: nested deeper than 200 levels"),
        (
            "a: &a [1, 2]\nb: {c: *a}\nd: &d [*d]\n",
            "given.yaml:3:8: not YAML that can be read: an alias that stands for what it is part of",
        ),
    ],
)
def test_what_is_no_manifest_is_an_error_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "given.yaml"
    file.write_text(text)
    with pytest.raises(SourceError) as raised:
        manifests([file])
    assert fault in str(raised.value).splitlines()[0]


@pytest.mark.parametrize("read", [lambda file: manifests([file]), previewed, exported])
def test_what_does_not_say_how_much_it_holds_is_read_no_further_than_allowed(
    monkeypatch: pytest.MonkeyPatch, read: Any
) -> None:
    for module in ("manifests", "engine_json"):
        monkeypatch.setattr(sys.modules[f"pavedroad.policy.sources.{module}"], "LARGEST_FILE", 2**20)
    with pytest.raises(SourceError, match="/dev/zero: larger than 1 MiB"):
        read(Path("/dev/zero"))


def test_standard_input_is_never_read_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    text = yaml.safe_dump_all([DEPLOYED] * 3).encode()
    for limit, fault in ((len(text), None), (len(text) - 1, "-: larger than")):
        monkeypatch.setattr(sys.modules["pavedroad.policy.sources.manifests"], "LARGEST_FILE", limit)
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
        if fault is None:
            assert len(manifests([Path("-")])) == 3
        else:
            with pytest.raises(SourceError, match=fault):
                manifests([Path("-")])


def test_a_merge_may_say_again_what_it_merges(tmp_path: Path) -> None:
    file = tmp_path / "given.yaml"
    file.write_text("apiVersion: v1\nkind: ConfigMap\ndata: &a {a: 1}\nmore: {<<: *a, a: 2}\n")
    (found,) = manifests([file])
    assert found.properties.at("more.a").value == 2


def aliased(levels: int) -> str:
    """Write an object whose aliases stand for some 10 to the power of ``levels`` values."""
    lines = ["a0: &a0 x", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels + 1))]
    return "\n".join([*lines, "apiVersion: v1", "kind: Secret", f"data: *a{levels}", ""])


def test_aliases_are_read_unless_they_stand_for_far_more_than_is_written(tmp_path: Path) -> None:
    file = tmp_path / "given.yaml"
    file.write_text(aliased(3))
    (found,) = manifests([file])
    assert [len(each.value) for each in found.properties.items("data") if isinstance(each.value, list)] == [
        10
    ] * 10
    file.write_text(aliased(8))
    with pytest.raises(
        SourceError, match=r"given\.yaml:\d+:\d+: .*: aliases that stand for more than 100,000"
    ):
        manifests([file])


def test_what_is_nested_within_reason_is_read_however_much_there_is(tmp_path: Path) -> None:
    deep = "{a: " * 150 + "1" + "}" * 150
    file = tmp_path / "given.yaml"
    file.write_text(f"apiVersion: v1\nkind: ConfigMap\ndata: {deep}\nlist: [{'{}, ' * 500}]\n")
    assert len(manifests([file])) == 1


@pytest.mark.parametrize("levels", [490, 100_000])
def test_a_preview_or_state_that_nests_without_end_is_one_clear_error(tmp_path: Path, levels: int) -> None:
    inputs = '{"a":' * levels + "1" + "}" * levels
    preview = (
        f'{{"steps": [{{"op": "create", "newState": {{"urn": "u", "type": "t", "inputs": {inputs}}}}}]}}'
    )
    with pytest.raises(SourceError, match=r"given\.json: .*(nested too deeply|RecursionError)"):
        previewed(file_of(tmp_path, preview))


def test_all_faults_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.yaml").write_text("kind: 1\n---\napiVersion: v1\n")
    with pytest.raises(SourceError) as raised:
        manifests([tmp_path / "empty", tmp_path / "bad.yaml", tmp_path / "missing.yaml"])
    lines = str(raised.value).splitlines()
    assert len(lines) == 4
    assert lines[0].endswith("empty: no YAML or JSON file in it")
    assert lines[3].endswith("missing.yaml: cannot be read: No such file or directory")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("{", ":1:2: not JSON"),
        ("[]", "expected what `pulumi preview --json` prints"),
        ({"steps": [1]}, "a step is not a mapping"),
        ({"steps": [{"op": "create", "newState": {"type": "x"}}]}, "a resource has no urn or no type"),
        ({"steps": [{"op": "create", "newState": "x"}]}, "a step is not a mapping"),
    ],
)
def test_what_is_no_preview_is_one_clear_error(tmp_path: Path, content: object, fault: str) -> None:
    with pytest.raises(SourceError, match=r"given\.json") as raised:
        previewed(file_of(tmp_path, content))
    assert fault in str(raised.value)


@pytest.mark.parametrize("content", ["[]", {}, {"deployment": 1}, {"deployment": {"resources": [1]}}, "null"])
def test_what_is_no_state_is_one_clear_error(tmp_path: Path, content: object) -> None:
    with pytest.raises(SourceError, match=r"given\.json: expected what `pulumi stack export` writes"):
        exported(file_of(tmp_path, content))


def test_what_a_preview_leaves_out_because_nothing_happens_to_it_is_counted(tmp_path: Path) -> None:
    steps = [{"op": "same", "newState": state_of(POD, "kept", {})}]
    told = {"steps": steps, "changeSummary": {"same": 4, "update": 1}}
    assert unlisted(file_of(tmp_path, told)) == 3
    assert unlisted(file_of(tmp_path, {"steps": steps, "changeSummary": {"same": 1}})) == 0
    assert unlisted(file_of(tmp_path, {"steps": []})) == 0
