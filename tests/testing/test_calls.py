"""The SDK's calls begin a few at a time, in order, and none waits for another to end."""

import asyncio

from pavedroad.testing.calls import BEGUN_IN_A_TURN, CallsInTurn

MANY = 50 * BEGUN_IN_A_TURN
TURNS_OF_A_CALL = 3


def test_of_many_calls_few_are_underway_and_they_begin_in_order() -> None:
    begun: list[int] = []
    underway: set[int] = set()
    most = 0

    async def call(number: int) -> None:
        nonlocal most
        begun.append(number)
        underway.add(number)
        most = max(most, len(underway))
        for _ in range(TURNS_OF_A_CALL):
            await asyncio.sleep(0)
        underway.remove(number)

    async def program() -> None:
        calls = CallsInTurn()
        await asyncio.gather(*(calls.do_rpc("call", call)(number) for number in range(MANY)))

    asyncio.run(program())
    assert begun == list(range(MANY))
    assert most <= (TURNS_OF_A_CALL + 1) * BEGUN_IN_A_TURN


def test_a_call_may_wait_for_one_that_was_asked_for_after_it() -> None:
    async def program() -> list[str]:
        calls = CallsInTurn()
        last_begun = asyncio.Event()
        ended: list[str] = []

        async def early() -> None:
            await last_begun.wait()
            ended.append("early")

        async def last() -> None:
            last_begun.set()
            ended.append("last")

        asked = [calls.do_rpc("early", early)() for _ in range(MANY)]
        async with asyncio.timeout(10):
            await asyncio.gather(*asked, calls.do_rpc("last", last)())
        return ended

    assert asyncio.run(program()) == ["last", *["early"] * MANY]
