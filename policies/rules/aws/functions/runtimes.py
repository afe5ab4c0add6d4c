"""The rule about what functions run on.

The days on which AWS ends its support are those of the Lambda Developer Guide ("Lambda runtimes"), as of the default of
the setting `asOf`; rules know no clock, so whoever wants today's verdict sets the day.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    any_of,
    setting,
)
from policies.rules.aws.shapes import fsbp, one_of

SUPPORT_ENDS: Final[Mapping[str, str]] = {
    "dotnet10": "2028-11-14",
    "dotnet5.0": "2022-05-10",
    "dotnet6": "2024-12-20",
    "dotnet7": "2024-05-14",
    "dotnet8": "2026-11-10",
    "dotnetcore1.0": "2019-06-27",
    "dotnetcore2.0": "2019-05-30",
    "dotnetcore2.1": "2022-01-05",
    "dotnetcore3.1": "2023-04-03",
    "go1.x": "2024-01-08",
    "java11": "2027-06-30",
    "java17": "2027-06-30",
    "java21": "2029-06-30",
    "java25": "2029-06-30",
    "java8": "2024-01-08",
    "java8.al2": "2027-06-30",
    "nodejs": "2016-10-31",
    "nodejs10.x": "2021-07-30",
    "nodejs12.x": "2023-03-31",
    "nodejs14.x": "2023-12-04",
    "nodejs16.x": "2024-06-12",
    "nodejs18.x": "2025-09-01",
    "nodejs20.x": "2026-04-30",
    "nodejs22.x": "2027-04-30",
    "nodejs24.x": "2028-04-30",
    "nodejs4.3": "2020-03-05",
    "nodejs6.10": "2019-08-12",
    "nodejs8.10": "2020-03-06",
    "provided": "2024-01-08",
    "provided.al2": "2026-07-31",
    "provided.al2023": "2029-06-30",
    "python2.7": "2021-07-15",
    "python3.10": "2026-10-31",
    "python3.11": "2027-06-30",
    "python3.12": "2028-10-31",
    "python3.13": "2029-06-30",
    "python3.14": "2029-06-30",
    "python3.6": "2022-07-18",
    "python3.7": "2023-12-04",
    "python3.8": "2024-10-14",
    "python3.9": "2025-12-15",
    "ruby2.5": "2021-07-30",
    "ruby2.7": "2023-12-07",
    "ruby3.2": "2026-03-31",
    "ruby3.3": "2027-03-31",
    "ruby3.4": "2028-03-31",
    "ruby4.0": "2029-03-31",
}
"""The day on which AWS ends its support of each runtime, as year-month-day."""


class Runtimes(Settings):
    """Which runtimes are supported."""

    as_of: str = setting("2026-05-23", "The day to judge by, as year-month-day.")
    also_supported: tuple[str, ...] = setting((), "Runtimes that are newer than the table of this control.")


def _supported(wanted: Runtimes) -> Callable[[Resource], Iterator[Duty]]:
    image = one_of("packageType", "Image")

    def check(function: Resource) -> Iterator[Duty]:
        runtime = function.properties.text("runtime").satisfies(
            lambda name: name in wanted.also_supported or SUPPORT_ENDS.get(name, "") > wanted.as_of
        )
        yield Duty(
            function,
            any_of(image.met(function.properties), runtime),
            "it must set runtime to one that AWS supports",
        )

    return check


SUPPORTED: Final = ResourceRule.settable(
    Control(
        identifier="lambda-runtimes-supported",
        sentence="Every function runs on a runtime that AWS keeps up to date",
        why="Afterwards flaws that everybody knows stay open, and one day the function cannot be changed any more.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({"aws:lambda/function:Function"}),
        fix=Fix(pulumi="set runtime to a newer one, as python3.13 or nodejs24.x"),
        references=(fsbp("Lambda.2"),),
        rows=(281,),
    ),
    Runtimes(),
    _supported,
)

RULES: Final = (SUPPORTED,)
