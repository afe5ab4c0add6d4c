"""Quantities of Kubernetes: `250m`, `1.5`, `2Gi`, `1e3`, as exact numbers.

Source: the API's own grammar, https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Final

from pavedroad.governance import Properties, Reading, SettingsError
from pavedroad.governance.properties import State

_QUANTITY: Final = re.compile(
    r"(?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))"
    r"(?:(?P<suffix>[KMGTPE]i|[numkMGTPE])|[eE](?P<exponent>[+-]?[0-9]{1,2}))?"
)
_SUFFIXES: Final[Mapping[str, Fraction]] = {
    **{name: Fraction(10) ** exponent for name, exponent in zip("num", (-9, -6, -3), strict=True)},
    **{name: Fraction(10) ** (3 * power) for power, name in enumerate("kMGTPE", start=1)},
    **{f"{name}i": Fraction(2) ** (10 * power) for power, name in enumerate("KMGTPE", start=1)},
}


@lru_cache(maxsize=4096)
def parse(text: str) -> Fraction | None:
    """Read a quantity, in cores or bytes or whatever it counts; None where it is none."""
    found = _QUANTITY.fullmatch(text)
    if not found:
        return None
    scale = _SUFFIXES[found["suffix"]] if found["suffix"] else Fraction(10) ** int(found["exponent"] or 0)
    return Fraction(found["number"]) * scale


def quantity(part: Properties, path: str) -> Reading[Fraction]:
    """Read the quantity at ``path``: a text, or a number as YAML may give it."""
    text = part.text(path)
    if text.value is not None:
        return _present(text.path, parse(text.value))
    number = part.number(path)
    if number.value is not None:
        return _present(number.path, parse(repr(number.value)))
    return Reading(text.path, text.state)


def _present(path: str, value: Fraction | None) -> Reading[Fraction]:
    return Reading(path, State.MALFORMED if value is None else State.PRESENT, value)


def ceiling_of(text: str) -> Fraction:
    """Read a setting that is a quantity.

    Raises:
        SettingsError: If it is none.
    """
    parsed = parse(text)
    if parsed is None:
        raise SettingsError(f"{text!r} is not a quantity, as '500m' or '2Gi'")
    return parsed
