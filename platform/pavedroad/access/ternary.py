"""Three-valued logic: true, false, or not known (``None``).

Kleene's strong logic: a result is definite only where no value of the unknown
parts could change it.
"""

from collections.abc import Iterable

Ternary = bool | None


def negate(value: Ternary) -> Ternary:
    """The opposite; what is not known stays so."""
    return None if value is None else not value


def all_of(values: Iterable[Ternary]) -> Ternary:
    """False if any is false, else not known if any is not known; true of nothing."""
    result: Ternary = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def any_of(values: Iterable[Ternary]) -> Ternary:
    """True if any is true, else not known if any is not known; false of nothing."""
    result: Ternary = False
    for value in values:
        if value is True:
            return True
        if value is None:
            result = None
    return result
