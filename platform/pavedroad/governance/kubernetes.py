"""Kubernetes objects, as rules see them: the pod in every workload, selectors, namespaces."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pavedroad.governance.properties import UNREADABLE, Properties, Reading, State
from pavedroad.governance.resources import Resource
from pavedroad.governance.truth import YES, Truth, all_of, any_of

POD_TEMPLATES: Final[Mapping[str, str]] = {
    "kubernetes:core/v1:Pod": "",
    "kubernetes:core/v1:PodTemplate": "template",
    "kubernetes:core/v1:ReplicationController": "spec.template",
    "kubernetes:apps/v1:DaemonSet": "spec.template",
    "kubernetes:apps/v1:Deployment": "spec.template",
    "kubernetes:apps/v1:ReplicaSet": "spec.template",
    "kubernetes:apps/v1:StatefulSet": "spec.template",
    "kubernetes:batch/v1:Job": "spec.template",
    "kubernetes:batch/v1:CronJob": "spec.jobTemplate.spec.template",
}
"""Where each kind of workload keeps its pod: the part that holds the pod's `metadata` and `spec`."""

WORKLOADS: Final = frozenset(POD_TEMPLATES)


@dataclass(frozen=True, slots=True)
class Pod:
    """The pod of a workload, wherever the workload keeps it.

    Attributes:
        workload: The resource that it belongs to.
        metadata: Its labels and annotations.
        spec: Its specification.
    """

    workload: Resource
    metadata: Properties
    spec: Properties

    @property
    def on_windows(self) -> Truth:
        """Whether it runs on Windows, where several Linux settings mean nothing."""
        return self.spec.text("os.name").equals("windows")

    @property
    def in_user_namespace(self) -> Truth:
        """Whether its root user is nobody on the node."""
        return self.spec.flag("hostUsers").equals(wanted=False)

    def containers(self) -> list[Properties]:
        """List every container that can run in it: init ones, its own, and ephemeral ones."""
        return [*self.lasting_containers(), *self.spec.items("ephemeralContainers")]

    def lasting_containers(self) -> list[Properties]:
        """List init containers and its own: those that can ask for resources."""
        return [*self.spec.items("initContainers"), *self.spec.items("containers")]


def pod_of(workload: Resource) -> Pod:
    """Find the pod in ``workload``, whose type must be one of `WORKLOADS`."""
    template = workload.properties.at(POD_TEMPLATES[workload.type])
    return Pod(workload, template.at("metadata"), template.at("spec"))


def namespace_of(resource: Resource) -> Reading[str]:
    """Read the namespace that a namespaced object stands in."""
    return resource.properties.text("metadata.namespace").or_else(
        Reading("metadata.namespace", State.PRESENT, "default")
    )


def selects(selector: Properties, labels: Properties) -> Truth:
    """Whether a label selector (`matchLabels`, `matchExpressions`) selects an object with ``labels``.

    An empty selector selects everything, a missing one nothing.
    """
    wanted = (
        value.text().present() if name == UNREADABLE else labels.entry(name).text().same_as(value.text())
        for name, value in selector.entries("matchLabels")
    )
    return all_of(
        selector.anything().present(),
        *wanted,
        *(_meets(expression, labels) for expression in selector.items("matchExpressions")),
    )


def _meets(expression: Properties, labels: Properties) -> Truth:
    key = expression.text("key")
    label = key if key.value is None else labels.entry(key.value).text()
    operator = expression.text("operator")
    missing = label.satisfies(lambda _: False, absent=True)
    listed = any_of(*(label.same_as(value.text()) for value in expression.items("values")))
    unlisted = all_of(*(label.differs_from(value.text()) for value in expression.items("values")))
    return all_of(
        key.present(),
        any_of(
            all_of(operator.equals("In"), listed),
            all_of(operator.equals("NotIn"), any_of(missing, unlisted)),
            all_of(operator.equals("Exists"), label.present()),
            all_of(operator.equals("DoesNotExist"), missing),
        ),
    )


class Namespaced:
    """Objects grouped by their namespace, so that looking for one costs the same however many there are."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        """Group ``resources``; those whose namespace is not known may stand in any."""
        self._placed: dict[str, list[Resource]] = {}
        self._adrift: list[Resource] = []
        for resource in resources:
            namespace = namespace_of(resource).value
            group = self._adrift if namespace is None else self._placed.setdefault(namespace, [])
            group.append(resource)

    def beside(self, resource: Resource) -> list[tuple[Resource, Truth]]:
        """List what may stand in the namespace of ``resource``, each with whether it does."""
        home = namespace_of(resource)
        if home.value is None:
            placed = [each for group in self._placed.values() for each in group]
            return [(each, namespace_of(each).same_as(home)) for each in (*placed, *self._adrift)]
        sure = [(each, YES) for each in self._placed.get(home.value, ())]
        return sure + [(each, namespace_of(each).same_as(home)) for each in self._adrift]
