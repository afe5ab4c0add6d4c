"""What runs functions by itself: tables and buckets that there are, and streams that tell enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor.checks.world import World, team_fault
from pavedroad.descriptor.faults import Fault, Path
from pavedroad.descriptor.stores import DynamodbStore
from pavedroad.descriptor.values import milliseconds
from pavedroad.near_misses import listed, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.descriptor.function_events import ChangesSpec
    from pavedroad.descriptor.functions import FunctionSpec
    from pavedroad.descriptor.tables import TableSpec

MINUTE, HOUR = 60_000, 3_600_000
"""Milliseconds."""
LONGEST_WINDOW = 5 * MINUTE
"""How long a batch may be gathered (Lambda, *CreateEventSourceMapping*)."""
LEAST_AGE, MOST_AGE = MINUTE, 24 * HOUR
"""Bounds of a change's age (the same; DynamoDB developer guide, *DynamoDB Streams*: kept for 24 hours)."""


def check_changes(world: World) -> Iterator[Fault]:
    """A function is run with changes of its own tables, whose streams tell of them."""
    for team, name, function in world.functions():
        tables = {
            store: spec.tables for store, spec in function.stores.items() if isinstance(spec, DynamodbStore)
        }
        for store, wanted in function.changes.items():
            path: Path = ("services", name, "changes", store)
            if store not in tables:
                yield _unknown(team, path, store, "this function's stores of tables", tables)
                continue
            for table, changes in wanted.items():
                here: Path = (*path, table)
                found = tables[store].get(table)
                if found is None:
                    yield _unknown(team, here, table, f"the tables of {store}", tables[store])
                else:
                    yield from _check_stream(team, here, found, changes)
                yield from _check_bounds(team, here, changes)


def _check_stream(team: str, path: Path, table: TableSpec, changes: ChangesSpec) -> Iterator[Fault]:
    """Check that a table has a stream, and that it tells what is looked for in it."""
    if table.stream is None:
        change = "the table has no stream, which would tell of its changes; give it stream: both"
        yield team_fault(team, path, change=change)
    elif changes.match and table.stream not in ("new", "both"):
        change = f"the table's stream tells of {table.stream} alone; give it stream: new or both"
        yield team_fault(team, (*path, "match"), change=change)


def _check_bounds(team: str, path: Path, changes: ChangesSpec) -> Iterator[Fault]:
    """Check the durations of what runs a function."""
    window, age = changes.batch_window, changes.max_age
    if window is not None and milliseconds(window) > LONGEST_WINDOW:
        yield team_fault(team, (*path, "batch_window"), given=window, expected="at most 5m")
    if age is not None and not LEAST_AGE <= milliseconds(age) <= MOST_AGE:
        yield team_fault(team, (*path, "max_age"), given=age, expected="from 1m to 24h")


def check_objects(world: World) -> Iterator[Fault]:
    """A function is run with objects of its own buckets."""
    for team, name, function in world.functions():
        buckets = _buckets(function)
        for store in function.objects:
            if store not in buckets:
                path: Path = ("services", name, "objects", store)
                yield _unknown(team, path, store, "this function's buckets", buckets)


def _buckets(function: FunctionSpec) -> list[str]:
    return [store for store, spec in function.stores.items() if spec.engine == "bucket"]


def _unknown(team: str, path: Path, given: str, what: str, known: Iterable[str]) -> Fault:
    """Return the fault of a name that nothing has."""
    names = list(known)
    return team_fault(
        team,
        path,
        given=f"'{given}'",
        expected=f"one of {what} ({listed(names) or 'there is none'})",
        change=suggestion(given, names),
    )
