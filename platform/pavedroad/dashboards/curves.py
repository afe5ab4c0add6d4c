"""Panels of one curve each, as rows of tables; and those tables that stores and brokers share."""

from __future__ import annotations

from dataclasses import dataclass

from pavedroad.dashboards.model import Panel, Query, Unit

PODS = "{pods}"
"""Stands for the selector of the series of a subject's pods."""

CLAIMS = "{claims}"
"""Stands for the selector of the series of a subject's volumes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One panel of one curve: a row of a table.

    Attributes:
        title: What it shows.
        unit: Unit of its values.
        description: How to read it.
        expression: PromQL in which ``{pods}`` stands for the labels of the subject's pods.
        legend: Name of the found series.
        alarm: From which value on it is drawn in red.
    """

    title: str
    unit: Unit
    description: str
    expression: str
    legend: str = "{{pod}}"
    alarm: float | None = None


SERVERS = (
    Curve(
        title="CPU",
        unit="short",
        description="CPUs in use, by pod.",
        expression="sum by (pod) (rate(container_cpu_usage_seconds_total{pods}[$__rate_interval]))",
    ),
    Curve(
        title="Memory of pods",
        unit="bytes",
        description="Memory in use, by pod.",
        expression="sum by (pod) (container_memory_working_set_bytes{pods})",
    ),
    Curve(
        title="Restarts",
        unit="short",
        description="Restarts of containers in each interval.",
        expression="sum by (pod) (increase(kube_pod_container_status_restarts_total{pods}[$__rate_interval]))",
    ),
)

VOLUMES = (
    Curve(
        title="Disk",
        unit="percentunit",
        description="Share of each volume that is in use; a full one stops the store.",
        expression="max by (persistentvolumeclaim) (kubelet_volume_stats_used_bytes{claims}"
        " / kubelet_volume_stats_capacity_bytes{claims})",
        legend="{{persistentvolumeclaim}}",
        alarm=0.85,
    ),
)


def panels(curves: tuple[Curve, ...], places: dict[str, str]) -> tuple[Panel, ...]:
    """Return the panels of a table's rows.

    Args:
        curves: The rows.
        places: What each place in their expressions stands for: ``{pods}`` and its like, as a whole selector.
    """
    return tuple(
        Panel(
            title=curve.title,
            description=curve.description,
            unit=curve.unit,
            queries=(Query(expression=_filled(curve.expression, places), legend=curve.legend),),
            alarm=curve.alarm,
        )
        for curve in curves
    )


def _filled(expression: str, places: dict[str, str]) -> str:
    """Return an expression with its places filled; ``{pods, name="x"}`` keeps the labels that follow."""
    for place, labels in places.items():
        expression = expression.replace(place, labels).replace(f"{place[:-1]}, ", f"{labels[:-1]}, ")
    return expression
