"""Three-valued truth: yes, no, or not known until some properties are.

There is no negation, on purpose. A rule says what is *allowed*; so a value that is missing or malformed can
only make it stricter, and a value that is not known can never be mistaken for an allowed one.
"""

from collections.abc import Iterable
from typing import NamedTuple


class Truth(NamedTuple):
    """Whether something holds.

    Attributes:
        holds: Yes, no, or None where it hangs on values that are not known.
        unknown: The paths of those values; empty where the answer is known.
    """

    holds: bool | None
    unknown: tuple[str, ...] = ()


YES = Truth(holds=True)
NO = Truth(holds=False)


def open_at(path: str) -> Truth:
    """Say that the answer hangs on the value at ``path``."""
    return Truth(holds=None, unknown=(path,))


def truth(*, holds: bool) -> Truth:
    """Say that the answer is known."""
    return YES if holds else NO


def all_of(*truths: Truth) -> Truth:
    """Whether every one holds: one known *no* decides, whatever else is not known; nothing asked holds."""
    for each in truths:
        if each.holds is False:
            return NO
    return _undecided(truths) or YES


def any_of(*truths: Truth) -> Truth:
    """Whether at least one holds: one known *yes* decides, whatever else is not known; nothing asked fails."""
    for each in truths:
        if each.holds:
            return YES
    return _undecided(truths) or NO


def _undecided(truths: Iterable[Truth]) -> Truth | None:
    undecided = [each for each in truths if each.holds is None]
    if not undecided:
        return None
    return Truth(
        holds=None, unknown=tuple(dict.fromkeys(path for each in undecided for path in each.unknown))
    )
