"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Sizes and repetitions.

    Attributes:
        compared: Descriptors of the comparison with bare parsing.
        descriptors: Numbers of descriptors over which the growth of validation is measured.
        services: Numbers of services over which previews are measured, each of about 28 resources; the largest is
            measured once.
        account: Numbers of services over which previews on AWS are measured.
        governed: Numbers of services over which rules are measured, each of 8 objects.
        served: Numbers of services about which the engine asks the pack's server, and the SDK's own.
        rounds: Repetitions of what takes seconds.
        short_rounds: Repetitions of what takes a fraction of one.
    """

    compared: int
    descriptors: tuple[int, ...]
    services: tuple[int, ...]
    account: tuple[int, ...]
    governed: tuple[int, ...]
    served: tuple[int, int]
    rounds: int
    short_rounds: int


FULL: Final = Scale(
    compared=1_000,
    descriptors=(10, 100, 1_000, 10_000),
    services=(30, 100, 300),
    account=(12, 50, 200),
    governed=(100, 300, 1_000),
    served=(100, 2),
    rounds=3,
    short_rounds=15,
)
QUICK: Final = Scale(
    compared=100,
    descriptors=(10, 100, 1_000),
    services=(20, 100),
    account=(12, 50),
    governed=(50, 200),
    served=(20, 1),
    rounds=1,
    short_rounds=5,
)
TINY: Final = Scale(
    compared=4,
    descriptors=(4, 8),
    services=(4, 8),
    account=(4, 8),
    governed=(4, 8),
    served=(2, 1),
    rounds=1,
    short_rounds=1,
)
