"""Rules about components that the field knows to be dangerous, by their images, labels and settings."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from pavedroad.governance import (
    Duty,
    Pod,
    PodRule,
    Properties,
    Resource,
    ResourceRule,
    Severity,
    Truth,
    all_of,
)
from pavedroad.governance.kubernetes import pods_of
from policies.rules.pods.shapes import about_pods, each_container

_SERVICE: Final = "kubernetes:core/v1:Service"
_TILLER: Final = "tiller"
_TILLER_LABELS: Final[Mapping[str, str]] = {"app": "helm", "name": _TILLER}
_WORDS: Final = re.compile(r"[^a-z0-9]+")
_NAMING: Final = ("app", "k8s-app", "app.kubernetes.io/name")
_DASHBOARD: Final = "kubernetes-dashboard"
_DASHBOARD_IMAGES: Final = (_DASHBOARD, "kubernetesui/")


def _without(*parts: str) -> Callable[[Properties], Truth]:
    """Ask of a container that no part of its image's name is one of ``parts``."""
    return lambda container: container.text("image").satisfies(
        lambda image: not any(part in image for part in parts), absent=True
    )


def _is_not_tiller(name: str) -> bool:
    """Whether none of the words of a name is Tiller's; *distiller* is another word."""
    return _TILLER not in _WORDS.split(name.lower())


def _differs(labels: Properties, name: str, value: str) -> Truth:
    return labels.entry(name).text().satisfies(lambda given: given != value, absent=True)


def _not_deployed(
    known_by: Callable[[Properties], Truth],
    image: Callable[[Properties], Truth],
    what: str,
    called: Callable[[str], bool] = lambda _: True,
) -> Callable[[Resource], Iterator[Duty]]:
    """Make a check of images, and of every name and set of labels by which an object or its pods are known."""

    def check(resource: Resource) -> Iterator[Duty]:
        pods = () if resource.type == _SERVICE else pods_of(resource)
        metadata = [resource.properties.at("metadata"), *(pod.metadata for pod in pods)]
        labels = [each.at("labels") for each in metadata]
        if resource.type == _SERVICE:
            labels.append(resource.properties.at("spec.selector"))
        for container in (container for pod in pods for container in pod.containers()):
            yield Duty(resource, image(container), f"{container.path}.image must not be {what}")
        for name in (each.text("name") for each in metadata):
            yield Duty(
                resource, name.satisfies(called, absent=True), f"{name.path} must not be that of {what}"
            )
        for each in labels:
            if each.value is not None:
                yield Duty(resource, known_by(each), f"{each.path} must not be those of {what}")

    return check


NO_TILLER: Final = ResourceRule(
    about_pods(
        "tiller-not-deployed",
        "Tiller, the server of Helm 2, is not deployed",
        why="It does whatever anybody who reaches it asks, usually as administrator of the cluster.",
        severity=Severity.HIGH,
        rows=(36,),
        also=frozenset({_SERVICE}),
        descriptor="",
        fix="remove Tiller; Helm 3 and later need no server",
    ),
    _not_deployed(
        lambda labels: all_of(*(_differs(labels, name, value) for name, value in _TILLER_LABELS.items())),
        lambda container: container.text("image").satisfies(_is_not_tiller, absent=True),
        "Tiller",
        called=_is_not_tiller,
    ),
)

NO_DASHBOARD: Final = ResourceRule(
    about_pods(
        "kubernetes-dashboard-not-deployed",
        "The Kubernetes Dashboard is not deployed",
        why="It shows and changes the cluster to whoever reaches it, with its own account's rights.",
        severity=Severity.HIGH,
        rows=(36,),
        also=frozenset({_SERVICE}),
        descriptor="",
        fix="remove the Dashboard, and use kubectl or a client on people's own machines",
    ),
    _not_deployed(
        lambda labels: all_of(*(_differs(labels, name, _DASHBOARD) for name in _NAMING)),
        _without(*_DASHBOARD_IMAGES),
        "the Kubernetes Dashboard",
    ),
)

NO_GIT_SYNC: Final = PodRule(
    about_pods(
        "git-sync-not-a-sidecar",
        "No pod fetches what it runs or serves from a repository while it runs",
        why="Whoever can push to the repository, or stand between, changes what runs, past review and past the image.",
        severity=Severity.HIGH,
        rows=(36,),
        descriptor="",
        fix="put the files into the image or into a ConfigMap, and remove git-sync",
    ),
    each_container(_without("git-sync"), "not be git-sync"),
)


def _own_git(pod: Pod) -> Iterator[Duty]:
    for container in pod.containers():
        for variable in container.items("env"):
            yield Duty(
                pod.workload,
                variable.text("name").satisfies(lambda name: name != "GITSYNC_GIT", absent=True),
                f"{variable.path} must not say which program git-sync runs as git",
            )


NO_GIT_OVERRIDE: Final = PodRule(
    about_pods(
        "git-sync-runs-its-own-git",
        "No environment variable says which program git-sync runs",
        why="GITSYNC_GIT is run as it stands, so that who can set it runs anything, with the pod's rights.",
        severity=Severity.HIGH,
        rows=(36,),
        descriptor="",
        fix="remove the variable GITSYNC_GIT",
    ),
    _own_git,
)

RULES: Final = (
    NO_TILLER,
    NO_DASHBOARD,
    NO_GIT_SYNC,
    NO_GIT_OVERRIDE,
)
