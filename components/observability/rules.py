"""Rules for Prometheus, in the namespace of what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.kubernetes import Kind
from pavedroad.plan.naming import SERVICE_LABEL
from pavedroad.prometheus import rule_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.kubernetes import Place
    from pavedroad.plan.observability.slos import ServiceSlosPlan
    from pavedroad.prometheus import RuleGroup

PROMETHEUS_RULE = Kind("monitoring.coreos.com/v1", "PrometheusRule")


def declare_rules(
    place: Place, name: str, groups: tuple[RuleGroup, ...], labels: Mapping[str, str] | None = None
) -> None:
    """Declare groups of rules as one object."""
    place.declare(PROMETHEUS_RULE, name, {"spec": rule_file(groups)}, labels=labels)


def declare_slos(place: Place, plan: ServiceSlosPlan) -> None:
    """Declare what is recorded and alerted of a service's objectives."""
    declare_rules(place, plan.name, plan.groups, {SERVICE_LABEL: plan.service})
