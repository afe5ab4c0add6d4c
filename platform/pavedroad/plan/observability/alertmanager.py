"""Alertmanager, resolved: how many agree on who has been told, and what they remember."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.observability.stack import SIZES, PartSize, Placement, placement

if TYPE_CHECKING:
    from pavedroad.plan.context import Context

REMEMBERED: Final = "120h"
"""How long it remembers silences and who has been told, as a Go duration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertmanagerPlan:
    """Alertmanager.

    Attributes:
        size: How large it is; several replicas talk to each other.
        retention: How long it remembers, as a Go duration.
        placement: Where it runs.
    """

    size: PartSize
    retention: str
    placement: Placement


def resolve_alertmanager(context: Context) -> AlertmanagerPlan:
    """Return Alertmanager as the tier asks for it."""
    return AlertmanagerPlan(
        size=SIZES[context.environment.tier].alertmanager,
        retention=REMEMBERED,
        placement=placement(context),
    )
