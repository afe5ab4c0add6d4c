"""What AWS does to databases of its own accord: copies in a vault, and measurements from inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.aws.place import late
from components.aws.roles import declare_service_role
from pavedroad.plan.cloud.keeping import COPY_DAYS, COPY_SCHEDULE

if TYPE_CHECKING:
    import pulumi

    from components.aws.place import CloudPlace
    from pavedroad.plan.cloud.keeping import CopiesPlan, KeepingPlan


def declare_keeping(place: CloudPlace, plan: KeepingPlan, key: pulumi.Input[str], *, protect: bool) -> None:
    """Declare what is kept of databases.

    Args:
        place: Where it stands.
        plan: What is kept.
        key: The key that encrypts copies.
        protect: Whether the engine refuses to delete the vault.
    """
    if plan.monitor is not None:
        declare_service_role(place, plan.monitor)
    if plan.copies is not None:
        _declare_copies(place, plan.copies, key, protect=protect)


def _declare_copies(place: CloudPlace, plan: CopiesPlan, key: pulumi.Input[str], *, protect: bool) -> None:
    """Declare the vault, the plan that fills it every day, and what it takes in: all that has the tag."""
    vault = place.declare(
        "aws:backup/vault:Vault", plan.vault, {"name": plan.vault, "kmsKeyArn": key}, protect=protect
    )
    rule = {
        "ruleName": "daily",
        "targetVaultName": plan.vault,
        "schedule": COPY_SCHEDULE,
        "lifecycle": {"deleteAfter": COPY_DAYS},
    }
    schedule = place.declare(
        "aws:backup/plan:Plan", plan.vault, {"name": plan.vault, "rules": [rule]}, after=(vault,)
    )
    role, *rights = declare_service_role(place, plan.role)
    tag, value = plan.tag
    place.declare(
        "aws:backup/selection:Selection",
        plan.vault,
        {
            "name": plan.vault,
            "planId": schedule.id,
            "iamRoleArn": late(role, "arn"),
            "selectionTags": [{"type": "STRINGEQUALS", "key": tag, "value": value}],
        },
        tagged=False,
        after=tuple(rights),
    )
