"""Prometheus, resolved: how much it keeps, for how long, and under which names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.observability import METRICS_KEPT
from pavedroad.descriptor.values import memory_bytes
from pavedroad.plan.observability.stack import SIZES, PartSize, Placement, placement

if TYPE_CHECKING:
    from pavedroad.descriptor.observability import ObservabilitySpec
    from pavedroad.plan.context import Context
    from pavedroad.plan.flows import Labels

FULL_SHARE: Final = 80
"""Percent of the volume that blocks may fill: the head, the log ahead of it and compaction need the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrometheusPlan:
    """Prometheus.

    Attributes:
        size: How large it is.
        retention: How long metrics are kept.
        retention_size: How much they may fill before the oldest go, in mebibytes.
        placement: Where it runs.
        external_labels: Labels of everything that leaves it: alerts, and what is written elsewhere.
    """

    size: PartSize
    retention: str
    retention_size: int
    placement: Placement
    external_labels: Labels


def resolve_prometheus(context: Context, spec: ObservabilitySpec) -> PrometheusPlan:
    """Return Prometheus as the environment asks for it."""
    default = SIZES[context.environment.tier]
    storage = spec.metrics.storage or default.prometheus.storage
    return PrometheusPlan(
        size=PartSize(
            replicas=default.prometheus.replicas,
            cpu=default.prometheus.cpu,
            memory=default.prometheus.memory,
            storage=storage,
        ),
        retention=spec.metrics.retention or METRICS_KEPT[context.environment.tier],
        retention_size=memory_bytes(storage) * FULL_SHARE // 100 // 2**20,
        placement=placement(context),
        external_labels=(
            ("cluster", context.cluster),
            ("environment", context.environment.environment),
        ),
    )
