"""Exemptions are read from descriptors, environments' files and a plain file, each word with its effect."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
import yaml

from pavedroad.descriptor import DescriptorFaults, Project, load_project
from pavedroad.descriptor.checks import check_project
from pavedroad.descriptor.environment import EnvironmentDescriptor
from pavedroad.descriptor.exemptions import (
    ExemptionsFile,
    ExemptionSpec,
    PlatformExemption,
    TeamExemption,
)
from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.governance.exemptions import (
    LONGEST_DAYS,
    TEAMS_MAY_GRANT,
    DeclaredTarget,
    Exemption,
    Grantor,
    ObjectTarget,
    OwnedTarget,
)
from pavedroad.intent import EXEMPTIONS_FILE, exemptions_of, load_exemptions_file
from policies.areas import RULES
from tests.support.example import EXAMPLE, FILES
from tests.support.words import changes

PLATFORMS: dict[str, Any] = {
    "control": "containers-not-privileged",
    "kind": "DaemonSet",
    "namespace": "kube-system",
    "name": "node-agent",
    "reason": "it reads what the kernel says",
    "owner": "platform@example.com",
    "granted": "2026-11-02",
    "expires": "2026-11-30",
}
TEAMS: dict[str, Any] = {
    "control": "services-replicated",
    "service": "packer",
    "reason": "one packer at a time",
    "owner": "showcase@example.com",
    "granted": "2026-11-02",
    "expires": "2026-11-30",
}


@pytest.fixture(scope="module")
def project() -> Project:
    return load_project(EXAMPLE)


def of(project: Project, control: str) -> Exemption:
    return next(each for each in exemptions_of(project, "showcase") if each.control == control)


def without_position(exemptions: Iterable[Exemption]) -> list[Exemption]:
    return [replace(each, position=None) for each in exemptions]


def test_the_example_shows_every_kind_of_target(project: Project) -> None:
    targets = [each.target for each in exemptions_of(project, "showcase")]
    assert {type(each) for each in targets} == {OwnedTarget, ObjectTarget, DeclaredTarget}
    owned = [each for each in targets if isinstance(each, OwnedTarget)]
    assert {(bool(each.service), bool(each.store), bool(each.topic)) for each in owned} == {
        (True, False, False),
        (True, True, False),
        (False, False, True),
    }


def test_the_example_names_controls_that_there_are(project: Project) -> None:
    known = {rule.control.identifier for rule in RULES}
    assert {each.control for each in exemptions_of(project, "showcase")} - known == set()


def test_every_exemption_knows_its_line_and_who_grants_it(project: Project) -> None:
    for each in exemptions_of(project, "showcase"):
        assert each.position is not None
        line = (EXAMPLE / each.position.file).read_text().splitlines()[each.position.line - 1]
        assert line.endswith(f"- control: {each.control}")
        teams = each.position.file == "stacks/teams/showcase.yaml"
        assert each.grantor is (Grantor.TEAM if teams else Grantor.PLATFORM)


def changed(project: Project, owner: str, word: str, index: int, value: object) -> list[Exemption] | None:
    """Give the exemptions with one word of one of them changed; None where that is refused."""
    descriptors: dict[str, Mapping[str, Any]] = {"team": project.teams, "environment": project.environments}
    described = descriptors[owner]["showcase"]
    written = described.model_dump(exclude_unset=True)
    written["exemptions"][index][word] = value
    try:
        again = type(described).model_validate(written)
    except ValueError:
        return None
    teams, environments = project.teams, project.environments
    if isinstance(again, TeamDescriptor):
        teams = {**teams, "showcase": again}
    elif isinstance(again, EnvironmentDescriptor):
        environments = {"showcase": again}
    if check_project(teams, environments, FILES):
        return None
    return exemptions_of(replace(project, teams=teams, environments=environments), "showcase")


def every_change(project: Project) -> Iterable[tuple[str, int, str, ExemptionSpec, tuple[object, ...]]]:
    for owner, described in (
        ("team", project.teams["showcase"]),
        ("environment", project.environments["showcase"]),
    ):
        for index, spec in enumerate(described.exemptions):
            for change in changes(spec):
                if len(change.path) == 1:
                    yield owner, index, str(change.path[0]), spec, change.candidates


def test_every_word_of_an_exemption_has_an_effect_or_is_refused_otherwise(project: Project) -> None:
    before = exemptions_of(project, "showcase")
    effects: dict[str, set[str]] = {}
    for owner, index, word, _, candidates in every_change(project):
        for candidate in candidates:
            after = changed(project, owner, word, index, candidate)
            effect = "refused" if after is None else "nothing" if after == before else "something"
            effects.setdefault(f"{owner}.{word}", set()).add(effect)
    assert [word for word, found in effects.items() if "nothing" in found] == []
    names = {"team.service", "team.store", "team.topic", "environment.namespace", "environment.kind"}
    refused = {word for word, found in effects.items() if found == {"refused"}}
    assert refused <= names


def test_names_on_objects_are_those_that_a_rename_keeps(project: Project) -> None:
    store = next(
        each.target
        for each in exemptions_of(project, "showcase")
        if isinstance(each.target, OwnedTarget) and each.target.store
    )
    assert isinstance(store, OwnedTarget)
    assert (store.team, store.service, store.store) == ("showcase", "shop", "ledger")
    assert dict(store.labels) == {
        "pavedroad.dev/team": "exhibition",
        "pavedroad.dev/service": "store-front",
        "pavedroad.dev/store": "store-front-accounts",
    }


def test_a_teams_exemption_can_hold_in_some_environments_alone(project: Project) -> None:
    elsewhere = project.environments["showcase"].model_copy(update={"environment": "other"})
    both = replace(project, environments={**project.environments, "other": elsewhere})
    both.sources["stacks/environments/other.yaml"] = project.sources["stacks/environments/showcase.yaml"]
    limited = [each for each in project.teams["showcase"].exemptions if each.environments]
    here = {(each.control, each.target) for each in exemptions_of(both, "showcase")}
    there = {(each.control, each.target) for each in exemptions_of(both, "other")}
    assert {control for control, _ in here - there} == {each.control for each in limited}


def test_a_team_that_does_not_stand_in_an_environment_exempts_nothing_there(project: Project) -> None:
    empty = project.environments["showcase"].model_copy(update={"teams": ("partner",), "exemptions": ()})
    alone = replace(project, environments={"showcase": empty})
    assert exemptions_of(alone, "showcase") == []


@pytest.mark.parametrize(
    ("word", "value", "said"),
    [
        ("service", "paker", "did you mean packer?"),
        ("environments", ["showcas"], "did you mean showcase?"),
        ("store", "grap", "did you mean graph?"),
        ("topic", "tasks", "exactly one of service and topic"),
        ("expires", "2026-02-30", "no calendar has this day"),
        ("expires", "tomorrow", "a day such as 2027-01-31"),
        ("control", "No such control", "a control's identifier"),
        ("reason", "because", "at least 10 characters"),
        ("owner", "the team", "a mail address"),
        ("severity", "low", "expected one of"),
    ],
)
def test_a_teams_mistake_is_told_where_it_stands(tmp_path: Path, word: str, value: object, said: str) -> None:
    fault = str(_faults(tmp_path, team=TEAMS | {word: value}))
    assert said in fault
    assert fault.startswith("stacks/teams/showcase.yaml:")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (PLATFORMS | {"type": "aws:s3/bucket:Bucket"}, "exactly one of kind and type"),
        ({**PLATFORMS, "namespace": None, "name": "node-*"}, "kind and namespace"),
        (
            {word: value for word, value in PLATFORMS.items() if word != "kind"},
            "exactly one of kind and type",
        ),
        (PLATFORMS | {"name": "*"}, "the name of an object or resource"),
        (PLATFORMS | {"name": "n*de"}, "the name of an object or resource"),
        (PLATFORMS | {"kind": "daemon set"}, "a kind of Kubernetes objects"),
        (PLATFORMS | {"service": "shop"}, "expected one of"),
    ],
)
def test_the_platforms_mistake_is_told_where_it_stands(
    tmp_path: Path, given: dict[str, Any], said: str
) -> None:
    written = {word: value for word, value in given.items() if value is not None}
    fault = str(_faults(tmp_path, platform=written))
    assert said in fault
    assert fault.startswith("stacks/environments/showcase.yaml:")


def _faults(
    root: Path, *, team: dict[str, Any] | None = None, platform: dict[str, Any] | None = None
) -> DescriptorFaults:
    for file in EXAMPLE.rglob("*"):
        target = root / file.relative_to(EXAMPLE)
        target.mkdir(exist_ok=True) if file.is_dir() else target.write_text(file.read_text())
    for folder, exemption in (("teams", team), ("environments", platform)):
        if exemption:
            file = root / "stacks" / folder / "showcase.yaml"
            before, _, _ = file.read_text().partition("exemptions:")
            file.write_text(
                f"{before}exemptions:\n- {yaml.safe_dump(exemption).replace(chr(10), chr(10) + '  ')}"
            )
    with pytest.raises(DescriptorFaults) as caught:
        load_project(root)
    return caught.value


def test_a_project_without_environments_lists_its_exemptions_in_a_file(tmp_path: Path) -> None:
    file = {"apiVersion": "pavedroad.dev/v1", "kind": "Exemptions", "exemptions": [PLATFORMS]}
    (tmp_path / EXEMPTIONS_FILE).write_text(yaml.safe_dump(file, sort_keys=False).replace("'", ""))
    (exemption,) = load_exemptions_file(tmp_path)
    assert exemption.grantor is Grantor.PLATFORM
    assert exemption.target == ObjectTarget(kind="DaemonSet", namespace="kube-system", name="node-agent")
    assert str(exemption.position) == f"{EXEMPTIONS_FILE}:4:3"


def test_a_project_needs_no_file_of_exemptions(tmp_path: Path) -> None:
    assert load_exemptions_file(tmp_path) == []


def test_what_is_wrong_in_a_file_of_exemptions_is_told_at_its_line(tmp_path: Path) -> None:
    text = "apiVersion: pavedroad.dev/v1\nkind: Exemptions\nexemptions:\n- {control: x, kind: Pod}\n"
    (tmp_path / EXEMPTIONS_FILE).write_text(text)
    with pytest.raises(DescriptorFaults, match=r"policy-exemptions\.yaml:4:3: exemptions\[0\]") as caught:
        load_exemptions_file(tmp_path)
    assert "given nothing" in str(caught.value)


@pytest.mark.parametrize(
    ("listed", "fault"),
    [
        ("[1]", "3:14: exemptions[0]: given 1; expected a mapping"),
        ("[]", "3:1: exemptions: given a list; expected at least 1 entry"),
    ],
)
def test_a_wrong_item_in_a_file_of_exemptions_is_one_fault_and_does_not_make_the_list_empty(
    tmp_path: Path, listed: str, fault: str
) -> None:
    text = f"apiVersion: pavedroad.dev/v1\nkind: Exemptions\nexemptions: {listed}\n"
    (tmp_path / EXEMPTIONS_FILE).write_text(text)
    with pytest.raises(DescriptorFaults) as caught:
        load_exemptions_file(tmp_path)
    assert str(caught.value) == f"{EXEMPTIONS_FILE}:{fault}"


PAGE = (Path(__file__).parents[2] / "docs" / "exemptions.md").read_text()


def test_the_page_about_exemptions_tells_how_long_each_may_hold() -> None:
    for severity, days in LONGEST_DAYS.items():
        (row,) = (line for line in PAGE.splitlines() if line.startswith(f"| {severity} |"))
        assert row.endswith(f"| {days} days |")
        assert ("the team" in row) == (severity in TEAMS_MAY_GRANT)


def test_every_example_of_the_page_about_exemptions_is_valid() -> None:
    blocks = [dedent(block) for block in re.findall(r"\n\n((?:    .*\n)+)", PAGE) if "exemptions:" in block]
    teams, platforms, file = (yaml.load(block, yaml.BaseLoader) for block in blocks)
    assert [TeamExemption.model_validate(each).control for each in teams["exemptions"]]
    assert [PlatformExemption.model_validate(each).control for each in platforms["exemptions"]]
    assert ExemptionsFile.model_validate(file).exemptions
