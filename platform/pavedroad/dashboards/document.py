"""A dashboard as Grafana reads it: the classic schema, version 41.

Source: Grafana documentation, «Dashboard JSON model»; Grafana 13 migrates it on load.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.dashboards.model import Dashboard, Panel, Query, Row, Source, Variable

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
_TIMESERIES = {
    "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]},
    "tooltip": {"mode": "multi", "sort": "desc"},
}
_NEWEST = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}, "colorMode": "value"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "timeseries": _TIMESERIES,
    "stat": _NEWEST,
    "table": {"showHeader": True},
    "logs": {"showTime": True, "wrapLogMessage": True, "enableLogDetails": True, "sortOrder": "Descending"},
}


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
    source: Source = panel.queries[0].source
    names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return {
        "type": panel.shape,
        "title": panel.title,
        "description": panel.description,
        "datasource": _data_source(source),
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": _OPTIONS[panel.shape],
        "targets": [_target(query, name, panel) for query, name in zip(panel.queries, names, strict=False)],
    }


def _defaults(panel: Panel) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "red" if panel.alarm_below else "green", "value": None}]
    if panel.alarm is not None:
        steps.append({"color": "green" if panel.alarm_below else "red", "value": panel.alarm})
    defaults: dict[str, Any] = {
        "unit": panel.unit,
        "thresholds": {"mode": "absolute", "steps": steps},
        "color": {"mode": "thresholds" if panel.shape == "stat" else "palette-classic"},
    }
    if panel.shape == "timeseries":
        style = "line" if panel.alarm is not None else "off"
        defaults["custom"] = {"fillOpacity": 8, "showPoints": "never", "thresholdsStyle": {"mode": style}}
    if panel.unit == "percentunit":
        defaults["min"] = 0
    if panel.ceiling is not None:
        defaults["max"] = panel.ceiling
    return defaults


def _target(query: Query, name: str, panel: Panel) -> dict[str, Any]:
    target: dict[str, Any] = {"refId": name, "datasource": _data_source(query.source)}
    if query.source == "jaeger":
        return {**target, "queryType": "search", "service": query.expression, "limit": 20}
    target |= {"expr": query.expression, "legendFormat": query.legend}
    if query.source == "loki":
        return {**target, "queryType": "range"}
    shape = {"format": "table"} if panel.shape == "table" else {}
    timing = {"instant": True, "range": False} if query.instant else {"instant": False, "range": True}
    return {**target, **timing, **shape, "exemplar": query.exemplars}
