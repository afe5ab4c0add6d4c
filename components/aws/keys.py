"""KMS keys, one for each purpose: rotated every year, with a policy and an alias."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from components.aws.place import late

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pulumi

    from components.aws.place import CloudPlace
    from pavedroad.plan.cloud.account import Purpose
    from pavedroad.plan.cloud.foundation import KeyPlan

DELETION_DAYS = 30
"""How long a deleted key can be had back, in days: the longest that KMS offers."""

Keys = dict["Purpose", "pulumi.Input[str]"]
"""ARNs of keys, by what they encrypt."""


def declare_keys(place: CloudPlace, plans: Iterable[KeyPlan], *, protect: bool) -> Keys:
    """Declare the keys that do not exist already, and return all of them."""
    return {plan.purpose: plan.existing or _declare_key(place, plan, protect=protect) for plan in plans}


def _declare_key(place: CloudPlace, plan: KeyPlan, *, protect: bool) -> pulumi.Input[str]:
    key = place.declare(
        "aws:kms/key:Key",
        plan.alias,
        {
            "description": f"Encrypts {plan.purpose} of {place.cloud.account.environment}",
            "enableKeyRotation": True,
            "deletionWindowInDays": DELETION_DAYS,
            "policy": json.dumps(plan.policy),
        },
        late=("arn",),
        protect=protect,
    )
    place.declare(
        "aws:kms/alias:Alias",
        plan.alias,
        {"name": plan.alias, "targetKeyId": late(key, "id")},
        tagged=False,
    )
    return late(key, "arn")
