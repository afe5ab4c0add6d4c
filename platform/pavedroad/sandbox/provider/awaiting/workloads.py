"""When workloads are ready: Deployments, StatefulSets, DaemonSets, Jobs and Pods.

Conditions: `provider/pkg/await/{deployment,statefulset,daemonset,job,pod}.go` of pulumi/pulumi-kubernetes; the
DaemonSet's are those of `kstatus`.
"""

from pavedroad.sandbox.provider.awaiting.verdict import (
    READY,
    Verdict,
    View,
    condition,
    described,
    failed,
    is_observed,
    pending,
    status_of,
)
from pavedroad.sandbox.provider.properties import Manifest


def deployment(live: Manifest, view: View) -> Verdict:
    """Ready when the rollout of this generation is complete and available, and its claims are bound."""
    if not is_observed(live):
        return pending("the Deployment controller has not seen the change yet")
    progressing = condition(live, "Progressing")
    if progressing and progressing.get("status") != "True":
        return pending(described(progressing))
    status, wanted = status_of(live), live["spec"].get("replicas", 1)
    updated, ready = status.get("updatedReplicas", 0), status.get("readyReplicas", 0)
    if updated < wanted or ready < wanted:
        return pending(f"{min(updated, ready)} out of {wanted} updated Pods are ready")
    if progressing and progressing.get("reason") != "NewReplicaSetAvailable":
        return pending(f"the rollout is not complete: {described(progressing)}")
    available = condition(live, "Available")
    if available.get("status") != "True":
        return pending(
            described(available) if available else "minimum number of Pods to be live not attained"
        )
    return _claims(live, view)


def _claims(live: Manifest, view: View) -> Verdict:
    """Ready when every claim that the Pods mount is bound."""
    volumes = live["spec"]["template"]["spec"].get("volumes") or []
    named = {
        volume["persistentVolumeClaim"]["claimName"]
        for volume in volumes
        if "persistentVolumeClaim" in volume
    }
    if not named:
        return READY
    claims = view.list("v1", "PersistentVolumeClaim", live["metadata"]["namespace"])
    unbound = [
        claim["metadata"]["name"]
        for claim in claims
        if claim["metadata"]["name"] in named and status_of(claim).get("phase") != "Bound"
    ]
    return pending(f"PersistentVolumeClaims not bound: {', '.join(sorted(unbound))}") if unbound else READY


def stateful_set(live: Manifest, _view: View) -> Verdict:
    """Ready when all replicas are ready and, unless Pods are replaced by hand, of the newest revision."""
    if not is_observed(live):
        return pending("the StatefulSet controller has not seen the change yet")
    status, spec = status_of(live), live["spec"]
    wanted, ready = spec.get("replicas", 1), status.get("readyReplicas", 0)
    if status.get("replicas", 0) != wanted or ready != wanted:
        return pending(f"{ready} out of {wanted} replicas are ready")
    strategy = spec.get("updateStrategy") or {}
    if strategy.get("type") == "OnDelete" and live["metadata"].get("generation", 1) > 1:
        return READY
    partition = (strategy.get("rollingUpdate") or {}).get("partition", 0)
    if partition:
        updated = status.get("updatedReplicas", 0)
        return READY if updated >= wanted - partition else pending(f"{updated} replicas are updated")
    current, target = status.get("currentRevision"), status.get("updateRevision")
    if current != target or status.get("currentReplicas", 0) != wanted:
        return pending(f"the rollout from revision {current} to {target} is not complete")
    return READY


def daemon_set(live: Manifest, _view: View) -> Verdict:
    """Ready when every node that should run a Pod runs an available one of the newest template."""
    status = status_of(live)
    if not is_observed(live) or "desiredNumberScheduled" not in status:
        return pending("the DaemonSet controller has not seen the change yet")
    wanted = status["desiredNumberScheduled"]
    for field in ("currentNumberScheduled", "updatedNumberScheduled", "numberAvailable", "numberReady"):
        if status.get(field, 0) < wanted:
            return pending(f"{field} is {status.get(field, 0)} of {wanted}")
    return READY


def job(live: Manifest, _view: View) -> Verdict:
    """Ready when complete; a suspended Job is not awaited."""
    failure = condition(live, "Failed")
    if failure.get("status") == "True":
        return failed(f"the Job failed: {described(failure)}")
    if condition(live, "Complete").get("status") == "True" or live["spec"].get("suspend"):
        return READY
    status = status_of(live)
    counts = ", ".join(f"{status.get(name, 0)} {name}" for name in ("active", "succeeded", "failed"))
    return pending(f"the Job is not complete ({counts})")


def pod(live: Manifest, _view: View) -> Verdict:
    """Ready when its containers are, or when it ran to its end."""
    phase = status_of(live).get("phase", "Pending")
    ready = condition(live, "Ready")
    if phase == "Succeeded" or ready.get("status") == "True":
        return READY
    if phase == "Failed":
        return failed(
            f"the Pod failed: {status_of(live).get('message') or status_of(live).get('reason', '')}"
        )
    unscheduled = condition(live, "PodScheduled")
    if unscheduled.get("status") == "False":
        return pending(f"the Pod is not scheduled: {described(unscheduled)}")
    return pending(f"the Pod is {phase}: {described(ready)}")
