"""Every alert leads to a runbook that is there and current, in which teams' own words are kept."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from pavedroad.plan.observability.alerts import SUBJECTS
from pavedroad.plan.observability.alerts.runbooks import BEGIN, EMPTY, END, pages, written
from tests.alerts.test_rules import alerts_of
from tests.support.environments import ROOT
from tests.support.watched import ENVIRONMENTS, planned

sys.path.insert(0, str(ROOT / "scripts"))
import write_runbooks  # type: ignore[import-not-found]  # a script, found only once its folder is on the path

if TYPE_CHECKING:
    from pavedroad.plan.observability.alerts.runbooks import Page


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_the_runbook_of_every_alert_is_a_file(environment: str) -> None:
    urls = {alert.rule().annotations["runbook_url"] for alert in alerts_of(*planned(environment).shares)}
    files = {url.rpartition("/")[2] for url in urls}
    assert files
    assert [file for file in files if not (ROOT / "docs" / "runbooks" / file).is_file()] == []


def test_runbooks_and_the_list_of_alerts_are_current() -> None:
    there = {
        file.name: file.read_text(encoding="utf-8") for file in (ROOT / "docs" / "runbooks").glob("*.md")
    }
    assert there == write_runbooks.texts()
    assert (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8") == write_runbooks.alert_list()


def a_page() -> Page:
    return next(iter(pages(SUBJECTS)))


def test_what_a_team_wrote_is_kept_when_a_runbook_is_made_again() -> None:
    own = "Ask Anna about the cache.\n\n## And then\n\n1. Breathe."
    first = written(a_page()).replace(EMPTY, own)
    again = written(a_page(), first)
    assert again == first
    assert again.count(own) == 1


def test_what_was_written_outside_of_its_place_is_not_kept() -> None:
    changed = written(a_page()).replace("## First checks", "## Other checks")
    assert written(a_page(), changed) == written(a_page())


@pytest.mark.parametrize("page", tuple(pages(SUBJECTS)), ids=lambda page: page.name)
def test_a_runbook_says_what_to_look_at_what_to_run_and_who_comes_next(page: Page) -> None:
    text = written(page)
    assert all(check in text for check in page.checks)
    assert all(command in text for command in page.commands)
    assert "paved oncall route" in text
    assert text.index(BEGIN) < text.index(END)
    assert "{{" not in text.partition("```promql")[0]
