"""The slices of an environment in a preview: the same stacks as in its plan, with one configuration for all."""

from pathlib import Path

import pytest

from pavedroad.descriptor import load_project as load_descriptors
from pavedroad.plan.resolve import resolve
from pavedroad.preview import UnreadableProjectError, load_project, render
from pavedroad.preview.slices import stacks_of_environment
from tests.support.projects import ROOT
from tests.support.pulumi_projects import pulumi_project

PROGRAM = """
import pulumi
pulumi.export("size", pulumi.Config().get("size"))
"""
SMALL, LARGE = "config: {shop:size: small}", "config: {shop:size: large}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two teams and one configuration for each environment."""
    root = pulumi_project(tmp_path, PROGRAM, {"dev": SMALL, "prod": LARGE})
    for team in ("orders", "carts"):
        describe(root, f"teams/{team}", f"team: {team}")
    return root


def describe(root: Path, name: str, text: str) -> None:
    file = root / "stacks" / f"{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "slices"),
    [
        ("slices: true", ["prod.platform", "prod.carts", "prod.orders"]),
        ("slices: true\nteams: [orders]", ["prod.platform", "prod.orders"]),
        ("slices: true\nteams: []", ["prod.platform"]),
        ("aws: {}\nteams: [orders]", ["prod.cloud", "prod.platform", "prod.orders"]),
        ("slices: false", ["prod"]),
        ("slices: 'true'", ["prod"]),
        ("teams: [", ["prod"]),
        ("- slices: true", ["prod"]),
        ("slices: true\nteams: orders", ["prod.platform"]),
        ("\xff", ["prod"]),
    ],
)
def test_what_an_environments_file_says_decides_into_which_stacks_it_is_cut(
    project: Path, text: str, slices: list[str]
) -> None:
    describe(project, "environments/prod", text)
    assert stacks_of_environment(project, "prod") == slices
    assert load_project(project).stacks() == sorted(["dev", *slices])


@pytest.mark.parametrize("environment", sorted(load_descriptors(ROOT).environments))
def test_the_stacks_are_those_of_the_plan(environment: str) -> None:
    descriptors = load_descriptors(ROOT)
    plan = resolve(descriptors.teams, descriptors.environments[environment], descriptors.files)
    assert stacks_of_environment(ROOT, environment) == list(plan.stacks)


def test_slices_share_the_configuration_of_their_environment_but_for_one_that_has_its_own(
    project: Path,
) -> None:
    describe(project, "environments/prod", "slices: true")
    (project / "infra" / "config" / "Pulumi.prod.orders.yaml").write_text(SMALL)
    sizes = {
        stack: render(project, stack).outputs["size"] for stack in load_project(project).stacks_of("prod")
    }
    assert sizes == {"prod.carts": "large", "prod.orders": "small", "prod.platform": "large"}


def test_a_slice_of_an_environment_without_configuration_is_no_stack(project: Path) -> None:
    with pytest.raises(
        UnreadableProjectError, match=r"there is no stack 'test.orders' .*; stacks: dev, prod"
    ):
        load_project(project).config("test.orders")


def test_a_link_that_leads_nowhere_is_no_stack(project: Path) -> None:
    (project / "infra" / "config" / "Pulumi.gone.orders.yaml").symlink_to("Pulumi.gone.yaml")
    assert load_project(project).stacks() == ["dev", "prod"]
