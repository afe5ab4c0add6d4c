"""Which messages of a topic a subscriber takes, as SNS filters them (developer guide, «Subscription filter policies»)."""

from math import prod
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pavedroad.descriptor.values import Many, MessageProperty, MessageText, Spec

MOST_COMBINATIONS = 150
"""How many ways there may be to pass a filter (SNS developer guide, «Filter policy constraints»)."""


class PatternSpec(Spec):
    """A value that is not spelled out: exactly one of its words."""

    prefix: MessageText | None = None
    """Texts that start so."""
    anything_but: Many[MessageText] = ()
    """Texts other than these."""
    exists: bool | None = None
    """Whether the property is there at all."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if [self.prefix is not None, bool(self.anything_but), self.exists is not None].count(True) != 1:
            raise ValueError("a pattern says one of prefix, anything_but and exists")
        return self


Values = Annotated[Many[MessageText | PatternSpec], Field(min_length=1)]


class FilterSpec(Spec):
    """Which messages to take: those in which every named property has one of its values."""

    by: Literal["attributes", "body"] = "attributes"
    """Whether properties are message attributes or keys of a JSON body."""
    match: Annotated[dict[MessageProperty, Values], Field(min_length=1, max_length=5)]
    """Values of each property, five properties at most: texts, or patterns."""

    @model_validator(mode="after")
    def _small(self) -> Self:
        if prod(len(values) for values in self.match.values()) > MOST_COMBINATIONS:
            raise ValueError(f"the numbers of values multiply to more than {MOST_COMBINATIONS}; name fewer")
        return self
