"""What teams say about what they run: images, replicas, rights and schedules.

The rendered pods are judged by rules of their own; here the verdict stands at the line that a team can change.
"""

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
    setting,
)
from pavedroad.governance.properties import UNREADABLE
from pavedroad.governance.truth import YES
from policies.rules.intent.shapes import (
    BELOW_STAGING,
    EVERYWHERE,
    JOB,
    LONG_RUNNING,
    WORKLOADS,
    Place,
    containers,
    duty,
    in_descriptor,
)

_DIGEST: Final = "@sha256:"
_CREDENTIALS_AND_RIGHTS: Final = frozenset(
    {
        "clusterrolebindings.rbac.authorization.k8s.io",
        "clusterroles.rbac.authorization.k8s.io",
        "rolebindings.rbac.authorization.k8s.io",
        "roles.rbac.authorization.k8s.io",
        "secrets",
        "serviceaccounts",
    }
)
"""Resources of the Kubernetes API through which a workload takes or gives away rights."""


class MovingTags(Settings):
    """Which tags are no version."""

    moving_tags: tuple[str, ...] = setting(
        ("latest", "stable", "edge", "nightly", "main", "master", "dev"),
        "Tags that mean another image tomorrow.",
    )


class Replicas(Settings):
    """How many replicas there must be."""

    minimum: int = setting(2, "The fewest replicas of a service or worker.")


def _images(resource: Resource) -> Iterator[tuple[Place, Reading[str]]]:
    for place, container in containers(resource):
        yield (*place, "image"), container.text("image")


def _versioned(settings: MovingTags) -> Callable[[Resource], Iterator[Duty]]:
    def fixed(image: str) -> bool:
        tag = image.rpartition("/")[2].partition(":")[2]
        return _DIGEST in image or (bool(tag) and tag not in settings.moving_tags)

    def check(resource: Resource) -> Iterator[Duty]:
        for place, image in _images(resource):
            yield duty(resource, place, image.satisfies(fixed), f"{image.path} must name one version")

    return check


def _by_digest(resource: Resource) -> Iterator[Duty]:
    for place, image in _images(resource):
        met = image.satisfies(lambda text: _DIGEST in text)
        yield duty(resource, place, met, f"{image.path} must name the image by its digest")


def _replicated(settings: Replicas) -> Callable[[Resource], Iterator[Duty]]:
    def check(resource: Resource) -> Iterator[Duty]:
        met = resource.properties.number("scale.min").satisfies(lambda number: number >= settings.minimum)
        yield duty(resource, ("scale", "min"), met, f"scale.min must be at least {settings.minimum}")

    return check


def _apart(resource: Resource) -> Iterator[Duty]:
    met = resource.properties.text("placement.spread").satisfies(lambda spread: spread in ("zone", "node"))
    yield duty(resource, ("placement", "spread"), met, "placement.spread must be zone or node")


def _harmless(resource: Resource) -> Iterator[Duty]:
    for name, verbs in resource.properties.entries("kubernetes_api"):
        dangerous = name in _CREDENTIALS_AND_RIGHTS
        met = verbs.empty() if dangerous or name == UNREADABLE else YES
        yield duty(resource, ("kubernetes_api", name), met, f"kubernetes_api must not name {name}")


def _not_overlapping(resource: Resource) -> Iterator[Duty]:
    met = resource.properties.text("overlap").satisfies(lambda word: word != "allow", absent=True)
    yield duty(resource, ("overlap",), met, "overlap must be forbid or replace")


RULES: Final[tuple[Rule, ...]] = (
    ResourceRule.settable(
        Control(
            identifier="service-images-versioned",
            sentence="Every image that a team names stays the same until the team names another.",
            why="What runs under a moving tag changes without a review, and differs from replica to replica.",
            severity=Severity.HIGH,
            resource_types=WORKLOADS,
            fix=in_descriptor("name the version's tag in `image`, or the digest"),
            rows=(64,),
        ),
        MovingTags(),
        _versioned,
    ),
    ResourceRule(
        Control(
            identifier="service-images-by-digest",
            sentence="Every image that a team names in production is pinned by its digest.",
            why="A registry lets a tag be moved, so only a digest is surely what was tested.",
            severity=Severity.MEDIUM,
            resource_types=WORKLOADS,
            fix=in_descriptor("append the digest to `image`: `registry/path:1.6.2@sha256:…`"),
            off_in=BELOW_STAGING | {Tier.STAGING},
            advisory_in=frozenset({Tier.PRODUCTION}),
            rows=(65,),
        ),
        _by_digest,
    ),
    ResourceRule.settable(
        Control(
            identifier="services-replicated",
            sentence="A service or worker has more than one replica wherever it matters that it stays up.",
            why="With one replica, every new version, drained node and crash is an outage.",
            severity=Severity.MEDIUM,
            resource_types=LONG_RUNNING,
            fix=in_descriptor("set `scale.min` to 2 or more, or leave it out"),
            off_in=BELOW_STAGING,
            rows=(49,),
        ),
        Replicas(),
        _replicated,
    ),
    ResourceRule(
        Control(
            identifier="service-replicas-apart",
            sentence="Replicas of a service or worker keep apart, on different zones or nodes.",
            why="Replicas on one node go down together.",
            severity=Severity.MEDIUM,
            resource_types=LONG_RUNNING,
            fix=in_descriptor("set `placement.spread` to zone or node, or leave it out"),
            off_in=BELOW_STAGING,
            rows=(53,),
        ),
        _apart,
    ),
    ResourceRule(
        Control(
            identifier="service-rights-harmless",
            sentence="No workload asks the Kubernetes API for credentials, or for rights to hand out.",
            why="Whoever reads a namespace's secrets or writes its roles has every right that anything there has.",
            severity=Severity.HIGH,
            resource_types=WORKLOADS,
            fix=in_descriptor("name secrets under `secrets`, and leave the entry out of `kubernetes_api`"),
            rows=(112, 115, 120),
        ),
        _harmless,
    ),
    ResourceRule(
        Control(
            identifier="scheduled-jobs-do-not-overlap",
            sentence="A job on a schedule does not start while its last run still goes.",
            why="Runs that pile up compete for the same data and never catch up.",
            severity=Severity.LOW,
            resource_types=frozenset({JOB}),
            fix=in_descriptor("set `overlap` to forbid or replace, or leave it out"),
            advisory_in=EVERYWHERE,
            rows=(59,),
        ),
        _not_overlapping,
    ),
)
