"""Rules about the upkeep of security groups: what a rule is for is said, and it stands where the others do."""

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
    all_of,
    any_of,
)
from policies.rules.aws.joins import Pointing, points_elsewhere
from policies.rules.aws.network.openings import (
    DEFAULT_SECURITY_GROUP,
    EGRESS_RULE,
    INGRESS_RULE,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SECURITY_GROUPS,
)
from policies.rules.aws.shapes import like, owes

_SEPARATE_RULES: Final = (SECURITY_GROUP_RULE, INGRESS_RULE, EGRESS_RULE)
_DESCRIBED_BY_DEFAULT: Final = frozenset({"", "managed by pulumi", "managed by terraform"})
_DESCRIBED: Final = like(
    "description",
    lambda text: text.strip().lower() not in _DESCRIBED_BY_DEFAULT,
    "set description to what it is for",
)


def _described(resource: Resource) -> Iterator[Duty]:
    inline = resource.type in SECURITY_GROUPS
    if resource.type != DEFAULT_SECURITY_GROUP:
        yield from owes(_DESCRIBED)(resource)
    if inline:
        yield from owes(_DESCRIBED, over="ingress[]")(resource)
        yield from owes(_DESCRIBED, over="egress[]")(resource)


DESCRIBED: Final = ResourceRule(
    Control(
        identifier="security-groups-described",
        sentence="Every security group, and every rule of one, says what it is for",
        why="Nobody dares to remove a rule whose reason is not known, so that it stays open for good.",
        severity=Severity.LOW,
        resource_types=SECURITY_GROUPS.union(_SEPARATE_RULES),
        fix=Fix(pulumi="set description on the group and on each of its rules"),
        rows=(252,),
    ),
    _described,
)


def _separate_rules(stack: Stack) -> Pointing:
    return Pointing(stack.of_types(_SEPARATE_RULES), "securityGroupId")


def _one_way(stack: Stack) -> Iterator[Duty]:
    for group in stack.of_types({SECURITY_GROUP}):
        separate = stack.derived(_separate_rules).at(group, ("id",))
        inline = group.properties
        yield Duty(
            group,
            any_of(
                all_of(inline.empty("ingress"), inline.empty("egress")),
                all_of(*(points_elsewhere(does, "a rule's securityGroupId") for _, does in separate)),
            ),
            "its rules must stand either all in ingress and egress, or all in resources of their own",
        )


ONE_WAY: Final = StackRule(
    Control(
        identifier="security-group-rules-in-one-place",
        sentence="The rules of a security group stand either all inline or all in resources of their own",
        why="Each way removes what it does not know of, so that rules vanish and come back with every update.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({SECURITY_GROUP}),
        fix=Fix(pulumi="move the inline rules into SecurityGroupIngressRule and SecurityGroupEgressRule"),
        rows=(253,),
    ),
    _one_way,
)

RULES: Final = (DESCRIBED, ONE_WAY)
