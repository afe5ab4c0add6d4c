"""The faults of a recording, each one line that names the source line in the program."""

import sys
import sysconfig
import traceback
from pathlib import Path

_HERE = str(Path(__file__).parent)
_NOT_THE_PROGRAM = tuple(
    {
        _HERE,
        str(Path(sys.prefix) / "lib"),
        *(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")),
    }
)


class RecordingError(Exception):
    """A program that could not be recorded.

    Attributes:
        source: ``file:line`` in the program, relative to the working directory where it lies below it, or
            none where no line of the program took part.
    """

    def __init__(self, message: str, source: str | None = None) -> None:
        """Say what happened and where; the text is one line, ``file:line: message``."""
        self.source = source
        one_line = " ".join(message.split())
        super().__init__(f"{source}: {one_line}" if source else one_line)


def recording_error(error: BaseException) -> RecordingError:
    """Return ``error`` as one clean line, with the place in the program that raised it."""
    if isinstance(error, RecordingError):
        return error
    if isinstance(error, SystemExit):
        return RecordingError(f"the program ended itself with exit code {error.code}", source_of(error))
    if isinstance(error, TimeoutError) and not str(error):
        return RecordingError("the program did not finish in time", source_of(error))
    text = error.msg if isinstance(error, SyntaxError) else str(error)
    return RecordingError(
        f"{type(error).__name__}: {text}" if text else type(error).__name__, source_of(error)
    )


def source_of(error: BaseException) -> str | None:
    """Return the last line of the program, ``file:line``, through which ``error`` came."""
    if isinstance(error, SyntaxError) and error.filename is not None:
        return f"{relative(error.filename)}:{error.lineno}"
    current: BaseException | None = error
    while current is not None:
        for frame, line in reversed(list(traceback.walk_tb(current.__traceback__))):
            if is_program_file(frame.f_code.co_filename):
                return f"{relative(frame.f_code.co_filename)}:{line}"
        current = current.__cause__ or current.__context__
    return None


def is_program_file(filename: str) -> bool:
    """Tell whether a file is the program's own: neither Python's, nor a library's, nor the recorder's."""
    return not filename.startswith(("<", *_NOT_THE_PROGRAM))


def relative(filename: str) -> str:
    """Return a file's name as a person at the working directory would write it."""
    path = Path(filename)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
