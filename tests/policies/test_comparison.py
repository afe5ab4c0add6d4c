"""Only what a change makes worse counts as new."""

import pytest

from pavedroad.governance import Enforcement, Finding, Verdict
from pavedroad.policy import Judged, Judgement, mark_old

URN = "urn:pulumi:prod::shop::kubernetes:apps/v1:Deployment::web"


def judged(*failures: str, control: str = "things-good", urn: str = URN) -> Judged:
    found = [
        Judgement(
            finding=Finding(control, Verdict.FAIL, urn=urn, message=f"web: {owed}"),
            enforcement=Enforcement.MANDATORY,
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
