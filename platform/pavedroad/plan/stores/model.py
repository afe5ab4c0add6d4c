"""What all stores have in common, resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pavedroad.plan.cloud.access import Grant, LateGrant, RolePlan
    from pavedroad.plan.flows import Flow, Labels, Party
    from pavedroad.plan.values import Outputs, SecretEntry

Spread = Literal["zone", "node", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputePlan:
    """CPU request, and memory request and limit, of one container, as Kubernetes quantities."""

    cpu: str
    memory: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialPlan:
    """A Secret whose password is made inside the cluster, once, and seen by nobody else.

    Attributes:
        name: Name of the Secret, of the ExternalSecret that makes it and of the generator it uses.
        entries: Its keys and their templates; ``{{ .password }}`` stands for what was generated.
        type: Type of the Secret.
        labels: Labels of the Secret, where an operator looks for some.
    """

    name: str
    entries: tuple[tuple[str, str], ...]
    type: Literal["Opaque", "kubernetes.io/basic-auth"] = "Opaque"
    labels: Labels = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultSecretPlan:
    """A Secret whose values are kept in the environment's secret source.

    Attributes:
        name: Name of the Secret and of the ExternalSecret that fills it.
        entries: Where each value is kept; ``key`` is its name in ``templates``.
        templates: Keys of the Secret and their templates; empty takes the entries as they are.
    """

    name: str
    entries: tuple[SecretEntry, ...]
    templates: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupPlan:
    """Where and when a database is backed up.

    Attributes:
        endpoint: URL of the S3-compatible end point.
        host_port: Its host and port.
        bucket: The bucket.
        path: The folder in the bucket that this store alone writes to.
        credentials: The Secret with which the database authenticates there.
        schedule: How often a backup is made.
        keep_days: How long a backup is kept, in days.
    """

    endpoint: str
    host_port: str
    bucket: str
    path: str
    credentials: VaultSecretPlan
    schedule: Literal["hourly", "daily", "weekly"]
    keep_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreIdentity:
    """Whose store it is, and under which names.

    Attributes:
        name: Its physical name, which a rename keeps.
        team: The team that owns it.
        namespace: Where it stands.
        service: Physical name of the service that owns it.
        engine: The engine as the descriptor names it.
        alias: A host name that the application has built in, and the host that it leads to.
        protect: Whether the engine refuses to delete or replace what holds the data.
    """

    name: str
    team: str
    namespace: str
    service: str
    engine: str
    alias: tuple[str, str] | None = None
    protect: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServersPlan:
    """The instances of a store that runs in the cluster.

    Attributes:
        instances: How many run.
        compute: CPU and memory of each.
        spread: How far they keep apart.
        spread_required: Whether an instance rather waits than lies beside another in the same place.
        image: The image that runs.
    """

    instances: int
    compute: ComputePlan
    spread: Spread
    spread_required: bool
    image: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DiskPlan:
    """The volume of each instance: its size, and its class or None for the cluster's default."""

    size: str
    storage_class: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePlan:
    """A store, with what its owner may know of it and what it opens.

    Attributes:
        identity: Whose it is.
        outputs: What references such as ``${stores.ledger.host}`` mean.
        party: The pods that a client connects to; None for an end point outside the cluster.
        ports: Ports of those pods.
        flows: What the store itself needs open: between its own pods, from its operator, to the API server.
        egress_host: Host and port outside the cluster that the store's owner connects to.
        outbound: Who of the store's own pods connects to which host and port outside.
        entries: Everything that is read from the environment's secret source.
        grants: What its owner may do in the account.
        late_grants: What else, on what AWS names when it makes it.
        roles: Roles of its own in the account, beside its owner's.
        in_vpc: Whether it stands on the account's network, where its owner is known by its security group.
        measured: Its pods that tell the engine's own metrics; None where none do.
    """

    identity: StoreIdentity
    outputs: Outputs
    party: Party | None = None
    ports: tuple[int, ...] = ()
    flows: tuple[Flow, ...] = ()
    egress_host: str | None = None
    outbound: tuple[tuple[Party, str], ...] = ()
    entries: tuple[SecretEntry, ...] = ()
    grants: tuple[Grant, ...] = ()
    late_grants: tuple[LateGrant, ...] = ()
    roles: tuple[RolePlan, ...] = ()
    in_vpc: bool = False
    measured: Party | None = None

    @property
    def name(self) -> str:
        """Its physical name."""
        return self.identity.name

    @property
    def alias(self) -> tuple[str, str] | None:
        """A host name that the application has built in, and the host that it leads to."""
        return self.identity.alias


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointPlan(StorePlan):
    """A store outside the cluster: only the Secret with its credentials is made here."""

    credentials: VaultSecretPlan
