"""Why an object is not ready: what its Pods wait for, and what the cluster warned about."""

from collections.abc import Iterator
from typing import Any, Final

from pavedroad.sandbox.provider.awaiting.verdict import View, condition, described, label_selector, status_of
from pavedroad.sandbox.provider.properties import Manifest

_MOST_REASONS: Final = 8
_GOOD: Final = {"ReplicaFailure": "False", "Failed": "False", "NamespaceContentRemaining": "False"}
_NAMESPACE_TROUBLE: Final = (
    "NamespaceContentRemaining",
    "NamespaceFinalizersRemaining",
    "NamespaceDeletionContentFailure",
    "NamespaceDeletionDiscoveryFailure",
)


def why_not_ready(live: Manifest, view: View) -> tuple[str, ...]:
    """Collect reasons, the most telling first: conditions of the object, its Pods, warnings."""
    namespace = live["metadata"].get("namespace")
    if not namespace:
        return tuple(_conditions(live))
    pods = _pods(live, view, namespace)
    reasons = [*_conditions(live)]
    for pod in pods:
        reasons += [f"Pod {pod['metadata']['name']}: {reason}" for reason in _pod_reasons(pod)]
    reasons += _warnings(live, pods, view, namespace)
    return tuple(dict.fromkeys(reasons))[:_MOST_REASONS]


def why_not_gone(live: Manifest) -> tuple[str, ...]:
    """Say what keeps an object from being deleted."""
    finalizers = [
        *(live["metadata"].get("finalizers") or []),
        *((live.get("spec") or {}).get("finalizers") or []),
    ]
    reasons = []
    if finalizers == ["foregroundDeletion"]:
        reasons = ["objects that it owns are being deleted first"]
    elif finalizers:
        reasons = [f"finalizers might be preventing deletion ({', '.join(finalizers)})"]
    for kind in _NAMESPACE_TROUBLE:
        found = condition(live, kind)
        if found.get("status") == "True":
            reasons.append(described(found))
    return tuple(reasons)


def _conditions(live: Manifest) -> Iterator[str]:
    for found in status_of(live).get("conditions") or []:
        bad = found.get("status") != _GOOD.get(found.get("type", ""), "True")
        if bad and found.get("message"):
            yield described(found)


def _pods(live: Manifest, view: View, namespace: str) -> list[Manifest]:
    if live.get("kind") == "Pod":
        return [live]
    selector = (live.get("spec") or {}).get("selector")
    if not isinstance(selector, dict) or not selector:
        return []
    known = (
        selector if "matchLabels" in selector or "matchExpressions" in selector else {"matchLabels": selector}
    )
    return view.list("v1", "Pod", namespace, labels=label_selector(known))


def _pod_reasons(pod: Manifest) -> Iterator[str]:
    status = status_of(pod)
    scheduled = condition(pod, "PodScheduled")
    if scheduled.get("status") == "False":
        yield described(scheduled)
    for container in [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]:
        state: dict[str, Any] = container.get("state") or {}
        waiting, ended = state.get("waiting") or {}, state.get("terminated") or {}
        if waiting.get("reason") not in {None, "PodInitializing", "ContainerCreating"}:
            yield f"container {container['name']} waits: {described(waiting)}"
        elif ended.get("exitCode"):
            yield f"container {container['name']} ended with exit code {ended['exitCode']} {described(ended)}"
        elif "running" in state and not container.get("ready", True):
            yield f"container {container['name']} runs but is not ready"


def _warnings(live: Manifest, pods: list[Manifest], view: View, namespace: str) -> Iterator[str]:
    """Yield the warnings about the object, its Pods and what it made in between."""
    names = {pod["metadata"]["name"] for pod in pods} | {live["metadata"]["name"]}
    prefix = f"{live['metadata']['name']}-"
    for event in view.list("v1", "Event", namespace, fields="type=Warning"):
        about = event.get("involvedObject") or {}
        name = about.get("name", "")
        if name in names or (about.get("kind") in {"ReplicaSet", "Pod", "Job"} and name.startswith(prefix)):
            yield f"{about.get('kind')} {name}: {described(event)}"
