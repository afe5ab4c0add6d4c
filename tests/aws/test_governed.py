"""What bootstrap makes keeps the project's own controls: what moto holds, judged by the policy pack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from pavedroad.aws import Repository, Target
from pavedroad.governance import Enforcement, Finding, Properties, Resource, Tier, Verdict, judge
from policies.areas import RULE_BY_CONTROL, RULES
from tests.support.aws import ACCOUNT, REGION, TARGET, bootstrapped, held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.aws import Clients


def resources(content: dict[str, Any], target: Target) -> list[Resource]:
    """Say what an account holds as Pulumi's AWS provider would."""
    return [*_keys(content["keys"]), *_buckets(content["buckets"]), *_identity(content["identity"], target)]


def _resource(type_: str, name: str, /, **properties: object) -> Resource:
    # Protected: no program of Pulumi's knows these, so none can delete them.
    return Resource(
        type=type_, name=name, urn=f"urn:{type_}::{name}", properties=Properties(properties), protect=True
    )


def _keys(keys: dict[str, Any]) -> Iterator[Resource]:
    for alias, key in keys.items():
        yield _resource(
            "aws:kms/key:Key",
            alias,
            enableKeyRotation=key["rotated"],
            policy=json.dumps(key["policy"]),
            tags=key["tags"],
        )


def _buckets(buckets: dict[str, Any]) -> Iterator[Resource]:
    for name, bucket in buckets.items():
        block = {switch[0].lower() + switch[1:]: on for switch, on in bucket["block"].items()}
        (rule,) = bucket["encryption"]["Rules"]
        default = rule["ApplyServerSideEncryptionByDefault"]
        encrypted = {"sseAlgorithm": default["SSEAlgorithm"], "kmsMasterKeyId": default.get("KMSMasterKeyID")}
        yield _resource("aws:s3/bucket:Bucket", name, bucket=name, tags=bucket["tags"])
        yield _resource("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", name, bucket=name, **block)
        yield _resource(
            "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
            name,
            bucket=name,
            rule={"objectOwnership": bucket["ownership"]["Rules"][0]["ObjectOwnership"]},
        )
        yield _resource(
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
            name,
            bucket=name,
            rules=[{"applyServerSideEncryptionByDefault": encrypted}],
        )
        yield _resource(
            "aws:s3/bucketVersioning:BucketVersioning",
            name,
            bucket=name,
            versioningConfiguration={"status": bucket["versioning"]},
        )
        yield _resource(
            "aws:s3/bucketPolicy:BucketPolicy", name, bucket=name, policy=json.dumps(bucket["policy"])
        )
        yield _resource(
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
            name,
            bucket=name,
            rules=[_lifecycle(each) for each in bucket["lifecycle"]],
        )
        if bucket["logging"]:
            yield _resource(
                "aws:s3/bucketLogging:BucketLogging",
                name,
                bucket=name,
                targetBucket=bucket["logging"]["TargetBucket"],
            )


def _lifecycle(rule: dict[str, Any]) -> dict[str, Any]:
    days = rule.get("AbortIncompleteMultipartUpload", {}).get("DaysAfterInitiation")
    ends = {"abortIncompleteMultipartUpload": {"daysAfterInitiation": days}} if days else {}
    return {"status": rule["Status"], "filter": {"prefix": rule["Filter"]["Prefix"]}, **ends}


def _identity(identity: dict[str, Any], target: Target) -> Iterator[Resource]:
    role = identity["role"]
    yield _resource(
        "aws:iam/role:Role",
        target.role,
        name=target.role,
        assumeRolePolicy=json.dumps(role["trust"]),
        permissionsBoundary=role["boundary"],
        maxSessionDuration=role["session"],
        tags=role["tags"],
    )
    for name, policy in role["policies"].items():
        yield _resource("aws:iam/rolePolicy:RolePolicy", name, role=target.role, policy=json.dumps(policy))
    yield _resource(
        "aws:iam/policy:Policy",
        target.boundary_policy,
        policy=json.dumps(identity["boundary"]),
        tags=identity["boundary_tags"],
    )


def _broken(findings: list[Finding]) -> list[str]:
    return [
        f"{finding.control}: {finding.message}"
        for finding in findings
        if finding.verdict not in (Verdict.PASS, Verdict.EXEMPT)
        and RULE_BY_CONTROL[finding.control].control.enforcement(Tier.PRODUCTION) is Enforcement.MANDATORY
    ]


@pytest.mark.parametrize(
    "repository",
    [
        Repository(forge="github", path="acme/shop"),
        Repository(forge="github", path="acme/shop", branch="main"),
        Repository(forge="gitlab", path="acme/shop", branch="main"),
    ],
    ids=lambda repository: repository.subject,
)
def test_no_mandatory_control_of_production_is_broken(clients: Clients, repository: Repository) -> None:
    target = Target(account=ACCOUNT, region=REGION, repository=repository)
    bootstrapped(clients, target)
    findings = judge(RULES, resources(held(clients, target), target))
    assert not _broken(findings)
    passed = {finding.control for finding in findings if finding.verdict is Verdict.PASS}
    assert passed >= {
        "buckets-block-public-access",
        "buckets-refuse-plaintext",
        "buckets-log-access",
        "classified-buckets-encrypted-with-kms",
        "kms-keys-rotated",
        "iam-no-privilege-escalation",
        "oidc-trust-pins-subject",
        "oidc-trust-pins-audience",
        "roles-have-permissions-boundary",
        "aws-resources-tagged",
    }


def test_the_judges_see_what_is_broken(clients: Clients) -> None:
    bootstrapped(clients)
    content = held(clients)
    content["buckets"][TARGET.state_bucket]["policy"]["Statement"] = []
    content["identity"]["role"]["boundary"] = None
    content["keys"][TARGET.state_alias]["rotated"] = False
    broken = {each.partition(":")[0] for each in _broken(judge(RULES, resources(content, TARGET)))}
    assert broken == {"buckets-refuse-plaintext", "roles-have-permissions-boundary", "kms-keys-rotated"}
