"""Rules about roles themselves: that they have a boundary, and one way only to be given policies."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Rule,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from policies.rules.aws.identity.holders import ROLE
from policies.rules.aws.joins import Elsewhere, points_elsewhere
from policies.rules.aws.shapes import either, given, left_out, like, owes

_ROLES: Final = frozenset({ROLE})
_NAMES: Final = ("name",)
_FOR_AWS: Final = ("/aws-service-role/", "/aws-reserved/")
_OTHER_WAYS: Final = {
    "managedPolicyArns": (
        Elsewhere("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "role", _NAMES),
        Elsewhere(
            "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", "roleName", _NAMES
        ),
    ),
    "inlinePolicies": (
        Elsewhere("aws:iam/rolePolicy:RolePolicy", "role", _NAMES),
        Elsewhere("aws:iam/rolePoliciesExclusive:RolePoliciesExclusive", "roleName", _NAMES),
    ),
}
"""By property of a role that takes all its policies of a kind for itself: what adds more of that kind."""


def _one_way(stack: Stack) -> Iterator[Duty]:
    for role in stack.of_types(_ROLES):
        for path, others in _OTHER_WAYS.items():
            met = any_of(left_out(path).met(role.properties), _nobody_else(role, stack, others))
            yield Duty(
                role, met, f"it must not set {path} while other resources give it policies of that kind"
            )


def _nobody_else(role: Resource, stack: Stack, others: tuple[Elsewhere, ...]) -> Truth:
    found = (pair for each in others for pair in stack.derived(each.index).at(role, each.names))
    return all_of(*(points_elsewhere(does, other.name) for other, does in found))


BOUNDED: Final = ResourceRule(
    Control(
        identifier="roles-have-permissions-boundary",
        sentence="Every role has a permissions boundary",
        why="Whatever policies it is given later, it cannot do more than the boundary lets it.",
        severity=Severity.MEDIUM,
        resource_types=_ROLES,
        fix=Fix(pulumi="set permissions_boundary to the ARN of the policy that bounds roles"),
        rows=(247,),
    ),
    owes(
        either(
            given("permissionsBoundary"),
            like("path", lambda path: path.startswith(_FOR_AWS), "be a role of AWS itself"),
        )
    ),
)

ONE_WAY: Final = StackRule(
    Control(
        identifier="role-policies-given-one-way",
        sentence="A role that lists all its policies itself is given none by other resources",
        why="The list and the other resources take each other's policies away at every update.",
        severity=Severity.LOW,
        resource_types=_ROLES,
        fix=Fix(pulumi="leave managed_policy_arns and inline_policies out, or the attachments"),
        rows=(248,),
    ),
    _one_way,
)

RULES: Final[tuple[Rule, ...]] = (BOUNDED, ONE_WAY)
