"""Kubernetes quantities in their one canonical spelling, so that `1000m` and `1` are no difference.

Source: `apimachinery/pkg/api/resource/quantity.go` of kubernetes: the largest suffix of the same family with
which no fraction is left.
"""

import re
from decimal import Decimal

_BINARY = {"Ki": 1, "Mi": 2, "Gi": 3, "Ti": 4, "Pi": 5, "Ei": 6}
_DECIMAL = {"n": -3, "u": -2, "m": -1, "": 0, "k": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}
_QUANTITY = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE])?)")


def canonical(quantity: str | float) -> str | float:
    """Respell a quantity as the API server stores it; what is not a quantity is given back as it is.

    Example:
        >>> canonical("1000m"), canonical("0.5"), canonical("1024Mi"), canonical(2)
        ('1', '500m', '1Gi', '2')
    """
    match = _QUANTITY.fullmatch(str(quantity))
    if isinstance(quantity, bool) or match is None:
        return quantity
    digits, exponent, suffix = match.groups()
    if exponent is not None:
        return quantity
    if suffix in _BINARY:
        return _binary(Decimal(digits) * 1024 ** _BINARY[suffix])
    return _largest(Decimal(digits) * Decimal(1000) ** _DECIMAL[suffix or ""], 1000, _DECIMAL)


def _binary(value: Decimal) -> str:
    """Spell in powers of 1024; below 1024 the API server falls back to powers of 1000."""
    if abs(value) < 1024:  # noqa: PLR2004 - the base itself
        return _largest(value, 1000, _DECIMAL)
    return _largest(value, 1024, {"": 0, **_BINARY})


def _largest(value: Decimal, base: int, suffixes: dict[str, int]) -> str:
    if not value:
        return "0"
    for suffix, power in sorted(suffixes.items(), key=lambda item: -item[1]):
        mantissa = value / Decimal(base) ** power
        if mantissa == mantissa.to_integral_value():
            return f"{int(mantissa)}{suffix}"
    return f"{value}"
