"""Where identities' policies stand, and shapes of the demands on them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

from pavedroad.governance import Duty, Resource, Truth, all_of
from pavedroad.governance.iam import Statement, statements, withheld_by

ROLE: Final = "aws:iam/role:Role"
POLICY: Final = "aws:iam/policy:Policy"

HOLDERS: Final[Mapping[str, str]] = {
    POLICY: "policy",
    ROLE: "inlinePolicies[].policy",
    "aws:iam/groupPolicy:GroupPolicy": "policy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/userPolicy:UserPolicy": "policy",
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": "inlinePolicy",
}
"""By type of resource, the path of the policies that say what an identity may do (see `Properties.every`)."""

TYPES: Final = frozenset(HOLDERS)

Check: TypeAlias = Callable[[Resource], Iterator[Duty]]
_MOST_NAMED: Final = 3


def policies_of(resource: Resource) -> Iterator[tuple[str, tuple[Statement, ...]]]:
    """List the policies that a resource holds, each with its path."""
    for part in resource.properties.every(HOLDERS[resource.type]):
        yield part.path, statements(part)


def each_statement(met: Callable[[Statement], Truth], words: str) -> Check:
    """Make a check: every statement does what ``met`` says; ``words`` follow *must*."""

    def check(resource: Resource) -> Iterator[Duty]:
        for _, policy in policies_of(resource):
            for each in policy:
                yield Duty(resource, met(each), f"{each.part.path} must {words}")

    return check


def withholding(actions: Sequence[str]) -> Check:
    """Make a check: no policy grants any of ``actions`` on resources that it does not name."""

    def check(resource: Resource) -> Iterator[Duty]:
        for path, policy in policies_of(resource):
            withholds = withheld_by(policy)
            asked = {action: withholds(action) for action in actions}
            granted = [action for action, met in asked.items() if met.holds is False]
            yield Duty(
                resource,
                all_of(*asked.values()),
                f"{path} must not allow {in_short(granted or actions)} on resources that it does not name",
            )

    return check


def in_short(actions: Sequence[str]) -> str:
    """Name the first few of ``actions``, which stand in our tables, and count the rest."""
    first, rest = actions[:_MOST_NAMED], len(actions) - _MOST_NAMED
    return ", ".join(first) + (f" and {rest} more" if rest > 0 else "")
