"""What an environment stands on in its account, resolved: network, keys, registries, domains, logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.descriptor.workload import ServiceSpec
from pavedroad.plan.cloud.account import PURPOSES
from pavedroad.plan.cloud.defaults import CLOUD_TIERS
from pavedroad.plan.cloud.keeping import resolve_keeping
from pavedroad.plan.cloud.key_policies import key_policy
from pavedroad.plan.cloud.log_bucket import resolve_logs
from pavedroad.plan.cloud.names import name
from pavedroad.plan.cloud.receivers import resolve_receivers
from pavedroad.plan.cloud.vpc import resolve_network

if TYPE_CHECKING:
    from pavedroad.descriptor.cloud import AwsSpec
    from pavedroad.plan.cloud.access import Document
    from pavedroad.plan.cloud.account import AccountPlan, Purpose
    from pavedroad.plan.cloud.keeping import KeepingPlan
    from pavedroad.plan.cloud.log_bucket import LogsPlan
    from pavedroad.plan.cloud.receivers import ReceiversPlan
    from pavedroad.plan.cloud.vpc import ExistingNetworkPlan, NetworkPlan
    from pavedroad.plan.context import Context

IMAGES_KEPT: Final = 200
"""Images of each repository that are kept; the oldest go first."""

UNTAGGED_DAYS: Final = 14
"""How long an image is kept that no tag names any more, in days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPlan:
    """A KMS key.

    Attributes:
        purpose: What it encrypts.
        alias: Its alias.
        existing: ARN of one that exists already; None for one of the environment's own.
        policy: Who may use it.
    """

    purpose: Purpose
    alias: str
    existing: str | None
    policy: Document


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainPlan:
    """A domain under which routes appear.

    Attributes:
        visibility: Who finds it: everybody, or the VPC alone.
        domain: The domain.
        zone: Id of a hosted zone that exists already; None for one of the environment's own.
        hosts: Hosts of public routes in it, each of which has a certificate.
    """

    visibility: Literal["public", "internal"]
    domain: str
    zone: str | None
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundationPlan:
    """What an environment stands on in its account.

    Attributes:
        network: The VPC.
        keys: Keys, one for each purpose.
        repositories: Image repositories, by the name that the environment gives and their own.
        domains: Domains.
        logs: The bucket of logs.
        keeping: What AWS keeps of databases beside what they keep themselves.
        receivers: Who hears alarms.
        protect: Whether what holds data, or much hangs on, refuses to be deleted.
    """

    network: NetworkPlan | ExistingNetworkPlan
    keys: tuple[KeyPlan, ...]
    repositories: tuple[tuple[str, str], ...]
    domains: tuple[DomainPlan, ...]
    logs: LogsPlan
    keeping: KeepingPlan
    receivers: ReceiversPlan
    protect: bool


def resolve_foundation(context: Context, account: AccountPlan, spec: AwsSpec) -> FoundationPlan:
    """Return what an environment stands on, with nothing left to choose."""
    defaults = CLOUD_TIERS[context.environment.tier]
    return FoundationPlan(
        network=resolve_network(account, spec.network, defaults),
        keys=tuple(_key(account, purpose) for purpose in PURPOSES),
        repositories=tuple(
            (each, name("ecr-repository", account.environment, each)) for each in spec.registries
        ),
        domains=_domains(context, spec),
        logs=resolve_logs(account, defaults),
        keeping=resolve_keeping(context, account),
        receivers=resolve_receivers(account, spec.alarms),
        protect=defaults.protect,
    )


def _key(account: AccountPlan, purpose: Purpose) -> KeyPlan:
    return KeyPlan(
        purpose=purpose,
        alias=account.key_alias(purpose),
        existing=account.existing_key(purpose),
        policy=key_policy(account, purpose),
    )


def _domains(context: Context, spec: AwsSpec) -> tuple[DomainPlan, ...]:
    domains = context.environment.domains
    found = []
    if domains.public:
        hosts = _public_hosts(context, domains.public)
        found.append(
            DomainPlan(visibility="public", domain=domains.public, zone=spec.zones.public, hosts=hosts)
        )
    if domains.internal:
        found.append(DomainPlan(visibility="internal", domain=domains.internal, zone=spec.zones.internal))
    return tuple(found)


def _public_hosts(context: Context, domain: str) -> tuple[str, ...]:
    """Return the hosts of all public routes."""
    labels = {
        route.host or context.service_name(team, service)
        for team, descriptor in context.teams.items()
        for service, spec in descriptor.services.items()
        if isinstance(spec, ServiceSpec)
        for route in spec.routes
        if route.expose == "public"
    }
    return tuple(f"{label}.{domain}" for label in sorted(labels))
