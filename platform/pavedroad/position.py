"""Places in files."""

from typing import NamedTuple


class Position(NamedTuple):
    """A place in a file, counted from one."""

    file: str
    """Path relative to the project's root, or as the caller gave it."""
    line: int
    column: int

    def __str__(self) -> str:
        """Return ``file:line:column``, as editors and terminals understand it."""
        return f"{self.file}:{self.line}:{self.column}"
