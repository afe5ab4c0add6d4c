"""The AWS account and region of an environment, and how things in it are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.plan.cloud.names import name
from pavedroad.plan.cloud.regions import arn, region_of_arn, service_host

if TYPE_CHECKING:
    from pavedroad.descriptor.cloud import AwsSpec

Purpose = Literal["data", "messages", "secrets", "logs", "registry"]
"""What a KMS key encrypts."""

PURPOSES: Final[tuple[Purpose, ...]] = ("data", "messages", "secrets", "logs", "registry")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPlan:
    """Where an environment, or one of its further clusters, stands.

    Attributes:
        environment: The environment.
        account: The account's id.
        region: The region.
        sandbox: Whether the embedded sandbox stands in for the account.
        keys: Keys that exist already, by purpose.
        further: The cluster, where it is not the environment's first.
    """

    environment: str
    account: str
    region: str
    sandbox: bool
    keys: tuple[tuple[Purpose, str], ...] = ()
    further: str | None = None

    @property
    def realm(self) -> str:
        """What names begin with of whatever each cluster has for itself, as `names.name` takes it."""
        return f"{self.environment}.{self.further}" if self.further else self.environment

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of something of this account and region."""
        return arn(service, self.region, self.account, resource)

    def host(self, service: str) -> str:
        """Return the host of a service's API."""
        return service_host(service, self.region)

    def key_alias(self, purpose: Purpose) -> str:
        """Return the alias of the key that encrypts something, with its prefix."""
        return f"alias/{name('kms-alias', self.realm, purpose)}"

    def existing_key(self, purpose: Purpose) -> str | None:
        """Return the ARN of a key that exists already; None where the environment makes its own."""
        return dict(self.keys).get(purpose)

    @property
    def boundary(self) -> str:
        """The name of the policy that bounds every role of the environment."""
        return name("iam-policy", self.realm, "boundary")

    @property
    def cluster(self) -> str:
        """The name of the environment's cluster."""
        return name("eks-cluster", self.realm)


def resolve_account(
    environment: str, spec: AwsSpec, *, cluster: str | None = None, region: str | None = None
) -> AccountPlan:
    """Return the account of an environment, as one of its clusters stands in it.

    Args:
        environment: The environment.
        spec: What it says of its account.
        cluster: The cluster; None for the first.
        region: The cluster's region; None for the account's.
    """
    here = region or spec.region
    return AccountPlan(
        environment=environment,
        account=spec.account,
        region=here,
        sandbox=spec.sandbox,
        further=cluster,
        keys=tuple(
            (purpose, key)
            for purpose in PURPOSES
            if (key := getattr(spec.keys, purpose)) and region_of_arn(key) == here
        ),
    )
