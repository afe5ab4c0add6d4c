"""Faults: what is wrong in a descriptor, where it stands, and what to write instead.

One value type, one style of message, for syntax, models and cross-checks alike. Values that may be secret
are never part of a fault: whoever makes one leaves ``given`` out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pavedroad.secret_literals import without_tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Path = tuple[str | int, ...]
"""Where something stands inside a descriptor: mapping keys and list indices from the root."""

LONGEST_GIVEN = 60
LONGEST_PATH = 12
MOST_FAULTS = 200
"""How many faults of one file are told; the rest is counted, so that garbage has a short answer too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that must be changed before a descriptor can be used."""

    file: str
    """The file to change, relative to the project's root."""
    path: Path = ()
    """Where in the file; empty for the file as a whole."""
    given: str | None = None
    """What stands there, fit to print; None where nothing does or where it may be secret."""
    expected: str = ""
    """What is allowed there."""
    change: str = ""
    """What to write instead."""
    line: int = 0
    """Line, counted from one; 0 where it is not known (descriptors that come from no file)."""
    column: int = 0
    """Column, counted from one; 0 where it is not known."""

    @property
    def message(self) -> str:
        """What is wrong, without the place."""
        given = None if self.given is None else f"given {self.given}"
        expected = f"expected {self.expected}" if self.expected else None
        return "; ".join(part for part in (given, expected, self.change) if part)

    def __post_init__(self) -> None:
        """Hide tokens that whoever made the fault repeated: as a name or a reference, say."""
        if self.given is not None:
            object.__setattr__(self, "given", without_tokens(self.given))
        object.__setattr__(self, "expected", without_tokens(self.expected))
        object.__setattr__(self, "change", without_tokens(self.change))

    def at(self, line: int, column: int) -> Fault:
        """Return the same fault at a position."""
        return replace(self, line=line, column=column)

    def __str__(self) -> str:
        """Return the fault in one line: place, path in the descriptor, message."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return ": ".join(part for part in (place, dotted(self.path), self.message) if part)


class DescriptorError(Exception):
    """Root of everything that reading descriptors can raise.

    * ``DescriptorFaults``: the files were read, and something in them is wrong.
    * ``UnreadableFileError``: a file is missing, irregular, too large or not text.
    """


class DescriptorFaults(DescriptorError):  # noqa: N818 a collection of faults, not one error
    """Everything that is wrong, in the order of files and lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        """Sort the faults by file and position."""
        self.faults: tuple[Fault, ...] = tuple(
            sorted(set(faults), key=lambda fault: (fault.file, fault.line, fault.column, str(fault)))
        )
        super().__init__("\n".join(str(fault) for fault in self.faults))


class UnreadableFileError(DescriptorError):
    """A file that cannot be read as text, and why."""

    def __init__(self, file: str, reason: str) -> None:
        """Say which file and why."""
        self.file = file
        self.reason = reason
        super().__init__(f"{file}: {reason}")


def dotted(path: Sequence[str | int]) -> str:
    """Return a path as people write it: ``services.orders.env.A``, ``services.ui.routes[0].path``.

    Keys that are not plain words are quoted, and only their first characters are shown.
    """
    parts: list[str] = []
    for step in path[:LONGEST_PATH]:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        else:
            known = without_tokens(step)
            written = known if _is_plain(known) else f"'{_printable(known[:LONGEST_GIVEN])}'"
            parts.append(("." if parts else "") + written)
    return "".join(parts) + ("…" if len(path) > LONGEST_PATH else "")


def shown(value: object) -> str:
    """Return a value fit to print: short, on one line, with look-alike and invisible characters named."""
    match value:
        case None:
            return "nothing"
        case dict():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case bool():
            return str(value).lower()
        case str():
            return _shown_text(value)
        case _:
            return str(value)[:LONGEST_GIVEN]


def _shown_text(text: str) -> str:
    cut = text if len(text) <= LONGEST_GIVEN else text[:LONGEST_GIVEN] + "…"
    odd = dict.fromkeys(character for character in cut.rstrip("…") if not " " <= character <= "~")
    safe = _printable(cut)
    if not odd:
        return f"'{safe}'"
    if len(text) == 1:
        return _character_name(text)
    names = [_character_name(character) for character in list(odd)[:3]]
    return f"'{safe}' with {', '.join(names)}"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def _character_name(character: str) -> str:
    import unicodedata  # noqa: PLC0415 a megabyte of tables that only odd characters need

    name = unicodedata.name(character, "control character")
    return f"{name} (U+{ord(character):04X})"


def _is_plain(step: str) -> bool:
    return len(step) <= LONGEST_GIVEN and step.isascii() and step.isprintable() and step not in ("", " ")
