# ruff: noqa: INP001  a script of its own, in no package
"""Write docs/controls.md from the rules: ``python scripts/document_controls.py``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.governance import Control, Rule

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "controls.md"
LAST_ROW = 289

INTRODUCTION = """\
# Controls

What the policy pack demands: {count} controls. `paved controls ID` says of each why it is there, how to mend a failure
and what can be set. How strictly one is enforced follows from its severity and the tier of the environment: local and
development advise, staging enforces all but the low ones, production all; where a control says otherwise, the column
*enforced* does. An environment's file sets and switches controls under `controls:`, and [policies.md](policies.md) tells
about verdicts, exemptions and configuration.

This page is made from `policies/rules`; after a change there, run `python scripts/document_controls.py`.
"""

CATALOGUE = """\
## The field's catalogue

Twelve sources (Pod Security Standards, CIS Benchmarks, AWS Foundational Security Best Practices, and the rules of the
scanners) ask for {rows} different things of what this project provisions, numbered here. Each is held by the controls
beside it.

| row | held by |
|---|---|
"""


def main() -> None:
    """Write the document."""
    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
    DOCUMENT.write_text(document(), encoding="utf-8")


def document() -> str:
    """Return the whole document."""
    from policies.areas import AREAS, RULES  # noqa: PLC0415  found once the path is set

    parts = [INTRODUCTION.format(count=len(RULES))]
    for area, rules in AREAS.items():
        parts += [f"## {area}\n", "\n".join(_table(rules)) + "\n"]
    parts += [CATALOGUE.format(rows=LAST_ROW) + "\n".join(_rows(rule.control for rule in RULES)) + "\n"]
    return "\n".join(parts)


def _table(rules: Iterable[Rule]) -> Iterator[str]:
    yield "| control | demands | severity | enforced | demanded by |"
    yield "|---|---|---|---|---|"
    for rule in rules:
        control = rule.control
        clauses = ", ".join(f"{each.framework} {each.clause}" for each in control.references)
        cells = (
            f"`{control.identifier}`",
            control.sentence,
            control.severity.value,
            _enforced(control),
            clauses,
        )
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _enforced(control: Control) -> str:
    """Say how a control is enforced where that does not follow from its severity."""
    special = (
        ("off", control.off_in),
        ("mandatory", control.mandatory_in),
        ("advisory", control.advisory_in),
    )
    return "; ".join(f"{level} in {', '.join(sorted(tiers))}" for level, tiers in special if tiers)


def _rows(controls: Iterable[Control]) -> Iterator[str]:
    held: dict[int, list[str]] = {}
    for control in controls:
        for row in control.rows:
            held.setdefault(row, []).append(f"`{control.identifier}`")
    for row in range(1, LAST_ROW + 1):
        yield f"| {row} | {', '.join(held.get(row, ['-']))} |"


if __name__ == "__main__":
    main()
