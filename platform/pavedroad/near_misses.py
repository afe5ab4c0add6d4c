"""What somebody may have meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ALIKE = 0.6
"""Share of letters that two words must have in common, in order."""


def near_miss(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like the given one, or None where none is."""
    import difflib  # noqa: PLC0415 for the path that reports faults

    found = difflib.get_close_matches(word[:200], sorted(known), n=1, cutoff=ALIKE)
    return found[0] if found else None


def suggestion(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """Return ``did you mean …?``, or the other text where no known word is like the given one."""
    found = near_miss(word, known)
    return f"did you mean {found}?" if found else otherwise


def listed(words: Iterable[str], most: int = 12) -> str:
    """Return words in one line, sorted; beyond the most, only their number."""
    ordered = sorted(words)
    shown = ", ".join(ordered[:most])
    return f"{shown} and {len(ordered) - most} more" if len(ordered) > most else shown
