"""An AWS account: whose it is, what it may hold, and whether what bootstrap makes is still sane."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Final

from pavedroad.aws.bootstrap import desired_parts, steps_towards
from pavedroad.aws.errors import AwsError, UnusableError, explained
from pavedroad.aws.parts import Operation, found
from pavedroad.aws.session import confirm_account, connect
from pavedroad.doctor.checks import fault, not_checked, ok, warning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pavedroad.aws.session import Clients
    from pavedroad.aws.target import Target
    from pavedroad.doctor.checks import Check

_PROBE: Final = b"pavedroad doctor"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """One quota of AWS, and what an environment of its own needs of it.

    Attributes:
        subject: What is counted, for each region.
        service: AWS' code of the service.
        code: AWS' code of the quota.
        least: The least that leaves room for an environment over three zones.
    """

    subject: str
    service: str
    code: str
    least: int


QUOTAS: Final = (
    Quota(subject="VPCs", service="vpc", code="L-F678F1CE", least=2),
    Quota(subject="Elastic IPs", service="ec2", code="L-0263D0A3", least=3),
    Quota(subject="NAT gateways of a zone", service="vpc", code="L-FE5A380F", least=1),
    Quota(subject="EKS clusters", service="eks", code="L-1194D53C", least=1),
    Quota(subject="vCPUs on demand (standard)", service="ec2", code="L-1216C47A", least=32),
)
"""Codes: AWS, *Service Quotas*, the quota's own page in the console."""


def check_cloud(target: Target, profile: str | None) -> list[Check]:
    """Look at the account, its quotas, and the parts that bootstrap makes."""
    try:
        clients = connect(target.region, profile)
        caller = confirm_account(clients, target.account)
    except AwsError as error:
        return [fault("AWS credentials", str(error), "nothing else of AWS was looked at")]
    return [
        ok("AWS credentials", f"{caller}, region {target.region}"),
        *(_guarded(f"quota: {quota.subject}", partial(_quota, clients, quota)) for quota in QUOTAS),
        *_parts(target, clients),
        _guarded("secrets key", partial(_usable, target, clients)),
    ]


def _guarded(subject: str, look: Callable[[], Check]) -> Check:
    """Take what cannot be looked at for not checked, not for well."""
    try:
        return look()
    except AwsError as error:
        return not_checked(subject, str(error))


def _quota(clients: Clients, quota: Quota) -> Check:
    subject = f"quota: {quota.subject}"
    with explained(f"read the quota of {quota.subject}", "servicequotas"):
        value = found(
            lambda: clients.quotas.get_service_quota(ServiceCode=quota.service, QuotaCode=quota.code)
        )
    if value is None:
        return not_checked(subject, "AWS names no such quota here")
    limit = int(value["Quota"]["Value"])
    if limit < quota.least:
        advice = f"aws service-quotas request-service-quota-increase, for {quota.service} {quota.code}"
        return fault(subject, f"{limit}, and an environment needs {quota.least}", advice)
    return ok(subject, f"{limit}, at least {quota.least} needed")


def _parts(target: Target, clients: Clients) -> Iterator[Check]:
    """Look at everything that bootstrap makes, a line for each thing."""
    again = f"paved bootstrap aws --account {target.account} --region {target.region} shows and mends it"
    for subject, of_one in groupby(desired_parts(target, clients), key=lambda part: part.subject):
        try:
            steps = steps_towards(of_one)
        except UnusableError as error:
            yield fault(subject, str(error), "decide about it by hand")
            continue
        except AwsError as error:
            yield not_checked(subject, str(error))
            continue
        off = [step.part.aspect for step in steps if step.operation is not Operation.KEEP]
        if not off:
            yield ok(subject, f"{len(steps)} parts as they should be")
        elif len(off) == len(steps):
            yield warning(subject, "not there", again)
        else:
            yield fault(subject, f"not as it should be: {', '.join(off)}", again)


def _usable(target: Target, clients: Clients) -> Check:
    """Encrypt a word of ours and decrypt it again, which changes nothing."""
    with explained(f"encrypt with {target.secrets_alias}", "kms"):
        sealed = found(lambda: clients.kms.encrypt(KeyId=target.secrets_alias, Plaintext=_PROBE))
    if sealed is None:
        return not_checked("secrets key", "there is none yet")
    with explained(f"decrypt with {target.secrets_alias}", "kms"):
        opened = clients.kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"])
    if opened["Plaintext"] != _PROBE:
        return fault("secrets key", "what it encrypts it does not decrypt", "choose another --name")
    return ok("secrets key", "encrypts and decrypts")
