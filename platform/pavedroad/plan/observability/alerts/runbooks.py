"""Runbooks: a page for each kind of alert, made from its row, with a part that belongs to the teams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.observability.alerts.model import (
    LABELS_WORD,
    VALUE_WORD,
    WORD,
    AlertKind,
    Subject,
    runbook_name,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BEGIN: Final = "<!-- own words: what stands between these two lines is kept -->"
END: Final = "<!-- end of own words -->"
EMPTY: Final = "Nothing yet. Write down what helped the last time."

ASKED: Final = {
    "page": "somebody now: it pages whoever is on call",
    "ticket": "somebody soon: it opens a ticket",
    "info": "nobody: it explains others",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a runbook says of a kind of alert.

    Attributes:
        name: Name of the kind.
        about: What it is about, for people.
        asks: What it asks for.
        means: What is wrong, in a line or two.
        expression: What is asked of the metrics; empty where that depends on the objective.
        hold: How long it has to be true.
        checks: What to look at first.
        commands: What shows more.
    """

    name: str
    about: str
    asks: str
    means: str
    expression: str
    hold: str | None
    checks: tuple[str, ...]
    commands: tuple[str, ...]


_SLO_CHECKS: Final = (
    "Open the dashboard: is it errors or slowness, one route or all, one caller or all?",
    "See whether a release, a change of configuration or of traffic went before.",
    "See whether what the service depends on pages as well: then begin there.",
)
_SLO_COMMANDS: Final = (
    "paved oncall route --labels team=TEAM,service=SERVICE,severity=page",
    "kubectl -n NAMESPACE get pods -l pavedroad.dev/service=SERVICE",
    "kubectl -n NAMESPACE rollout history deployment/SERVICE",
)
SLO_PAGES: Final = tuple(
    Page(
        name=name,
        about="objectives",
        asks=ASKED[severity],
        means=means,
        expression="",
        hold=None,
        checks=checks,
        commands=_SLO_COMMANDS,
    )
    for name, severity, means, checks in (
        (
            "SloBurnsFast",
            "page",
            "The error budget of an objective is being spent so fast that it will be gone within days.",
            _SLO_CHECKS,
        ),
        (
            "SloBurnsSlowly",
            "ticket",
            "The error budget of an objective is being spent faster than it may, for hours or days.",
            _SLO_CHECKS,
        ),
        (
            "SloBudgetSpent",
            "ticket",
            "The error budget of an objective is spent; where its policy says so, releases are frozen.",
            (
                "Agree with those who use the service on what comes first: the objective, or what is waiting.",
                *_SLO_CHECKS,
            ),
        ),
        (
            "SloHasNoData",
            "ticket",
            "Nothing tells whether an objective is kept.",
            (
                "See whether the service runs and gets traffic.",
                "See whether Prometheus reaches what measures it.",
            ),
        ),
    )
)
"""Of alerts about objectives, whose rules depend on the objective."""


def pages(subjects: Iterable[Subject]) -> Iterator[Page]:
    """Yield what the runbooks say: of every kind of the tables, and of objectives."""
    for subject in subjects:
        for kind in subject.kinds:
            yield _page(subject, kind)
    yield from SLO_PAGES


def _page(subject: Subject, kind: AlertKind) -> Page:
    return Page(
        name=kind.name,
        about=subject.title,
        asks=ASKED[kind.severity],
        means=plain(kind.description),
        expression=plain(kind.expression),
        hold=kind.hold,
        checks=kind.checks,
        commands=subject.commands,
    )


def plain(text: str) -> str:
    """Return a text with words in capitals for what each alert of its kind says otherwise."""
    named = LABELS_WORD.sub(lambda found: found[1].upper(), text)
    return WORD.sub(lambda found: found[1].upper(), VALUE_WORD.sub("VALUE", named))


def file_name(page: Page) -> str:
    """Return the name of a runbook's file."""
    return f"{runbook_name(page.name)}.md"


def written(page: Page, before: str = "") -> str:
    """Return the text of a runbook.

    Args:
        page: What it says.
        before: The text that it had: what the teams wrote there is kept.
    """
    return "\n".join((*_lines(page), BEGIN, _own_words(before), END, ""))


def _own_words(before: str) -> str:
    _, found, rest = before.partition(f"{BEGIN}\n")
    return rest.partition(f"\n{END}")[0] if found else EMPTY


def _lines(page: Page) -> Iterator[str]:
    yield f"# {page.name}"
    yield ""
    yield f"About {page.about}. It asks for {page.asks}."
    yield from ("", page.means, "", "## First checks", "")
    yield from (f"{index}. {check}" for index, check in enumerate(page.checks, 1))
    yield from ("", "## Commands", "", "Words in capitals are labels of the alert.", "", "```sh")
    yield from page.commands
    yield "```"
    if page.expression:
        hold = f", for {page.hold}" if page.hold else ""
        yield from (
            "",
            "## When it fires",
            "",
            f"When this holds{hold}:",
            "",
            "```promql",
            page.expression,
            "```",
        )
    yield from ("", "## Escalation", "", *ESCALATION, "", "## Our own words", "")


ESCALATION: Final = (
    "`paved oncall route --labels team=TEAM,severity=SEVERITY` says who is told after whom, and who is on call now.",
    "Silence the alert once you work on it: later steps are then not taken. Should it not be yours, hand it on and say so.",
    "When it is over and somebody noticed: `paved incident new TITLE --env ENVIRONMENT --team TEAM`.",
)
