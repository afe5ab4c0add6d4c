"""What a dashboard is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Source = Literal["prometheus", "loki", "jaeger"]
"""Which kind of data source answers a query, by Grafana's names of its plugins."""

Shape = Literal["timeseries", "stat", "table", "logs"]
"""How a panel draws what it finds, by Grafana's names of its panels."""

Unit = Literal[
    "short",
    "none",
    "percentunit",
    "reqps",
    "ops",
    "s",
    "ms",
    "bytes",
    "Bps",
    "cps",
    "dateTimeFromNow",
]
"""Units by Grafana's names: ``percentunit`` is a share from 0 to 1, ``cps`` counts each second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """One question to one data source.

    Attributes:
        expression: PromQL or LogQL; for Jaeger the name of the service whose traces are looked for.
        legend: Name of the found series, with ``{{label}}`` for a label's value.
        source: Which data source answers.
        exemplars: Whether the traces that stand behind the points are drawn, too.
        instant: Whether only the newest value is asked for.
    """

    expression: str
    legend: str = ""
    source: Source = "prometheus"
    exemplars: bool = False
    instant: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One picture.

    Attributes:
        title: What it shows.
        description: How to read it, and what is good or bad.
        unit: The unit of its values.
        queries: What is drawn.
        shape: How it is drawn.
        width: Columns of the 24 that a row of Grafana's grid has.
        height: Lines of the grid.
        alarm: From which value on it is drawn in red; below it for ``alarm_below``. None: never.
        alarm_below: Whether small values are the bad ones.
        ceiling: The greatest value that its axis has to show; None: what is found.
    """

    title: str
    description: str
    unit: Unit
    queries: tuple[Query, ...]
    shape: Shape = "timeseries"
    width: int = 8
    height: int = 8
    alarm: float | None = None
    alarm_below: bool = False
    ceiling: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A choice above the panels, filled from the values of a label.

    Attributes:
        name: Its name; queries say ``$name``.
        label: What people read.
        metric: Selector of the series whose label is asked for.
        value: The label.
    """

    name: str
    label: str
    metric: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A way to another dashboard or page."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """One page of pictures.

    Attributes:
        uid: Its identifier, the same for ever: links and alerts hold it.
        title: Its heading.
        description: What it is for.
        tags: What it is found by.
        rows: Its content, from the most to the least asked for.
        variables: Choices above the panels.
        links: Where to go from here.
    """

    uid: str
    title: str
    description: str
    tags: tuple[str, ...]
    rows: tuple[Row, ...]
    variables: tuple[Variable, ...] = ()
    links: tuple[Link, ...] = ()
