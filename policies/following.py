"""Learning which stack the engine is about to judge."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy.policy import _PolicyAnalyzerServicer


@contextmanager
def following_stack(hold: Callable[[str], None]) -> Iterator[None]:
    """Tell ``hold`` the stack's name when the engine names it, before it asks for anything else.

    A pack that a language host starts is not told by the environment: the name comes only with the call
    ``ConfigureStack``, of which pulumi-policy 1.21 keeps nothing but the tags. So this listens in on that call
    for as long as the block runs.
    """
    own = _PolicyAnalyzerServicer.ConfigureStack

    def listening(
        self: _PolicyAnalyzerServicer,
        request: analyzer_pb2.AnalyzerStackConfigureRequest,
        _context: Any,
    ) -> Any:
        hold(request.stack)
        return own(self, request, _context)

    _PolicyAnalyzerServicer.ConfigureStack = listening  # type: ignore[method-assign]  # the SDK offers no hook
    try:
        yield
    finally:
        _PolicyAnalyzerServicer.ConfigureStack = own  # type: ignore[method-assign]  # as above
