"""How many replicas a workload runs at the least: its own number, or that of the autoscalers that point at it.

Kubernetes takes a missing `replicas` as 1, a HorizontalPodAutoscaler's missing `minReplicas` as 1, and KEDA a missing
`minReplicaCount` as 0.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple

from pavedroad.governance import Reading, Resource, Stack, Truth, all_of, any_of
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.properties import State
from pavedroad.governance.references import type_in
from pavedroad.governance.truth import NO, YES, open_at
from policies.rules.workloads.naming import given_name, name_of, unclear

HPA: Final = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
KEDA: Final = "kubernetes:keda.sh/v1alpha1:ScaledObject"
AUTOSCALERS: Final = frozenset({HPA, KEDA})

DEPLOYMENT: Final = "kubernetes:apps/v1:Deployment"
STATEFUL_SET: Final = "kubernetes:apps/v1:StatefulSet"
ROLLOUT: Final = "kubernetes:argoproj.io/v1alpha1:Rollout"
REPLICATED: Final = frozenset({DEPLOYMENT, ROLLOUT, STATEFUL_SET})
"""What people declare with a number of replicas."""


Allowed = Callable[[float], bool]


class _Bounds(NamedTuple):
    """Where an autoscaler says how few and how many replicas it keeps, and what it takes where it does not."""

    fewest: str
    fewest_by_default: float
    most: str
    most_by_default: float | None


_BOUNDS: Final[Mapping[str, _Bounds]] = {
    HPA: _Bounds("spec.minReplicas", 1, "spec.maxReplicas", None),
    KEDA: _Bounds("spec.minReplicaCount", 0, "spec.maxReplicaCount", 100),
}


def fewest_kept(autoscaler: Resource) -> Reading[float]:
    """Read how few replicas an autoscaler keeps."""
    bounds = _BOUNDS[autoscaler.type]
    return _number(autoscaler, bounds.fewest, bounds.fewest_by_default)


def most_kept(autoscaler: Resource) -> Reading[float]:
    """Read how many replicas an autoscaler makes at the most."""
    bounds = _BOUNDS[autoscaler.type]
    return _number(autoscaler, bounds.most, bounds.most_by_default)


def target_kind(autoscaler: Resource) -> Reading[str]:
    """Read the kind of what an autoscaler points at; KEDA takes a missing one as Deployment."""
    kind = autoscaler.properties.text("spec.scaleTargetRef.kind")
    return kind.or_else(Reading(kind.path, State.PRESENT, "Deployment")) if autoscaler.type == KEDA else kind


def target_name(autoscaler: Resource) -> Reading[str]:
    """Read the name of what an autoscaler points at."""
    return autoscaler.properties.text("spec.scaleTargetRef.name")


def kind_of(workload: Resource) -> str:
    """Tell the kind of an object, as references to it name it."""
    return workload.type.rpartition(":")[2]


class Autoscalers:
    """The autoscalers of a stack, by what they point at.

    Where that is not known, many of them say the same about any workload, and one of those stands for all.
    """

    def __init__(self, stack: Stack) -> None:
        """Index the autoscalers of ``stack`` (for `Stack.derived`)."""
        self._by_name: dict[tuple[str, str], list[Resource]] = {}
        self._made_from: dict[str, list[Resource]] = {}
        self._unsure: dict[str | None, dict[object, Resource]] = {}
        self._every: dict[str | None, dict[object, Resource]] = {}
        for each in stack.of_types(AUTOSCALERS):
            self._file(each)

    def of(self, workload: Resource) -> list[tuple[Resource, Truth]]:
        """List the autoscalers that may point at ``workload``, each with whether it does."""
        kind = kind_of(workload)
        pointing = (
            (each, all_of(target_kind(each).equals(kind), _points(each, workload)))
            for each in self._candidates(workload)
        )
        return [(each, points) for each, points in pointing if points.holds is not False]

    def _file(self, autoscaler: Resource) -> None:
        home, name = namespace_of(autoscaler).value, target_name(autoscaler).value
        made_from = workloads_behind(autoscaler)
        for urn in made_from:
            self._made_from.setdefault(urn, []).append(autoscaler)
        if made_from and name is None:
            return
        fewest = fewest_kept(autoscaler)
        alike = (target_kind(autoscaler).value, fewest.state, fewest.value, name is None)
        self._every.setdefault(home, {}).setdefault(alike, autoscaler)
        if home is not None and name is not None:
            self._by_name.setdefault((home, name), []).append(autoscaler)
        else:
            self._unsure.setdefault(home, {}).setdefault(alike, autoscaler)

    def _candidates(self, workload: Resource) -> Iterator[Resource]:
        home, name = namespace_of(workload).value, given_name(workload)
        yield from self._made_from.get(workload.urn, ())
        group = self._every if home is None or name.state is State.UNKNOWN else self._unsure
        for namespace in group if home is None else (home, None):
            yield from group.get(namespace, {}).values()
        if home is not None and name.value is not None:
            yield from self._by_name.get((home, name.value), ())


def workloads_behind(autoscaler: Resource) -> tuple[str, ...]:
    """List the URNs of the workloads whose outputs an autoscaler's target was made from; none where it is a text."""
    if target_name(autoscaler).value is not None:
        return ()
    return tuple(urn for urn in autoscaler.references.get("spec", ()) if type_in(urn) in REPLICATED)


def _points(autoscaler: Resource, workload: Resource) -> Truth:
    """Whether an autoscaler points at ``workload``, whose kind is the right one."""
    behind = workloads_behind(autoscaler)
    if behind:
        return YES if behind == (workload.urn,) else open_at(target_name(autoscaler).path)
    name = target_name(autoscaler)
    return all_of(
        namespace_of(autoscaler).same_as(namespace_of(workload)),
        unclear(name) if name.value is None else name.same_as(name_of(workload)),
    )


def autoscalers_of(stack: Stack, workload: Resource) -> list[tuple[Resource, Truth]]:
    """List the autoscalers that may point at ``workload``, each with whether it does."""
    return stack.derived(Autoscalers).of(workload)


class Replicas:
    """How few replicas a workload may run."""

    def __init__(self, stack: Stack, workload: Resource) -> None:
        """Find the autoscalers of ``workload`` in ``stack``."""
        self._own = _number(workload, "spec.replicas", 1)
        self._scaled = [(fewest_kept(each), points) for each, points in autoscalers_of(stack, workload)]

    def all_satisfy(self, allowed: Allowed) -> Truth:
        """Whether the workload's own number and the fewest that every autoscaler of it keeps are allowed."""
        return all_of(
            self._own.satisfies(allowed),
            *(any_of(fewest.satisfies(allowed), _not(points)) for fewest, points in self._scaled),
        )

    def fewest_satisfies(self, allowed: Allowed) -> Truth:
        """Whether the number that it may come down to is allowed: an autoscaler's counts in place of its own."""
        return all_of(
            any_of(self._own.satisfies(allowed), *(points for _, points in self._scaled)),
            *(any_of(fewest.satisfies(allowed), _not(points)) for fewest, points in self._scaled),
        )

    def fewest(self) -> Reading[float]:
        """Give the number that it may come down to."""
        for number, points in self._scaled:
            return number if points.holds else Reading(points.unknown[0], State.UNKNOWN)
        return self._own


def _not(points: Truth) -> Truth:
    """Whether an autoscaler that may point at a workload does not: known only where it is known that it does."""
    return NO if points.holds else points


def _number(resource: Resource, path: str, default: float | None) -> Reading[float]:
    number = resource.properties.number(path)
    return number if default is None else number.or_else(Reading(number.path, State.PRESENT, default))
