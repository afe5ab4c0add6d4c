"""Tags: whose a resource is, who pays for it, and how what it holds is to be kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pavedroad.plan.naming import PLATFORM

if TYPE_CHECKING:
    from pavedroad.plan.context import Context
    from pavedroad.plan.flows import Labels

DataClass = Literal["public", "internal", "confidential", "restricted"]
"""How carefully what a resource holds must be kept."""


def _tags(*, environment: str, team: str, owner: str, cost_centre: str, data_class: DataClass) -> Labels:
    """Return the tags that everything of one owner carries in the account."""
    return (
        ("cost-centre", cost_centre),
        ("data-class", data_class),
        ("environment", environment),
        ("managed-by", "pavedroad"),
        ("owner", owner),
        ("team", team),
    )


def team_tags(context: Context, team: str) -> Labels:
    """Return the tags of what a team owns in the account; none where there is no account."""
    spec, descriptor = context.environment.aws, context.teams[team]
    if spec is None:
        return ()
    return _tags(
        environment=context.environment.environment,
        team=context.namespace(team),
        owner=descriptor.owners.email,
        cost_centre=descriptor.cost_centre or spec.cost_centre,
        data_class="confidential",
    )


def platform_tags(context: Context) -> Labels:
    """Return the tags of what all teams share in the account; none where there is no account."""
    spec = context.environment.aws
    if spec is None:
        return ()
    return _tags(
        environment=context.environment.environment,
        team=PLATFORM,
        owner=spec.owner,
        cost_centre=spec.cost_centre,
        data_class="internal",
    )
