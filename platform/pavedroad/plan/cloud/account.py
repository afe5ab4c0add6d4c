"""The AWS account and region of an environment, and how things in it are called."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.plan.cloud.names import name
from pavedroad.plan.cloud.regions import arn, service_host

if TYPE_CHECKING:
    from pavedroad.descriptor.cloud import AwsSpec

Purpose = Literal["data", "messages", "secrets", "logs", "registry"]
"""What a KMS key encrypts."""

PURPOSES: Final[tuple[Purpose, ...]] = ("data", "messages", "secrets", "logs", "registry")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountPlan:
    """Where an environment stands.

    Attributes:
        environment: The environment.
        account: The account's id.
        region: The region.
        sandbox: Whether the embedded sandbox stands in for the account.
        keys: Keys that exist already, by purpose.
    """

    environment: str
    account: str
    region: str
    sandbox: bool
    keys: tuple[tuple[Purpose, str], ...] = ()

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of something of this account and region."""
        return arn(service, self.region, self.account, resource)

    def host(self, service: str) -> str:
        """Return the host of a service's API."""
        return service_host(service, self.region)

    def key_alias(self, purpose: Purpose) -> str:
        """Return the alias of the key that encrypts something, with its prefix."""
        return f"alias/{name('kms-alias', self.environment, purpose)}"

    def existing_key(self, purpose: Purpose) -> str | None:
        """Return the ARN of a key that exists already; None where the environment makes its own."""
        return dict(self.keys).get(purpose)

    @property
    def boundary(self) -> str:
        """The name of the policy that bounds every role of the environment."""
        return name("iam-policy", self.environment, "boundary")

    @property
    def cluster(self) -> str:
        """The name of the environment's cluster."""
        return name("eks-cluster", self.environment)


def resolve_account(environment: str, spec: AwsSpec) -> AccountPlan:
    """Return the account of an environment."""
    return AccountPlan(
        environment=environment,
        account=spec.account,
        region=spec.region,
        sandbox=spec.sandbox,
        keys=tuple((purpose, key) for purpose in PURPOSES if (key := getattr(spec.keys, purpose))),
    )
