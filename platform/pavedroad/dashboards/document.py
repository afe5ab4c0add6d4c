"""A dashboard as Grafana reads it: the classic schema, version 41.

Source: Grafana documentation, «Dashboard JSON model»; Grafana 13 migrates it on load.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.dashboards.model import Dashboard, Panel, Query, Row, Shape, Source, Variable

SCHEMA_VERSION = 41
COLUMNS = 24
"""Columns of Grafana's grid."""

DATA_SOURCES: dict[Source, tuple[str, str]] = {
    "prometheus": ("Prometheus data source", "metrics"),
    "loki": ("Loki data source", "logs"),
    "jaeger": ("Jaeger data source", "traces"),
}
"""Heading of each data source's variable, and the uid that it is set to when the page opens."""

_RELOAD_WITH_TIME = 2
_SHARED_CROSSHAIR = 1
_OPTIONS: dict[Shape, dict[str, Any]] = {
    "timeseries": {"tooltip": {"mode": "multi", "sort": "desc"}},
    "stat": {"reduceOptions": {"calcs": ["lastNotNull"]}},
    "table": {"showHeader": True},
    "logs": {"showTime": True, "wrapLogMessage": True, "enableLogDetails": True, "sortOrder": "Descending"},
}
"""How each shape draws, where Grafana's own default is another: what is written for every panel is kept small."""


def document(dashboard: Dashboard) -> dict[str, Any]:
    """Return a dashboard as the JSON object that Grafana reads."""
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.description,
        "tags": ["pavedroad", *dashboard.tags],
        "schemaVersion": SCHEMA_VERSION,
        "editable": False,
        "graphTooltip": _SHARED_CROSSHAIR,
        "refresh": "1m",
        "time": {"from": "now-6h", "to": "now"},
        "timezone": "browser",
        "annotations": {"list": []},
        "links": [
            {"type": "link", "title": link.title, "url": link.url, "keepTime": True, "targetBlank": False}
            for link in dashboard.links
        ],
        "templating": {"list": [*_data_sources(dashboard), *(_variable(one) for one in dashboard.variables)]},
        "panels": list(_laid_out(dashboard.rows)),
    }


def _data_sources(dashboard: Dashboard) -> Iterator[dict[str, Any]]:
    """Yield the variables by which people choose the data sources that the dashboard asks."""
    asked = {query.source for row in dashboard.rows for panel in row.panels for query in panel.queries}
    if dashboard.variables:
        asked.add("prometheus")
    for source, (label, uid) in DATA_SOURCES.items():
        if source in asked:
            current = {"text": uid, "value": uid}
            yield {
                "name": f"{source}_datasource",
                "label": label,
                "type": "datasource",
                "query": source,
                "current": current,
            }


def _variable(variable: Variable) -> dict[str, Any]:
    query = f"label_values({variable.metric}, {variable.value})"
    return {
        "name": variable.name,
        "label": variable.label,
        "type": "query",
        "datasource": _data_source("prometheus"),
        "query": {"query": query, "refId": variable.name},
        "definition": query,
        "refresh": _RELOAD_WITH_TIME,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".+",
        "current": {"text": ["All"], "value": ["$__all"]},
    }


def _data_source(source: Source) -> dict[str, str]:
    return {"type": source, "uid": f"${{{source}_datasource}}"}


def _laid_out(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """Yield headings and panels with their places: from left to right, then down."""
    numbers, line = count(1), 0
    for row in rows:
        place = {"x": 0, "y": line, "w": COLUMNS, "h": 1}
        yield {
            "id": next(numbers),
            "type": "row",
            "title": row.title,
            "collapsed": False,
            "gridPos": place,
            "panels": [],
        }
        line, column, tallest = line + 1, 0, 0
        for panel in row.panels:
            if column + panel.width > COLUMNS:
                line, column, tallest = line + tallest, 0, 0
            place = {"x": column, "y": line, "w": panel.width, "h": panel.height}
            yield {"id": next(numbers), **_panel(panel), "gridPos": place}
            column, tallest = column + panel.width, max(tallest, panel.height)
        line += tallest


def _panel(panel: Panel) -> dict[str, Any]:
    names = "ABCDEFGH"
    return {
        "type": panel.shape,
        "title": panel.title,
        "description": panel.description,
        "datasource": _data_source(panel.queries[0].source),
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": _OPTIONS[panel.shape],
        "targets": [_target(query, name, panel) for query, name in zip(panel.queries, names, strict=False)],
    }


def _defaults(panel: Panel) -> dict[str, Any]:
    """Return unit, axis and colours of a panel's values."""
    defaults: dict[str, Any] = {"unit": panel.unit}
    if panel.shape == "timeseries":
        defaults["custom"] = {"fillOpacity": 8, "showPoints": "never"}
    if panel.unit == "percentunit":
        defaults["min"] = 0
    if panel.ceiling is not None:
        defaults["max"] = panel.ceiling
    if panel.alarm is not None:
        below, above = ("red", "green") if panel.alarm_below else ("green", "red")
        steps = [{"color": below, "value": None}, {"color": above, "value": panel.alarm}]
        defaults["thresholds"] = {"mode": "absolute", "steps": steps}
        if panel.shape == "timeseries":
            defaults["custom"]["thresholdsStyle"] = {"mode": "line"}
    return defaults


def _target(query: Query, name: str, panel: Panel) -> dict[str, Any]:
    """Return a query as its data source's plugin reads it."""
    if query.source == "jaeger":
        return {"refId": name, "queryType": "search", "service": query.expression, "limit": 20}
    target: dict[str, Any] = {"refId": name, "expr": query.expression}
    if query.legend:
        target["legendFormat"] = query.legend
    if query.source == "loki":
        return {**target, "queryType": "range"}
    if query.instant:
        target |= {"instant": True, "range": False}
    if panel.shape == "table":
        target["format"] = "table"
    if query.exemplars:
        target["exemplar"] = True
    return target
