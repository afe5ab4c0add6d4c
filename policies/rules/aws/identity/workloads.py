"""Rules about roles that workloads of Kubernetes take: one role for one service account.

A workload gets there by its cluster's OIDC provider, where the role's trust policy names a subject, or by an
association of EKS Pod Identity; both count together.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pavedroad.governance import Control, Duty, Fix, Resource, Rule, Severity, Stack, StackRule, Truth
from pavedroad.governance.iam import statements
from pavedroad.governance.truth import NO, YES
from policies.rules.aws.identity.holders import ROLE
from policies.rules.aws.identity.trust import TRUST
from policies.rules.aws.joins import Elsewhere

_SUBJECT: Final = ":sub"
_PREFIX: Final = "system:serviceaccount:"
_WILD: Final = frozenset("*?")
_ASSOCIATIONS: Final = Elsewhere("aws:eks/podIdentityAssociation:PodIdentityAssociation", "roleArn", ("arn",))


@dataclass(slots=True)
class _Takers:
    """Who may take a role, as far as it is known."""

    names: set[str] = field(default_factory=set)
    unknown: list[str] = field(default_factory=list)

    def at_most_one(self) -> Truth:
        """Whether they are one service account, or none."""
        if len(self.names) > 1 or any(_WILD & set(name) for name in self.names):
            return NO
        return Truth(holds=None, unknown=tuple(dict.fromkeys(self.unknown))) if self.unknown else YES


def _trusted(role: Resource, takers: _Takers) -> None:
    """Add the service accounts that the trust policy names."""
    conditions = (
        each for statement in statements(role.properties.at(TRUST)) for each in statement.conditions
    )
    for condition in conditions:
        about = condition.key.satisfies(lambda key: key.lower().endswith(_SUBJECT))
        takers.unknown += about.unknown
        for value in condition.values if about.holds else ():
            takers.unknown += value.present().unknown
            if value.value is not None and value.value.startswith(_PREFIX):
                takers.names.add(value.value)


def _associated(role: Resource, stack: Stack, takers: _Takers) -> None:
    """Add the service accounts of the associations that name the role."""
    for each, does in stack.derived(_ASSOCIATIONS.index).at(role, _ASSOCIATIONS.names):
        namespace, name = each.properties.text("namespace"), each.properties.text("serviceAccount")
        takers.unknown += (*does.unknown, *namespace.present().unknown, *name.present().unknown)
        if does.holds and namespace.value and name.value:
            takers.names.add(f"{_PREFIX}{namespace.value}:{name.value}")


def _one_taker(stack: Stack) -> Iterator[Duty]:
    for role in stack.of_types({ROLE}):
        takers = _Takers()
        _trusted(role, takers)
        _associated(role, stack, takers)
        yield Duty(
            role, takers.at_most_one(), f"{TRUST} and associations must let in one service account only"
        )


ONE_SERVICE_ACCOUNT: Final = StackRule(
    Control(
        identifier="roles-for-one-service-account",
        sentence="A role that workloads take is taken by exactly one service account",
        why="Services that share a role can do what any of them needs, and nobody can tell them apart.",
        severity=Severity.HIGH,
        resource_types=frozenset({ROLE}),
        fix=Fix(pulumi="make a role for each service account, and name it without wildcards"),
        rows=(243,),
    ),
    _one_taker,
)

RULES: Final[tuple[Rule, ...]] = (ONE_SERVICE_ACCOUNT,)
