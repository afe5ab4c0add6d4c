"""Tables of a DynamoDB store: keys, indexes, and how items come and go."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from pavedroad.descriptor.values import Many, Meaning, Spec

TableName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{2,79}$"),
    Meaning("a name of letters, digits, _ and -, starting with a letter, from 3 to 80 characters"),
]
"""What the application calls a table or an index; the account's name of a table has more in front."""

AttributeName = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,255}$"),
    Meaning("the name of an attribute: letters, digits, _, . and -"),
]

Units = Annotated[int, Field(ge=1, le=40_000)]
"""Reads or writes in a second (DynamoDB developer guide, «Quotas»: the most of one table)."""


class KeySpec(Spec):
    """An attribute that items are found by."""

    name: AttributeName
    """Name of the attribute."""
    type: Literal["string", "number", "binary"] = "string"
    """What it holds."""


class IndexSpec(Spec):
    """Another order of a table's items; writes reach it a moment later."""

    partition_key: KeySpec
    """The attribute by whose value items are spread."""
    sort_key: KeySpec | None = None
    """The attribute by whose value items of one partition are ordered. Default: none."""
    holds: Literal["all", "keys"] | Many[AttributeName] = "all"
    """What the index holds of an item: all of it, its keys alone, or these attributes beside its keys."""


class LocalIndexSpec(Spec):
    """Another order within each partition of a table; it is made with the table or never."""

    sort_key: KeySpec
    """The attribute by whose value items of one partition are ordered."""
    holds: Literal["all", "keys"] | Many[AttributeName] = "all"
    """What the index holds of an item: all of it, its keys alone, or these attributes beside its keys."""


class UnitsSpec(Spec):
    """How many reads or writes in a second a table is ready for."""

    min: Units
    """The fewest."""
    max: Units
    """The most."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min > self.max:
            raise ValueError("min must not be above max")
        return self


class CapacitySpec(Spec):
    """Capacity that is bought ahead and follows demand: cheaper than on-demand where demand is steady."""

    read: UnitsSpec
    """Reads in a second, of 4 KiB each."""
    write: UnitsSpec
    """Writes in a second, of 1 KiB each."""
    utilisation: Annotated[int, Field(ge=20, le=90)] = 70
    """The share of it, in percent, that is to be in use; above it more is bought."""


class TableSpec(Spec):
    """A table."""

    partition_key: KeySpec
    """The attribute by whose value items are spread."""
    sort_key: KeySpec | None = None
    """The attribute by whose value items of one partition are ordered. Default: none."""
    indexes: dict[TableName, IndexSpec] = {}
    """Other ways to find items, by name."""
    local_indexes: dict[TableName, LocalIndexSpec] = {}
    """Other orders within a partition, by name; the table needs a sort key."""
    ttl: AttributeName | None = None
    """The attribute with the second (since 1970) after which an item is deleted. Default: items stay."""
    stream: Literal["keys", "new", "old", "both"] | None = None
    """What a stream of changes tells of an item: its keys, its new or old image, or both. Default: no stream."""
    capacity: CapacitySpec | None = None
    """Capacity that is bought ahead. Default: on demand, paid by the request."""
    formerly: Many[TableName] = ()
    """Earlier names of this table, oldest first: data and physical name are kept."""

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        if self.local_indexes and self.sort_key is None:
            raise ValueError("local_indexes need a table with a sort_key")
        if both := self.indexes.keys() & self.local_indexes.keys():
            raise ValueError(f"{min(both)} is the name of two indexes; rename one of them")
        return self

    @model_validator(mode="after")
    def _one_type_each(self) -> Self:
        types: dict[str, str] = {}
        for key in self.key_attributes():
            if types.setdefault(key.name, key.type) != key.type:
                raise ValueError(f"{key.name} is a {types[key.name]} in one key and a {key.type} in another")
        return self

    def key_attributes(self) -> tuple[KeySpec, ...]:
        """Return every attribute that items are found by, in the table and its indexes."""
        found = [self.partition_key, self.sort_key]
        for index in self.indexes.values():
            found += [index.partition_key, index.sort_key]
        found += [index.sort_key for index in self.local_indexes.values()]
        return tuple(key for key in found if key is not None)
