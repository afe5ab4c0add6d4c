"""The questions that several dashboards ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.dashboards.model import Panel, Query
from pavedroad.prometheus import selector

if TYPE_CHECKING:
    from collections.abc import Mapping

INTERVAL = "$__rate_interval"
"""Grafana's own choice: at least four scrapes, whatever the width of the screen."""

SERVER_ERRORS = {"response_code": "5.."}

QUANTILES = (0.5, 0.95, 0.99)


def rate(metric: str, labels: Mapping[str, str], matches: Mapping[str, str] | None = None) -> str:
    """Return how fast a counter grows, by all its labels."""
    return f"rate({selector(metric, labels, matches)}[{INTERVAL}])"


def total(expression: str, *by: str) -> str:
    """Return the sum, one for each value of the labels named."""
    return f"sum by ({', '.join(by)}) ({expression})" if by else f"sum({expression})"


def share(part: str, whole: str) -> str:
    """Return what part of a whole something is; nothing where the whole is nothing."""
    return f"({part}) / ({whole} > 0)"


def or_zero(expression: str, like: str) -> str:
    """Return an expression, and 0 where only ``like`` has samples: no failed request leaves no series."""
    return f"({expression}) or ({like}) * 0"


def quantiles(histogram: str, labels: Mapping[str, str], *, exemplars: bool = False) -> tuple[Query, ...]:
    """Return the median, the 95th and the 99th percentile of a classic histogram."""
    buckets = total(rate(f"{histogram}_bucket", labels), "le")
    return tuple(
        Query(
            expression=f"histogram_quantile({quantile}, {buckets})",
            legend=f"p{round(quantile * 100)}",
            exemplars=exemplars,
        )
        for quantile in QUANTILES
    )


def alerts(labels: Mapping[str, str], matches: Mapping[str, str] | None = None) -> Panel:
    """Return the list of the alerts under way whose labels equal, or match, what is asked for."""
    found = selector("ALERTS", labels, matches)
    by = "alertname, severity, alertstate"
    return Panel(
        title="Alerts",
        description="Alerts that wait (pending) or fire now. Each has a runbook: its link is in the notification.",
        unit="none",
        queries=(Query(expression=f"sum by ({by}) ({found})", instant=True),),
        shape="table",
        width=24,
        height=6,
    )
