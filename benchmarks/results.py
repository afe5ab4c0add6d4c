"""What was measured, and how it is shown."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterable

REPORT_VERSION = 1
"""Version of the JSON report; it changes when a reader of the old one would misread the new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One number, and the most that it may be.

    Attributes:
        name: What was measured.
        value: The number.
        unit: Its unit; ``x`` for a ratio.
        limit: The most that is accepted; None for what is only known, not promised.
        detail: What the number is made of.
    """

    name: str
    value: float
    unit: str
    limit: float | None = None
    detail: str = ""

    @property
    def verdict(self) -> str:
        """``ok``, ``over``, or nothing where nothing is promised."""
        if self.limit is None:
            return ""
        return "ok" if self.value <= self.limit else "over"


def ratio(name: str, measured: float, reference: float, limit: float | None, unit: str = "s") -> Result:
    """Return how many times the reference something took."""
    detail = f"{measured:.3g} {unit} against {reference:.3g} {unit}"
    return Result(name=name, value=measured / reference, unit="x", limit=limit, detail=detail)


def as_table(results: Iterable[Result], machine: str) -> Table:
    """Return the results as the table of docs/performance.md."""
    table = Table(box=box.MARKDOWN, caption=machine, caption_justify="left")
    for heading in ("measured", "value", "limit", "", "detail"):
        table.add_column(heading, justify="right" if heading in ("value", "limit") else "left")
    for result in results:
        limit = "" if result.limit is None else f"{result.limit:g} {result.unit}".strip()
        value = f"{result.value:.3g} {result.unit}".strip()
        table.add_row(result.name, value, limit, result.verdict, result.detail)
    return table


def as_json(results: Iterable[Result], machine: str) -> str:
    """Return the results as JSON."""
    rows = [
        {
            "name": result.name,
            "value": round(result.value, 4),
            "unit": result.unit,
            "limit": result.limit,
            "verdict": result.verdict or None,
            "detail": result.detail,
        }
        for result in results
    ]
    return json.dumps({"version": REPORT_VERSION, "machine": machine, "results": rows}, indent=2)
