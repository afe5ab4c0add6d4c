"""The shapes that values in a policy have: one text or a list of them."""

from typing import Any

from pavedroad.access.iam.errors import PolicyError


def texts(value: Any, place: str) -> tuple[str, ...]:
    """Read one text or a list of them; booleans and numbers are texts written without quotes.

    Args:
        value: The value as JSON gives it.
        place: Where it stands, for errors.

    Raises:
        PolicyError: it is something else, or an empty list.
    """
    listed = value if isinstance(value, list | tuple) else [value]
    if not listed:
        raise PolicyError(f"{place} is an empty list")
    return tuple(_text(each, place) for each in listed)


def _text(value: Any, place: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise PolicyError(f"{place} is neither a text nor a list of texts")
