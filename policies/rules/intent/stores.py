"""What teams say about their stores: that they survive a node, a mistake, and the end of their version."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Reading,
    Resource,
    ResourceRule,
    Rule,
    Settings,
    Severity,
    Tier,
    Truth,
    all_of,
    any_of,
    setting,
)
from policies.rules.intent.shapes import BELOW_STAGING, EVERYWHERE, STORE, duty, in_descriptor, in_seconds

_ABOVE: Final = frozenset({Tier.STAGING, Tier.PRODUCTION})
_DAY: Final = 86_400
_BACKED_UP: Final = frozenset({"postgres", "mysql"})
"""Engines that the platform can back up."""
_ELSEWHERE: Final = frozenset({"bucket", "dynamodb"})
"""Engines that somebody else runs, and backs up."""
_CACHES: Final = frozenset({"memcached", "redis"})
"""Engines whose content can be made again."""
_REPLICATED: Final = frozenset({"cassandra", "mongodb", "mysql", "postgres", "redis"})
"""Engines whose instances hold the same data and stand in for each other."""


class Keeping(Settings):
    """How long backups are kept."""

    days: int = setting(7, "For how many days a backup must be kept at least.")


class Instances(Settings):
    """How many instances there must be."""

    minimum: int = setting(
        3, "The fewest instances of a database: enough for a majority without one of them."
    )


class Ending(Settings):
    """Which versions their makers no longer mend.

    By their makers' release policies: MongoDB 6.0 since July 2025, MySQL 8.0 since April 2026, PostgreSQL 14 since
    November 2026.
    """

    versions: tuple[str, ...] = setting(
        ("mongodb 6.0", "mysql 8.0", "postgres 14"),
        "Engine and version of what should be moved to a newer one.",
    )


def _other_engine(store: Resource, engines: frozenset[str]) -> Truth:
    """Whether a store's engine is known to be none of some."""
    return store.properties.text("engine").satisfies(lambda engine: engine not in engines)


def _kept(settings: Keeping) -> Callable[[Resource], Iterator[Duty]]:
    def check(store: Resource) -> Iterator[Duty]:
        long = store.properties.text("backup.keep").satisfies(
            lambda keep: in_seconds(keep) >= settings.days * _DAY
        )
        met = any_of(_other_engine(store, _BACKED_UP), long)
        yield duty(store, ("backup", "keep"), met, f"backup.keep must be at least {settings.days}d")

    return check


def _daily(store: Resource) -> Iterator[Duty]:
    often = store.properties.text("backup.schedule").satisfies(lambda word: word in ("hourly", "daily"))
    met = any_of(_other_engine(store, _BACKED_UP), often)
    yield duty(store, ("backup", "schedule"), met, "backup.schedule must be daily or hourly")


def _restorable(store: Resource) -> Iterator[Duty]:
    met = store.properties.text("engine").satisfies(
        lambda engine: engine in _BACKED_UP | _ELSEWHERE | _CACHES
    )
    yield duty(store, ("engine",), met, "engine must be one that the platform can back up")


def _replicated(settings: Instances) -> Callable[[Resource], Iterator[Duty]]:
    def check(store: Resource) -> Iterator[Duty]:
        enough = store.properties.number("instances").satisfies(lambda number: number >= settings.minimum)
        met = any_of(_other_engine(store, _REPLICATED), enough)
        yield duty(store, ("instances",), met, f"instances must be at least {settings.minimum}")

    return check


def _not_among(version: Reading[str], ended: set[str]) -> Truth:
    return version.satisfies(lambda text: text not in ended, absent=True)


def _current(settings: Ending) -> Callable[[Resource], Iterator[Duty]]:
    versions: dict[str, set[str]] = {}
    for engine, _, version in (each.partition(" ") for each in settings.versions):
        versions.setdefault(engine, set()).add(version)

    def check(store: Resource) -> Iterator[Duty]:
        said = store.properties.text("version")
        newer = (
            any_of(_other_engine(store, frozenset({engine})), _not_among(said, ended))
            for engine, ended in versions.items()
        )
        yield duty(store, ("version",), all_of(*newer), "version must be one that its makers still mend")

    return check


_TYPES: Final = frozenset({STORE})

RULES: Final[tuple[Rule, ...]] = (
    ResourceRule.settable(
        Control(
            identifier="database-backups-kept",
            sentence="Backups of a database are kept long enough to notice that one is needed.",
            why="Damage is often found only days later, when shorter backups hold the damage too.",
            severity=Severity.HIGH,
            resource_types=_TYPES,
            fix=in_descriptor("set the store's `backup.keep` to 7d or more, or leave it out"),
            off_in=BELOW_STAGING,
        ),
        Keeping(),
        _kept,
    ),
    ResourceRule(
        Control(
            identifier="database-backups-daily",
            sentence="A database is backed up at least once a day.",
            why="What was written since the last backup is lost with the database.",
            severity=Severity.MEDIUM,
            resource_types=_TYPES,
            fix=in_descriptor("set the store's `backup.schedule` to daily or hourly, or leave it out"),
            off_in=BELOW_STAGING,
        ),
        _daily,
    ),
    ResourceRule(
        Control(
            identifier="databases-restorable",
            sentence="What cannot be made again is kept where the platform can back it up.",
            why="Replicas do not help against a mistake: they follow it at once.",
            severity=Severity.MEDIUM,
            resource_types=_TYPES,
            fix=in_descriptor(
                "use postgres or mysql for what must come back, or back it up in a job of your own"
            ),
            off_in=BELOW_STAGING,
            advisory_in=_ABOVE,
        ),
        _restorable,
    ),
    ResourceRule.settable(
        Control(
            identifier="databases-replicated",
            sentence="A database goes on where one of its instances is lost.",
            why="With one instance every drained node is an outage, and with two none can tell who is right.",
            severity=Severity.MEDIUM,
            resource_types=_TYPES,
            fix=in_descriptor("set the store's `instances` to 3 or more, or leave it out"),
            off_in=BELOW_STAGING,
        ),
        Instances(),
        _replicated,
    ),
    ResourceRule.settable(
        Control(
            identifier="database-versions-current",
            sentence="A database's version is one that its makers still mend.",
            why="Holes that are found after its end stay open.",
            severity=Severity.LOW,
            resource_types=_TYPES,
            fix=in_descriptor("move the store's `version` to a newer one"),
            advisory_in=EVERYWHERE,
        ),
        Ending(),
        _current,
    ),
)
