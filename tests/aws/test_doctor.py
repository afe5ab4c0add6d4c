"""`paved doctor` on an AWS account: what bootstrap made, quotas, credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.aws import Target
from pavedroad.doctor import Outcome, check_cloud
from tests.support.aws import ACCOUNT, REGION, TARGET, answer, bootstrapped, changing_calls

if TYPE_CHECKING:
    import pytest

    from pavedroad.aws import Clients
    from pavedroad.doctor import Check

PLAIN = Target(account=ACCOUNT, region=REGION)


def looked_at(clients: Clients, monkeypatch: pytest.MonkeyPatch, target: Target = PLAIN) -> dict[str, Check]:
    monkeypatch.setattr("pavedroad.doctor.cloud.connect", lambda *_: clients)
    return {check.subject: check for check in check_cloud(target, None)}


def test_what_bootstrap_made_is_well(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrapped(clients)
    checks = looked_at(clients, monkeypatch)
    assert checks["AWS credentials"].outcome is Outcome.OK
    for subject in (f"bucket {TARGET.state_bucket}", f"bucket {TARGET.log_bucket}", "secrets key"):
        assert checks[subject].outcome is Outcome.OK, checks[subject]
    assert not [check for check in checks.values() if check.outcome in (Outcome.FAULT, Outcome.WARNING)]


def test_looking_changes_nothing(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrapped(clients)
    calls = changing_calls(clients)
    looked_at(clients, monkeypatch)
    assert sorted(calls) == ["Decrypt", "Encrypt"]


def test_before_bootstrap_everything_is_missing_and_the_command_is_named(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    check = looked_at(clients, monkeypatch)[f"bucket {TARGET.state_bucket}"]
    assert (check.outcome, check.found) == (Outcome.WARNING, "not there")
    assert f"paved bootstrap aws --account {ACCOUNT} --region {REGION}" in check.advice


def test_drift_of_the_state_bucket_is_a_fault(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrapped(clients)
    clients.s3.delete_public_access_block(Bucket=TARGET.state_bucket)
    check = looked_at(clients, monkeypatch)[f"bucket {TARGET.state_bucket}"]
    assert check.outcome is Outcome.FAULT
    assert check.found == "not as it should be: public access block"


def test_the_wrong_account_is_a_fault_and_nothing_else_is_looked_at(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = looked_at(clients, monkeypatch, Target(account="999999999999", region=REGION))
    assert [(each.subject, each.outcome) for each in checks.values()] == [("AWS credentials", Outcome.FAULT)]


def test_a_quota_below_what_an_environment_needs_is_a_fault(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients.quotas, "get_service_quota", lambda **_: {"Quota": {"Value": 1.0}})
    checks = looked_at(clients, monkeypatch)
    assert checks["quota: Elastic IPs"].outcome is Outcome.FAULT
    assert "ec2 L-0263D0A3" in checks["quota: Elastic IPs"].advice
    assert checks["quota: EKS clusters"].outcome is Outcome.OK


def test_what_may_not_be_read_is_not_checked_and_never_well(
    clients: Clients, monkeypatch: pytest.MonkeyPatch
) -> None:
    bootstrapped(clients)
    for operation in ("GetServiceQuota", "GetBucketEncryption", "Encrypt"):
        answer(clients, operation, 403, {"Code": "AccessDeniedException", "Message": "no"})
    checks = looked_at(clients, monkeypatch)
    for subject, permission in (
        ("quota: VPCs", "servicequotas:GetServiceQuota"),
        (f"bucket {TARGET.state_bucket}", "s3:GetEncryptionConfiguration"),
        ("secrets key", "kms:Encrypt"),
    ):
        assert checks[subject].outcome is Outcome.NOT_CHECKED
        assert permission in checks[subject].found


def test_a_key_out_of_use_is_said(clients: Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrapped(clients)
    key = clients.kms.describe_key(KeyId=TARGET.secrets_alias)["KeyMetadata"]["KeyId"]
    clients.kms.disable_key(KeyId=key)
    check = looked_at(clients, monkeypatch)[f"key {TARGET.secrets_alias}"]
    assert check.outcome is Outcome.FAULT
    assert "Disabled" in check.found
