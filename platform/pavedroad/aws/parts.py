"""Parts: one property of one thing in AWS, with what is wanted of it, how to look and how to change it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from pavedroad.aws.errors import code_of, explained

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Json: TypeAlias = Any
"""A value as JSON holds it; None stands for nothing there, or not known yet."""

Answer = TypeVar("Answer")

_NOTHING_THERE: Final = frozenset(
    {
        "404",
        "NoSuchBucket",
        "NoSuchBucketPolicy",
        "NoSuchEntity",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "NoSuchTagSet",
        "NoSuchResourceException",
        "NotFoundException",
        "OwnershipControlsNotFoundError",
        "ServerSideEncryptionConfigurationNotFoundError",
    }
)
"""Codes by which AWS says that there is nothing of the kind."""


class Operation(StrEnum):
    """What becomes of a part."""

    CREATE = "create"
    REPAIR = "repair"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One property of one thing in AWS.

    Attributes:
        subject: The thing, as people call it: `bucket pavedroad-state-…`.
        aspect: What about it.
        service: The prefix of the service's permissions.
        wanted: What is wanted; None while that is not known, since it hangs on a part that is not there yet.
        ask: Reads what there is, reduced to what matters here; None where there is nothing.
        put: Makes it as wanted; takes what was found.
    """

    subject: str
    aspect: str
    service: str
    wanted: Callable[[], Json]
    ask: Callable[[], Json]
    put: Callable[[Json], object]

    def look(self) -> Json:
        """Read what there is; None where there is nothing.

        Raises:
            AwsError: If it cannot be read, or must not be touched.
        """
        with explained(f"look at {self.subject} ({self.aspect})", self.service):
            return found(self.ask)

    def change(self) -> Operation:
        """Make it as wanted, whatever became of it since it was looked at.

        Raises:
            AwsError: If AWS refuses.
        """
        there = self.look()
        operation = self.operation(there)
        if operation is not Operation.KEEP:
            with explained(f"{operation} {self.subject} ({self.aspect})", self.service):
                self.put(there)
        return operation

    def operation(self, there: Json) -> Operation:
        """Say what is to be done where there is ``there``."""
        if there is None:
            return Operation.CREATE
        return Operation.KEEP if same(there, self.wanted()) else Operation.REPAIR


def found(ask: Callable[[], Answer]) -> Answer | None:
    """Return the answer, or None where AWS says that there is nothing of the kind."""
    from botocore.exceptions import ClientError  # noqa: PLC0415 - there is none before a client is

    try:
        return ask()
    except ClientError as error:
        if code_of(error) in _NOTHING_THERE:
            return None
        raise


def same(left: Json, right: Json) -> bool:
    """Whether two values mean the same to AWS: in lists the order is nothing, and a list of one is its element."""
    return bool(_plain(left) == _plain(right))


def _plain(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        plain = sorted((_plain(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
        return plain[0] if len(plain) == 1 else plain
    return value


def tags_among(wanted: Mapping[str, str], there: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Pick from the tags that are there those whose keys are wanted; what others add is theirs."""
    return {key: value for key, value in there if key in wanted}


def in_order(*groups: Sequence[Part]) -> tuple[Part, ...]:
    """Put groups of parts one after the other."""
    return tuple(part for group in groups for part in group)
