"""What asking pods for their metrics takes to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pavedroad.plan.flows import Labels

Manner = Literal["mesh", "plain"]
"""How a port is spoken to: by the mesh's TLS in Prometheus' own name, or in the clear."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetPlan:
    """Pods that are asked for their metrics.

    Attributes:
        name: Name of the monitor, and the label ``job`` of what it finds.
        port: Port on the pods.
        namespace: Where they stand; None for wherever their labels are.
        labels: Labels that they carry.
        present: Labels that they carry with any value.
        path: Where they answer.
        parameters: What is asked for there, each with its values.
        manner: How they are spoken to.
        own_labels: Whether labels of theirs stand where Prometheus' own would.
        keep: Which of their metrics are kept, as a regular expression; empty for all.
        series: The most series of one of them; one that has more is not taken at all, so that none drowns the others.
    """

    name: str
    port: int
    namespace: str | None = None
    labels: Labels = ()
    present: tuple[str, ...] = ()
    path: str = "/metrics"
    parameters: tuple[tuple[str, tuple[str, ...]], ...] = ()
    manner: Manner = "mesh"
    own_labels: bool = False
    keep: str = ""
    series: int = 50_000
