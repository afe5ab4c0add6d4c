"""Rules about what keeps data: that the engine refuses to delete it, and that nobody loses it in passing."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Tier,
)
from pavedroad.governance.truth import truth
from policies.rules.data.stateful import STATEFUL


def _protected(resource: Resource) -> Iterator[Duty]:
    yield Duty(resource, truth(holds=resource.protect), "the resource must be protected from deletion")


PROTECTED: Final = ResourceRule(
    Control(
        identifier="stateful-resources-protected",
        sentence="Whatever keeps data is protected from deletion",
        why="One mistaken rename or removal would delete the data with it.",
        severity=Severity.HIGH,
        resource_types=STATEFUL,
        fix=Fix(
            descriptor="the platform protects every store above development, so declare the store in a descriptor",
            pulumi="pass ResourceOptions(protect=True)",
        ),
        off_in=frozenset({Tier.LOCAL, Tier.DEVELOPMENT}),
        rows=(287,),
    ),
    _protected,
)


def _kept(stack: Stack) -> Iterator[Duty]:
    for resource in (*stack.of_types(STATEFUL), *stack.leaving(STATEFUL)):
        yield Duty(
            resource,
            truth(holds=resource.change is None),
            "the update must neither delete nor replace the resource unless somebody who answers for it agrees",
        )


KEPT: Final = StackRule(
    Control(
        identifier="stateful-resources-kept",
        sentence="No update deletes or replaces what keeps data without an approval",
        why="A replacement starts empty: what the old one held is gone with it, or left behind unused.",
        severity=Severity.CRITICAL,
        resource_types=STATEFUL,
        fix=Fix(
            descriptor="keep the store's name and the fields that cannot be changed in place, or have the loss "
            "approved by an exemption of this control for this resource",
            pulumi="keep its name (or give it an alias) and the properties that force a replacement, or have the "
            "loss approved by an exemption of this control for this resource",
        ),
        off_in=frozenset({Tier.LOCAL}),
        rows=(288,),
    ),
    _kept,
)

RULES: Final = (PROTECTED, KEPT)
