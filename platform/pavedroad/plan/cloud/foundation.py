"""What an environment stands on in its account, resolved: network, keys, registries, domains, logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.account import PURPOSES
from pavedroad.plan.cloud.defaults import CLOUD_TIERS
from pavedroad.plan.cloud.domains import resolve_domains
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
    from pavedroad.plan.cloud.domains import DomainPlan
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
class FoundationPlan:
    """What an environment stands on in its account.

    Attributes:
        network: The VPC.
        keys: Keys, one for each purpose.
        repositories: Image repositories, by the name that the environment gives and their own; the first cluster's.
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
        network=resolve_network(account, context.network, defaults),
        keys=tuple(_key(account, purpose) for purpose in PURPOSES),
        repositories=tuple(
            (each, name("ecr-repository", account.environment, each))
            for each in (spec.registries if context.at_home else ())
        ),
        domains=resolve_domains(context, spec),
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
