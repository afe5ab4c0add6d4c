"""The most that any role of an environment may ever do: its permissions boundary.

A boundary gives nothing by itself. It holds what the environment's edges grant, widened from single things to
everything that bears the environment's name: so a role that somebody changes by hand still ends at the environment,
and never reaches IAM, billing or another team's tools. Source: IAM user guide, «Permissions boundaries for IAM
entities».
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import Condition, Grant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pavedroad.plan.cloud.account import AccountPlan


EVERYTHING: Final = ("*",)
"""What is granted where the service knows no single things: kept apart, so that it widens nothing else."""


def boundary(account: AccountPlan, grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Return the statements of an environment's boundary: one for each service and each kind of condition.

    Args:
        account: The environment's account.
        grants: Everything that its roles are granted.
    """
    together: dict[tuple[object, ...], list[Grant]] = {}
    for grant in grants:
        service = grant.actions[0].partition(":")[0]
        kinds = tuple((one.operator, one.key) for one in grant.conditions)
        together.setdefault((service, kinds, grant.resources == EVERYTHING), []).append(grant)
    return tuple(
        _widened(account, f"boundary.{service}.{number}", alike)
        for number, ((service, _, _), alike) in enumerate(sorted(together.items(), key=str))
    )


def _widened(account: AccountPlan, reason: str, alike: list[Grant]) -> Grant:
    """Return one statement in the place of several of the same service with the same kinds of conditions."""
    return Grant(
        reason=reason,
        actions=tuple(sorted({action for grant in alike for action in grant.actions})),
        resources=tuple(
            sorted({_prefix(account, resource) for grant in alike for resource in grant.resources})
        ),
        conditions=tuple(
            Condition(
                operator=first.operator,
                key=first.key,
                values=tuple(sorted({value for grant in alike for value in grant.conditions[place].values})),
            )
            for place, first in enumerate(alike[0].conditions)
        ),
    )


def _prefix(account: AccountPlan, resource: str) -> str:
    """Return everything that bears the environment's name in the place of one thing that does."""
    before, name, _ = resource.partition(account.environment)
    return f"{before}{name}*" if name else resource
