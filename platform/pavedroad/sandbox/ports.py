"""A server's port: any free one of the loopback interface, kept as long as nobody else takes it."""

import errno
import socket
from pathlib import Path

from pavedroad.sandbox.layout import write_private

__all__ = ["choose_port", "is_free"]

_LOOPBACK = "127.0.0.1"


def choose_port(file: Path) -> int:
    """The port that a file remembers if it is free, else a new one, which is then remembered there."""
    remembered = _remembered(file)
    if remembered is not None and is_free(remembered):
        return remembered
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        port = int(probe.getsockname()[1])
    write_private(file, str(port))
    return port


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        # As the API server does: connections of the last run that are not forgotten yet do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError as error:
            if error.errno in {errno.EADDRINUSE, errno.EACCES}:
                return False
            raise
        return True


def _remembered(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
