"""Properties over generated projects: what fits together is read back as it was written."""

from pathlib import Path
from tempfile import TemporaryDirectory

import yaml
from hypothesis import HealthCheck, given, settings

from pavedroad.descriptor import check_project, load_project
from pavedroad.descriptor.environment import EnvironmentDescriptor
from pavedroad.descriptor.team import TeamDescriptor
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


class _Dumper(yaml.SafeDumper):
    """Writes equal values out instead of aliases, which descriptors do not have."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 PyYAML's signature
        return True


def _dump(document: Document) -> str:
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False)
