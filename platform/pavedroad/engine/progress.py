"""Saying what takes long: a live line on a terminal, plain lines and a heartbeat anywhere else."""

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console

HEARTBEAT_SECONDS = 20.0
_LIVE_REFRESH_SECONDS = 1.0


class Progress(Protocol):
    """What the long steps report to."""

    def say(self, message: str) -> None:
        """Report one fact, in one line."""

    def step(self, title: str, *, expected_seconds: float | None = None) -> AbstractContextManager[None]:
        """Report a step for as long as the block lasts, and how long it took at its end.

        Args:
            title: What is being done, beginning with a verb in its -ing form.
            expected_seconds: About how long it takes on two cores, where that is known.
        """


class ConsoleProgress:
    """Reports to a console."""

    def __init__(
        self, console: Console | None = None, *, heartbeat_seconds: float = HEARTBEAT_SECONDS
    ) -> None:
        """Choose the console.

        Args:
            console: Where to print; standard error by default.
            heartbeat_seconds: How often a step says that it goes on, where there is no terminal.
        """
        self._console = console or Console(stderr=True, highlight=False)
        self._heartbeat_seconds = heartbeat_seconds

    def say(self, message: str) -> None:
        """Print one line."""
        self._console.print(message, markup=False, soft_wrap=True)

    @contextmanager
    def step(self, title: str, *, expected_seconds: float | None = None) -> Iterator[None]:
        """Show the step as it goes on, and a line once it is done."""
        expected = f", about {spoken(expected_seconds)}" if expected_seconds else ""
        began = time.monotonic()
        over = threading.Event()
        ticker = threading.Thread(target=self._tick, args=(title, expected, began, over), daemon=True)
        if not self._console.is_terminal:
            self.say(f"{title}{expected} …")
        ticker.start()
        try:
            yield
        except BaseException:
            self.say(f"✗ {title}: stopped after {spoken(time.monotonic() - began)}")
            raise
        else:
            over.set()
            ticker.join()
            self.say(f"✓ {title} ({spoken(time.monotonic() - began)})")
        finally:
            over.set()
            ticker.join()

    def _tick(self, title: str, expected: str, began: float, over: threading.Event) -> None:
        if not self._console.is_terminal:
            while not over.wait(self._heartbeat_seconds):
                self.say(f"  still {_lower_first(title)}: {spoken(time.monotonic() - began)}{expected}")
            return
        with self._console.status(title) as status:
            while not over.wait(_LIVE_REFRESH_SECONDS):
                status.update(f"{title}: {spoken(time.monotonic() - began)}{expected}")


class SilentProgress:
    """Reports to nobody: for callers with a report of their own, and for tests."""

    def say(self, message: str) -> None:
        """Drop the message."""

    @contextmanager
    def step(self, title: str, *, expected_seconds: float | None = None) -> Iterator[None]:  # noqa: ARG002  nobody looks
        """Do the step without a word."""
        yield


def spoken(seconds: float) -> str:
    """Write a duration for people: ``0.4 s``, ``12 s``, ``4 min``, ``4 min 5 s``."""
    if seconds < 10:  # noqa: PLR2004  below ten seconds the fraction says something
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]
