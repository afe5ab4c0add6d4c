"""Builders of resources that every rule of the pack accepts, and ways to change one thing about them."""

import copy
from collections.abc import Iterable
from typing import Any

from pavedroad.governance import Finding, Properties, Resource, Verdict
from pavedroad.governance.kubernetes import POD_TEMPLATES

Path = tuple[str | int, ...]

LABELS = {"pavedroad.dev/service": "web"}
NAMESPACE = "shop"

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
POD = "kubernetes:core/v1:Pod"
CRON_JOB = "kubernetes:batch/v1:CronJob"
BUDGET = "kubernetes:policy/v1:PodDisruptionBudget"
POSTGRES = "kubernetes:postgresql.cnpg.io/v1:Cluster"
POSTGRES_BACKUP = "kubernetes:postgresql.cnpg.io/v1:ScheduledBackup"
MYSQL = "kubernetes:mysql.oracle.com/v2:InnoDBCluster"
NETWORK_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
PEER_AUTHENTICATION = "kubernetes:security.istio.io/v1:PeerAuthentication"
AUTHORIZATION_POLICY = "kubernetes:security.istio.io/v1:AuthorizationPolicy"
AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"


def resource(type_: str, properties: object, name: str = "web", *, protect: bool = False) -> Resource:
    """Make a resource with a URN of its own."""
    urn = f"urn:pulumi:prod::pavedroad::{type_}::{name}"
    return Resource(type=type_, name=name, urn=urn, properties=Properties(properties), protect=protect)


def container() -> dict[str, Any]:
    return {
        "name": "web",
        "image": "registry.example.com/web:1.2.3",
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "privileged": False,
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]},
        },
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "128Mi"}},
    }


def pod_spec() -> dict[str, Any]:
    return {
        "securityContext": {"runAsNonRoot": True, "runAsUser": 10001},
        "initContainers": [container()],
        "containers": [container()],
    }


def workload(type_: str = DEPLOYMENT, spec: Any = None) -> dict[str, Any]:
    """Wrap a pod's spec as a workload of one type keeps it."""
    template = {"metadata": {"labels": dict(LABELS)}, "spec": pod_spec() if spec is None else spec}
    if not POD_TEMPLATES[type_]:
        return {
            "metadata": {"name": "web", "namespace": NAMESPACE, "labels": dict(LABELS)},
            "spec": template["spec"],
        }
    tree: dict[str, Any] = template
    for name in reversed(POD_TEMPLATES[type_].split(".")):
        tree = {name: tree}
    tree["metadata"] = {"name": "web", "namespace": NAMESPACE}
    if type_ == DEPLOYMENT:
        tree["spec"]["replicas"] = 2
    return tree


def _namespaced(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"name": name, "namespace": NAMESPACE}, "spec": spec}


def good_stack() -> list[Resource]:
    """Make a stack that every rule accepts in production, with a resource of every kind that rules look at."""
    return [
        resource(DEPLOYMENT, workload()),
        resource(CRON_JOB, workload(CRON_JOB), "nightly"),
        resource(BUDGET, _namespaced("web", {"minAvailable": 1, "selector": {"matchLabels": dict(LABELS)}})),
        resource(
            AUTOSCALER,
            _namespaced("web", {"minReplicas": 2, "scaleTargetRef": {"kind": "Deployment", "name": "web"}}),
        ),
        resource(
            NETWORK_POLICY,
            _namespaced("deny", {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}),
            "deny",
        ),
        resource(PEER_AUTHENTICATION, _namespaced("default", {"mtls": {"mode": "STRICT"}}), "strict"),
        resource(AUTHORIZATION_POLICY, _namespaced("default", {}), "nothing"),
        resource(POSTGRES, _namespaced("ledger", {"instances": 3}), "ledger", protect=True),
        resource(
            POSTGRES_BACKUP, _namespaced("ledger", {"cluster": {"name": "ledger"}, "suspend": False}), "daily"
        ),
        resource(
            MYSQL, _namespaced("carts", {"backupSchedules": [{"enabled": True}]}), "carts", protect=True
        ),
    ]


def changed(tree: Any, path: Path, value: object) -> Any:
    """Copy ``tree`` with one part set or replaced; None takes it away."""
    fresh = copy.copy(tree)
    if len(path) > 1:
        fresh[path[0]] = changed(fresh[path[0]], path[1:], value)
    elif value is None:
        del fresh[path[0]]
    else:
        fresh[path[0]] = value
    return fresh


def with_change(stack: list[Resource], index: int, path: Path, value: object) -> list[Resource]:
    """Copy ``stack`` with one part of one resource replaced; None takes it away."""
    old = stack[index]
    fresh = Resource(
        type=old.type,
        name=old.name,
        urn=old.urn,
        properties=Properties(changed(old.properties.value, path, value)),
        parent=old.parent,
        protect=old.protect,
    )
    return [*stack[:index], fresh, *stack[index + 1 :]]


def verdicts(findings: Iterable[Finding]) -> dict[tuple[str, str], Verdict]:
    """Reduce findings to the worst verdict of each control on each resource."""
    order = [Verdict.PASS, Verdict.NOT_EVALUATED, Verdict.FAIL]
    worst: dict[tuple[str, str], Verdict] = {}
    for finding in findings:
        key = (finding.control, finding.urn)
        worst[key] = max(finding.verdict, worst.get(key, Verdict.PASS), key=order.index)
    return worst


def failing(findings: Iterable[Finding]) -> dict[str, set[str]]:
    """Reduce findings to the names of the resources that each broken control is broken by."""
    broken: dict[str, set[str]] = {}
    for finding in findings:
        if finding.verdict is Verdict.FAIL:
            broken.setdefault(finding.control, set()).add(finding.name)
    return broken
