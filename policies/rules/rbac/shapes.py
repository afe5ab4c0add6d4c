"""The shape that most demands on roles have: some powers are not given."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import Control, Duty, Reference, Stack, StackRule, Truth, all_of, any_of
from policies.rules.rbac.permissions import Grant, Power, grants_of_roles

BY_ITSELF: Final = (
    "the platform writes the roles of teams and services, so leave roles out and declare the edges instead"
)


def cis(*clauses: str, eks: str = "") -> tuple[Reference, ...]:
    """Name clauses of the CIS benchmarks for Kubernetes and, where it has the same, for EKS."""
    found = tuple(Reference("CIS Kubernetes", clause) for clause in clauses)
    return (*found, Reference("CIS EKS", eks)) if eks else found


def withholds(control: Control, demand: str, *powers: Power, named_suffices: bool = False) -> StackRule:
    """Make a rule: no role that the control speaks about gives any of ``powers``.

    Args:
        control: What it holds.
        demand: What each rule of a role must do.
        powers: What it must not give.
        named_suffices: Whether to give it on objects of given names is narrow enough.
    """

    def met(grant: Grant) -> Truth:
        withheld = all_of(*(power.withheld(grant) for power in powers))
        return any_of(withheld, grant.named) if named_suffices else withheld

    return each_grant(control, demand, met)


def each_grant(control: Control, demand: str, met: Callable[[Grant], Truth]) -> StackRule:
    """Make a rule: everything that a role grants, of those that the control speaks about, is as ``met`` says."""

    def check(stack: Stack) -> Iterator[Duty]:
        for role, grants in stack.derived(grants_of_roles).values():
            if control.speaks_about(role.type):
                for grant in grants:
                    yield Duty(role, grant.owes(met(grant)), f"{grant.place} must {demand}")

    return StackRule(control, check)
