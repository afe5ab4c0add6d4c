"""Every report tells the same verdicts, in a form that its readers accept, and quotes no value."""

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from sarif_pydantic import Sarif  # type: ignore[import-untyped]  # has types, and no mark that says so

from pavedroad.governance import Enforcement, Finding, Verdict
from pavedroad.policy import Described, Judged, Judgement
from pavedroad.policy.reports import as_json, as_junit, as_markdown, as_sarif, as_text
from pavedroad.position import Position

NOT_IN_THE_TYPES = {"columnKind", "toolExecutionNotifications", "baselineState"}
"""Fields of the standard (3.14.17, 3.20.21 and 3.27.24) that the types leave out."""

AWKWARD = "a|b *c* <d> [e] \x07"
URN = "urn:pulumi:prod::shop::kubernetes:apps/v1:Deployment::web"


def judgement(
    verdict: Verdict,
    control: str = "things-good",
    enforcement: Enforcement = Enforcement.MANDATORY,
    **changes: Any,
) -> Judgement:
    finding = Finding(
        control=control,
        verdict=verdict,
        type="kubernetes:apps/v1:Deployment",
        name="web",
        urn=URN,
        message="" if verdict is Verdict.PASS else f"web: spec.a must be true; {AWKWARD}",
        unknown=("spec.a",) if verdict is Verdict.NOT_EVALUATED else (),
        exemption="agreed (ops@example.com, until 2026-02-01)" if verdict is Verdict.EXEMPT else "",
    )
    finding = finding._replace(**changes)
    return Judgement(finding=finding, enforcement=enforcement, severity="high", pack="pavedroad")


def described(control: str, enforcement: Enforcement = Enforcement.MANDATORY) -> Described:
    return Described(
        control=control, sentence="Things are good", severity="high", fix="set a", enforcement=enforcement
    )


EVERYTHING = Judged(
    name="prod",
    judgements=(
        judgement(Verdict.PASS),
        judgement(Verdict.NOT_EVALUATED),
        judgement(Verdict.FAIL, enforcement=Enforcement.ADVISORY),
        judgement(Verdict.FAIL, position=Position("stacks/teams/shop.yaml", 7, 3)),
        judgement(Verdict.EXEMPT),
        judgement(Verdict.FAIL, "things-better")._replace(old=True),
    ),
    policies=(
        described("things-good"),
        described("things-better"),
        described("things-off", Enforcement.OFF),
    ),
)


def test_the_text_tells_the_worst_first_and_each_in_one_line() -> None:
    first, *lines, last = as_text([EVERYTHING])
    assert first == "prod: 1 pass, 3 fail, 1 not evaluated, 1 exempt"
    assert [line.split("  ")[1] for line in lines] == [
        "mandatory",
        "old",
        "advisory",
        "exempt",
        "not evaluated",
    ]
    assert lines[0].startswith(
        "  mandatory  stacks/teams/shop.yaml:7:3: things-good: web: spec.a must be true"
    )
    assert last == "  1 controls are off here; --json names them"


def test_what_is_not_evaluated_of_one_resource_takes_one_line_however_many_controls_hang_on_it() -> None:
    many = [judgement(Verdict.NOT_EVALUATED, f"things-{index}-good") for index in range(9)]
    other = judgement(Verdict.NOT_EVALUATED, urn=f"{URN}2")
    told = list(as_text([replace(EVERYTHING, judgements=(*many, other), policies=())]))[1:]
    assert len(told) == 2
    assert told[0].startswith(
        "  not evaluated  web: 9 controls hang on values that are not known yet, things-0-good on spec.a"
    )


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("spec.override.statefulSet.spec.template.spec.hostPID", "what its operator chooses"),
        ("spec.image", "values that are not known yet"),
    ],
)
def test_what_an_operator_leaves_open_is_said_to_be_its_choice(path: str, why: str) -> None:
    operated = "kubernetes:rabbitmq.com/v1beta1:RabbitmqCluster"
    many = [
        judgement(Verdict.NOT_EVALUATED, f"things-{index}-good", type=operated, unknown=(path,))
        for index in range(9)
    ]
    (line,) = list(as_text([replace(EVERYTHING, judgements=tuple(many), policies=())]))[1:]
    assert f"web: 9 controls hang on {why}, things-0-good on {path}" in line


@pytest.mark.parametrize(
    ("many", "lines"),
    [
        ([judgement(Verdict.FAIL, enforcement=Enforcement.ADVISORY, urn=f"{URN}{i}") for i in range(9)], 1),
        ([judgement(Verdict.FAIL, urn=f"{URN}{index}")._replace(old=True) for index in range(9)], 1),
        ([judgement(Verdict.EXEMPT, urn=f"{URN}{index}") for index in range(9)], 9),
        ([judgement(Verdict.FAIL, urn=f"{URN}{index}") for index in range(9)], 9),
    ],
)
def test_what_blocks_or_is_exempt_has_a_line_each_and_of_the_rest_every_control_one(
    many: list[Judgement], lines: int
) -> None:
    told = list(as_text([replace(EVERYTHING, judgements=tuple(many), policies=())]))[1:]
    assert len(told) == lines
    assert told[0].endswith("(and 8 more; --json has all)") == (lines == 1)


def test_the_sarif_is_one_that_a_reader_with_types_accepts_whole() -> None:
    log = Sarif.model_validate(as_sarif([EVERYTHING]))
    assert {field.rpartition(".")[2] for field in unknown_fields(log)} == NOT_IN_THE_TYPES
    (run,) = log.runs
    assert run.results is not None
    kinds = [(each.kind, each.level) for each in run.results]
    assert [
        (str(getattr(kind, "value", kind)), str(getattr(level, "value", level))) for kind, level in kinds
    ] == [("fail", "error"), ("fail", "error"), ("fail", "warning")]


def test_the_sarif_has_failures_for_results_and_tells_the_rest_beside_them() -> None:
    (run,) = as_sarif([EVERYTHING])["runs"]
    assert len(run["results"]) == 3
    (invocation,) = run["invocations"]
    exempt, unsettled = invocation["toolExecutionNotifications"]
    assert exempt["message"]["text"].startswith("prod: exempt: web: spec.a must be true")
    assert exempt["message"]["text"].endswith("(agreed (ops@example.com, until 2026-02-01))")
    rule = exempt["associatedRule"]
    assert run["tool"]["driver"]["rules"][rule["index"]]["id"] == rule["id"] == "things-good"
    assert unsettled["message"]["text"] == (
        "prod: 1 verdicts on 1 objects hang on values that nobody knows yet; the JSON report has all of them"
    )


def unknown_fields(model: BaseModel, path: str = "") -> list[str]:
    """List the fields that the standard does not have; a property bag may hold any."""
    if type(model).__name__ == "PropertyBag":
        return []
    found = [f"{path}.{name}" for name in model.model_extra or {}]
    for name in type(model).model_fields:
        value = getattr(model, name)
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(item, BaseModel):
                found += unknown_fields(item, f"{path}.{name}[{index}]")
    return found


def test_the_sarif_points_at_the_line_of_the_descriptor_and_marks_what_is_old() -> None:
    results = as_sarif([EVERYTHING])["runs"][0]["results"]
    first, *others = [each["locations"][0]["physicalLocation"] for each in results]
    assert first == {
        "artifactLocation": {"uri": "stacks/teams/shop.yaml", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 7, "startColumn": 3},
    }
    assert {(each["artifactLocation"]["uri"], each["region"]["startLine"]) for each in others} == {
        ("Pulumi.yaml", 1)
    }
    assert [each["baselineState"] for each in results if "baselineState" in each] == ["unchanged"]


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("a b/ä#%.yaml", "a%20b/%C3%A4%23%25.yaml"),
        ("./a.yaml", "a.yaml"),
        (str(Path.cwd() / "stacks" / "a.yaml"), "stacks/a.yaml"),
        ("/elsewhere/a b.yaml", "file:///elsewhere/a%20b.yaml"),
    ],
)
def test_the_sarif_names_files_by_relative_uris_where_it_can(file: str, uri: str) -> None:
    placed = replace(EVERYTHING, judgements=(judgement(Verdict.FAIL, position=Position(file, 1, 1)),))
    (result,) = as_sarif([placed])["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_every_result_of_the_sarif_finds_its_rule_and_the_rule_says_why_and_what_to_do() -> None:
    explained = replace(described("things-good"), why="Else all is bad.")
    run = as_sarif([replace(EVERYTHING, policies=(explained, described("things-better")))])["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert {rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in run["results"]} == {True}
    (rule,) = [each for each in rules if each["id"] == "things-good"]
    assert rule["help"]["markdown"].startswith("Else all is bad.\n\n**How to mend it:** set a\n")
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["properties"] == {"security-severity": "8.0", "tags": ["security"]}


def test_the_sarif_holds_no_more_than_code_hosts_take_and_leaves_out_the_least_bad() -> None:
    many = [
        judgement(Verdict.FAIL, enforcement=Enforcement.ADVISORY, urn=f"{URN}{index}")
        for index in range(25_000)
    ]
    run = as_sarif([replace(EVERYTHING, judgements=(*many, judgement(Verdict.FAIL)))])["runs"][0]
    assert len(run["results"]) == 25_000
    assert run["results"][0]["level"] == "error"
    (notification,) = run["invocations"][0]["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("1 more results")


def test_no_two_results_of_the_sarif_have_the_same_fingerprint() -> None:
    twice = replace(EVERYTHING, judgements=EVERYTHING.judgements * 2)
    prints = [each["partialFingerprints"]["pavedroad/v1"] for each in as_sarif([twice])["runs"][0]["results"]]
    assert len(set(prints)) == len(prints) == 6


def test_the_junit_counts_what_blocks_as_failures_and_skips_the_rest_that_does_not_pass() -> None:
    root = ET.fromstring(as_junit([EVERYTHING]))
    (suite,) = root
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("6", "1", "4")
    (failure,) = root.iter("failure")
    assert failure.get("type") == "high"
    assert "\x07" not in str(failure.get("message"))


def test_the_markdown_keeps_a_message_inside_its_cell() -> None:
    text = as_markdown([EVERYTHING])
    rows = [line for line in text.splitlines() if line.startswith("| ") and "things" in line]
    assert len(rows) == 5
    for row in rows:
        assert len(row.replace("\\|", "").split("|")) == 7
        assert "<d>" not in row
        assert "&#42;c&#42;" in row


@pytest.mark.parametrize(
    "name",
    ["@octocat", "#1", "https://example.com", "www.example.com", "![a](b)", "a\\|b", "<img>", "`a", "~~a"],
)
def test_no_name_means_anything_in_the_markdown(name: str) -> None:
    told = replace(EVERYTHING, judgements=(judgement(Verdict.FAIL, message=name),))
    (row,) = [line for line in as_markdown([told]).splitlines() if "things-good" in line]
    assert name not in row
    assert len(row.split("|")) == 7


STEERING = "web\n::error::\x1b[2J\u202e\ud800"


def test_no_name_steers_a_terminal_breaks_a_line_or_a_document() -> None:
    told = [
        replace(
            EVERYTHING, judgements=(judgement(Verdict.FAIL, message=STEERING, name=STEERING, urn=STEERING),)
        )
    ]
    assert len(list(as_text(told))) == 3
    for text in (*as_text(told), as_markdown(told), as_junit(told), json.dumps(as_sarif(told))):
        assert text.encode()
        assert not set(text) & set("\x1b\u202e\ud800")
        assert "\n::error" not in text
    assert ET.fromstring(as_junit(told)) is not None


@pytest.mark.parametrize("environments", [1, 2, 12])
def test_a_comment_has_room_for_any_number_of_failures_in_any_number_of_environments(
    environments: int,
) -> None:
    many = tuple(
        judgement(Verdict.FAIL, enforcement=level, urn=f"{URN}{index}", message="ä" * 300)
        for index in range(1000)
        for level in (Enforcement.MANDATORY, Enforcement.ADVISORY)
    )
    text = as_markdown([replace(EVERYTHING, judgements=many)] * environments)
    assert len(text.encode()) < 30_000
    shown = sum(line.startswith("| mandatory |") for line in text.splitlines())
    assert shown
    assert text.count(f"and {1000 - shown // environments} more") == 2 * environments


@pytest.mark.parametrize("verdicts", [[], [Verdict.PASS]])
def test_nothing_to_complain_of_is_a_report_too(verdicts: list[Verdict]) -> None:
    calm = replace(EVERYTHING, judgements=tuple(map(judgement, verdicts)), policies=())
    assert len(list(as_text([calm]))) == 1
    assert as_sarif([calm])["runs"][0]["results"] == []
    assert "<failure" not in as_junit([calm])
    assert json.dumps(as_json([calm], base="main", as_of=date(2026, 1, 15)))
    assert "| mandatory |" not in as_markdown([calm])
