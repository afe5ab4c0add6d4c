"""What is promised: an objective over an indicator, and to whom it belongs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.slo.periods import Condition, Period, reachable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

PLACEHOLDER: Final = "$window"
"""What stands for the window in an indicator's expressions: ``rate(requests_total[$window])``."""

BudgetPolicy = Literal["freeze", "notify"]


Shape = Literal["counter", "gauge", "clock"]
"""How a series that tests feed goes on: it counts, it holds a value, or it follows the time of day."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A series that an indicator reads, so that tests can feed it.

    Attributes:
        name: Name of the metric.
        labels: Its labels.
        good: What a good event adds to a counter; a gauge's value while all is well.
        bad: What a bad event adds to a counter; a gauge's value, or a clock's, while all is not.
        shape: How it goes on.
    """

    name: str
    labels: Mapping[str, str]
    good: float
    bad: float
    shape: Shape = "counter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What is measured: bad and all, as PromQL that holds ``$window`` where the window goes.

    Both return one sample without labels, or none where there is no data. An indicator that counts events
    returns their rate; one that looks at the state of a thing returns the share of time, and 1 for all.
    """

    bad: str
    all: str
    counts_events: bool
    """Whether it counts events, so that there can be too few of them to judge by."""
    samples: tuple[Sample, ...] = ()
    """Series that tests feed; empty where they cannot be told from the expressions."""

    def over(self, window: str) -> tuple[str, str]:
        """Return bad and all over a window such as ``5m``."""
        return self.bad.replace(PLACEHOLDER, window), self.all.replace(PLACEHOLDER, window)


@dataclass(frozen=True, slots=True, kw_only=True)
class Slo:
    """One promise of one service.

    Attributes:
        team: Who answers for it.
        service: The service that promises.
        name: Name of the promise, unique in its service.
        tier: Tier of the environment.
        kind: What is promised: ``availability``, ``latency`` …
        promise: What is promised, in words for people.
        indicator: What is measured.
        objective: Percent of events, or of time, that have to be good.
        period: The time over which it is promised.
        least_events: Events within an alert's long window below which it stays silent.
        absent_after: How long there may be no data before that is an alert of its own, as a duration.
        policy: What a spent budget means for releases.
        links: Annotations that every alert carries beside summary and description: dashboard and runbook.
    """

    team: str
    service: str
    name: str
    tier: str
    kind: str
    promise: str
    indicator: Indicator
    objective: Fraction
    period: Period
    least_events: int
    absent_after: str
    policy: BudgetPolicy
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def budget(self) -> Fraction:
        """The share of events, or of time, that may be bad."""
        return budget_of(self.objective)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """What is watched."""
        return reachable(self.period, self.budget)

    @property
    def labels(self) -> dict[str, str]:
        """The labels of everything that is recorded of it."""
        return {"team": self.team, "service": self.service, "slo": self.name, "tier": self.tier}


def budget_of(objective: Fraction) -> Fraction:
    """Return the share that may be bad for an objective in percent."""
    return 1 - objective / 100


def number(value: Fraction) -> str:
    """Return a number as PromQL and people read it: at most ten significant digits."""
    return f"{float(value):.10g}"


def percent(value: Fraction) -> str:
    """Return a share in percent: ``0.1%``."""
    return f"{number(value * 100)}%"
