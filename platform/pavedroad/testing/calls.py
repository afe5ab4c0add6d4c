"""The SDK's calls of its monitor, begun a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from pulumi.runtime.rpc_manager import RPCManager

T = TypeVar("T")

BEGUN_IN_A_TURN: Final = 32
"""Calls that begin in the same turn of the event loop."""


class CallsInTurn(RPCManager):
    """Keeps track of the SDK's calls, and begins them in the order in which the program asked for them.

    The SDK by itself begins all of a program's calls before any of them is answered, so that the requests of all
    its resources are in memory at once. Here a call only waits for its turn, not for another's end: calls may need
    each other in any order.
    """

    def __init__(self) -> None:
        """Start without calls."""
        super().__init__()  # type: ignore[no-untyped-call]  # the SDK's own constructor has no annotations
        self._turn = asyncio.Semaphore(BEGUN_IN_A_TURN)

    def do_rpc(
        self, name: str, rpc_function: Callable[..., Awaitable[T]]
    ) -> Callable[..., Awaitable[tuple[T, Exception]]]:
        """Return a function that makes a call when its turn has come."""

        async def in_turn(*args: object, **kwargs: object) -> T:
            async with self._turn:
                await asyncio.sleep(0)
            return await rpc_function(*args, **kwargs)

        return super().do_rpc(name, in_turn)
