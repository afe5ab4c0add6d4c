"""Rules about the namespaces that objects stand in."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    EVERY_OBJECT,
    Control,
    Duty,
    Fix,
    Reference,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    Stack,
    StackRule,
    setting,
)
from pavedroad.governance.kubernetes import WORKLOADS
from pavedroad.governance.properties import Reading
from policies.rules.objects.kinds import stands_in_namespace

_NAMESPACE: Final = "kubernetes:core/v1:Namespace"
_PROVIDER: Final = "pulumi:providers:kubernetes"
_ENFORCED: Final = "pod-security.kubernetes.io/enforce"
_IN_ITS_TEAM: Final = (
    "the platform puts everything of a team into the team's namespace, so declare it in a descriptor"
)


def _named_places(stack: Stack) -> Iterator[Duty]:
    defaults = {each.urn: each.properties.text("namespace") for each in stack.of_types({_PROVIDER})}
    for resource in stack.of_types({EVERY_OBJECT}):
        place = _place(resource, defaults)
        met = place.satisfies(
            lambda name: name not in ("", "default"), absent=not stands_in_namespace(resource.type)
        )
        yield Duty(resource, met, "metadata.namespace must name a namespace other than default")


def _place(resource: Resource, defaults: dict[str, Reading[str]]) -> Reading[str]:
    """Read the namespace: the object's own, or where it says none, its provider's."""
    own = resource.properties.text("metadata.namespace")
    provider = defaults.get(resource.provider)
    return own if provider is None else own.or_else(provider)


NAMED_PLACES: Final = StackRule(
    Control(
        identifier="objects-outside-default-namespace",
        sentence="Nothing stands in the namespace default",
        why="It has no owner, no quota and no policies, and whatever is forgotten ends up in it.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({EVERY_OBJECT}),
        fix=Fix(descriptor=_IN_ITS_TEAM, pulumi="set metadata.namespace to a namespace of its own"),
        references=(Reference("CIS Kubernetes", "5.6.4"), Reference("CIS EKS", "4.5.2")),
        rows=(97,),
    ),
    _named_places,
)


class Systems(Settings):
    """Which namespaces belong to the cluster."""

    system_namespaces: tuple[str, ...] = setting(
        ("kube-node-lease", "kube-public", "kube-system"), "Namespaces in which nobody's workloads may stand."
    )


def _outside_systems(settings: Systems) -> Callable[[Resource], Iterator[Duty]]:
    def check(workload: Resource) -> Iterator[Duty]:
        place = workload.properties.text("metadata.namespace")
        met = place.satisfies(lambda name: name not in settings.system_namespaces, absent=True)
        yield Duty(workload, met, "metadata.namespace must not be one of the setting `systemNamespaces`")

    return check


OUTSIDE_SYSTEMS: Final = ResourceRule.settable(
    Control(
        identifier="workloads-outside-system-namespaces",
        sentence="No workload stands in a namespace of the cluster itself",
        why="There it stands beside what the cluster runs on, whose secrets it can ask for and whose policies are lax.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(descriptor=_IN_ITS_TEAM, pulumi="set metadata.namespace to a namespace of its own"),
        rows=(98,),
    ),
    Systems(),
    _outside_systems,
)


class Levels(Settings):
    """Which profiles of pod security a namespace may enforce."""

    allowed_levels: tuple[str, ...] = setting(
        ("baseline", "restricted"), "Profiles of the Pod Security Standards that a namespace may enforce."
    )


def _enforced(settings: Levels) -> Callable[[Resource], Iterator[Duty]]:
    def check(namespace: Resource) -> Iterator[Duty]:
        level = namespace.properties.at("metadata.labels").entry(_ENFORCED).text()
        yield Duty(
            namespace,
            level.satisfies(settings.allowed_levels.__contains__),
            f"metadata.labels must set {_ENFORCED} to one of the setting `allowedLevels`",
        )

    return check


ENFORCED: Final = ResourceRule.settable(
    Control(
        identifier="namespaces-enforce-pod-security",
        sentence="Every namespace enforces a profile of pod security, and not the privileged one",
        why="What comes past the pipeline, or is made by an operator, is checked by nobody else.",
        severity=Severity.HIGH,
        resource_types=frozenset({_NAMESPACE}),
        fix=Fix(
            descriptor="the platform labels every team's namespace, so declare the team",
            pulumi=f"set the label {_ENFORCED} to restricted",
        ),
        references=(Reference("CIS Kubernetes", "5.2.1"),),
        rows=(99,),
    ),
    Levels(),
    _enforced,
)

RULES: Final = (NAMED_PLACES, OUTSIDE_SYSTEMS, ENFORCED)
