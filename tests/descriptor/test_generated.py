"""Properties over generated projects: what fits together is read back as it was written."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from pavedroad.descriptor import check_project, load_project
from pavedroad.descriptor.environment import EnvironmentDescriptor
from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.descriptor.yaml_source import parse
from tests.support.descriptors import Document, documents, projects

slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(projects())
@slow
def test_generated_projects_fit_together(
    project: tuple[dict[str, TeamDescriptor], dict[str, EnvironmentDescriptor]],
) -> None:
    teams, environments = project
    assert check_project(teams, environments) == []


@given(documents())
@slow
def test_a_dumped_project_is_loaded_as_it_was(
    project: tuple[dict[str, Document], dict[str, Document]],
) -> None:
    teams, environments = project
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "Pulumi.yaml").write_text("name: test\n")
        for place, written in (("teams", teams), ("environments", environments)):
            (root / "stacks" / place).mkdir(parents=True)
            for name, document in written.items():
                (root / "stacks" / place / f"{name}.yaml").write_text(_dump(document))
        loaded = load_project(root)
    assert loaded.teams == {name: TeamDescriptor.model_validate(teams[name]) for name in sorted(teams)}
    assert loaded.environments == {
        name: EnvironmentDescriptor.model_validate(environments[name]) for name in sorted(environments)
    }


@pytest.mark.parametrize(
    "text", ["0E0", "1e3", "0x1F", "1_000", "12:30", "2026-01-02", "~", "yes", "null", "", "a: b"]
)
def test_a_text_that_looks_like_something_else_is_dumped_as_a_text(text: str) -> None:
    assert parse(_dump({text: text})) == {text: text}


class _Dumper(yaml.SafeDumper):
    """Writes equal values out instead of aliases, which descriptors do not have, and quotes all but plain words."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 PyYAML's signature
        return True


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", text, style=None if _WORD.fullmatch(text) else '"'
    )


_WORD = re.compile(r"[a-z][a-z-]*")
"""What no reader takes for anything but a text; of the few words that mean something, PyYAML itself knows."""

_Dumper.add_representer(str, _quoted)


def _dump(document: Document) -> str:
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False)
