"""One shape for what the stack runs by plain objects: a program, its one configuration file, its identity, its Service.

Collectors, Loki and Jaeger are each one program that reads one file. They are declared as the Deployments, StatefulSets
and DaemonSets that they are, not by an operator's resource: nothing has to be installed before the first of them
runs, policies judge the pods themselves, and a change shows what it changes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from components.kubernetes import DNS_CONFIG, Body, Kind, Place
from components.observability.parts import (
    CONTAINER_SECURITY,
    POD_SECURITY,
    SERVICE,
    USER,
    claim,
    declare_account,
    declare_budget,
    declare_cluster_rights,
    declare_replica_names,
    resources,
    service_port,
)
from components.pods import spread_constraints
from pavedroad.plan.naming import DOMAIN, join

if TYPE_CHECKING:
    from pavedroad.plan.flows import Party
    from pavedroad.plan.observability.stack import PartSize

CONFIG_MAP: Final = Kind("v1", "ConfigMap")
RUNNERS: Final = {name: Kind("apps/v1", name) for name in ("DaemonSet", "Deployment", "StatefulSet")}

CONFIG_FOLDER: Final = "/etc/pavedroad"
CONFIG_HASH: Final = f"{DOMAIN}/config-hash"
"""Annotation that makes a changed configuration a changed pod."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A port of a program.

    Attributes:
        name: Its name.
        number: Its number, in the pod and on the Service.
        protocol: What is spoken on it, for the mesh.
        served: Whether the Service has it; the others are for the kubelet and for scraping.
    """

    name: str
    number: int
    protocol: Literal["http", "grpc", "tcp"] = "http"
    served: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """A volume beside the configuration, as a pod spells it; without a source each replica has its own."""

    name: str
    path: str
    source: Body = field(default_factory=dict)
    read_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What a program is.

    Attributes:
        party: Who it is: its name, labels and identity.
        kind: What runs it.
        image: Its image.
        args: Its arguments.
        size: How large it is.
        config: Its configuration file: name and text.
        ports: Its ports.
        ready: Path and port of the question whether it is ready.
        env: Environment variables, as a container spells them.
        volumes: Volumes beside the configuration.
        storage_class: Class of the replicas' own volumes; None for the cluster's.
        rules: What it may do on the Kubernetes API; empty for nothing, and no token.
        spread: How far replicas keep apart.
        spread_required: Whether a replica rather waits than lies beside another.
        user: Who its processes run as; 0 where it must read what belongs to the node's root.
        headless: Whether its Service names each replica instead of standing for all.
        annotations: Annotations of its pods.
        grace: Seconds from the stop signal to the kill.
    """

    party: Party
    kind: Literal["DaemonSet", "Deployment", "StatefulSet"]
    image: str
    args: tuple[str, ...]
    size: PartSize
    config: tuple[str, str]
    ports: tuple[Port, ...]
    ready: tuple[str, int]
    env: tuple[Body, ...] = ()
    volumes: tuple[Volume, ...] = ()
    storage_class: str | None = None
    rules: tuple[Body, ...] = ()
    spread: str = "none"
    spread_required: bool = False
    user: int = USER
    headless: bool = False
    annotations: tuple[tuple[str, str], ...] = ()
    grace: int = 30


def declare_program(place: Place, program: Program, *, protect: bool = False) -> None:
    """Declare a program with its identity, configuration, Service and disruption budget.

    Args:
        place: Its namespace.
        program: What it is.
        protect: Whether what holds data refuses to be deleted or replaced.
    """
    name = program.party.name
    account = declare_account(place, program.party)
    file, text = program.config
    config = place.declare(CONFIG_MAP, join(name, "config"), {"data": {file: text}})
    needs = [account, config]
    if program.rules:
        needs.append(declare_cluster_rights(place, program.party, list(program.rules), account))
    served = [port for port in program.ports if port.served]
    if served:
        place.declare(SERVICE, name, {"spec": _service(program, served)})
    if program.kind == "StatefulSet":
        declare_replica_names(place, program.party, *map(_service_port, served))
    place.declare(
        RUNNERS[program.kind],
        name,
        {"spec": _runner(program)},
        protect=protect and program.kind == "StatefulSet",
        after=tuple(needs),
    )
    if program.kind != "DaemonSet":
        declare_budget(place, program.party, program.size)


def _service(program: Program, ports: list[Port]) -> Body:
    """Return the Service."""
    spec: Body = {"selector": dict(program.party.selector), "ports": [_service_port(one) for one in ports]}
    return {"clusterIP": "None", **spec} if program.headless else spec


def _service_port(port: Port) -> Body:
    return service_port(port.number, name=port.name, protocol=port.protocol)


def _runner(program: Program) -> Body:
    """Return the spec of the Deployment, StatefulSet or DaemonSet."""
    spec: Body = {
        "selector": {"matchLabels": dict(program.party.selector)},
        "template": _template(program),
    }
    if program.kind == "DaemonSet":
        return spec | {
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}}
        }
    spec["replicas"] = program.size.replicas
    if program.kind == "Deployment":
        rolling = {"maxUnavailable": 0, "maxSurge": 1}
        return spec | {"strategy": {"type": "RollingUpdate", "rollingUpdate": rolling}}
    spec |= {"serviceName": join(program.party.name, "pods"), "podManagementPolicy": "Parallel"}
    claims = [one for one in program.volumes if not one.source]
    if claims:
        spec["volumeClaimTemplates"] = [
            {"metadata": {"name": one.name}, "spec": claim(program.size, program.storage_class)}
            for one in claims
        ]
    return spec


def _template(program: Program) -> Body:
    """Return the pods: restricted where nothing of the node must be read."""
    file, text = program.config
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    config_map: Body = {"name": join(program.party.name, "config")}
    own = [{"name": one.name, **one.source} for one in program.volumes if one.source]
    spec: Body = {
        "serviceAccountName": program.party.name,
        "automountServiceAccountToken": bool(program.rules),
        "enableServiceLinks": False,
        "terminationGracePeriodSeconds": program.grace,
        "dnsConfig": DNS_CONFIG,
        "securityContext": _identity(program.user),
        "containers": [_container(program, f"{CONFIG_FOLDER}/{file}")],
        "volumes": [{"name": "config", "configMap": config_map}, *own],
    }
    if program.kind == "DaemonSet":
        spec |= {"tolerations": [{"operator": "Exists"}], "priorityClassName": "system-node-critical"}
    else:
        labels = dict(program.party.selector)
        spec |= spread_constraints(program.spread, labels, required=program.spread_required)
    annotations = {CONFIG_HASH: digest, **dict(program.annotations)}
    return {
        "metadata": {"labels": dict(program.party.selector), "annotations": annotations},
        "spec": spec,
    }


def _identity(user: int) -> Body:
    """Return whom a pod's processes run as."""
    if not user:
        return {"runAsUser": 0, "runAsGroup": USER, "seccompProfile": POD_SECURITY["seccompProfile"]}
    return {**POD_SECURITY, "runAsUser": user, "runAsGroup": user, "fsGroup": user}


def _container(program: Program, config: str) -> Body:
    """Return the program's container."""
    path, port = program.ready
    question: Body = {"httpGet": {"path": path, "port": port}, "periodSeconds": 10}
    mounts: list[Body] = [{"name": "config", "mountPath": config.rpartition("/")[0], "readOnly": True}]
    mounts += [
        {"name": one.name, "mountPath": one.path, **({"readOnly": True} if one.read_only else {})}
        for one in program.volumes
    ]
    return {
        "name": program.party.name,
        "image": program.image,
        "args": [one.replace("{config}", config) for one in program.args],
        "env": list(program.env),
        "ports": [
            {"name": one.name, "containerPort": one.number, "protocol": "TCP"} for one in program.ports
        ],
        "startupProbe": {**question, "failureThreshold": 30},
        "readinessProbe": question,
        "livenessProbe": {**question, "failureThreshold": 6},
        "resources": resources(program.size),
        "securityContext": CONTAINER_SECURITY,
        "volumeMounts": mounts,
    }
