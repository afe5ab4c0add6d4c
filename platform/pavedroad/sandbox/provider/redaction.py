"""Keeping secrets out of texts that others wrote: the API server quotes the values it refuses."""

import base64
import json
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from pavedroad.sandbox.provider.outputs import with_secrets_of
from pavedroad.sandbox.provider.properties import Properties, Secret, manifest_of

MASK: Final = "[secret]"
_SHORTEST = 4
"""Shorter values are not masked: replacing `1` or `no` everywhere would hide the message, not the value."""


def redacted(text: str, *sources: Properties) -> str:
    """Mask in a text every secret of the given property maps, plain, in base64, JSON and URL encoding."""
    values = {
        value for source in sources for value in _secrets(with_secrets_of(source, source), hidden=False)
    }
    for value in sorted(values, key=len, reverse=True):
        if len(value) >= _SHORTEST:
            for spelling in _spellings(value):
                text = text.replace(spelling, MASK)
    return text


def _secrets(value: Any, *, hidden: bool) -> Iterator[str]:
    match value:
        case Secret(element):
            yield from _secrets(manifest_of({"": element})[""], hidden=True)
        case dict():
            for item in value.values():
                yield from _secrets(item, hidden=hidden)
        case list():
            for item in value:
                yield from _secrets(item, hidden=hidden)
        case str() | int() | float() if hidden:
            yield str(value)


def _spellings(value: str) -> tuple[str, ...]:
    raw = value.encode()
    return (
        value,
        base64.b64encode(raw).decode(),
        json.dumps(value)[1:-1],
        quote(value, safe=""),
        *_decoded(value),
    )


def _decoded(value: str) -> tuple[str, ...]:
    """Give what a base64 text stands for, as in a Secret's data."""
    try:
        plain = base64.b64decode(value, validate=True).decode()
    except ValueError:
        return ()
    return (plain,) if len(plain) >= _SHORTEST else ()
