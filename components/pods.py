"""A pod plan as Kubernetes spells it: pure functions, one for each part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.kubernetes import DNS_CONFIG
from pavedroad.plan.edges import IDENTITY_ADDRESS
from pavedroad.plan.naming import SERVICE_LABEL
from pavedroad.plan.observability.instrumentation import INJECT, INTO, NAME
from pavedroad.plan.values import ConfigKeyRef, EnvVar, FieldRef, SecretKeyRef
from pavedroad.plan.workload import ConfigVolume, ScratchVolume, SecretVolume

if TYPE_CHECKING:
    from components.kubernetes import Body
    from pavedroad.plan.workload import (
        ContainerPlan,
        PodPlan,
        PortPlan,
        ProbePlan,
        VolumePlan,
        WorkloadPlan,
    )

CONFIG_HASH = "pavedroad.dev/config-hash"
"""Annotation of the pod template that changes with the configuration, so that pods restart with it."""

PAST_THE_SIDE_CAR = "traffic.sidecar.istio.io/excludeOutboundIPRanges"
"""Annotation with addresses that a pod reaches without the mesh (Istio, *Resource annotations*)."""

TOPOLOGY_KEYS = {"zone": "topology.kubernetes.io/zone", "node": "kubernetes.io/hostname"}


def pod_template(plan: WorkloadPlan, labels: dict[str, str]) -> Body:
    """Return the pod template of a workload; its pods carry ``labels``."""
    annotations = {CONFIG_HASH: plan.pod.config_hash} if plan.pod.config_hash else {}
    if plan.role is not None:
        annotations[PAST_THE_SIDE_CAR] = IDENTITY_ADDRESS
    if plan.agent is not None:
        annotations |= {f"{INJECT}{plan.agent}": NAME, INTO: plan.name}
    metadata: Body = {"labels": labels}
    if annotations:
        metadata["annotations"] = annotations
    return {"metadata": metadata, "spec": pod_spec(plan)}


def pod_spec(plan: WorkloadPlan) -> Body:
    """Return the pod of a workload, within the ``restricted`` pod security standard."""
    pod = plan.pod
    init = [_container(one, pod) for one in pod.init]
    beside = [{**_container(one, pod), "restartPolicy": "Always"} for one in pod.sidecars]
    volumes = [volume for one in pod.volumes if (volume := _volume(one, plan)) is not None]
    spec: Body = {
        "serviceAccountName": plan.name,
        "automountServiceAccountToken": pod.api_token,
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": pod.grace,
        "dnsConfig": DNS_CONFIG,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": pod.user,
            "runAsGroup": pod.group,
            "fsGroup": pod.group,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(one, pod) for one in pod.containers],
    }
    if init or beside:
        spec["initContainers"] = beside + init
    if volumes:
        spec["volumes"] = volumes
    if pod.pull_secret:
        spec["imagePullSecrets"] = [{"name": pod.pull_secret}]
    if plan.kind in ("Job", "CronJob"):
        spec["restartPolicy"] = "Never"
    return spec | _placement(plan)


def _placement(plan: WorkloadPlan) -> Body:
    """Return where pods may run and how far they keep apart."""
    pod = plan.pod
    placement: Body = {}
    if pod.node_labels:
        placement["nodeSelector"] = dict(pod.node_labels)
    if pod.tolerations:
        placement["tolerations"] = [
            {
                "key": one.key,
                "operator": "Exists" if one.value is None else "Equal",
                **({"value": one.value} if one.value is not None else {}),
                **({"effect": one.effect} if one.effect is not None else {}),
            }
            for one in pod.tolerations
        ]
    placement |= spread_constraints(pod.spread, {SERVICE_LABEL: plan.name}, required=pod.spread_required)
    return placement


def spread_constraints(spread: str, labels: dict[str, str], *, required: bool) -> Body:
    """Return how far pods with these labels keep apart: by zone, by node, or not at all."""
    if spread == "none":
        return {}
    constraint = {
        "maxSkew": 1,
        "topologyKey": TOPOLOGY_KEYS[spread],
        "whenUnsatisfiable": "DoNotSchedule" if required else "ScheduleAnyway",
        "labelSelector": {"matchLabels": labels},
    }
    return {"topologySpreadConstraints": [constraint]}


def _container(plan: ContainerPlan, pod: PodPlan) -> Body:
    """Return a container."""
    resources: Body = {
        "requests": {"cpu": plan.resources.cpu, "memory": plan.resources.memory},
        "limits": {"memory": plan.resources.memory_limit},
    }
    if plan.resources.cpu_limit:
        resources["limits"]["cpu"] = plan.resources.cpu_limit
    capabilities: Body = {"drop": ["ALL"]}
    if pod.low_ports:
        capabilities["add"] = ["NET_BIND_SERVICE"]
    container: Body = {
        "name": plan.name,
        "image": plan.image,
        "resources": resources,
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "capabilities": capabilities,
            "readOnlyRootFilesystem": not pod.writable_root,
        },
    }
    optional: Body = {
        "command": list(plan.command),
        "args": list(plan.args),
        "env": [_variable(one) for one in plan.env],
        "ports": [_port(one) for one in plan.ports],
        "readinessProbe": probe(plan.probes.readiness),
        "livenessProbe": probe(plan.probes.liveness),
        "startupProbe": probe(plan.probes.startup),
        "volumeMounts": [
            {
                "name": one.volume,
                "mountPath": one.path,
                **({"subPath": one.sub_path} if one.sub_path else {}),
                **({"readOnly": True} if one.read_only else {}),
            }
            for one in plan.mounts
        ],
    }
    if plan.drain:
        optional["lifecycle"] = {"preStop": {"sleep": {"seconds": plan.drain}}}
    return container | {key: value for key, value in optional.items() if value}


def _variable(variable: EnvVar) -> Body:
    """Return an environment variable."""
    match variable.value:
        case SecretKeyRef(name, key):
            return {"name": variable.name, "valueFrom": {"secretKeyRef": {"name": name, "key": key}}}
        case ConfigKeyRef(name, key):
            return {"name": variable.name, "valueFrom": {"configMapKeyRef": {"name": name, "key": key}}}
        case FieldRef(path):
            return {"name": variable.name, "valueFrom": {"fieldRef": {"fieldPath": path}}}
        case text:
            return {"name": variable.name, "value": text}


def _port(port: PortPlan) -> Body:
    """Return a container's port."""
    return {"name": port.name, "containerPort": port.port, "protocol": "TCP"}


def probe(plan: ProbePlan | None) -> Body | None:
    """Return a probe; None where there is none."""
    if plan is None:
        return None
    question: Body
    if plan.kind == "http":
        action: Body = {"path": plan.target, "port": plan.port}
        if plan.headers:
            action["httpHeaders"] = [{"name": name, "value": value} for name, value in plan.headers]
        question = {"httpGet": action}
    elif plan.kind == "grpc":
        question = {"grpc": {"port": plan.port, **({"service": plan.target} if plan.target else {})}}
    elif plan.kind == "tcp":
        question = {"tcpSocket": {"port": plan.port}}
    else:
        question = {"exec": {"command": list(plan.command)}}
    return question | {
        "initialDelaySeconds": plan.initial_delay,
        "periodSeconds": plan.period,
        "timeoutSeconds": plan.timeout,
        "successThreshold": plan.successes,
        "failureThreshold": plan.failures,
    }


def _volume(volume: VolumePlan, plan: WorkloadPlan) -> Body | None:
    """Return a volume of the pod; None for one that a StatefulSet makes for each replica."""
    if isinstance(volume, ConfigVolume):
        return {"name": volume.name, "configMap": {"name": volume.config_map}}
    if isinstance(volume, SecretVolume):
        return {"name": volume.name, "secret": {"secretName": volume.secret}}
    if isinstance(volume, ScratchVolume):
        medium = {"medium": "Memory"} if volume.memory else {}
        return {"name": volume.name, "emptyDir": {**medium, "sizeLimit": volume.size}}
    if volume.shared or plan.kind != "StatefulSet":
        return {"name": volume.name, "persistentVolumeClaim": {"claimName": volume.claim}}
    return None
