"""The waiting itself: look, judge, wait a little longer each time, and give up in time."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pavedroad.sandbox.api import ObjectRef
from pavedroad.sandbox.provider.annotations import SKIP_AWAIT, WAIT_FOR, annotation, is_on
from pavedroad.sandbox.provider.awaiting import generic, services, workloads
from pavedroad.sandbox.provider.awaiting.explain import why_not_gone, why_not_ready
from pavedroad.sandbox.provider.awaiting.verdict import READY, Judge, Verdict
from pavedroad.sandbox.provider.cluster import Cluster
from pavedroad.sandbox.provider.errors import NotReadyError, ProviderError
from pavedroad.sandbox.provider.properties import Manifest

AWAIT_ALL_VARIABLE: Final = "PULUMI_K8S_AWAIT_ALL"
_FIRST_PAUSE_SECONDS: Final = 0.05
_LONGEST_PAUSE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Rule:
    """How a kind is awaited.

    Attributes:
        judge: Tells whether an object is ready.
        seconds: How long to wait by default.
        on_read: Whether a refresh judges it, too.
        deletion_seconds: How long to wait by default until it is gone.
        skips_deletion: Whether `pulumi.com/skipAwait` holds for its deletion, too.
    """

    judge: Judge = field(default=lambda _live, _view: READY)
    seconds: float = 600
    on_read: bool = False
    deletion_seconds: float = 300
    skips_deletion: bool = False


RULES: Final = {
    "apiextensions.k8s.io/v1/CustomResourceDefinition": Rule(services.definition, 60),
    "apps/v1/DaemonSet": Rule(workloads.daemon_set, 600, True, 600, True),
    "apps/v1/Deployment": Rule(workloads.deployment, 600, True, 600, True),
    "apps/v1/StatefulSet": Rule(workloads.stateful_set, 600, True, 600, True),
    "batch/v1/Job": Rule(workloads.job, 600, True, 300, True),
    "networking.k8s.io/v1/Ingress": Rule(services.ingress, 600, True),
    "v1/Namespace": Rule(services.namespace, 60, skips_deletion=True),
    "v1/PersistentVolume": Rule(services.volume, 300),
    "v1/PersistentVolumeClaim": Rule(services.claim, 300),
    "v1/Pod": Rule(workloads.pod, 300, True, 300, True),
    "v1/ResourceQuota": Rule(services.quota, 60),
    "v1/Secret": Rule(services.secret, 30),
    "v1/Service": Rule(services.service, 600, True),
}
"""How each kind is awaited; any other one is ready once it is stored.

Defaults: `provider/pkg/await` of pulumi/pulumi-kubernetes. A definition is awaited in addition, so that objects
of its kind can follow at once.
"""


def rule_of(manifest: Manifest) -> Rule:
    """Find how an object's kind is awaited."""
    return RULES.get(f"{manifest.get('apiVersion')}/{manifest.get('kind')}", Rule())


def judge_of(declared: Manifest) -> Judge:
    """Choose the judge of an object: none when told to skip, the user's own conditions, or its kind's."""
    if is_on(declared, SKIP_AWAIT):
        return Rule().judge
    if expression := annotation(declared, WAIT_FOR):
        return generic.wait_for(expression)
    rule = rule_of(declared)
    if rule == Rule() and os.environ.get(AWAIT_ALL_VARIABLE) == "true":
        return generic.ready
    return rule.judge


class Patience:
    """The time left for one object: says when it is up, and pauses a little longer each time."""

    def __init__(self, cancelled: threading.Event, seconds: float) -> None:
        """Start the clock.

        Args:
            cancelled: Set when the user gives up.
            seconds: How long to wait at most.
        """
        self._cancelled = cancelled
        self._deadline = time.monotonic() + seconds
        self._next_pause = _FIRST_PAUSE_SECONDS

    def ended(self) -> str:
        """Say why waiting is over, empty while it is not."""
        if self._cancelled.is_set():
            return "was cancelled"
        return "timed out" if time.monotonic() >= self._deadline else ""

    def pause(self) -> None:
        """Wait a little, no longer than the time that is left."""
        left = max(0.0, self._deadline - time.monotonic())
        self._cancelled.wait(min(self._next_pause, left))
        self._next_pause = min(self._next_pause * 1.5, _LONGEST_PAUSE_SECONDS)


def until_ready(
    cluster: Cluster, live: Manifest, judge: Judge, seconds: float, report: Callable[[str], None]
) -> Manifest:
    """Wait until an object is ready.

    Args:
        cluster: Where it lives.
        live: The object as last seen.
        judge: Tells whether it is ready.
        seconds: How long to wait.
        report: Told what is missing whenever that changes.

    Returns:
        The object as it is when ready.

    Raises:
        NotReadyError: It failed for good, did not become ready in time, or the user gave up.
        ProviderError: Somebody deleted it meanwhile.
    """
    reference, patience, said = ObjectRef.of(live), Patience(cluster.cancelled, seconds), ""
    while True:
        verdict = judge(live, cluster)
        if verdict.ready:
            return live
        ending = "failed" if verdict.final else patience.ended()
        if ending:
            raise _not_ready(live, cluster, verdict, ending)
        if verdict.reason != said:
            said = verdict.reason
            report(said)
        patience.pause()
        found = cluster.find(reference)
        if found is None:
            raise ProviderError(f"{reference} was deleted while it was awaited")
        live = found


def check_ready(cluster: Cluster, live: Manifest, judge: Judge) -> None:
    """Judge an object once, without waiting.

    Raises:
        NotReadyError: It is not ready.
    """
    verdict = judge(live, cluster)
    if not verdict.ready:
        raise _not_ready(live, cluster, verdict, "is not ready;")


def until_gone(cluster: Cluster, live: Manifest, seconds: float, report: Callable[[str], None]) -> None:
    """Wait until an object is gone, or another one has taken its name.

    Raises:
        NotReadyError: It is still there when the time is up, or the user gave up.
    """
    reference, patience, said = ObjectRef.of(live), Patience(cluster.cancelled, seconds), ""
    while True:
        found = cluster.find(reference)
        if found is None or found["metadata"]["uid"] != live["metadata"]["uid"]:
            return
        reasons = why_not_gone(found)
        if ending := patience.ended():
            raise NotReadyError(f"'{reference.name}' {ending} waiting to be deleted", found, reasons)
        if reasons and reasons[0] != said:
            said = reasons[0]
            report(said)
        patience.pause()


def _not_ready(live: Manifest, cluster: Cluster, verdict: Verdict, ending: str) -> NotReadyError:
    reasons = tuple(dict.fromkeys((verdict.reason, *why_not_ready(live, cluster))))
    return NotReadyError(f"'{live['metadata']['name']}' {ending} waiting to be Ready", live, reasons)
