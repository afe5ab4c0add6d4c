"""Where to and for whom: an account, a region, a name, and the repository whose CI is let in. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.aws.errors import TargetError
from pavedroad.plan.cloud.regions import domain, partition

if TYPE_CHECKING:
    from collections.abc import Mapping

_ACCOUNT: Final = re.compile(r"\d{12}")
_REGION: Final = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_NAME: Final = 30
"""Leaves room in a bucket's name (63 characters) for its purpose and the account."""
_SEGMENT: Final = r"[A-Za-z0-9_.-]+(@\d+)?"
_PATHS: Final = {
    "github": re.compile(rf"{_SEGMENT}/{_SEGMENT}"),
    "gitlab": re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+"),
}
_REF: Final = re.compile(r"[A-Za-z0-9_./ -]+")
_HOST: Final = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")

DEFAULT_TAGS: Final[Mapping[str, str]] = {
    "owner": "platform",
    "team": "platform",
    "environment": "shared",
    "cost-centre": "platform",
}
"""What everything is tagged with unless somebody knows better; the keys are those that the policies demand."""

Forge = Literal["github", "gitlab"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A repository whose CI may become the role.

    Attributes:
        forge: Who runs its CI.
        path: `owner/repository`; with GitHub's immutable subjects `owner@123/repository@456`.
        branch: The only branch that may; None for all.
        environment: The only environment that may (GitHub); None for all.
        host: Host of an own GitLab; None for gitlab.com.
    """

    forge: Forge
    path: str
    branch: str | None = None
    environment: str | None = None
    host: str | None = None

    def __post_init__(self) -> None:
        """Refuse what would trust somebody else than meant, or nobody.

        Raises:
            TargetError: If a word is off.
        """
        if not _PATHS[self.forge].fullmatch(self.path):
            raise TargetError(f"{self.path!r} is no repository of {self.forge}: give it as OWNER/REPOSITORY")
        if self.branch and self.environment:
            raise TargetError("a job runs for a branch or for an environment: give one of the two")
        if self.environment and self.forge == "gitlab":
            raise TargetError(
                "GitLab does not say in a token's subject for which environment it is: give a branch"
            )
        if self.host and (self.forge == "github" or not _HOST.fullmatch(self.host)):
            raise TargetError(f"{self.host!r} is no host of a GitLab of your own, as gitlab.example.com")
        for given in (self.branch, self.environment):
            if given and not _REF.fullmatch(given):
                raise TargetError(
                    f"{given!r} is no branch or environment that can be named exactly: no wildcards"
                )

    @property
    def issuer(self) -> str:
        """Host of whoever makes the tokens."""
        return "token.actions.githubusercontent.com" if self.forge == "github" else self.host or "gitlab.com"

    @property
    def audience(self) -> str:
        """For whom the tokens are made: what AWS' own action asks for, or what GitLab documents."""
        return "sts.amazonaws.com" if self.forge == "github" else f"https://{self.issuer}"

    @property
    def subject(self) -> str:
        """The subjects that are trusted; ends in a wildcard where every branch is."""
        if self.forge == "gitlab":
            place = f"ref_type:branch:ref:{self.branch}" if self.branch else "*"
            return f"project_path:{self.path}:{place}"
        if self.environment:
            return f"repo:{self.path}:environment:{self.environment}"
        return f"repo:{self.path}:{f'ref:refs/heads/{self.branch}' if self.branch else '*'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is to be made, and where.

    Attributes:
        account: The account's number; nothing is done in any other.
        region: Where bucket and keys are.
        name: What everything is called after.
        repository: Whose CI is let in; None for nobody's.
        boundary: ARN of a policy that bounds the role; None for one that is made here.
        tags: Tags of everything, beside what kind of data it holds.
    """

    account: str
    region: str
    name: str = "pavedroad"
    repository: Repository | None = None
    boundary: str | None = None
    tags: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULT_TAGS))

    def __post_init__(self) -> None:
        """Refuse what AWS would refuse later, or take for something else.

        Raises:
            TargetError: If a word is off.
        """
        if not _ACCOUNT.fullmatch(self.account):
            raise TargetError(f"{self.account!r} is no account: its number has twelve digits")
        if not _REGION.fullmatch(self.region):
            raise TargetError(f"{self.region!r} is no region, as eu-central-1")
        if not _NAME.fullmatch(self.name) or len(self.name) > _LONGEST_NAME:
            raise TargetError(
                f"{self.name!r} cannot be in the name of a bucket: small letters, digits and single hyphens, "
                f"{_LONGEST_NAME} characters at most"
            )
        if self.boundary and not self.boundary.startswith(
            f"arn:{self.partition}:iam::{self.account}:policy/"
        ):
            raise TargetError(f"{self.boundary!r} is no ARN of a policy of account {self.account}")

    @property
    def partition(self) -> str:
        """The partition of AWS that the region is in."""
        return partition(self.region)

    @property
    def domain(self) -> str:
        """The domain of the partition's services."""
        return domain(self.region)

    @property
    def state_bucket(self) -> str:
        """The bucket of Pulumi's state: one for an account, so that state cannot part."""
        return f"{self.name}-state-{self.account}"

    @property
    def log_bucket(self) -> str:
        """The bucket that keeps who got at the state."""
        return f"{self.name}-logs-{self.account}"

    @property
    def state_alias(self) -> str:
        """Alias of the key that the state bucket is encrypted with."""
        return f"alias/{self.name}-state"

    @property
    def secrets_alias(self) -> str:
        """Alias of the key that Pulumi encrypts secrets with."""
        return f"alias/{self.name}-secrets"

    @property
    def role(self) -> str:
        """Name of the role of CI."""
        return f"{self.name}-ci"

    @property
    def boundary_policy(self) -> str:
        """Name of the policy that bounds it."""
        return f"{self.name}-ci-boundary"

    @property
    def boundary_arn(self) -> str:
        """ARN of the policy that bounds it, made here or not."""
        return self.boundary or self.iam_arn(f"policy/{self.boundary_policy}")

    def iam_arn(self, resource: str) -> str:
        """Return the ARN of something in IAM, as `role/name`."""
        return f"arn:{self.partition}:iam::{self.account}:{resource}"

    def bucket_arn(self, bucket: str) -> str:
        """Return the ARN of a bucket."""
        return f"arn:{self.partition}:s3:::{bucket}"

    def tags_for(self, data_class: str) -> dict[str, str]:
        """Return the tags of something that holds data of a class."""
        return {**DEFAULT_TAGS, **self.tags, "data-class": data_class, "pavedroad.dev/bootstrap": self.name}

    @property
    def login_url(self) -> str:
        """What `pulumi login` takes."""
        return f"s3://{self.state_bucket}?region={self.region}"

    @property
    def secrets_provider(self) -> str:
        """What `pulumi stack init --secrets-provider` and a stack's `secretsprovider` take."""
        return f"awskms://{self.secrets_alias}?region={self.region}"
