"""What rules about intent have in common: the types of elements, and how their words are read."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import Duty, Fix, Properties, Reading, Resource, Tier, Truth

ENVIRONMENT: Final = "pavedroad:intent:Environment"
TEAM: Final = "pavedroad:intent:Team"
TOPIC: Final = "pavedroad:intent:Topic"
STORE: Final = "pavedroad:intent:Store"
ROUTE: Final = "pavedroad:intent:Route"
CALL: Final = "pavedroad:intent:Call"
JOB: Final = "pavedroad:intent:Job"
LONG_RUNNING: Final = frozenset({"pavedroad:intent:Service", "pavedroad:intent:Worker"})
WORKLOADS: Final = LONG_RUNNING | {JOB}

BELOW_STAGING: Final = frozenset({Tier.LOCAL, Tier.DEVELOPMENT})
EVERYWHERE: Final = frozenset(Tier)

Place = tuple[str | int, ...]

_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def in_descriptor(change: str) -> Fix:
    """Say what to write; nothing but a descriptor leads to an element."""
    return Fix(pulumi=change, descriptor=change)


def duty(resource: Resource, place: Place, met: Truth, demand: str) -> Duty:
    """Make a duty about the word at ``place``, which is where reports point; where it is met, nothing points."""
    return Duty(resource, met, demand, None if met.holds else resource.position_of(*place))


def containers(resource: Resource) -> Iterator[tuple[Place, Properties]]:
    """Yield the main container of a workload, its side-cars and its init steps, each with its place."""
    yield (), resource.properties
    for name, sidecar in resource.properties.entries("sidecars"):
        yield ("sidecars", name), sidecar
    for index, step in enumerate(resource.properties.items("init")):
        yield ("init", index), step


def variables(resource: Resource) -> Iterator[tuple[Place, str, Reading[str]]]:
    """Yield place, name and value of every environment variable that a workload writes down."""
    for place, container in containers(resource):
        for name, value in container.entries("env"):
            yield (*place, "env", name), name, value.text()


def listed(properties: Properties, word: str) -> Iterator[tuple[Place, Reading[str]]]:
    """Yield place and text of every item of a list."""
    for index, item in enumerate(properties.items(word)):
        yield (word, index), item.text()


def at_most(reading: Reading[str], seconds: float) -> Truth:
    """Whether a duration such as `300ms` is said and at most so long."""
    return reading.satisfies(lambda text: 0 <= in_seconds(text) <= seconds)


def in_seconds(duration: str) -> float:
    """Return the length of a duration such as `300ms` or `14d`; -1 where it is none."""
    number = duration.rstrip("dhms")
    unit = _SECONDS.get(duration[len(number) :])
    return int(number) * unit if unit and number.isascii() and number.isdigit() else -1.0
