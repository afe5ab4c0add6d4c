"""Who CI is in AWS: the identity provider that vouches for it, its role, and what bounds that."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from pavedroad.aws.parts import Part, in_order, tags_among

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from types_boto3_iam import IAMClient
    from types_boto3_iam.type_defs import TagTypeDef

    from pavedroad.aws.documents import Document
    from pavedroad.aws.parts import Json

_MOST_VERSIONS: Final = 5
"""Versions that IAM keeps of a policy; one more is refused."""
_SESSION_SECONDS: Final = 3600
_POLICY_OF_ROLE: Final = "state-and-secrets"


@dataclass(frozen=True, kw_only=True)
class CiIdentity:
    """The identity provider, the role and its boundary.

    Attributes:
        iam: The client.
        issuer: Host of whoever makes CI's tokens.
        provider_arn: ARN of the identity provider: an account has one for an issuer, for all that use it.
        audience: For whom the tokens are made.
        role: Name of the role.
        trust: Who may become it.
        policy: What it may; None while that is not known.
        boundary_arn: ARN of the policy that bounds it.
        boundary_name: Name of that policy.
        boundary: What that says; None while that is not known.
        makes_boundary: Whether it is made here, not given.
        tags: Tags of all of them.
    """

    iam: IAMClient
    issuer: str
    provider_arn: str
    audience: str
    role: str
    trust: Document
    policy: Callable[[], Document | None]
    boundary_arn: str
    boundary_name: str
    boundary: Callable[[], Document | None]
    makes_boundary: bool
    tags: Mapping[str, str]

    def parts(self) -> tuple[Part, ...]:
        """List what it consists of, in the order in which that can be made."""
        provider, role = f"identity provider {self.issuer}", f"role {self.role}"
        return in_order(
            (
                _part(provider, "audience", lambda: True, self._ask_provider, self._put_provider),
                _part(
                    provider, "tags", lambda: sorted(self.tags), self._ask_provider_tags, self._tag_provider
                ),
            ),
            self._boundary_parts() if self.makes_boundary else (),
            (
                _part(role, "trust", lambda: self.trust, self._ask_trust, self._put_trust),
                _part(role, "boundary", lambda: self.boundary_arn, self._ask_bound, lambda _: self._bind()),
                _part(role, "policy", self.policy, self._ask_policy, lambda _: self._put_policy()),
                _part(role, "session", lambda: _SESSION_SECONDS, self._ask_session, lambda _: self._limit()),
                _part(role, "tags", lambda: self.tags, self._ask_role_tags, lambda _: self._tag_role()),
            ),
        )

    def _boundary_parts(self) -> tuple[Part, ...]:
        policy = f"policy {self.boundary_name}"
        return (
            _part(policy, "document", self.boundary, self._ask_boundary, self._put_boundary),
            _part(policy, "tags", lambda: self.tags, self._ask_boundary_tags, lambda _: self._tag_boundary()),
        )

    def _ask_provider(self) -> bool:
        provider = self.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=self.provider_arn)
        return self.audience in provider["ClientIDList"]

    def _put_provider(self, there: Json) -> None:
        if there is None:
            self.iam.create_open_id_connect_provider(
                Url=f"https://{self.issuer}", ClientIDList=[self.audience], Tags=self._tag_list()
            )
            return
        self.iam.add_client_id_to_open_id_connect_provider(
            OpenIDConnectProviderArn=self.provider_arn, ClientID=self.audience
        )

    def _ask_provider_tags(self) -> list[str]:
        """List which keys it has: the provider may have been somebody else's first, and says whose."""
        provider = self.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=self.provider_arn)
        return sorted(tags_among(self.tags, _pairs(provider.get("Tags", []))))

    def _tag_provider(self, there: Json) -> None:
        missing = [tag for tag in self._tag_list() if tag["Key"] not in (there or ())]
        self.iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=self.provider_arn, Tags=missing)

    def _ask_boundary(self) -> Json:
        version = self.iam.get_policy(PolicyArn=self.boundary_arn)["Policy"]["DefaultVersionId"]
        answer = self.iam.get_policy_version(PolicyArn=self.boundary_arn, VersionId=version)
        return answer["PolicyVersion"]["Document"]

    def _put_boundary(self, there: Json) -> None:
        document = json.dumps(self.boundary())
        if there is None:
            self.iam.create_policy(
                PolicyName=self.boundary_name,
                PolicyDocument=document,
                Description="The most that CI may do, whatever it is given",
                Tags=self._tag_list(),
            )
            self.iam.get_waiter("policy_exists").wait(PolicyArn=self.boundary_arn)
            return
        self._make_room()
        self.iam.create_policy_version(
            PolicyArn=self.boundary_arn, PolicyDocument=document, SetAsDefault=True
        )

    def _make_room(self) -> None:
        """Remove the oldest version where IAM keeps no more."""
        versions = self.iam.list_policy_versions(PolicyArn=self.boundary_arn)["Versions"]
        if len(versions) >= _MOST_VERSIONS:
            idle = [each for each in versions if not each["IsDefaultVersion"]]
            oldest = min(idle, key=lambda each: int(each["VersionId"].removeprefix("v")))
            self.iam.delete_policy_version(PolicyArn=self.boundary_arn, VersionId=oldest["VersionId"])

    def _ask_boundary_tags(self) -> Json:
        return tags_among(self.tags, _pairs(self.iam.list_policy_tags(PolicyArn=self.boundary_arn)["Tags"]))

    def _tag_boundary(self) -> None:
        self.iam.tag_policy(PolicyArn=self.boundary_arn, Tags=self._tag_list())

    def _ask_trust(self) -> Json:
        return self._role()["AssumeRolePolicyDocument"]

    def _put_trust(self, there: Json) -> None:
        document = json.dumps(self.trust)
        if there is not None:
            self.iam.update_assume_role_policy(RoleName=self.role, PolicyDocument=document)
            return
        self.iam.create_role(
            RoleName=self.role,
            AssumeRolePolicyDocument=document,
            Description="CI of the repository that keeps this account's infrastructure",
            MaxSessionDuration=_SESSION_SECONDS,
            PermissionsBoundary=self.boundary_arn,
            Tags=self._tag_list(),
        )
        self.iam.get_waiter("role_exists").wait(RoleName=self.role)

    def _ask_bound(self) -> Json:
        return self._role().get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")

    def _bind(self) -> None:
        self.iam.put_role_permissions_boundary(RoleName=self.role, PermissionsBoundary=self.boundary_arn)

    def _ask_policy(self) -> Json:
        return self.iam.get_role_policy(RoleName=self.role, PolicyName=_POLICY_OF_ROLE)["PolicyDocument"]

    def _put_policy(self) -> None:
        self.iam.put_role_policy(
            RoleName=self.role, PolicyName=_POLICY_OF_ROLE, PolicyDocument=json.dumps(self.policy())
        )

    def _ask_session(self) -> int:
        return int(self._role()["MaxSessionDuration"])

    def _limit(self) -> None:
        self.iam.update_role(RoleName=self.role, MaxSessionDuration=_SESSION_SECONDS)

    def _ask_role_tags(self) -> Json:
        return tags_among(self.tags, _pairs(self._role().get("Tags", [])))

    def _tag_role(self) -> None:
        self.iam.tag_role(RoleName=self.role, Tags=self._tag_list())

    def _role(self) -> dict[str, Any]:
        return cast("dict[str, Any]", self.iam.get_role(RoleName=self.role)["Role"])

    def _tag_list(self) -> list[TagTypeDef]:
        return [{"Key": key, "Value": value} for key, value in self.tags.items()]


def _part(
    subject: str,
    aspect: str,
    wanted: Callable[[], Json],
    ask: Callable[[], Json],
    put: Callable[[Json], object],
) -> Part:
    return Part(subject=subject, aspect=aspect, service="iam", wanted=wanted, ask=ask, put=put)


def _pairs(tags: list[TagTypeDef]) -> list[tuple[str, str]]:
    return [(tag["Key"], tag["Value"]) for tag in tags]
