"""Connections of a store's own pods to the end point of its backups, through the egress gateway."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.plan.edges import egress_flow

if TYPE_CHECKING:
    from pavedroad.plan.flows import Flow, Party
    from pavedroad.plan.stores.model import BackupPlan


def backup_outbound(source: Party, backup: BackupPlan | None) -> tuple[tuple[Party, str], ...]:
    """Return who connects where to back up."""
    return () if backup is None else ((source, backup.host_port),)


def backup_flows(source: Party, backup: BackupPlan | None) -> tuple[Flow, ...]:
    """Return the flow to the egress gateway that backups need."""
    return () if backup is None else (egress_flow(source, backup.host_port),)
