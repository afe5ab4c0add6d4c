"""A Pulumi program previewed offline: what is separate is joined, and what is not known yet excuses nothing else."""

from typing import Any

import pulumi
import pytest

from pavedroad.governance import Finding, Verdict, judge
from pavedroad.policy.sources.recorded import recorded
from pavedroad.testing import Recorder
from pavedroad.testing.policy_documents import POLICY_DOCUMENT
from policies.rules.aws import buckets, identity

BUCKET = "aws:s3/bucket:Bucket"


def document(*statements: dict[str, Any]) -> pulumi.Output[str]:
    answer = pulumi.runtime.invoke_output(POLICY_DOCUMENT, {"statements": list(statements)})
    return answer.apply(lambda result: str(result["json"]))


def declare(token: str, name: str, **properties: Any) -> pulumi.CustomResource:
    return pulumi.CustomResource(token, name, properties)


def program() -> None:
    orders, carts = declare(BUCKET, "orders"), declare(BUCKET, "carts")
    enabled = {"status": "Enabled"}
    declare(
        "aws:s3/bucketVersioning:BucketVersioning",
        "versioning",
        bucket=orders.id,
        versioningConfiguration=enabled,
    )
    everything = {"actions": ["s3:*"], "resources": ["*"]}
    declare("aws:iam/policy:Policy", "wide", policy=document(everything))
    named = {"actions": ["s3:GetObject"], "resources": [carts.id]}
    declare("aws:iam/policy:Policy", "hazy", policy=document(named))
    mixed = {
        "Statement": [
            {"Effect": "Allow", "Action": "s3:GetObject", "Resource": carts.id},
            {"Effect": "Allow", "Action": "iam:*", "Resource": "*"},
        ]
    }
    declare("aws:iam/rolePolicy:RolePolicy", "mixed", role="orders", policy=mixed)


@pytest.fixture(scope="module")
def findings() -> list[Finding]:
    recording = Recorder(preview=True).run(program)
    return judge([*buckets.RULES, *identity.RULES], recorded(recording.resources))


def verdicts(findings: list[Finding], control: str) -> dict[str, Verdict]:
    return {each.name: each.verdict for each in findings if each.control == control}


def test_versioning_counts_for_the_bucket_that_it_was_made_from(findings: list[Finding]) -> None:
    found = verdicts(findings, "buckets-versioned")
    assert found == {"orders": Verdict.PASS, "carts": Verdict.FAIL, "versioning": Verdict.PASS}


def test_a_rendered_policy_is_judged_and_one_that_hangs_on_a_bucket_is_not(findings: list[Finding]) -> None:
    found = verdicts(findings, "iam-no-service-wide-actions")
    assert found["wide"] is Verdict.FAIL
    assert found["hazy"] is Verdict.NOT_EVALUATED


def test_what_is_not_known_in_one_statement_does_not_hide_another(findings: list[Finding]) -> None:
    assert verdicts(findings, "iam-no-service-wide-actions")["mixed"] is Verdict.FAIL
    assert verdicts(findings, "iam-no-privilege-escalation")["mixed"] is Verdict.FAIL
    assert verdicts(findings, "iam-data-reads-need-constraint")["mixed"] is Verdict.NOT_EVALUATED
