"""When what leads to workloads, or serves them, is ready: Services, Ingresses, volumes, quotas and definitions.

Conditions: `provider/pkg/await/{service,ingress,awaiters}.go` of pulumi/pulumi-kubernetes, and its pull request
3142: a Service may have no end points at all, but none that is not ready. Where the official provider waits ten
seconds for stragglers, the Pods are looked at instead.
"""

from typing import Any, Final

from pavedroad.sandbox.provider.awaiting.verdict import (
    READY,
    Verdict,
    View,
    condition,
    described,
    failed,
    label_selector,
    pending,
    status_of,
)
from pavedroad.sandbox.provider.properties import Manifest

_TOKEN_SECRET: Final = "kubernetes.io/service-account-token"  # noqa: S105 - the name of a type


def service(live: Manifest, view: View) -> Verdict:
    """Ready when no selected Pod is missing from its ready end points, and its address is there."""
    spec = live["spec"]
    if spec.get("type") == "LoadBalancer" and not _addresses(live):
        return pending("the Service was not given an address by a load balancer")
    selector = spec.get("selector")
    if spec.get("type") == "ExternalName" or spec.get("clusterIP") == "None" or not selector:
        return READY
    namespace, name = live["metadata"]["namespace"], live["metadata"]["name"]
    slices = view.list(
        "discovery.k8s.io/v1", "EndpointSlice", namespace, labels=f"kubernetes.io/service-name={name}"
    )
    if not slices:
        return pending("the end points of the Service are not published yet")
    points = [point for part in slices for point in part.get("endpoints") or []]
    waiting = [point for point in points if not _is_usable(point)]
    if waiting:
        return pending(f"{len(waiting)} of {len(points)} Pods behind the Service are not ready")
    published = {(point.get("targetRef") or {}).get("uid") for point in points}
    pods = view.list("v1", "Pod", namespace, labels=label_selector({"matchLabels": selector}))
    missing = [pod for pod in pods if _is_due(pod) and pod["metadata"]["uid"] not in published]
    return pending(f"{len(missing)} Pods are not behind the Service yet") if missing else READY


def _is_usable(point: dict[str, Any]) -> bool:
    """Tell whether an end point is ready, or about to go."""
    conditions = point.get("conditions") or {}
    return bool(conditions.get("ready", True) or conditions.get("terminating", False))


def _is_due(pod: Manifest) -> bool:
    """Tell whether a Pod will get an end point: not where it is going, has ended, or finds no node."""
    over = "deletionTimestamp" in pod["metadata"] or status_of(pod).get("phase") in {"Succeeded", "Failed"}
    return not over and condition(pod, "PodScheduled").get("status") != "False"


def ingress(live: Manifest, _view: View) -> Verdict:
    """Ready when a controller gave it an address."""
    return (
        READY if _addresses(live) else pending("the Ingress was not given an address (status.loadBalancer)")
    )


def _addresses(live: Manifest) -> list[Any]:
    return (status_of(live).get("loadBalancer") or {}).get("ingress") or []


def claim(live: Manifest, view: View) -> Verdict:
    """Ready when bound, or when its class binds only once a Pod uses it."""
    phase = status_of(live).get("phase")
    if phase == "Bound":
        return READY
    name = live["spec"].get("storageClassName")
    classes = (
        view.list("storage.k8s.io/v1", "StorageClass", "", fields=f"metadata.name={name}") if name else []
    )
    if phase == "Pending" and any(
        found.get("volumeBindingMode") == "WaitForFirstConsumer" for found in classes
    ):
        return READY
    return pending(f"the PersistentVolumeClaim is {phase or 'not seen by a controller yet'}")


def volume(live: Manifest, _view: View) -> Verdict:
    """Ready when a claim can take it, or has."""
    phase = status_of(live).get("phase")
    return READY if phase in {"Available", "Bound"} else pending(f"the PersistentVolume is {phase}")


def quota(live: Manifest, _view: View) -> Verdict:
    """Ready when the controller enforces the limits."""
    enforced = status_of(live).get("hard") == live["spec"].get("hard")
    return READY if enforced else pending("the ResourceQuota's limits are not in force yet")


def secret(live: Manifest, _view: View) -> Verdict:
    """Ready at once, unless a controller has to fill in a token."""
    if live.get("type") != _TOKEN_SECRET or live.get("data"):
        return READY
    return pending("the service account's token is not there yet")


def namespace(live: Manifest, _view: View) -> Verdict:
    """Ready when objects can be created in it."""
    phase = status_of(live).get("phase")
    return failed("the Namespace is being deleted") if phase == "Terminating" else READY


def definition(live: Manifest, _view: View) -> Verdict:
    """Ready when the API server serves the kind."""
    accepted, established = condition(live, "NamesAccepted"), condition(live, "Established")
    if accepted.get("status") == "False":
        return failed(f"the names of the definition are taken: {described(accepted)}")
    if established.get("status") == "True":
        return READY
    return pending("the API server does not serve the defined kind yet")
