"""What lives in the cluster, and how real it is: nothing here pretends that a simulated pod runs."""

from dataclasses import dataclass

from pavedroad.sandbox.api import KubeClient, UnknownKindError

__all__ = ["Count", "WorkloadCensus", "take"]

_SIMULATED = (
    ("v1", "Node"),
    ("v1", "Pod"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("apps/v1", "DaemonSet"),
    ("batch/v1", "Job"),
    ("batch/v1", "CronJob"),
    ("v1", "PersistentVolumeClaim"),
)
"""Kinds whose controllers are real, but whose pods, machines and disks are not."""

_AGGREGATED = {"Accept": "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"}


@dataclass(frozen=True, slots=True)
class Count:
    """How many objects of one kind there are."""

    api_version: str
    kind: str
    objects: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadCensus:
    """Objects by how real they are; kinds without objects are left out.

    Attributes:
        simulated: Controllers act on them, but nothing executes: pods are said to run, claims to be bound.
        accepted: Custom resources: stored, validated where their definition is real, and acted upon by nobody.
    """

    simulated: tuple[Count, ...]
    accepted: tuple[Count, ...]


def take(client: KubeClient) -> WorkloadCensus:
    """Count; a request per kind, no object is fetched."""
    return WorkloadCensus(
        simulated=_counts(client, _SIMULATED),
        accepted=_counts(client, _custom_kinds(client)),
    )


def _counts(client: KubeClient, kinds: tuple[tuple[str, str], ...]) -> tuple[Count, ...]:
    counts = (Count(api_version, kind, _count(client, api_version, kind)) for api_version, kind in kinds)
    return tuple(count for count in counts if count.objects)


def _count(client: KubeClient, api_version: str, kind: str) -> int:
    try:
        return client.count(api_version, kind)
    except UnknownKindError:
        return 0  # its definition was removed since the kinds were listed


def _custom_kinds(client: KubeClient) -> tuple[tuple[str, str], ...]:
    definitions = client.list("apiextensions.k8s.io/v1", "CustomResourceDefinition", metadata_only=True)
    names = {definition["metadata"]["name"] for definition in definitions}
    found: dict[str, tuple[str, str]] = {}
    for group in client.request("GET", "/apis", headers=_AGGREGATED)["items"]:
        for version in group["versions"]:
            for resource in version["resources"]:
                name = f"{resource['resource']}.{group['metadata'].get('name', '')}"
                # The preferred version comes first; each object is served in all of them.
                if name in names and name not in found:
                    kind = resource["responseKind"]
                    found[name] = (f"{kind['group']}/{kind['version']}", kind["kind"])
    return tuple(found[name] for name in sorted(found))
