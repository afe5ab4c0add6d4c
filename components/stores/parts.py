"""Parts that several stores share: Secrets, restricted pods, spreading, small objects around them.

What is set here is what the Pod Security Standard ``restricted`` asks for and a read-only root file system.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from components.stores.kinds import (
    DISRUPTION_BUDGET,
    EXTERNAL_SECRET,
    PASSWORD,
    SERVICE,
    SERVICE_ACCOUNT,
)
from pavedroad.plan.secrets_source import STORE
from pavedroad.plan.stores.credentials import LATE_HOST, PASSWORD_LENGTH

if TYPE_CHECKING:
    import pulumi

    from components.kubernetes import Body, Place
    from pavedroad.plan.flows import Labels
    from pavedroad.plan.stores.model import (
        ComputePlan,
        CredentialPlan,
        DiskPlan,
        ServersPlan,
        StorePlan,
        VaultSecretPlan,
    )

MESH: Final = {"sidecar.istio.io/inject": "true"}
"""Label of pods that join the mesh; its CNI plugin keeps them within ``restricted``."""

RESTRICTED: Final[Body] = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "readOnlyRootFilesystem": True,
}
"""Security context of every container whose image writes only to volumes."""

LIVENESS_FAILURES: Final = 6
"""After how many failures an instance is restarted: later than it is spared requests, which is after three."""

_TOPOLOGY: Final = {"zone": "topology.kubernetes.io/zone", "node": "kubernetes.io/hostname"}


def identity_props(plan: StorePlan) -> dict[str, Any]:
    """Return the component inputs that say whose a store is."""
    identity = plan.identity
    return {"team": identity.team, "service": identity.service, "store": identity.name}


def open_outputs(plan: StorePlan) -> dict[str, Any]:
    """Return the documented outputs that are no secrets."""
    return {name: value for name, value in plan.outputs.items() if isinstance(value, str)}


def declare_password(
    place: Place, plan: CredentialPlan, host: pulumi.Output[str] | None = None
) -> pulumi.Resource:
    """Declare a Secret whose password is generated in the cluster, once.

    Args:
        place: The store's.
        plan: The Secret.
        host: What stands for `LATE_HOST` in its templates, where that is known only once the store is made.
    """
    generator = place.declare(
        PASSWORD,
        plan.name,
        {
            "spec": {
                "length": PASSWORD_LENGTH,
                "digits": PASSWORD_LENGTH // 4,
                "symbols": 0,
                "noUpper": False,
                "allowRepeat": True,
            }
        },
    )
    source = {"apiVersion": PASSWORD.api_version, "kind": PASSWORD.name, "name": plan.name}
    template: Body = {"type": plan.type, "data": dict(plan.entries)}
    if host is not None:
        template["data"] = {key: _with_host(text, host) for key, text in plan.entries}
    if plan.labels:
        template["metadata"] = {"labels": dict(plan.labels)}
    return place.declare(
        EXTERNAL_SECRET,
        plan.name,
        {
            "spec": {
                "refreshPolicy": "CreatedOnce",
                "target": {"name": plan.name, "creationPolicy": "Owner", "template": template},
                "dataFrom": [{"sourceRef": {"generatorRef": source}}],
            }
        },
        after=(generator,),
    )


def _with_host(text: str, host: pulumi.Output[str]) -> pulumi.Input[str]:
    return host.apply(lambda known: text.replace(LATE_HOST, known)) if LATE_HOST in text else text


def declare_vault_secret(place: Place, plan: VaultSecretPlan) -> pulumi.Resource:
    """Declare a Secret that is filled from the environment's secret source."""
    target: Body = {"name": plan.name, "creationPolicy": "Owner"}
    if plan.templates:
        target["template"] = {"type": "Opaque", "data": dict(plan.templates)}
    return place.declare(
        EXTERNAL_SECRET,
        plan.name,
        {
            "spec": {
                "refreshInterval": "1h",
                "secretStoreRef": {"kind": "SecretStore", "name": STORE},
                "target": target,
                "data": [
                    {
                        "secretKey": entry.key,
                        "remoteRef": {"key": entry.remote_path, "property": entry.remote_key},
                    }
                    for entry in plan.entries
                ],
            }
        },
    )


def resources(compute: ComputePlan) -> Body:
    """Return requests and limits; processor time is not limited, so that idle time may be used."""
    return {
        "requests": {"cpu": compute.cpu, "memory": compute.memory},
        "limits": {"memory": compute.memory},
    }


def pod_labels(name: str, selected_by: Labels) -> dict[str, str]:
    """Return the labels of pods that join the mesh: what they are selected by, and what people find them by."""
    return {"app.kubernetes.io/name": name, **dict(selected_by), **MESH}


def restricted_pod(user: int) -> Body:
    """Return a pod's security context for one numeric user."""
    return {
        "runAsNonRoot": True,
        "runAsUser": user,
        "runAsGroup": user,
        "fsGroup": user,
        "seccompProfile": {"type": "RuntimeDefault"},
    }


def topology_key(servers: ServersPlan) -> str | None:
    """Return the node label by which instances keep apart; None where they need not."""
    return _TOPOLOGY.get(servers.spread)


def spread(servers: ServersPlan, selector: Labels) -> list[Body]:
    """Return the topology spread constraints of the instances."""
    key = topology_key(servers)
    if key is None:
        return []
    return [
        {
            "maxSkew": 1,
            "topologyKey": key,
            "whenUnsatisfiable": "DoNotSchedule" if servers.spread_required else "ScheduleAnyway",
            "labelSelector": {"matchLabels": dict(selector)},
        }
    ]


def claim(disk: DiskPlan) -> Body:
    """Return the specification of a volume claim."""
    storage_class = {} if disk.storage_class is None else {"storageClassName": disk.storage_class}
    return {
        "accessModes": ["ReadWriteOnce"],
        "resources": {"requests": {"storage": disk.size}},
        **storage_class,
    }


def declare_account(place: Place, name: str) -> pulumi.Resource:
    """Declare a service account, which gives pods their identity in the mesh and nothing else."""
    return place.declare(SERVICE_ACCOUNT, name, {"automountServiceAccountToken": False})


def declare_service(
    place: Place, name: str, selector: Labels, ports: dict[str, int], *, headless: bool = False
) -> pulumi.Resource:
    """Declare a Service whose ports carry plain TCP as far as the mesh is concerned."""
    spec: Body = {
        "selector": dict(selector),
        "ports": [
            {"name": port, "port": number, "targetPort": number, "protocol": "TCP", "appProtocol": "tcp"}
            for port, number in ports.items()
        ],
    }
    if headless:
        spec |= {"clusterIP": "None", "publishNotReadyAddresses": True}
    return place.declare(SERVICE, name, {"spec": spec})


def declare_budget(place: Place, name: str, selector: Labels, instances: int) -> None:
    """Declare a disruption budget that lets go of one instance at a time, where there are several."""
    if instances > 1:
        place.declare(
            DISRUPTION_BUDGET,
            name,
            {
                "spec": {
                    "maxUnavailable": 1,
                    "selector": {"matchLabels": dict(selector)},
                    "unhealthyPodEvictionPolicy": "IfHealthyBudget",
                }
            },
        )


def secret_env(variable: str, secret: str, key: str) -> Body:
    """Return an environment variable that is filled from a Secret."""
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}
