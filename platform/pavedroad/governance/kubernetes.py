"""Kubernetes objects, as rules see them: the pod in every workload, selectors, namespaces."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from pavedroad.governance.operated_pods import OPERATED_PODS, merged
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
    "kubernetes:argoproj.io/v1alpha1:Rollout": "spec.template",
    "kubernetes:serving.knative.dev/v1:Configuration": "spec.template",
    "kubernetes:serving.knative.dev/v1:Revision": "",
    "kubernetes:serving.knative.dev/v1:Service": "spec.template",
}
"""Where each kind of workload keeps its whole pod: the part that holds the pod's `metadata` and `spec`."""

WORKLOADS: Final = frozenset(POD_TEMPLATES.keys() | OPERATED_PODS.keys())
"""The type tokens of everything that holds a pod."""


_NAMESPACE: Final = "metadata.namespace"
_DEFAULT_NAMESPACE: Final = Reading(_NAMESPACE, State.PRESENT, "default")


class Pod:
    """The pod of a workload, wherever the workload keeps it.

    Attributes:
        workload: The resource that it belongs to.
        metadata: Its labels and annotations.
        spec: Its specification.
    """

    __slots__ = ("_containers", "_exempt", "_lasting", "_own", "_template", "metadata", "spec", "workload")

    def __init__(
        self, workload: Resource, template: Properties, exempt: Callable[[str], bool] | None = None
    ) -> None:
        """Find the pod in ``template``, the part of ``workload`` that holds its `metadata` and `spec`.

        Args:
            workload: The resource that it belongs to.
            template: Where it stands in that.
            exempt: Says of which images no container is looked at.
        """
        self.workload = workload
        self.metadata = template.at("metadata")
        self.spec = template.at("spec")
        self._template = template
        self._exempt = exempt
        self._own: list[Properties] | None = None
        self._lasting: list[Properties] | None = None
        self._containers: list[Properties] | None = None

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
        if self._containers is None:
            self._containers = [*self.lasting_containers(), *self._listed("ephemeralContainers")]
        return self._containers

    def lasting_containers(self) -> list[Properties]:
        """List init containers and its own: those that can ask for resources."""
        if self._lasting is None:
            self._lasting = [*self._listed("initContainers"), *self.own_containers()]
        return self._lasting

    def own_containers(self) -> list[Properties]:
        """List its own containers alone: those that are up as long as it is."""
        if self._own is None:
            self._own = self._listed("containers")
        return self._own

    def without_images(self, exempt: Callable[[str], bool]) -> "Pod":
        """Give the same pod without the containers whose image is known and exempt."""
        return Pod(self.workload, self._template, exempt)

    def _listed(self, name: str) -> list[Properties]:
        exempt, containers = self._exempt, self.spec.items(name)
        if exempt is None:
            return containers
        return [each for each in containers if each.text("image").satisfies(exempt).holds is not True]


def pods_of(workload: Resource) -> tuple[Pod, ...]:
    """Find the pods in ``workload``, whose type must be one of `WORKLOADS`; an operator's may have none."""
    if workload.type in POD_TEMPLATES:
        return (Pod(workload, workload.properties.at(POD_TEMPLATES[workload.type])),)
    operated = OPERATED_PODS[workload.type]
    return tuple(
        Pod(workload, merged(template, operated, workload.properties))
        for template in workload.properties.every(operated.path)
        if template.value is not None
    )


def pod_of(workload: Resource) -> Pod:
    """Find the pod in ``workload``, whose type must be one of `POD_TEMPLATES`."""
    return Pod(workload, workload.properties.at(POD_TEMPLATES[workload.type]))


def namespace_of(resource: Resource) -> Reading[str]:
    """Read the namespace that a namespaced object stands in."""
    return resource.properties.text(_NAMESPACE).or_else(_DEFAULT_NAMESPACE)


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
