"""What runs a function by itself: changes of items in its tables, and objects that come and go in its buckets."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pavedroad.descriptor.filters import Values
from pavedroad.descriptor.tables import AttributeName
from pavedroad.descriptor.values import Duration, Many, ObjectKey, Spec


class ChangesSpec(Spec):
    """Changes of a table's items that a function is run with, those of one partition key in their order.

    What still fails after its last attempt is noted in the function's queue of failures, and the next batch follows.
    """

    start: Literal["oldest", "newest"] | None = None
    """Where reading begins when this is first declared: with all that the stream still holds, or with what comes from
    then on. Default: oldest."""
    batch_size: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """How many changes one run is given, at most. Default: 100."""
    batch_window: Duration | None = None
    """How long changes are gathered for a fuller batch; at most 5m. Default: not at all."""
    parallel: Annotated[int, Field(ge=1, le=10)] | None = None
    """How many batches of one part of the stream are worked off at once. Default: 1."""
    retries: Annotated[int, Field(ge=0, le=10_000)] | None = None
    """How often a batch that failed is tried again; what comes after it waits. Default: 5."""
    max_age: Duration | None = None
    """How old a change may be that is still tried; from 1m to 24h, after which the stream forgets it. Default: 24h."""
    bisect: bool = True
    """Whether a batch that failed is tried again in two halves, which finds the change that fails."""
    kinds: Many[Literal["insert", "modify", "remove"]] = ()
    """Kinds of changes to take. Default: all."""
    match: Annotated[dict[AttributeName, Values], Field(max_length=5)] = {}
    """Texts of which the changed item has one in each of these attributes, in its new image. Default: any item."""

    @model_validator(mode="after")
    def _each_kind_once(self) -> Self:
        if len(set(self.kinds)) < len(self.kinds):
            raise ValueError("each kind of change stands there once")
        return self


class ObjectsSpec(Spec):
    """Objects of a bucket that a function is run with, one by one and in no order."""

    events: Many[Literal["created", "removed", "restored"]] = ()
    """What has become of them. Default: created."""
    prefix: ObjectKey | None = None
    """How their keys begin. A function that writes to the bucket keeps out of it. Default: anyhow."""
    suffix: ObjectKey | None = None
    """How their keys end: `.pdf`. Default: anyhow."""

    @model_validator(mode="after")
    def _each_event_once(self) -> Self:
        if len(set(self.events)) < len(self.events):
            raise ValueError("each event stands there once")
        return self
