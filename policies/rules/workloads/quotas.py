"""Rules about namespaces: what all pods of one may take together, and what a container gets that asks for nothing."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Settings,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.labelled import CLUSTER
from policies.rules.workloads.naming import Named, name_of, unclear

_NAMESPACE: Final = "kubernetes:core/v1:Namespace"
_BY_ITSELF: Final = "the platform sets one for every team, so declare the team in a descriptor"


class _Spared(Settings):
    exempt_namespaces: tuple[str, ...] = setting(
        ("kube-node-lease", "kube-public", "kube-system"), "Namespaces that need none."
    )


def _holds_a(kind: str, contents: str) -> Callable[[_Spared], Callable[[Stack], Iterator[Duty]]]:
    """Make a maker of checks that every namespace holds an object of ``kind`` with something in ``contents``."""

    def make(settings: _Spared) -> Callable[[Stack], Iterator[Duty]]:
        def check(stack: Stack) -> Iterator[Duty]:
            kept = Named(
                (each, CLUSTER, namespace_of(each)) for each in stack.of_types({f"kubernetes:core/v1:{kind}"})
            )
            for namespace in stack.of_types({_NAMESPACE}):
                name = name_of(namespace)
                inside = (
                    all_of(within, _has_some(each.properties.at(contents)))
                    for each, within in kept.called(name, CLUSTER)
                )
                yield Duty(
                    namespace,
                    any_of(
                        name.satisfies(lambda text: text in settings.exempt_namespaces),
                        *inside,
                        unclear(name),
                        stack.missing(f"the {kind}s of the namespace"),
                    ),
                    f"it must hold a {kind} that sets {contents}",
                )

        return check

    return make


def _has_some(part: Properties) -> Truth:
    return any_of(*(value.anything().present() for value in _elements(part)))


def _elements(part: Properties) -> list[Properties]:
    return [value for _, value in part.entries()] if isinstance(part.value, dict) else part.items()


QUOTA: Final = StackRule.settable(
    Control(
        identifier="namespaces-have-a-quota",
        sentence="Every namespace has a ResourceQuota",
        why="Otherwise one team's mistake, a loop that makes pods, takes the whole cluster.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_NAMESPACE}),
        fix=Fix(descriptor=_BY_ITSELF, pulumi="declare a ResourceQuota with spec.hard in the namespace"),
        rows=(43,),
    ),
    _Spared(),
    _holds_a("ResourceQuota", "spec.hard"),
)

LIMIT_RANGE: Final = StackRule.settable(
    Control(
        identifier="namespaces-have-a-limit-range",
        sentence="Every namespace has a LimitRange",
        why="It bounds what a container takes that says nothing, and without it a quota refuses such pods.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_NAMESPACE}),
        fix=Fix(descriptor=_BY_ITSELF, pulumi="declare a LimitRange with spec.limits in the namespace"),
        rows=(43,),
    ),
    _Spared(),
    _holds_a("LimitRange", "spec.limits"),
)

RULES: Final = (QUOTA, LIMIT_RANGE)
