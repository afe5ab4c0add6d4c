"""A project is rendered as Pulumi would run it, the same to the byte wherever and whenever."""

import json
import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from pavedroad.preview import PreviewError, UnreadableProjectError, load_project, render
from pavedroad.preview.document import document, read_document, to_text
from tests.support.pulumi_projects import pulumi_project

PROGRAM = """
    import pulumi
    import parts

    config = pulumi.Config()
    parts.declare("web", {"replicas": config.require_int("replicas"), "tags": sorted({"a", "b", "c"})})
    late = parts.declare("late", {"owner": pulumi.Output.from_input("x").apply(lambda x: x * 2)})
    parts.declare("user", {"id": late.id})
    pulumi.export("region", config.get("region"))
"""

PARTS = """
import pulumi

made = []

def declare(name, props):
    made.append(name)
    assert made.count(name) == 1, "modules of an earlier run are still there"
    return pulumi.CustomResource("example:index:Part", name, props)
"""

STACKS = {"dev": "config:\n  shop:replicas: 2\n", "prod": "config:\n  replicas: 3\n  region: {deep: [1]}\n"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = pulumi_project(tmp_path / "shop", PROGRAM, STACKS)
    (root / "infra" / "parts.py").write_text(PARTS, encoding="utf-8")
    return root


def test_main_config_and_modules_beside_the_program_are_found(project: Path) -> None:
    rendering = render(project, "dev")

    inputs = {resource.name: resource.inputs for resource in rendering.resources}
    assert inputs == {
        "web": {"replicas": 2, "tags": ["a", "b", "c"]},
        "late": {"owner": "xx"},
        "user": {"id": "[unknown]"},
    }


def test_environments_do_not_see_each_other_or_leave_anything_behind(project: Path) -> None:
    before, modules = (list(sys.path), Path.cwd(), dict(os.environ)), dict(sys.modules)
    replicas = [
        render(project, stack).resources[2].inputs["replicas"] for stack in load_project(project).stacks()
    ]

    assert replicas == [2, 3]
    assert "parts" not in sys.modules
    assert (list(sys.path), Path.cwd(), dict(os.environ)) == before
    assert all(sys.modules[name] is module for name, module in modules.items())


def test_structured_configuration_reaches_the_program_as_json(project: Path) -> None:
    assert render(project, "prod").outputs == {"region": '{"deep": [1]}'}


def test_what_a_program_prints_does_not_get_into_the_json(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "infra" / "__main__.py").write_text("print('hello')", encoding="utf-8")
    render(project, "dev")
    assert capsys.readouterr() == ("", "hello\n")


def test_the_json_keeps_to_its_published_schema_and_reads_back(project: Path) -> None:
    renderings = [render(project, stack) for stack in ("dev", "prod")]
    content = json.loads(to_text(document(renderings)))
    schema = json.loads(files("pavedroad.preview").joinpath("schema/preview.v1.schema.json").read_text())

    jsonschema.validate(content, schema)
    assert content["stacks"] == ["dev", "prod"]
    assert [each["urn"] for each in content["resources"]] == sorted(
        each["urn"] for each in content["resources"]
    )
    assert list(read_document(to_text(content)).values()) == renderings


def test_two_runs_are_byte_identical_whatever_the_hash_seed(project: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from pavedroad.preview import render; "
        "from pavedroad.preview.document import document, to_text; "
        "sys.stdout.write(to_text(document([render(Path(sys.argv[1]), 'dev')])))"
    )

    def printed(seed: str) -> bytes:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", code, str(project)]
        return subprocess.run(command, env=environment, check=True, capture_output=True).stdout

    assert printed("1") == printed("2")
    assert b"example:index:Part::web" in printed("3")


def test_a_program_that_fails_is_one_line_that_names_the_place(project: Path) -> None:
    (project / "infra" / "__main__.py").write_text("import parts\n\n1 / 0\n", encoding="utf-8")
    with pytest.raises(PreviewError, match=r"for dev: (infra/)?__main__\.py:3: ZeroDivisionError") as caught:
        render(project, "dev")
    assert "\n" not in str(caught.value)


def test_a_syntax_error_in_a_program_names_its_line(project: Path) -> None:
    (project / "infra" / "__main__.py").write_text("x = 1\nif x\n", encoding="utf-8")
    with pytest.raises(PreviewError, match=r"__main__\.py:2: SyntaxError"):
        render(project, "dev")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name: shop\nruntime: nodejs\n", "runtime python"),
        ("name: [\n", "cannot be read"),
        ("- 1\n", "expected the file to be a mapping"),
        ("name: \xff\n", "cannot be read"),
        ("name: shop\nname: sale\n", "cannot be read: a key that stands there twice"),
        ("[" * 100_000, "cannot be read: nested deeper than 200 levels"),
    ],
)
def test_a_project_that_cannot_be_read_is_refused(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "Pulumi.yaml").write_bytes(content.encode("latin-1"))
    with pytest.raises(UnreadableProjectError, match=said):
        load_project(tmp_path)


def test_a_missing_project_or_stack_names_what_there_is(project: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableProjectError, match=r"Pulumi\.yaml is missing"):
        load_project(tmp_path)
    with pytest.raises(UnreadableProjectError, match=r"no stack 'qa'.*stacks: dev, prod"):
        render(project, "qa")


def test_defaults_in_pulumi_yaml_hold_unless_the_stack_says_otherwise(project: Path) -> None:
    file = project / "Pulumi.yaml"
    more = "config:\n  replicas: 7\n  region: {type: string, default: north}\n  other: {type: string}\n"
    file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")

    rendering = render(project, "dev")
    assert rendering.outputs == {"region": "north"}
    assert rendering.resources[2].inputs["replicas"] == 2


def test_owners_come_from_labels_then_from_the_nearest_component(tmp_path: Path) -> None:
    program = """
        import pulumi

        class Service(pulumi.ComponentResource):
            def __init__(self, name, props, opts=None):
                super().__init__("example:index:Service", name, props, opts)

        def part(name, parent=None, labels=None):
            props = {"metadata": {"labels": labels}} if labels else {}
            pulumi.CustomResource("example:index:Part", name, props, pulumi.ResourceOptions(parent=parent))

        team = Service("team", {"team": "orders"})
        service = Service("service", {"team": "orders", "service": "cart"}, pulumi.ResourceOptions(parent=team))
        part("inner", service)
        part("outer", team)
        part("labelled", service, {"pavedroad.dev/team": "pay", "pavedroad.dev/service": "till"})
        part("alone")
    """
    rendering = render(pulumi_project(tmp_path, program), "dev")
    owners = {resource.name: (resource.team, resource.service) for resource in rendering.resources}
    assert owners == {
        "team": ("orders", None),
        "service": ("orders", "cart"),
        "inner": ("orders", "cart"),
        "outer": ("orders", None),
        "labelled": ("pay", "till"),
        "alone": (None, None),
    }
