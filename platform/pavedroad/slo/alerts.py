"""What is alerted of an SLO: fast and slow burns, a spent budget, and no data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.prometheus import AlertingRule, duration
from pavedroad.slo.model import Slo, number, percent
from pavedroad.slo.periods import HOLD, STEP, Condition
from pavedroad.slo.recordings import ALL, BUDGET_LEFT, ratio_name, series

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.slo.periods import Severity

BURNS: Final[dict[Severity, str]] = {"page": "SloBurnsFast", "ticket": "SloBurnsSlowly"}
SPENT: Final = "SloBudgetSpent"
ABSENT: Final = "SloHasNoData"

ALERTS: Final = (*BURNS.values(), SPENT, ABSENT)
"""The names of all alerts about SLOs; each has a runbook."""


def alerts(slo: Slo) -> tuple[AlertingRule, ...]:
    """Return the alerts of an SLO but for the budget's, to be evaluated after what is recorded of it."""
    return tuple(_alerts(slo))


def spent_alert(slo: Slo) -> AlertingRule:
    """Return the alert of a spent budget, to be evaluated after the budget."""
    return _alert(slo, SPENT, spent_severity(slo), f"{series(slo, BUDGET_LEFT)} <= 0", None)


def alert_labels(slo: Slo, severity: str) -> dict[str, str]:
    """Return the labels of an alert."""
    return {**slo.labels, "severity": severity}


def alert_annotations(slo: Slo, alert: str) -> dict[str, str]:
    """Return the texts of an alert."""
    summary, description = _words(slo)[alert]
    return {"summary": summary, "description": description, **slo.links.get(alert, {})}


def spent_severity(slo: Slo) -> str:
    """Return how urgent a spent budget is: where releases freeze, somebody has to know."""
    return "ticket" if slo.policy == "freeze" else "info"


def _alerts(slo: Slo) -> Iterator[AlertingRule]:
    for severity, alert in BURNS.items():
        watched = [one for one in slo.conditions if one.severity == severity]
        if watched:
            expression = "\nor\n".join(f"(\n{_condition(slo, one)}\n)" for one in watched)
            yield _alert(slo, alert, severity, expression, duration(HOLD[severity]))
    yield _alert(slo, ABSENT, "ticket", f"absent({series(slo, ALL)})", slo.absent_after)


def _alert(slo: Slo, alert: str, severity: str, expression: str, hold: str | None) -> AlertingRule:
    return AlertingRule(
        alert=alert,
        expression=expression,
        hold=hold,
        labels=alert_labels(slo, severity),
        annotations=alert_annotations(slo, alert),
    )


def _condition(slo: Slo, condition: Condition) -> str:
    """Return a condition: both windows burn, and enough happened to judge by."""
    threshold = number(condition.threshold(slo.budget))
    parts = [
        f"{series(slo, ratio_name(window))} > {threshold}" for window in (condition.long, condition.short)
    ]
    if slo.indicator.counts_events and slo.least_events:
        seen = f"sum_over_time({series(slo, ALL)}[{duration(condition.long)}:{duration(STEP)}])"
        parts.append(f"{seen} * {STEP} >= {slo.least_events}")
    return "\nand\n".join(parts)


def _words(slo: Slo) -> dict[str, tuple[str, str]]:
    """Return summary and description of every alert of an SLO."""
    promise = f"{slo.service} promises {slo.promise} over {slo.period.text}."
    of = f"{slo.service}, {slo.name}"
    consequence = "Releases of it are frozen." if slo.policy == "freeze" else "The promise is broken."
    silence = f"For {slo.absent_after} there has been no data to tell whether it is kept."
    return {
        BURNS["page"]: (f"{of}: the error budget burns fast", f"{promise} {_burn_words(slo, 'page')}"),
        BURNS["ticket"]: (f"{of}: the error budget burns slowly", f"{promise} {_burn_words(slo, 'ticket')}"),
        SPENT: (f"{of}: the error budget is spent", f"{promise} {consequence}"),
        ABSENT: (f"{of}: nothing is measured", f"{promise} {silence}"),
    }


def _burn_words(slo: Slo, severity: str) -> str:
    rates = [
        f"{number(one.factor)} times as fast as it may over {duration(one.long)}"
        f" ({percent(one.share)} of the budget, above {percent(one.threshold(slo.budget))} of errors)"
        for one in slo.conditions
        if one.severity == severity
    ]
    return f"Its budget is being spent {' or '.join(rates)}."
