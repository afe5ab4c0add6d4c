"""An environment's file says how controls are enforced, set and exempt, and a mistake in it loosens nothing."""

import re
from datetime import date
from pathlib import Path

import pytest

from pavedroad.governance import Enforcement, SettingsError, Tier, Verdict
from pavedroad.policy import Judgement, PackError
from policies.areas import RULE_BY_CONTROL
from policies.conditions import Conditions
from policies.index import IndexedRules, read_index
from tests.policies.test_pack import copied_pack
from tests.support.governed import DEPLOYMENT, container, resource, workload
from tests.support.judging import judgements

CONTROL = "containers-not-privileged"


def conditions(tmp_path: Path, text: str, stack: str = "prod") -> Conditions:
    folder = tmp_path / "stacks" / "environments"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "prod.yaml").write_text(f"tier: staging\n{text}")
    found = Conditions()
    found.become_those_of(tmp_path, stack, IndexedRules(read_index()))
    return found


def test_what_the_file_says_of_one_control_wins_over_what_it_says_of_all_and_that_over_the_tier(
    tmp_path: Path,
) -> None:
    said = f"controls:\n  all: {{enforcement: advisory}}\n  {CONTROL}: {{enforcement: 'off'}}\n"
    found = conditions(tmp_path, said)
    assert found.enforcement(RULE_BY_CONTROL[CONTROL].control) is Enforcement.OFF
    assert found.enforcement(RULE_BY_CONTROL["workloads-isolated"].control) is Enforcement.ADVISORY
    silent = conditions(tmp_path, "")
    assert silent.tier is Tier.STAGING
    assert silent.enforcement(RULE_BY_CONTROL[CONTROL].control) is Enforcement.MANDATORY


def test_a_setting_reaches_the_rule(tmp_path: Path) -> None:
    found = conditions(tmp_path, f"controls:\n  {CONTROL}: {{settings: {{exemptImages: ['registry/*']}}}}\n")
    bad = container() | {"image": "registry/agent:1", "securityContext": {"privileged": True}}
    judged = resource(DEPLOYMENT, workload(DEPLOYMENT, {"containers": [bad]}))
    own = RULE_BY_CONTROL[CONTROL]
    assert {each.verdict for each in own.judge(judged)} == {Verdict.FAIL}  # type: ignore[arg-type]  # it looks at one resource
    assert {each.verdict for each in found.rule(CONTROL, RULE_BY_CONTROL).judge(judged)} == {Verdict.PASS}  # type: ignore[arg-type]  # as above


def test_what_the_environment_sets_holds_unless_the_engine_is_told_otherwise(tmp_path: Path) -> None:
    bad = container() | {"image": "registry/agent:1", "securityContext": {"privileged": True}}
    judged = [resource(DEPLOYMENT, workload(DEPLOYMENT, {"containers": [bad]}))]
    said = f"production\ncontrols:\n  {CONTROL}: {{settings: {{exemptImages: ['registry/*']}}}}"
    pack = copied_pack(tmp_path, prod=said)
    assert [verdict for verdict, _ in of(judgements(pack, judged), CONTROL)] == [Verdict.PASS]
    told: dict[str, dict[str, object]] = {CONTROL: {"enforcementLevel": "mandatory"}}
    assert [verdict for verdict, _ in of(judgements(pack, judged, configuration=told), CONTROL)] == [
        Verdict.PASS
    ]
    told = {CONTROL: {"enforcementLevel": "mandatory", "exemptImages": ["other/*"]}}
    assert [verdict for verdict, _ in of(judgements(pack, judged, configuration=told), CONTROL)] == [
        Verdict.FAIL
    ]


def test_what_the_page_of_policies_shows_can_be_written(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```yaml\n(controls:\n.*?)```", text, re.DOTALL)
    said = conditions(tmp_path, shown).configuration
    assert set(said.levels.values()) == {Enforcement.OFF, Enforcement.REMEDIATE}
    assert said.rules


def test_every_mistake_is_told_at_once_with_the_file(tmp_path: Path) -> None:
    said = (
        "controls:\n  containers-not-priviliged: {enforcement: mandatory}\n"
        f"  {CONTROL}: {{enforcement: sometimes}}\n"
        "  containers-run-as-non-root: {settings: {exemptImage: [a], exemptImages: 1}}\n"
        "  all: {settings: {a: 1}}\n  workloads-isolated: advisory\n"
    )
    with pytest.raises(SettingsError) as raised:
        conditions(tmp_path, said)
    lines = str(raised.value).splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        f"stacks/environments/prod.yaml:{line}:3" for line in (3, 4, 5, 5, 6, 7)
    ]
    assert [line.split("controls: ")[1].partition(": ")[2] for line in lines] == [
        f"there is no such control; did you mean {CONTROL}?",
        "there is no enforcement 'sometimes'; there are: off, advisory, mandatory, remediate",
        "exemptImages must be a list, each of it a text",
        "there is no setting 'exemptImage'; there are: policyVersion, exemptImages",
        "of all controls only this can be said: enforcement off, advisory or mandatory",
        "expected a mapping with enforcement or settings",
    ]


def test_a_pack_with_a_mistake_in_its_configuration_does_not_start(tmp_path: Path) -> None:
    pack = copied_pack(tmp_path, prod="production\ncontrols: [1]")
    with pytest.raises(PackError, match="expected a mapping from controls"):
        judgements(pack, [])


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (
            b"tier: prod\n",
            ":1:1: tier: there is no tier 'prod'; there are: local, development, staging, production",
        ),
        (b"control: {}\n", ":1:1: control: the pack does not read this; did you mean controls?"),
        (b"tier: local\ntier: local\n", ":2:1: the key 'tier' stands here twice; keep one of them"),
        (
            b"controls: [",
            ":2:1: this is not YAML: did not find expected node content while parsing a flow node",
        ),
        (b"[1]", ":1:1: expected a mapping, with tier and controls"),
        (
            b"exemptions: []",
            ":1:1: exemptions: without descriptors of teams they stand in policy-exemptions.yaml",
        ),
        (b"\xff\xfet\x00", ": not UTF-8; save it as UTF-8"),
        (b" " * 1024 * 1025, ": larger than 1,024 KiB"),
    ],
)
def test_a_file_that_cannot_be_understood_stops_the_pack_at_its_place(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    file = tmp_path / "stacks" / "environments" / "prod.yaml"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    with pytest.raises(SettingsError) as raised:
        Conditions().become_those_of(tmp_path, "prod", IndexedRules(read_index()))
    assert str(raised.value) == f"stacks/environments/prod.yaml{fault}"


def test_a_file_that_nests_without_end_is_refused_and_does_not_end_the_process(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"prod\.yaml:2:\d+: .*nest"):
        conditions(tmp_path, f"controls: {'[' * 100_000}")


def test_an_environment_without_a_file_is_held_as_production(tmp_path: Path) -> None:
    found = conditions(tmp_path, "controls: {all: {enforcement: 'off'}}", stack="other")
    assert found.tier is Tier.PRODUCTION
    assert found.enforcement(RULE_BY_CONTROL[CONTROL].control) is Enforcement.MANDATORY


def test_fields_that_are_for_somebody_else_are_left_alone(tmp_path: Path) -> None:
    assert conditions(tmp_path, "domains: {public: example.com}\n").tier is Tier.STAGING


@pytest.mark.parametrize("text", [b"exemptions: [1]", b'{"exemptions" : [1]}', b"# none\n", b"\xff\xfee\x00"])
def test_a_file_of_exemptions_that_cannot_be_understood_stops_the_pack_however_it_is_written(
    tmp_path: Path, text: bytes
) -> None:
    (tmp_path / "policy-exemptions.yaml").write_bytes(text)
    with pytest.raises(SettingsError, match=r"^policy-exemptions\.yaml:"):
        conditions(tmp_path, "")


EXEMPTION = """\
apiVersion: pavedroad.dev/v1
kind: Exemptions
exemptions:
  - control: {control}
    type: {type}
    name: web
    reason: agreed with the owners of the nodes
    owner: platform@example.com
    granted: 2026-01-02
    expires: 2026-01-20
"""


def exempting(
    tmp_path: Path, control: str = CONTROL, as_of: date = date(2026, 1, 15), stack: str = "prod"
) -> list[Judgement]:
    """Judge a privileged pod in a project that exempts it by its file of exemptions."""
    (tmp_path / "policies").mkdir()
    pack = copied_pack(tmp_path / "project", prod="production")
    (tmp_path / "project" / "policy-exemptions.yaml").write_text(
        EXEMPTION.format(control=control, type=DEPLOYMENT)
    )
    bad = container() | {"securityContext": container()["securityContext"] | {"privileged": True}}
    judged = [resource(DEPLOYMENT, workload(DEPLOYMENT, {"containers": [bad]}))]
    return judgements(pack, judged, as_of=as_of, stack=stack)


def of(found: list[Judgement], control: str) -> list[tuple[Verdict, str]]:
    return [
        (each.finding.verdict, each.finding.exemption or each.finding.message)
        for each in found
        if each.finding.control == control
    ]


def test_an_exemption_excuses_what_it_names_and_says_why(tmp_path: Path) -> None:
    found = exempting(tmp_path)
    assert of(found, CONTROL) == [
        (Verdict.EXEMPT, "agreed with the owners of the nodes (platform@example.com, until 2026-01-20)")
    ]
    assert of(found, "exemptions-exact") == []


def test_an_exemption_that_has_run_out_excuses_nothing_and_fails_itself(tmp_path: Path) -> None:
    found = exempting(tmp_path, as_of=date(2026, 1, 21))
    assert [verdict for verdict, _ in of(found, CONTROL)] == [Verdict.FAIL]
    ((verdict, message),) = of(found, "exemptions-exact")
    assert verdict is Verdict.FAIL
    assert "it ran out on 2026-01-20" in message


def test_an_exemption_that_nothing_needs_fails_but_not_where_only_a_slice_is_judged(tmp_path: Path) -> None:
    whole = exempting(tmp_path, control="containers-run-as-non-root")
    assert [verdict for verdict, _ in of(whole, "exemptions-exact")] == [Verdict.FAIL]
    (tmp_path / "slice").mkdir()
    part = exempting(tmp_path / "slice", control="containers-run-as-non-root", stack="prod.orders")
    assert of(part, "exemptions-exact") == []
