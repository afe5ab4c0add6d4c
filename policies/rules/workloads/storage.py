"""Rules about what keeps a workload's state in place: its service and its volumes."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.kubernetes import namespace_of, pod_of
from pavedroad.governance.labelled import CLUSTER, Labelled, first_of
from policies.rules.workloads.checks import EVERY_TIER
from policies.rules.workloads.naming import Named, given_name, unclear
from policies.rules.workloads.replicas import STATEFUL_SET

_CLAIM: Final = "kubernetes:core/v1:PersistentVolumeClaim"
_SERVICE: Final = "kubernetes:core/v1:Service"
_CLASS: Final = "kubernetes:storage.k8s.io/v1:StorageClass"


def _has_service(stack: Stack) -> Iterator[Duty]:
    services = Named((each, namespace_of(each), given_name(each)) for each in stack.of_types({_SERVICE}))
    for workload in stack.of_types({STATEFUL_SET}):
        name = workload.properties.text("spec.serviceName")
        headless = (
            all_of(
                called, each.properties.text("spec.clusterIP").equals("None"), _answers_for(each, workload)
            )
            for each, called in services.called(name, namespace_of(workload))
        )
        missing = all_of(name.present(), stack.missing(name.path))
        yield Duty(
            workload,
            any_of(*headless, unclear(name), missing),
            "spec.serviceName must name a Service of its namespace whose spec.clusterIP is None, and which selects its pods",
        )


def _answers_for(service: Resource, workload: Resource) -> Truth:
    """Whether a Service knows the pods of a workload, so that each of them has a name."""
    pods = Labelled([(workload, namespace_of(workload), pod_of(workload).metadata.at("labels"))])
    return first_of(pods.carrying(service.properties.at("spec.selector"), namespace_of(workload)))


HEADLESS_SERVICE: Final = StackRule(
    Control(
        identifier="stateful-sets-have-a-headless-service",
        sentence="Every StatefulSet has a headless Service of its own",
        why="Its replicas find each other by names that only this Service gives them.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({STATEFUL_SET}),
        fix=Fix(pulumi='declare a Service with spec.clusterIP "None" and name it in spec.serviceName'),
        rows=(61,),
    ),
    _has_service,
)


def _claims(resource: Resource) -> list[Properties]:
    """List the specifications of the claims that a resource declares."""
    if resource.type == _CLAIM:
        return [resource.properties.at("spec")]
    return [each.at("spec") for each in resource.properties.items("spec.volumeClaimTemplates")]


class _Classes(Settings):
    allowed: tuple[str, ...] = setting((), "The storage classes that may be used; none for any.")
    declared_here: bool = setting(False, "Whether the class must be declared in the same stack.")


def _known_class(settings: _Classes) -> Callable[[Stack], Iterator[Duty]]:
    def check(stack: Stack) -> Iterator[Duty]:
        classes = Named((each, CLUSTER, given_name(each)) for each in stack.of_types({_CLASS}))
        for resource in stack.of_types({_CLAIM, STATEFUL_SET}):
            for claim in _claims(resource):
                name = claim.text("storageClassName")
                bound = claim.text("volumeName").present()
                named = name.satisfies(lambda text: not settings.allowed or text in settings.allowed)
                here = any_of(classes.has(name, CLUSTER), stack.missing(name.path))
                yield Duty(
                    resource,
                    all_of(
                        named,
                        any_of(name.satisfies(bool), bound),
                        *((here,) if settings.declared_here else ()),
                    ),
                    f"{name.path} must name an allowed storage class",
                )

    return check


STORAGE_CLASS: Final = StackRule.settable(
    Control(
        identifier="volumes-name-a-storage-class",
        sentence="Every volume claim names its storage class, and an allowed one",
        why="The cluster's default class may change, keep data unencrypted, or delete it together with the claim.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_CLAIM, STATEFUL_SET}),
        fix=Fix(
            descriptor="the environment names the class of every volume",
            pulumi="set storageClassName on every claim and in every volumeClaimTemplates entry",
        ),
        rows=(62,),
    ),
    _Classes(),
    _known_class,
)


def _single_writer(resource: Resource) -> Iterator[Duty]:
    for claim in _claims(resource):
        yield Duty(
            resource,
            _all_but_shared(claim),
            f"{claim.path}.accessModes must have ReadWriteOncePod in place of ReadWriteOnce",
        )


def _all_but_shared(claim: Properties) -> Truth:
    return all_of(
        *(mode.text().satisfies(lambda text: text != "ReadWriteOnce") for mode in claim.items("accessModes"))
    )


SINGLE_WRITER: Final = ResourceRule(
    Control(
        identifier="volumes-have-one-writer",
        sentence="A volume that one pod writes can be mounted by that pod alone",
        why="ReadWriteOnce lets every pod of the same node write at once, which destroys a database's files. Not every "
        "driver has ReadWriteOncePod, so this is only advice.",
        severity=Severity.LOW,
        resource_types=frozenset({_CLAIM, STATEFUL_SET}),
        fix=Fix(pulumi="set accessModes to [ReadWriteOncePod]"),
        advisory_in=EVERY_TIER,
        rows=(62,),
    ),
    _single_writer,
)

RULES: Final = (HEADLESS_SERVICE, STORAGE_CLASS, SINGLE_WRITER)
