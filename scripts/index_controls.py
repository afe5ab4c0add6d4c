# ruff: noqa: INP001  a script of its own, in no package
"""Write policies/index.json from the rules: ``python scripts/index_controls.py``."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Write the index."""
    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
    from policies.areas import RULES_BY_MODULE  # noqa: PLC0415  found once the path is set
    from policies.index import INDEX, index_of  # noqa: PLC0415  as above

    INDEX.write_text(index_of(RULES_BY_MODULE), encoding="utf-8")


if __name__ == "__main__":
    main()
