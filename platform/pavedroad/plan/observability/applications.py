"""Metrics that applications tell themselves: the port that Prometheus asks, as it asks everybody in the mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.plan.naming import SERVICE_LABEL
from pavedroad.plan.observability.targets import TargetPlan
from pavedroad.plan.workload import PortPlan

if TYPE_CHECKING:
    from pavedroad.plan.subject import Subject

SERIES: Final = 10_000
"""The most series of one pod of an application; one that has more is not taken at all."""

PORT_NAME: Final = "metrics"


def application_target(subject: Subject) -> TargetPlan | None:
    """Return where Prometheus asks for a workload's own metrics; None for nowhere."""
    metrics = subject.spec.telemetry.metrics
    if metrics is None or not subject.context.watched:
        return None
    return TargetPlan(
        name=subject.physical_name,
        port=metrics.port,
        namespace=subject.context.namespace(subject.team),
        labels=((SERVICE_LABEL, subject.physical_name),),
        path=metrics.path,
        series=SERIES,
    )


def added_ports(subject: Subject) -> tuple[PortPlan, ...]:
    """Return the port for metrics where no container lists it: Prometheus finds ports by containers that do."""
    metrics = subject.spec.telemetry.metrics
    beside = (spec for sidecar in subject.spec.sidecars.values() for spec in sidecar.listens.values())
    listed = {spec.port for spec in (*getattr(subject.spec, "listens", {}).values(), *beside)}
    if metrics is None or metrics.port in listed:
        return ()
    return (PortPlan(name=PORT_NAME, port=metrics.port, service_port=metrics.port, protocol="http"),)
