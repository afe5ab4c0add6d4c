"""Rules about selectors of controllers: each finds its own pods, and no other's."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
)
from pavedroad.governance.kubernetes import namespace_of, pod_of, selects
from pavedroad.governance.labelled import Labelled
from pavedroad.governance.truth import NO

_CONTROLLERS: Final = frozenset(
    {
        "kubernetes:apps/v1:DaemonSet",
        "kubernetes:apps/v1:Deployment",
        "kubernetes:apps/v1:ReplicaSet",
        "kubernetes:apps/v1:StatefulSet",
        "kubernetes:argoproj.io/v1alpha1:Rollout",
    }
)


def _selector(workload: Resource) -> Properties:
    return workload.properties.at("spec.selector")


def _labels(workload: Resource) -> Properties:
    return pod_of(workload).metadata.at("labels")


def _finds_own(workload: Resource) -> Iterator[Duty]:
    yield Duty(
        workload,
        selects(_selector(workload), _labels(workload)),
        "spec.selector must select the labels of spec.template.metadata.labels",
    )


FINDS_OWN: Final = ResourceRule(
    Control(
        identifier="selectors-match-own-pods",
        sentence="Every controller's selector selects the pods that it makes",
        why="Kubernetes refuses one that does not, in the middle of an update.",
        severity=Severity.HIGH,
        resource_types=_CONTROLLERS,
        fix=Fix(
            descriptor="the platform sets both, so declare the workload in a descriptor",
            pulumi="repeat spec.selector.matchLabels in spec.template.metadata.labels",
        ),
        rows=(60,),
    ),
    _finds_own,
)


def _finds_no_other(stack: Stack) -> Iterator[Duty]:
    workloads = stack.of_types(_CONTROLLERS)
    pods = Labelled((each, namespace_of(each), _labels(each)) for each in workloads)
    for workload in workloads:
        selected = pods.selected(_selector(workload), namespace_of(workload))
        others = [found for each, found in selected if each.key != workload.key]
        yield Duty(workload, _none_of(others), "spec.selector must not select the pods of another workload")


def _none_of(truths: list[Truth]) -> Truth:
    return all_of(*(NO if each.holds else each for each in truths if each.holds is not False))


FINDS_NO_OTHER: Final = StackRule(
    Control(
        identifier="selectors-do-not-overlap",
        sentence="No controller's selector selects the pods of another one",
        why="Two controllers then fight over the same pods, and services and budgets count them twice.",
        severity=Severity.HIGH,
        resource_types=_CONTROLLERS,
        fix=Fix(
            descriptor="the platform gives every workload a label of its own, so declare it in a descriptor",
            pulumi="add a label to spec.selector.matchLabels and the template that no other workload has",
        ),
        rows=(60,),
    ),
    _finds_no_other,
)

RULES: Final = (FINDS_OWN, FINDS_NO_OTHER)
