"""Everything that somebody may do in an environment, collected."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from itertools import chain
from typing import TYPE_CHECKING

from pavedroad.intent.edges import EdgeReader
from pavedroad.intent.rights import Right, Rights, ServiceRights
from pavedroad.plan.cloud.service_roles import ServiceRolePlan
from pavedroad.plan.context import Context
from pavedroad.plan.naming import principal
from pavedroad.plan.provenance import Trace
from pavedroad.plan.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor import Project
    from pavedroad.plan.cloud.access import RolePlan
    from pavedroad.plan.environment import EnvironmentPlan
    from pavedroad.position import Position


def rights_of(project: Project, environment: str) -> Rights:
    """Return who may do what in an environment.

    Args:
        project: Loaded descriptors, with the texts that they were read from.
        environment: The environment's name.
    """
    described = project.environments[environment]
    plan = resolve(project.teams, described, project.files)
    standing = {team.name: project.teams[team.name] for team in plan.teams}
    context = Context(environment=described, teams=standing, files=project.files, trace=Trace())
    reader = EdgeReader(project, context, plan)
    may = {
        f"{workload.team}/{workload.display_name}": (workload, tuple(reader.rights(workload)))
        for team in plan.teams
        for workload in team.workloads
    }
    done = list(chain.from_iterable(rights for _, rights in may.values()))
    services = tuple(
        ServiceRights(
            name=name,
            principal=principal(workload.namespace, workload.name),
            role=workload.role.name if workload.role else None,
            may=rights,
            open_to=(
                *(right for right in done if right.service == name),
                *reader.routes(workload),
            ),
        )
        for name, (workload, rights) in sorted(may.items())
    )
    return Rights(environment=environment, services=services, platform=tuple(_platform(plan, reader)))


def _platform(plan: EnvironmentPlan, reader: EdgeReader) -> Iterator[Right]:
    """Yield what identities that belong to no service may do in the account."""
    for service_role in _service_roles(plan.cloud):
        for managed in service_role.managed:
            yield Right(who=f"role {service_role.name}", may="act on", what=f"what {managed} allows")
        yield from _of_role(service_role, ())
    for role in plan.platform.roles:
        yield from _of_role(role, ())
    for team in plan.teams:
        if team.reader is not None:
            yield from _of_role(team.reader, reader.secret_lines(team))
        yield from chain.from_iterable(map(reader.function_rights, team.functions))


def _service_roles(part: object) -> Iterator[ServiceRolePlan]:
    """Yield every role that stands anywhere in a part of a plan."""
    if isinstance(part, ServiceRolePlan):
        yield part
    elif isinstance(part, tuple):
        yield from chain.from_iterable(map(_service_roles, part))
    elif is_dataclass(part):
        yield from chain.from_iterable(_service_roles(getattr(part, each.name)) for each in fields(part))


def _of_role(role: RolePlan | ServiceRolePlan, written_at: tuple[Position, ...]) -> Iterator[Right]:
    for grant in role.grants:
        yield Right(
            who=f"role {role.name}", may="act on", what=grant.reason, grants=(grant,), written_at=written_at
        )
