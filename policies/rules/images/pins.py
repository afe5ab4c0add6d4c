"""Rules about which image a pod runs: one that is named exactly, comes from where it may, and is what it was."""

from collections.abc import Callable, Iterator
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
    Severity,
    Truth,
    any_of,
    setting,
)
from pavedroad.governance.kubernetes import WORKLOADS
from pavedroad.governance.properties import State
from pavedroad.governance.truth import NO
from policies.rules.images.names import below, read
from policies.rules.workloads.checks import EVERY_TIER, of_each

_UNCHANGING: Final = "name the image by its digest"


class _Tags(Settings):
    tags: tuple[str, ...] = setting(("latest",), "Tags that no image may have.")


def _tagged(settings: _Tags) -> Callable[[Pod], Iterator[Duty]]:
    def fixed(image: str) -> bool:
        name = read(image)
        return bool(name.digest) or (bool(name.tag) and name.tag not in settings.tags)

    return of_each(
        Pod.containers,
        lambda container: container.text("image").satisfies(fixed),
        "name its image with a tag or a digest, and not with a tag that moves, such as latest",
    )


TAGGED: Final = PodRule.settable(
    Control(
        identifier="images-tagged",
        sentence="Every image has a tag that does not move, or a digest",
        why="What latest is changes between two restarts of the same pod: nobody knows what runs, and nothing can be "
        "rolled back to.",
        severity=Severity.HIGH,
        resource_types=WORKLOADS,
        fix=Fix(descriptor="write `image` with a version", pulumi="write image with a version, as app:1.4.2"),
        rows=(64,),
    ),
    _Tags(),
    _tagged,
)

PINNED: Final = PodRule(
    Control(
        identifier="images-pinned-by-digest",
        sentence="Every image is named by its digest",
        why="Whoever can write to the registry can move any tag, and the next restart runs what they put there. Where "
        "the registry keeps tags from moving it adds little, so this is only advice.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="add the digest to `image`, as app:1.4.2@sha256:…",
            pulumi="add the digest to image, as app:1.4.2@sha256:…",
        ),
        advisory_in=EVERY_TIER,
        rows=(65,),
    ),
    of_each(
        Pod.containers,
        lambda container: container.text("image").satisfies(lambda image: bool(read(image).digest)),
        _UNCHANGING,
    ),
)


class _Allowed(Settings):
    registries: tuple[str, ...] = setting(
        (),
        "Where images may come from: registries, folders that end in a slash, repositories; none for anywhere.",
    )


def _from_allowed(settings: _Allowed) -> Callable[[Pod], Iterator[Duty]]:
    def allowed(image: str) -> bool:
        return not settings.registries or any(below(image, place) for place in settings.registries)

    return of_each(
        Pod.containers,
        lambda container: container.text("image").satisfies(allowed, absent=not settings.registries),
        "take its image from an allowed registry",
    )


FROM_ALLOWED: Final = PodRule.settable(
    Control(
        identifier="images-from-allowed-registries",
        sentence="Every image comes from a registry that is allowed",
        why="Anyone can publish under a name that looks right; only the organisation's registries say who built what "
        "is in them.",
        severity=Severity.HIGH,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="name in `image` a registry that the platform allows",
            pulumi="copy the image to an allowed registry and name that in image",
        ),
        references=(Reference("CIS EKS", "5.1.4"),),
        rows=(66,),
    ),
    _Allowed(),
    _from_allowed,
)


class _Denied(Settings):
    registries: tuple[str, ...] = setting(
        ("k8s.gcr.io", "gcr.io/google_containers/"), "Where images may not come from, in the same form."
    )


def _not_from_denied(settings: _Denied) -> Callable[[Pod], Iterator[Duty]]:
    def elsewhere(image: str) -> bool:
        return not any(below(image, place) for place in settings.registries)

    return of_each(
        Pod.containers,
        lambda container: container.text("image").satisfies(elsewhere, absent=True),
        "not take its image from a registry that is closed or denied",
    )


NOT_FROM_DENIED: Final = PodRule.settable(
    Control(
        identifier="images-not-from-denied-registries",
        sentence="No image comes from a registry that is closed or denied",
        why="A registry that is no longer kept up gets no security updates, and one day no image any more.",
        severity=Severity.HIGH,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="name in `image` the registry that took over, as registry.k8s.io",
            pulumi="name the registry that took over, as registry.k8s.io for k8s.gcr.io",
        ),
        rows=(66,),
    ),
    _Denied(),
    _not_from_denied,
)


def _fresh(container: Properties) -> Truth:
    """Whether the node asks the registry at every start, as Kubernetes does by itself for a tag that is latest."""
    image, policy = container.text("image"), container.text("imagePullPolicy")
    return any_of(
        policy.equals("Always"),
        image.satisfies(lambda name: bool(read(name).digest)),
        image.satisfies(lambda name: read(name).tag in ("", "latest"))
        if policy.state is State.ABSENT
        else NO,
    )


PULLED: Final = PodRule(
    Control(
        identifier="images-pulled-at-every-start",
        sentence="Every image is pulled at each start, or named by its digest",
        why="Otherwise a pod may run an image that lies on its node although it has no right to pull it, or an old one "
        "under a tag that has moved. With a digest it changes nothing, so this is only advice.",
        severity=Severity.LOW,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="add the digest to `image`",
            pulumi="set imagePullPolicy to Always, or name the image by its digest",
        ),
        advisory_in=EVERY_TIER,
        rows=(71,),
    ),
    of_each(Pod.containers, _fresh, f"set imagePullPolicy to Always, or {_UNCHANGING}"),
)

RULES: Final = (TAGGED, PINNED, FROM_ALLOWED, NOT_FROM_DENIED, PULLED)
