"""Only what a change makes worse counts as new."""

from dataclasses import replace
from typing import Any

import pytest

from pavedroad.governance import Enforcement, Finding, Verdict
from pavedroad.policy import Judged, Judgement, mark_old
from pavedroad.policy.sources import rendered
from pavedroad.preview.rendering import RenderedResource

URN = "urn:pulumi:prod::shop::kubernetes:apps/v1:Deployment::web"


def judged(
    *failures: str,
    control: str = "things-good",
    urn: str = URN,
    enforcement: Enforcement = Enforcement.MANDATORY,
) -> Judged:
    found = [
        Judgement(
            finding=Finding(control, Verdict.FAIL, urn=urn, message=f"web: {owed}"),
            enforcement=enforcement,
            severity="high",
            pack="pavedroad",
        )
        for owed in failures
    ]
    return Judged(name="prod", judgements=tuple(found), policies=())


@pytest.mark.parametrize(
    ("base", "here", "blocking"),
    [
        (["a[0] must"], ["a[0] must"], 0),
        (["a[0] must"], ["a[1] must"], 0),
        (["a[0] must", "a[1] must"], ["a[0] must"], 0),
        (["a[0] must"], ["a[0] must", "a[1] must"], 2),
        (["a[0] must"], ["b must"], 1),
        (["a[0] must", "b must"], ["a[0] must", "c must"], 1),
        ([], ["a must"], 1),
    ],
)
def test_a_failure_is_old_where_the_same_is_owed_as_often_wherever_in_a_list(
    base: list[str], here: list[str], blocking: int
) -> None:
    marked = mark_old(judged(*here), judged(*base))
    assert sum(each.blocks for each in marked.judgements) == blocking


def test_the_same_failure_of_another_resource_or_control_excuses_nothing() -> None:
    here = judged("a must")
    assert mark_old(here, judged("a must", urn=f"{URN}2")).judgements[0].blocks
    assert mark_old(here, judged("a must", control="things-better")).judgements[0].blocks


@pytest.mark.parametrize(
    ("base", "here", "old"),
    [
        (Enforcement.ADVISORY, Enforcement.MANDATORY, False),
        (Enforcement.ADVISORY, Enforcement.ADVISORY, True),
        (Enforcement.MANDATORY, Enforcement.ADVISORY, True),
        (Enforcement.MANDATORY, Enforcement.REMEDIATE, True),
    ],
)
def test_what_was_only_advised_against_is_new_where_it_stops_an_update(
    base: Enforcement, here: Enforcement, old: bool
) -> None:
    (each,) = mark_old(judged("a must", enforcement=here), judged("a must", enforcement=base)).judgements
    assert each.old is old


def test_what_was_not_evaluated_says_that_nobody_can_tell_whether_it_is_new() -> None:
    def marked(**changes: Any) -> Judgement:
        base = judged("a must")
        (found,) = base.judgements
        unread = found.finding._replace(verdict=Verdict.NOT_EVALUATED, unknown=("spec.a",), **changes)
        (each,) = mark_old(
            judged("a must"), replace(base, judgements=(found._replace(finding=unread),))
        ).judgements
        return each

    assert marked().blocks
    assert marked().finding.message == (
        "web: a must; whether it is new cannot be told: at the base it hangs on spec.a, which is withheld or not known"
    )
    for other in ({"urn": f"{URN}2"}, {"control": "things-better"}, {"part": "items[0]"}):
        assert marked(**other).finding.message == "web: a must"


@pytest.mark.parametrize(
    ("text", "met"),
    [("[secret]", None), ("https://ops:[secret]@db.example.com", None), ("plain", True)],
)
def test_a_text_of_which_a_part_is_masked_cannot_be_judged(text: str, met: bool | None) -> None:
    (each,) = rendered(
        [
            RenderedResource(
                urn=URN,
                type="t",
                name="web",
                parent=None,
                team=None,
                service=None,
                custom=True,
                inputs={"parts": [{"text": text}]},
            )
        ]
    )
    (part,) = each.properties.items("parts")
    assert part.text("text").satisfies(lambda _: True).holds is met
    assert each.secrets == (frozenset() if met else {"parts[0].text"})
