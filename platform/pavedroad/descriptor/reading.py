"""Opening files that people name, without trusting what stands there."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.faults import UnreadableFileError

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_DESCRIPTOR: Final = 1024 * 1024
"""Bytes of a descriptor or environment file."""
LARGEST_CONFIG_FILE: Final = 512 * 1024
"""Bytes of a configuration file; a ConfigMap holds 1 MiB in all."""


def read_text(path: Path, *, shown_as: str, limit: int, within: Path | None = None) -> str:
    """Return the text of a regular UTF-8 file, without its byte order mark.

    Args:
        path: The file.
        shown_as: How errors call it.
        limit: The most bytes that it may have.
        within: Folder that the file must stand in once symbolic links are followed; None for anywhere.

    Raises:
        UnreadableFileError: It is missing, irregular, too large, not UTF-8, or stands somewhere else.
    """
    try:
        real = path.resolve(strict=True)
        if within is not None and not real.is_relative_to(within.resolve()):
            raise UnreadableFileError(shown_as, "leads out of the project; keep the file inside it")
        content = _read_regular(real, shown_as, limit)
    except FileNotFoundError:
        raise UnreadableFileError(shown_as, "no such file") from None
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or "cannot be opened"
        raise UnreadableFileError(shown_as, f"cannot be read: {reason}") from None
    if len(content) > limit:
        raise UnreadableFileError(shown_as, f"larger than {limit // 1024:,} KiB; split it")
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(shown_as, f"not UTF-8 (line {line}); save it as UTF-8") from None


def _read_regular(path: Path, shown_as: str, limit: int) -> bytes:
    """Read one byte more than the limit; never wait for a pipe or device."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise UnreadableFileError(shown_as, "not a regular file")
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise UnreadableFileError(shown_as, "not a regular file")
        return file.read(limit + 1)
