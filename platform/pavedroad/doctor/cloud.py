"""An AWS account: whose it is, what it may hold, and whether what bootstrap makes is still sane."""

from __future__ import annotations

from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Final

from pavedroad.aws.bootstrap import desired_parts, steps_towards
from pavedroad.aws.errors import AwsError, UnusableError, explained
from pavedroad.aws.parts import Operation, found
from pavedroad.aws.session import confirm_account, connect
from pavedroad.doctor.checks import fault, not_checked, ok, warning
from pavedroad.doctor.inventory import Inventory
from pavedroad.doctor.network import check_network
from pavedroad.doctor.quotas import check_quota, needs_of, usual_needs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pavedroad.aws.session import Clients
    from pavedroad.aws.target import Target
    from pavedroad.doctor.checks import Check
    from pavedroad.plan.cloud.model import CloudPlan
    from pavedroad.plan.environment import EnvironmentPlan

_PROBE: Final = b"pavedroad doctor"


def check_cloud(target: Target, profile: str | None, plan: EnvironmentPlan | None = None) -> list[Check]:
    """Look at the account, its quotas, its networks, and the parts that bootstrap makes.

    Args:
        target: The account and region, and what bootstrap called everything after.
        profile: Profile of AWS' own configuration. Default: as AWS' tools choose it.
        plan: The environment that is to stand there. Default: any that spans three zones.
    """
    try:
        clients = connect(target.region, profile)
        caller = confirm_account(clients, target.account)
    except AwsError as error:
        return [fault("AWS credentials", str(error), "nothing else of AWS was looked at")]
    inventory = Inventory(target.region, profile)
    cloud = plan.cloud if plan else None
    needs = needs_of(plan) if plan else usual_needs()
    account = cloud.account if cloud else None
    return [
        ok("AWS credentials", f"{caller}, region {target.region}"),
        *(
            _guarded(
                f"quota: {quota.subject}", partial(check_quota, clients, inventory, quota, needed, account)
            )
            for quota, needed in needs.items()
        ),
        *(_networks(cloud, inventory) if cloud else ()),
        *_parts(target, clients),
        _guarded("secrets key", partial(_usable, target, clients)),
    ]


def _guarded(subject: str, look: Callable[[], Check]) -> Check:
    """Take what cannot be looked at for not checked, not for well."""
    try:
        return look()
    except AwsError as error:
        return not_checked(subject, str(error))


def _networks(cloud: CloudPlan, inventory: Inventory) -> list[Check]:
    try:
        return check_network(cloud, inventory)
    except AwsError as error:
        return [not_checked("network", str(error))]


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
