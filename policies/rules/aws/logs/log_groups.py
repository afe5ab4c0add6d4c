"""Rules about log groups in CloudWatch."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    Tier,
    any_of,
    setting,
)
from policies.rules.aws.shapes import amount, given, one_of, owes, own_key, unless

_LOG_GROUPS: Final = frozenset({"aws:cloudwatch/logGroup:LogGroup"})
_FOR_DELIVERY: Final = one_of("logGroupClass", "DELIVERY")
_FOR_EVER: Final = 0
"""How the provider spells that nothing is ever deleted."""

RETENTION_SET: Final = ResourceRule(
    Control(
        identifier="log-groups-retention-set",
        sentence="Every log group says how long its events are kept",
        why="Unsaid, everything is kept and paid for, for ever, personal data included.",
        severity=Severity.MEDIUM,
        resource_types=_LOG_GROUPS,
        fix=Fix(pulumi="set retention_in_days"),
        rows=(283,),
    ),
    owes(unless(_FOR_DELIVERY, given("retentionInDays"))),
)


class Retention(Settings):
    """How long what was logged can be looked into."""

    days: int = setting(365, "The fewest days that events must be kept.")


def _kept(wanted: Retention) -> Callable[[Resource], Iterator[Duty]]:
    def check(group: Resource) -> Iterator[Duty]:
        kept = amount(group.properties, "retentionInDays").satisfies(
            lambda days: days == _FOR_EVER or days >= wanted.days, absent=True
        )
        yield Duty(
            group,
            any_of(_FOR_DELIVERY.met(group.properties), kept),
            f"it must set retentionInDays to {wanted.days} or more",
        )

    return check


KEPT: Final = ResourceRule.settable(
    Control(
        identifier="log-groups-kept-for-audit",
        sentence="What was logged can be looked into for a year",
        why="A break-in is found after months, and only logs tell how it began and what was taken.",
        severity=Severity.MEDIUM,
        resource_types=_LOG_GROUPS,
        fix=Fix(pulumi="set retention_in_days to 365 or more"),
        off_in=frozenset({Tier.LOCAL, Tier.DEVELOPMENT}),
        rows=(283,),
    ),
    Retention(),
    _kept,
)

ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="log-groups-encrypted-with-own-key",
        sentence="Every log group is encrypted with a key of its owner's",
        why="Only then does a second permission stand between a log and whoever wants to read it.",
        severity=Severity.LOW,
        resource_types=_LOG_GROUPS,
        fix=Fix(pulumi="set kms_key_id to the ARN of a key"),
        rows=(284,),
    ),
    owes(own_key("kmsKeyId")),
)

RULES: Final = (RETENTION_SET, KEPT, ENCRYPTED)
