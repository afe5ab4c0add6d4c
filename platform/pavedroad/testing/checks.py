"""Assertions on values that come late, which know whether they ran."""

from collections.abc import Callable
from typing import Any


class Check:
    """One assertion on an output.

    Attributes:
        source: ``file:line`` that asked for it.
        ran: Whether the assertion was called, whatever it found.
    """

    def __init__(self, assertion: Callable[[Any], object], source: str) -> None:
        """Wait for a value."""
        self.source = source
        self.ran = False
        self._assertion = assertion

    def __call__(self, value: Any) -> None:
        """Run the assertion on the value that came."""
        self.ran = True
        self._assertion(value)
