"""Everything that somebody may do in an environment, collected."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING

from pavedroad.intent.edges import EdgeReader
from pavedroad.intent.functions import function_events, function_rights
from pavedroad.intent.lines import Lines
from pavedroad.intent.rights import Right, Rights, ServiceRights
from pavedroad.intent.sagas import saga_rights
from pavedroad.plan.cloud.service_roles import ServiceRolePlan
from pavedroad.plan.context import Context
from pavedroad.plan.naming import principal
from pavedroad.plan.provenance import Trace
from pavedroad.plan.resolve import resolve

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.descriptor import Project
    from pavedroad.plan.cloud.access import RolePlan
    from pavedroad.plan.environment import ClusterShare
    from pavedroad.position import Position


def rights_of(project: Project, environment: str) -> Rights:
    """Return who may do what in an environment.

    Args:
        project: Loaded descriptors, with the texts that they were read from.
        environment: The environment's name.
    """
    described = project.environments[environment]
    plan = resolve(project.teams, described, project.files)
    views = {
        share.cluster.name: Context.on(share.cluster.name, described, project.teams, project.files, Trace())
        for share in plan.shares
    }
    running = _together(
        each
        for share in plan.shares
        for each in _running(Lines(project, views[share.cluster.name]), views[share.cluster.name], share)
    )
    done = list(chain.from_iterable(each.may for each in running))
    services = tuple(
        replace(each, open_to=(*(right for right in done if right.service == each.name), *each.open_to))
        for each in sorted(running, key=lambda each: each.name)
    )
    account = chain.from_iterable(
        _account(
            share, EdgeReader(Lines(project, views[share.cluster.name]), views[share.cluster.name], share)
        )
        for share in plan.shares
    )
    return Rights(environment=environment, services=services, account=tuple(account))


def _together(running: Iterable[ServiceRights]) -> tuple[ServiceRights, ...]:
    """Return what runs once each, with what it may on any of its clusters."""
    found: dict[str, ServiceRights] = {}
    for each in running:
        known = found.setdefault(each.name, each)
        found[each.name] = replace(
            known,
            may=tuple(dict.fromkeys((*known.may, *each.may))),
            open_to=tuple(dict.fromkeys((*known.open_to, *each.open_to))),
        )
    return tuple(found.values())


def _running(lines: Lines, context: Context, plan: ClusterShare) -> Iterator[ServiceRights]:
    """Yield everything that runs on a cluster, open to what comes from outside: calls of others are not known yet."""
    reader = EdgeReader(lines, context, plan)
    for workload in chain.from_iterable(team.workloads for team in plan.teams):
        yield ServiceRights(
            name=f"{workload.team}/{workload.display_name}",
            principal=principal(workload.namespace, workload.name),
            role=workload.role.name if workload.role else None,
            may=tuple(reader.rights(workload)),
            open_to=tuple(reader.routes(workload)),
        )
    for function in chain.from_iterable(team.functions for team in plan.teams):
        yield ServiceRights(
            name=f"{function.team}/{function.display_name}",
            principal=None,
            role=function.role.name,
            may=tuple(function_rights(lines, context, function)),
            open_to=tuple(function_events(lines, context, function)),
        )
    for saga in chain.from_iterable(team.sagas for team in plan.teams):
        yield ServiceRights(
            name=f"{saga.team}/{saga.display_name}",
            principal=None if saga.machine else principal(saga.namespace, saga.account),
            role=saga.machine.role.name if saga.machine else None,
            may=tuple(saga_rights(lines, context, saga)),
            open_to=(),
        )


def _account(plan: ClusterShare, reader: EdgeReader) -> Iterator[Right]:
    """Yield what roles that belong to no service may do in the account, and what topics send to the outside."""
    for service_role in _service_roles(plan.cloud):
        for managed in service_role.managed:
            yield Right(who=f"role {service_role.name}", may="act on", what=f"what {managed} allows")
        yield from _of_role(service_role, ())
    for role in (*plan.platform.roles, *plan.platform.readers):
        yield from _of_role(role, ())
    for team in plan.teams:
        if team.reader is not None:
            yield from _of_role(team.reader, reader.secret_lines(team))
        yield from reader.webhooks(team.name)


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
