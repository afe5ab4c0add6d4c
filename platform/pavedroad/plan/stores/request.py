"""What is asked for when a store is resolved, and the choices that every engine makes in the same way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from pavedroad.descriptor.environment import EndpointSpec
from pavedroad.descriptor.values import milliseconds
from pavedroad.plan.edges import api_server, workload_party
from pavedroad.plan.flows import Flow, Labels, Party
from pavedroad.plan.naming import join, physical, store_name
from pavedroad.plan.secrets_source import secret_entry
from pavedroad.plan.stores.model import (
    BackupPlan,
    DiskPlan,
    ServersPlan,
    StoreIdentity,
    VaultSecretPlan,
)
from pavedroad.plan.stores.sizing import compute, storage

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import BackupsSpec, CredentialsSpec
    from pavedroad.descriptor.stores import (
        BackupSpec,
        MysqlStore,
        Neo4jStore,
        PostgresStore,
        ReplicatedStore,
        SizedStore,
        Store,
        StoreOverride,
        StoreSize,
    )
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.provenance import Scope
    from pavedroad.plan.values import SecretEntry

DEFAULT_SIZE: Final[StoreSize] = "small"
DEFAULT_SCHEDULE: Final[Literal["hourly", "daily", "weekly"]] = "daily"

ENDPOINT: Final = "endpoint"
"""What realises a store where the environment names an end point in the place of a provider."""

SYSTEM_DATABASES: Final = frozenset(
    {"admin", "config", "local", "mysql", "postgres", "sys", "system", "template0", "template1"}
)
"""Databases that an engine keeps for itself, so that a store called like one gets another name."""

_IDENTIFIER_LIMIT: Final = 31
_DAY_MS: Final = 86_400_000
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRequest:
    """A store as a descriptor asks for it.

    Attributes:
        context: All descriptors and the environment.
        scope: The place of the store in the descriptor.
        team: The team that owns it.
        service: The service that owns it, as the descriptor names it.
        store: The store's name in the descriptor.
        spec: What the descriptor says about it.
        override: What it says for this environment alone.
    """

    context: Context
    scope: Scope
    team: str
    service: str
    store: str
    spec: Store
    override: StoreOverride

    @property
    def namespace(self) -> str:
        """The namespace that the store stands in."""
        return self.context.namespace(self.team)

    @property
    def account(self) -> AccountPlan:
        """The account that a managed store stands in."""
        return self.context.needed_account

    @property
    def realised(self) -> tuple[str, str]:
        """The engine, and the provider that the environment names for it."""
        provider = getattr(self.context.environment.providers, self.spec.engine)
        return self.spec.engine, provider if isinstance(provider, str) else ENDPOINT

    @property
    def endpoint(self) -> EndpointSpec:
        """The end point that the environment names for the engine.

        Raises:
            LookupError: If it names none; a store is resolved by what its environment names.
        """
        endpoint = getattr(self.context.environment.providers, self.spec.engine)
        if isinstance(endpoint, EndpointSpec):
            return endpoint
        raise LookupError(f"the environment names no end point for {self.spec.engine}")

    @property
    def alias(self) -> str | None:
        """A host name that the application has built in for the store."""
        return getattr(self.spec, "alias", None)

    @property
    def owner(self) -> Party:
        """The pods of the service that owns the store."""
        return workload_party(self.context, self.team, self.service)

    def name(self, limit: int) -> str:
        """Return the store's physical name, within an operator's limit."""
        store = physical(self.store, self.spec.formerly)
        return store_name(self.context.service_name(self.team, self.service), store, limit)

    @property
    def cloud_parts(self) -> tuple[str, str, str, str]:
        """What the store is known by in the account: environment, namespace, service and store."""
        store = physical(self.store, self.spec.formerly)
        service = self.context.service_name(self.team, self.service)
        return self.context.environment.environment, self.namespace, service, store

    def database(self, given: str | None) -> str:
        """Choose the name of the database: by default the store's physical name, as far as engines take it."""
        name = physical(self.store, self.spec.formerly).replace("-", "_")[:_IDENTIFIER_LIMIT].rstrip("_")
        default = f"{name}_data" if name in SYSTEM_DATABASES else name
        return self.scope.choose("database", given=given, default=default)

    def identity(self, name: str, target: str | None, *, protect: bool = True) -> StoreIdentity:
        """Return whose store it is.

        Args:
            name: Its physical name.
            target: The host that clients connect to; None for one that is known only once the store is made.
            protect: Whether it keeps anything that the tier's protection is worth for.
        """
        alias = self.alias
        return StoreIdentity(
            name=name,
            team=self.team,
            namespace=self.namespace,
            service=self.context.service_name(self.team, self.service),
            engine=self.spec.engine,
            alias=(alias, target) if alias and target else None,
            protect=protect and self.context.tier.protect and not self.spec.discard,
        )

    def party(self, name: str, selector: Labels, service_account: str) -> Party:
        """Return some of the store's own pods."""
        return Party(
            name=name,
            namespace=self.namespace,
            selector=tuple(sorted(selector)),
            service_account=service_account,
            team=self.team,
        )

    def to_api_server(self, source: Party) -> Flow:
        """Return the flow of pods whose operator's agent works on the Kubernetes API."""
        destination, ports = api_server(self.context)
        return Flow(kind="platform", source=source, destination=destination, ports=ports, sides="source")

    @staticmethod
    def among(members: Party, ports: tuple[int, ...], servers: ServersPlan) -> tuple[Flow, ...]:
        """Return the flow between the instances of a store; none for a single one, which is always let to itself."""
        if servers.instances == 1:
            return ()
        return (Flow(kind="internal", source=members, destination=members, ports=ports),)

    def size(self, spec: SizedStore) -> StoreSize:
        """Choose the size class."""
        return self.scope.choose("size", override=self.override.size, given=spec.size, default=DEFAULT_SIZE)

    def instances(self, given: int | None) -> int:
        """Choose how many instances run."""
        return self.scope.choose(
            "instances",
            override=self.override.instances,
            given=given,
            tier=self.context.tier.store_instances,
        )

    def servers(self, *, size: StoreSize, instances: int, image: str) -> ServersPlan:
        """Return the instances, kept apart as the tier asks where there are several."""
        tier = self.context.tier
        return ServersPlan(
            instances=instances,
            compute=compute(self.spec.engine, size),
            spread=tier.spread if instances > 1 else "none",
            spread_required=tier.spread_required,
            image=image,
        )

    def disk(self, spec: ReplicatedStore | Neo4jStore, size: StoreSize) -> DiskPlan:
        """Choose the volume of each instance."""
        chosen = self.scope.choose(
            "storage",
            override=self.override.storage,
            given=spec.storage,
            tier=storage(self.context.tier.storage, size),
        )
        return DiskPlan(size=chosen, storage_class=self.context.storage_class)

    def entries(self, credentials: CredentialsSpec) -> tuple[SecretEntry, SecretEntry]:
        """Return where an access key pair is kept, under the names of the documented outputs."""
        return (
            secret_entry(self.context, "access_key_id", credentials.vault, credentials.access_key_id),
            secret_entry(self.context, "secret_access_key", credentials.vault, credentials.secret_access_key),
        )

    def backup_days(self) -> int:
        """Choose how long copies are kept, in days, of a store whose provider makes them by itself."""
        given = getattr(self.spec, "backup", None)
        override = self.override.backup
        keep = self.scope.choose(
            "backup.keep",
            override=override.keep if override else None,
            given=given.keep if given else None,
            tier=self.context.tier.backup_keep,
        )
        return milliseconds(keep) // _DAY_MS

    def backup(
        self, spec: PostgresStore | MysqlStore, name: str, templates: tuple[tuple[str, str], ...] = ()
    ) -> BackupPlan | None:
        """Choose whether, where and when the store is backed up.

        It is where the environment names a place, and either the tier backs up or somebody asks for it.

        Args:
            spec: What the descriptor says.
            name: Physical name of the store.
            templates: The keys under which the operator looks for the credentials.
        """
        place = self.context.environment.backups
        asked = self.override.backup or spec.backup
        if place is None or not (asked or self.context.tier.backups):
            return None
        return self._backup(spec.backup, place, name, templates)

    def _backup(
        self, given: BackupSpec | None, place: BackupsSpec, name: str, templates: tuple[tuple[str, str], ...]
    ) -> BackupPlan:
        override = self.override.backup
        return BackupPlan(
            endpoint=place.endpoint,
            host_port=host_port(place.endpoint),
            bucket=place.bucket,
            path=f"{self.context.environment.environment}/{self.namespace}/{name}",
            credentials=VaultSecretPlan(
                name=join(name, "backup"), entries=self.entries(place.credentials), templates=templates
            ),
            schedule=self.scope.choose(
                "backup.schedule",
                override=override.schedule if override else None,
                given=given.schedule if given else None,
                default=DEFAULT_SCHEDULE,
            ),
            keep_days=self.backup_days(),
        )


def host_port(url: str) -> str:
    """Return host and port of a URL; the port of its scheme where it names none."""
    parts = urlsplit(url)
    return f"{parts.hostname}:{parts.port or _DEFAULT_PORTS[parts.scheme]}"
