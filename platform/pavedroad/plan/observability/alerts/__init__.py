"""Alerts beyond objectives: what is wrong with workloads, stores, brokers and everything below them.

One table of kinds for each subject; an environment gets the kinds of what stands in it, and no others.
"""

from __future__ import annotations

from typing import Final

from pavedroad.plan.observability.alerts.brokers import BROKERS
from pavedroad.plan.observability.alerts.cluster import CLUSTER, NODES, QUOTAS
from pavedroad.plan.observability.alerts.managed import MANAGED
from pavedroad.plan.observability.alerts.model import Alert, AlertKind, Links, Subject, runbook_name
from pavedroad.plan.observability.alerts.network import CERTIFICATES, GATEWAYS, MESH
from pavedroad.plan.observability.alerts.resolve import alert_groups, platform_alerts, team_alerts
from pavedroad.plan.observability.alerts.stack import STACK
from pavedroad.plan.observability.alerts.stores import STORES
from pavedroad.plan.observability.alerts.workloads import WORKLOADS

__all__ = [
    "SUBJECTS",
    "Alert",
    "AlertKind",
    "Links",
    "Subject",
    "alert_groups",
    "platform_alerts",
    "runbook_name",
    "team_alerts",
]

SUBJECTS: Final = (
    WORKLOADS,
    STORES,
    BROKERS,
    MANAGED,
    CERTIFICATES,
    GATEWAYS,
    MESH,
    NODES,
    CLUSTER,
    QUOTAS,
    STACK,
)
"""Every table."""
