"""What rules about pods have in common: who is asked, in which version of the standards, and ranges of numbers."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Pod,
    PodRule,
    Properties,
    Reference,
    Settings,
    SettingsError,
    Severity,
    Tier,
    Truth,
    any_of,
    setting,
)
from pavedroad.governance.findings import Check
from pavedroad.governance.kubernetes import WORKLOADS
from pavedroad.governance.truth import NO

NEWEST: Final = 37
"""The minor version of the newest Pod Security Standards that are known here."""

EVERY_TIER: Final = frozenset(Tier)

_BY_ITSELF: Final = (
    "the platform sets this for every service, worker and job, so declare the workload in a descriptor"
)
_LATEST: Final = "latest"
_MAJOR: Final = "v1."
_OPEN_END: Final = float("inf")


def about_pods(  # noqa: PLR0913 - the fields of a control, but for those that all share
    identifier: str,
    sentence: str,
    *,
    why: str,
    severity: Severity,
    rows: tuple[int, ...],
    fix: str,
    descriptor: str = _BY_ITSELF,
    references: tuple[Reference, ...] = (),
    advisory_in: frozenset[Tier] = frozenset(),
    also: frozenset[str] = frozenset(),
) -> Control:
    """Describe a control about pods, wherever a workload keeps one, and about the types that it speaks of ``also``."""
    return Control(
        identifier=identifier,
        sentence=sentence,
        why=why,
        severity=severity,
        resource_types=WORKLOADS | also,
        fix=Fix(pulumi=fix, descriptor=descriptor),
        references=references,
        advisory_in=advisory_in,
        rows=rows,
    )


def each_container(
    allowed: Callable[[Properties], Truth], demand: str, *, spared: Callable[[Pod], Truth] | None = None
) -> Check[Pod]:
    """Make a check that asks the same of every container of a pod.

    Args:
        allowed: Whether a container does what it must.
        demand: What that is.
        spared: Whether a pod need not do it.
    """

    def check(pod: Pod) -> Iterator[Duty]:
        return _owed(pod, pod.containers(), allowed, demand, spared)

    return check


def each_part(
    allowed: Callable[[Properties], Truth], demand: str, *, spared: Callable[[Pod], Truth] | None = None
) -> Check[Pod]:
    """Make a check that asks the same of a pod itself and of every container."""

    def check(pod: Pod) -> Iterator[Duty]:
        return _owed(pod, (pod.spec, *pod.containers()), allowed, demand, spared)

    return check


def _owed(
    pod: Pod,
    parts: Iterable[Properties],
    allowed: Callable[[Properties], Truth],
    demand: str,
    spared: Callable[[Pod], Truth] | None,
) -> Iterator[Duty]:
    """Find what parts of a pod owe; those that do what they must are not spelled out, for there are so many."""
    for part in parts:
        met = allowed(part)
        if met.holds is not True:
            excuse = spared(pod) if spared else NO
            yield Duty(pod.workload, any_of(excuse, met), f"{part.path} must {demand}")


class OfVersion(Settings):
    """Settings of a check that differs between versions of the Pod Security Standards."""

    policy_version: str = setting(
        f"{_MAJOR}{NEWEST}",
        "The version of the Pod Security Standards to follow, as v1.37 or latest; a newer one than is known is "
        "followed as the newest.",
    )

    @property
    def minor(self) -> int:
        """The minor version.

        Raises:
            SettingsError: If it is not written as a version.
        """
        if self.policy_version == _LATEST:
            return NEWEST
        minor = self.policy_version.removeprefix(_MAJOR)
        if minor == self.policy_version or not (minor.isascii() and minor.isdigit()):
            raise SettingsError(f"policyVersion must be {_LATEST}, or a version as {_MAJOR}{NEWEST}")
        return int(minor)


def newest_until(minor: int, versions: Mapping[int, object]) -> int | None:
    """Find the newest of ``versions`` that is not newer than ``minor``; None where all are."""
    return max((each for each in versions if each <= minor), default=None)


def versioned(control: Control, checks: Mapping[int, Check[Pod]]) -> PodRule:
    """Make a rule that checks as the version of the standards does which it is set to.

    Args:
        control: The control.
        checks: Each check by the minor version that it came with; before the first, nothing is asked.
    """

    def make(settings: OfVersion) -> Check[Pod]:
        version = newest_until(settings.minor, checks)
        return _nothing_asked if version is None else checks[version]

    return PodRule.settable(control, OfVersion(), make)


def in_ranges(ranges: Iterable[str], name: str) -> Callable[[float], bool]:
    """Make a test of whether a number is in one of ``ranges``.

    Args:
        ranges: Each `80-9000`, `1-` without an end, or a single number.
        name: The setting that they are from, for the message.

    Raises:
        SettingsError: If one of them is not written so.
    """
    bounds = tuple(_bounds(each, name) for each in ranges)
    return lambda number: any(low <= number <= high for low, high in bounds)


def matching(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Make a test of whether a text is one of ``patterns``, of which those that end in `*` are beginnings."""
    given = frozenset(patterns)
    beginnings = tuple(each[:-1] for each in given if each.endswith("*"))
    return lambda text: text in given or text.startswith(beginnings)


def none_given(part: Properties) -> Truth:
    """Whether there is nothing at all."""
    return part.anything().satisfies(lambda _: False, absent=True)


def on_windows(pod: Pod) -> Truth:
    """Whether the pod runs on Windows, where several Linux settings mean nothing."""
    return pod.on_windows


def in_user_namespace(pod: Pod) -> Truth:
    """Whether the pod's root user is nobody on the node."""
    return pod.in_user_namespace


def _nothing_asked(_: Pod) -> tuple[Duty, ...]:
    return ()


def _bounds(text: str, name: str) -> tuple[float, float]:
    low, dash, high = text.partition("-")
    try:
        first = int(low)
        return first, int(high) if high else (_OPEN_END if dash else first)
    except ValueError:
        raise SettingsError(f"{name} must hold ranges as 80-9000, 1- or 443") from None
