"""What stands in the engine's JSON in place of values that cannot be read there."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pavedroad.governance import Opaque

_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the engine's mark of a secret, not one
_UNKNOWN: Final = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
        "[unknown]",
    }
)
"""The engine's sentinels for a value of each type that is known only after an update, and what people are shown."""

_WITHHELD: Final = "[secret]"


def read_marks(value: object) -> tuple[Any, frozenset[str]]:
    """Put `Opaque` marks where the engine has its own, and name the paths of what is secret.

    Args:
        value: A resource's properties as the engine writes them as JSON.

    Returns:
        The same with marks, and the paths of all secrets.
    """
    return _marked(value), frozenset(_secrets(value, ""))


def _marked(value: object) -> object:
    if isinstance(value, Mapping):
        if value.get(_SIGNATURE) == _SECRET:
            return Opaque.SECRET
        return {str(name): _marked(item) for name, item in value.items() if name != _SIGNATURE}
    if isinstance(value, list):
        return [_marked(item) for item in value]
    if isinstance(value, str) and value in _UNKNOWN:
        return Opaque.UNKNOWN
    return Opaque.SECRET if value == _WITHHELD else value


def _secrets(value: object, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        if value.get(_SIGNATURE) == _SECRET:
            yield path
            return
        for name, item in value.items():
            yield from _secrets(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _secrets(item, f"{path}[{index}]")
    elif value == _WITHHELD:
        yield path
