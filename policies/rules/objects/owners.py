"""Rules about what an object says of itself: labels, annotations, whose it is."""

import re
from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    EVERY_OBJECT,
    Control,
    Duty,
    Fix,
    Pod,
    PodRule,
    Properties,
    Resource,
    ResourceRule,
    Settings,
    SettingsError,
    Severity,
    Truth,
    any_of,
    setting,
)
from pavedroad.governance.kubernetes import WORKLOADS
from pavedroad.governance.properties import UNREADABLE
from policies.rules.objects.kinds import kind_of

_EVERYTHING: Final = frozenset({EVERY_OBJECT})
_BY_ITSELF: Final = "the platform labels everything that it makes from a descriptor"

Wanted = tuple[str, Callable[[str], bool]]
"""A key, and which values of it are allowed."""


def _wanted(pairs: tuple[str, ...]) -> list[Wanted]:
    """Read settings of the form `key` or `key=pattern`.

    Raises:
        SettingsError: If a pattern is not a regular expression.
    """
    wanted: list[Wanted] = []
    for pair in pairs:
        key, _, pattern = pair.partition("=")
        try:
            compiled = re.compile(pattern)
        except re.error:
            raise SettingsError(f"the pattern of {key} is not a regular expression") from None
        wanted.append((key, _matching(compiled) if pattern else _present))
    return wanted


def _matching(pattern: re.Pattern[str]) -> Callable[[str], bool]:
    return lambda value: bool(pattern.search(value))


def _present(_: object) -> bool:
    return True


def _never(_: object) -> bool:
    return False


def _carries(metadata: Properties, part: str, wanted: list[Wanted]) -> Iterator[tuple[Truth, str]]:
    values = metadata.at(part)
    for key, allowed in wanted:
        yield (
            values.entry(key).text().satisfies(allowed),
            f"{metadata.path}.{part} must have {key}, rightly filled in",
        )


class RequiredLabels(Settings):
    """Which labels objects must have."""

    labels: tuple[str, ...] = setting(
        ("app.kubernetes.io/name",),
        "Labels that must be there, each as its key, or as key=pattern where its value must match.",
    )
    kinds: tuple[str, ...] = setting((), "Kinds of objects that must have them; empty for every kind.")


def _labelled(settings: RequiredLabels) -> Callable[[Resource], Iterator[Duty]]:
    wanted = _wanted(settings.labels)

    def check(resource: Resource) -> Iterator[Duty]:
        if not settings.kinds or kind_of(resource.type) in settings.kinds:
            for met, demand in _carries(resource.properties.at("metadata"), "labels", wanted):
                yield Duty(resource, met, demand)

    return check


LABELLED: Final = ResourceRule.settable(
    Control(
        identifier="objects-labelled",
        sentence="Every object has the labels that people find it by",
        why="What nobody can find by name, cost or purpose is not cleaned up, and not fixed.",
        severity=Severity.MEDIUM,
        resource_types=_EVERYTHING,
        fix=Fix(descriptor=_BY_ITSELF, pulumi="set the labels under metadata.labels"),
        rows=(100,),
    ),
    RequiredLabels(),
    _labelled,
)


class RequiredPodLabels(Settings):
    """Which labels pods must have."""

    labels: tuple[str, ...] = setting(
        ("app.kubernetes.io/name",),
        "Labels that must be there, each as its key, or as key=pattern where its value must match.",
    )


def _pods_labelled(settings: RequiredPodLabels) -> Callable[[Pod], Iterator[Duty]]:
    wanted = _wanted(settings.labels)

    def check(pod: Pod) -> Iterator[Duty]:
        for met, demand in _carries(pod.metadata, "labels", wanted):
            yield Duty(pod.workload, met, demand)

    return check


PODS_LABELLED: Final = PodRule.settable(
    Control(
        identifier="pods-labelled",
        sentence="Every pod has the labels that people find it by",
        why="Logs, metrics and bills are sorted by the labels of pods, not by those of what made them.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(descriptor=_BY_ITSELF, pulumi="set the labels under metadata.labels of the pod template"),
        rows=(100,),
    ),
    RequiredPodLabels(),
    _pods_labelled,
)


class Owners(Settings):
    """Who may own something, and where it says so."""

    labels: tuple[str, ...] = setting(
        ("pavedroad.dev/team", "pavedroad.dev/owner"), "Labels of which one must name the team."
    )
    teams: tuple[str, ...] = setting((), "The teams that there are; empty for whatever name.")


def _owned(settings: Owners) -> Callable[[Resource], Iterator[Duty]]:
    teams = frozenset(settings.teams)
    known = teams.__contains__ if teams else bool
    keys = " or ".join(settings.labels)

    def check(resource: Resource) -> Iterator[Duty]:
        labels = resource.properties.at("metadata.labels")
        met = any_of(*(labels.entry(key).text().satisfies(known) for key in settings.labels))
        yield Duty(resource, met, f"metadata.labels must name its team, one that there is, by {keys}")

    return check


OWNED: Final = ResourceRule.settable(
    Control(
        identifier="objects-owned-by-a-team",
        sentence="Every object names a team that there is as its owner",
        why="When it breaks, or costs, or is attacked, somebody must know whom to call.",
        severity=Severity.MEDIUM,
        resource_types=_EVERYTHING,
        fix=Fix(
            descriptor="the platform labels everything of a team, so declare it in the team's descriptor",
            pulumi="set the label pavedroad.dev/team to the team's name",
        ),
        rows=(100,),
    ),
    Owners(),
    _owned,
)


class RequiredAnnotations(Settings):
    """Which annotations objects must have."""

    annotations: tuple[str, ...] = setting(
        (), "Annotations that must be there, each as its key, or as key=pattern where its value must match."
    )
    kinds: tuple[str, ...] = setting((), "Kinds of objects that must have them; empty for every kind.")


def _annotated(settings: RequiredAnnotations) -> Callable[[Resource], Iterator[Duty]]:
    wanted = _wanted(settings.annotations)

    def check(resource: Resource) -> Iterator[Duty]:
        if not settings.kinds or kind_of(resource.type) in settings.kinds:
            for met, demand in _carries(resource.properties.at("metadata"), "annotations", wanted):
                yield Duty(resource, met, demand)

    return check


ANNOTATED: Final = ResourceRule.settable(
    Control(
        identifier="objects-annotated",
        sentence="Every object has the annotations that the organisation asks for",
        why="Whoever is called at night needs the runbook and the people to wake.",
        severity=Severity.LOW,
        resource_types=_EVERYTHING,
        fix=Fix(
            descriptor="set the team's `owner`, `channel` and `on_call`",
            pulumi="set the annotations of the setting `annotations` under metadata.annotations",
        ),
        rows=(102,),
    ),
    RequiredAnnotations(),
    _annotated,
)


class ForbiddenAnnotations(Settings):
    """Which annotations nobody may write."""

    forbidden: tuple[str, ...] = setting(
        ("kubectl.kubernetes.io/last-applied-configuration",),
        "Annotations that must not be there: whole keys, or beginnings that end in *.",
    )


def _without_forbidden(settings: ForbiddenAnnotations) -> Callable[[Resource], Iterator[Duty]]:
    exact = frozenset(each for each in settings.forbidden if not each.endswith("*"))
    beginnings = tuple(each[:-1] for each in settings.forbidden if each.endswith("*"))

    def check(resource: Resource) -> Iterator[Duty]:
        for name, value in resource.properties.entries("metadata.annotations"):
            refused = name in exact or name.startswith(beginnings)
            if refused or name == UNREADABLE:
                yield Duty(
                    resource,
                    value.anything().satisfies(_never if refused else _present, absent=True),
                    "metadata.annotations must have none of the setting `forbidden`",
                )

    return check


NOT_FORBIDDEN: Final = ResourceRule.settable(
    Control(
        identifier="objects-without-forbidden-annotations",
        sentence="No object has annotations that are not its author's to write",
        why="They speak for the cluster's own tools, or copy the whole object, its secrets included.",
        severity=Severity.LOW,
        resource_types=_EVERYTHING,
        fix=Fix(descriptor=_BY_ITSELF, pulumi="remove the annotation"),
        rows=(102,),
    ),
    ForbiddenAnnotations(),
    _without_forbidden,
)

RULES: Final = (LABELLED, PODS_LABELLED, OWNED, ANNOTATED, NOT_FORBIDDEN)
