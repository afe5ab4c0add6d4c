"""Every default that depends on the tier, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.plan.environment import QuotaPlan

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class TierDefaults:
    """What an environment gets by default.

    Attributes:
        replicas: Fewest replicas of a service or worker.
        store_instances: Instances of a replicated store; odd, so that a majority survives one loss.
        broker_instances: Instances of a broker.
        gateway_replicas: Replicas of each gateway's proxy.
        spread: How far replicas keep apart.
        spread_required: Whether a replica rather waits than lies beside another in the same place.
        protect: Whether stateful things refuse to be deleted or replaced.
        backups: Whether databases are backed up.
        backup_keep: How long backups are kept.
        storage: Volume size of a small store's instance.
        quota_cpu: Sum of CPU requests of a team.
        quota_memory: Sum of memory requests of a team.
        quota_storage: Sum of volume sizes of a team.
        quota_pods: Number of pods of a team.
    """

    replicas: int
    store_instances: int
    broker_instances: int
    gateway_replicas: int
    spread: Literal["zone", "node", "none"]
    spread_required: bool
    protect: bool
    backups: bool
    backup_keep: str
    storage: str
    quota_cpu: str
    quota_memory: str
    quota_storage: str
    quota_pods: int

    @property
    def quota(self) -> QuotaPlan:
        """The most that a namespace of the platform's own may ask for: as much as a team's."""
        return QuotaPlan(
            cpu=self.quota_cpu, memory=self.quota_memory, storage=self.quota_storage, pods=self.quota_pods
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContainerDefaults:
    """What a container gets that does not say, as Kubernetes quantities.

    Attributes:
        cpu: CPU request.
        memory: Memory request.
        memory_limit: Memory limit.
    """

    cpu: str
    memory: str
    memory_limit: str


CONTAINERS: Final = ContainerDefaults(cpu="50m", memory="128Mi", memory_limit="256Mi")
"""In namespaces of teams and of the platform."""

OPERATORS: Final = ContainerDefaults(cpu="50m", memory="128Mi", memory_limit="1Gi")
"""In namespaces of operators, whose charts cannot all be told."""

NODES: Final = 5000
"""The most nodes of a cluster (Kubernetes, *Considerations for large clusters*)."""

TIERS: Final[dict[Tier, TierDefaults]] = {
    "local": TierDefaults(
        replicas=1,
        store_instances=1,
        broker_instances=1,
        gateway_replicas=1,
        spread="none",
        spread_required=False,
        protect=False,
        backups=False,
        backup_keep="1d",
        storage="1Gi",
        quota_cpu="20",
        quota_memory="40Gi",
        quota_storage="100Gi",
        quota_pods=100,
    ),
    "development": TierDefaults(
        replicas=1,
        store_instances=1,
        broker_instances=1,
        gateway_replicas=1,
        spread="node",
        spread_required=False,
        protect=False,
        backups=False,
        backup_keep="3d",
        storage="5Gi",
        quota_cpu="20",
        quota_memory="40Gi",
        quota_storage="200Gi",
        quota_pods=100,
    ),
    "staging": TierDefaults(
        replicas=2,
        store_instances=3,
        broker_instances=3,
        gateway_replicas=2,
        spread="zone",
        spread_required=False,
        protect=True,
        backups=True,
        backup_keep="7d",
        storage="10Gi",
        quota_cpu="40",
        quota_memory="80Gi",
        quota_storage="500Gi",
        quota_pods=200,
    ),
    "production": TierDefaults(
        replicas=3,
        store_instances=3,
        broker_instances=3,
        gateway_replicas=3,
        spread="zone",
        spread_required=True,
        protect=True,
        backups=True,
        backup_keep="30d",
        storage="20Gi",
        quota_cpu="100",
        quota_memory="200Gi",
        quota_storage="2Ti",
        quota_pods=500,
    ),
}
