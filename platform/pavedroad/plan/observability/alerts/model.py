"""Kinds of alerts, and alerts: a kind about one thing, with the rule and the unit tests that both say.

A kind is a row of a table: what is asked of which metrics, what it means, what to look at first, and a trial that
feeds it. Words in angle brackets stand for facts about the thing: ``<namespace>``, ``<pods>``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.prometheus import AlertExpectation, AlertingRule, Firing, Series, UnitTest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pavedroad.descriptor.oncall import Severity

WORD: Final = re.compile(r"<([a-z_]+)>")
SERIES: Final = re.compile(r"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?")
LABEL: Final = re.compile(r'([a-z_]+)="([^"]*)"')
LABELS_WORD: Final = re.compile(r"\{\{ \$labels\.([a-z_]+) \}\}")
VALUE_WORD: Final = re.compile(r"\{\{ \$value[^}]*\}\}")


@dataclass(frozen=True, slots=True)
class Feed:
    """A series of a trial, one sample a minute in promtool's notation."""

    series: str
    """Metric and labels, as a selector says them."""
    burning: str
    """Samples while something is wrong and after: the alert fires, then falls silent."""
    below: str
    """Samples that come close, and for which it never fires."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """How a kind of alert is tried.

    Attributes:
        feeds: What it is fed.
        early: When it does not fire yet, though something is wrong: within the hold. None for alerts without a hold.
        fires: When it fires.
        over: When it has fallen silent again. None for what always fires.
        value: How its texts show the value at that time.
        labels: Labels that it takes from the series.
    """

    feeds: tuple[Feed, ...]
    early: str | None
    fires: str
    over: str | None
    value: str = ""
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertKind:
    """One kind of alert.

    Attributes:
        name: Its name, the same for everything that it can be about.
        severity: What it asks for.
        hold: How long it has to be true.
        expression: PromQL, with words in angle brackets.
        summary: What is wrong, in a line.
        description: What that means, with numbers.
        checks: What to look at first.
        trial: How it is tried.
    """

    name: str
    severity: Severity
    hold: str | None
    expression: str
    summary: str
    description: str
    checks: tuple[str, ...]
    trial: Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a table of kinds is about.

    Attributes:
        name: Label of its alerts, by which a page holds back tickets about the same thing.
        title: The same for people.
        exporters: Where the metrics come from, and which source names them.
        commands: What shows more, with words in capitals for what the alert's labels say.
        kinds: The table.
    """

    name: str
    title: str
    exporters: str
    commands: tuple[str, ...]
    kinds: tuple[AlertKind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where dashboards and runbooks are found.

    Attributes:
        dashboards: URL of Grafana.
        runbooks: URL of the folder of runbooks.
    """

    dashboards: str
    runbooks: str

    def annotations(self, kind: str, dashboard: str) -> dict[str, str]:
        """Return the two links that an alert carries.

        Args:
            kind: Name of the alert's kind.
            dashboard: Identifier of the dashboard that shows what it is about.
        """
        return {
            "dashboard_url": f"{self.dashboards.rstrip('/')}/d/{dashboard}",
            "runbook_url": f"{self.runbooks.rstrip('/')}/{runbook_name(kind)}.md",
        }


def runbook_name(kind: str) -> str:
    """Return the name of a kind's runbook: ``WorkloadCrashLooping`` has ``workload-crash-looping``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", kind).lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A kind of alert about one thing.

    Attributes:
        kind: The kind.
        subject: The table that it stands in.
        words: What the words in angle brackets stand for.
        labels: Labels beside severity and subject: team, tier, and whatever tells the thing.
        dashboard: Identifier of the dashboard that shows the thing.
        links: Where dashboards and runbooks are found.
    """

    kind: AlertKind
    subject: str
    words: Mapping[str, str]
    labels: Mapping[str, str]
    dashboard: str
    links: Links

    def rule(self) -> AlertingRule:
        """Return the rule."""
        return AlertingRule(
            alert=self.kind.name,
            expression=self._said(self.kind.expression),
            hold=self.kind.hold,
            labels=self._labels(),
            annotations=self._annotations(),
        )

    def tests(self) -> tuple[UnitTest, ...]:
        """Return the unit tests: it fires, no earlier than it should, falls silent, and is silent just below."""
        trial, name = self.kind.trial, self._named()
        firing = (AlertExpectation(at=trial.fires, alert=self.kind.name, firing=(self._firing(),)),)
        early = (AlertExpectation(at=trial.early, alert=self.kind.name),) if trial.early else ()
        if trial.over is None:
            return (UnitTest(name=f"{name} always fires", series=(), alerts=firing),)
        return (
            UnitTest(
                name=f"{name} fires and falls silent",
                series=tuple(self._series(one.series, one.burning) for one in trial.feeds),
                alerts=(*early, *firing, AlertExpectation(at=trial.over, alert=self.kind.name)),
            ),
            UnitTest(
                name=f"{name} is silent just below",
                series=tuple(self._series(one.series, one.below) for one in trial.feeds),
                alerts=tuple(
                    AlertExpectation(at=at, alert=self.kind.name) for at in (trial.fires, trial.over)
                ),
            ),
        )

    def _named(self) -> str:
        return " ".join((self.kind.name, *(self.labels[name] for name in sorted(self.labels))))

    def _said(self, text: str) -> str:
        return WORD.sub(lambda found: self.words[found[1]], text)

    def _labels(self) -> dict[str, str]:
        return {**self.labels, "severity": self.kind.severity, "subject": self.subject}

    def _annotations(self) -> dict[str, str]:
        return {
            "summary": self._said(self.kind.summary),
            "description": self._said(self.kind.description),
            **self.links.annotations(self.kind.name, self.dashboard),
        }

    def _firing(self) -> Firing:
        """Return the alert as it fires in the trial, its texts filled in."""
        taken = {name: self._said(value) for name, value in self.kind.trial.labels}
        labels = {**taken, **self._labels()}

        def filled(text: str) -> str:
            named = LABELS_WORD.sub(lambda found: labels[found[1]], text)
            return VALUE_WORD.sub(lambda _: self._said(self.kind.trial.value), named)

        texts = {name: filled(text) for name, text in self._annotations().items()}
        return Firing(labels=labels, annotations=texts)

    def _series(self, text: str, values: str) -> Series:
        found = SERIES.fullmatch(self._said(text))
        if found is None:
            raise ValueError(f"not a series: {text}")
        return Series(name=found[1], labels=dict(LABEL.findall(found[2] or "")), values=self._said(values))
