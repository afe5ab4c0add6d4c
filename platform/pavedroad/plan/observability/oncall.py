"""Where alerts go, resolved: owners, receivers, the tree of routes, mute times.

The tree has one branch for each team and below it one leaf for each step of each severity; what no branch takes is
the platform's. A later step is a route of its own whose group waits as long as the step says: an alert that is gone,
silenced or muted by then is never sent there (Alertmanager, «Configuration»: `group_wait`, `continue`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.oncall import SEVERITIES, GroupingSpec
from pavedroad.plan.naming import PLATFORM
from pavedroad.plan.observability.owners import OwnerPlan, owner_plan
from pavedroad.plan.observability.receivers import IntegrationPlan, integration, key_entry, outside_host
from pavedroad.plan.observability.stack import OBSERVABILITY
from pavedroad.plan.secrets_source import secret_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.hours import Stretch
    from pavedroad.descriptor.oncall import EscalationSpec, OnCallSpec, Severity, StepSpec
    from pavedroad.plan.context import Context
    from pavedroad.plan.environment import SecretSourcePlan
    from pavedroad.plan.values import SecretEntry

NOBODY: Final = "nobody"
"""The receiver of what nobody is told."""

DEAD_MAN: Final = "dead-man"
"""The receiver of the message that all is well."""

WATCHDOG: Final = "Watchdog"
"""The alert that always fires, so that its absence says that alerting is dead."""

CLUSTER_DOWN: Final = "ClusterDown"
"""The alert under which all others are held back: they follow from it."""

Matchers = tuple[tuple[str, str], ...]
"""Labels and the values that an alert has to have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiverPlan:
    """What one step of an escalation does.

    Attributes:
        name: Its name in Alertmanager: ``orders/page/1``.
        owner: Whose alerts it is for; None for the message that all is well, and for nobody.
        step: Which step it is, from one.
        integrations: Who is told, and by what.
    """

    name: str
    owner: OwnerPlan | None = None
    step: int = 1
    integrations: tuple[IntegrationPlan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """A node of Alertmanager's tree of routes.

    Attributes:
        matchers: Labels that an alert needs to come here.
        receiver: Who is told where no node below takes the alert.
        wait: How long a new group waits before the first message.
        interval: How long after a message the next tells what came since.
        repeat: How long after a message it is said again.
        group_by: Labels that the alerts of a message have in common.
        proceed: Whether the nodes after this one are tried as well.
        mutes: Names of the mute times.
        routes: Nodes below, the first that fits takes the alert.
    """

    matchers: Matchers
    receiver: str
    wait: str
    interval: str
    repeat: str
    group_by: tuple[str, ...]
    proceed: bool = False
    mutes: tuple[str, ...] = ()
    routes: tuple[RoutePlan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MutePlan:
    """Times at which alerts are held back.

    Attributes:
        name: Its name.
        time_zone: Whose clocks count.
        stretches: The minutes of the week.
        reason: Why.
    """

    name: str
    time_zone: str
    stretches: tuple[Stretch, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallPlan:
    """Where the alerts of an environment go.

    Attributes:
        root: The tree of routes.
        receivers: Everything that a route names.
        platform: Who answers for what all teams share; None where nobody is told of anything.
        mutes: Times at which alerts are held back.
        keys: Where the receivers' keys are kept; each becomes a file that Alertmanager reads.
        source: What they are read from; None where there are none.
        hosts: Hosts and ports outside that Alertmanager talks to.
    """

    root: RoutePlan
    receivers: tuple[ReceiverPlan, ...]
    platform: OwnerPlan | None = None
    mutes: tuple[MutePlan, ...] = ()
    keys: tuple[SecretEntry, ...] = ()
    source: SecretSourcePlan | None = None
    hosts: tuple[str, ...] = ()


def resolve_on_call(context: Context) -> OnCallPlan:
    """Return where the alerts of an environment go; to nobody where it does not say."""
    spec = context.environment.on_call
    nobody = ReceiverPlan(name=NOBODY)
    if spec is None:
        return OnCallPlan(root=_node(GroupingSpec(), NOBODY), receivers=(nobody,))
    owners = [owner_plan(team, one.owners) for team, one in context.teams.items()]
    platform = owner_plan(PLATFORM, spec.platform)
    branches = tuple(_branch(spec, owner) for owner in owners)
    dead_man = _dead_man_receiver(spec, platform)
    leaves = tuple(_leaves(spec, platform))
    root = _node(
        spec.grouping,
        _fallback(spec.escalation, platform),
        routes=(_dead_man_route(spec), *branches, *leaves),
    )
    used = [name for step in _all_steps(spec) for name in step.notify]
    used += [spec.dead_man.notify] if spec.dead_man else []
    names = sorted(set(used))
    found = (key_entry(context, name, spec.receivers[name]) for name in names)
    keys = tuple(entry for entry in found if entry is not None)
    return OnCallPlan(
        root=root,
        platform=platform,
        receivers=(
            nobody,
            *dead_man,
            *(one for owner in (*owners, platform) for one in _receivers(spec, owner)),
        ),
        mutes=tuple(
            MutePlan(name=name, time_zone=one.time_zone, stretches=one.stretches(), reason=one.reason)
            for name, one in sorted(spec.mute.items())
        ),
        keys=keys,
        source=secret_source(context, OBSERVABILITY, keys) if keys else None,
        hosts=tuple(sorted({outside_host(spec.receivers[name]) for name in names})),
    )


def _escalation(spec: OnCallSpec, owner: OwnerPlan) -> EscalationSpec:
    return spec.teams.get(owner.name, spec.escalation)


def _all_steps(spec: OnCallSpec) -> Iterator[StepSpec]:
    for escalation in (spec.escalation, *spec.teams.values()):
        for severity in SEVERITIES:
            yield from steps_of(escalation, severity)


def steps_of(escalation: EscalationSpec, severity: Severity) -> tuple[StepSpec, ...]:
    """Return the steps of one severity."""
    return {"page": escalation.page, "ticket": escalation.ticket, "info": escalation.info}[severity]


def _receiver_name(owner: OwnerPlan, severity: Severity, step: int) -> str:
    return f"{owner.name}/{severity}/{step}"


def _fallback(escalation: EscalationSpec, owner: OwnerPlan) -> str:
    """Return who is told of an alert that says no severity: whoever gets tickets."""
    return _receiver_name(owner, "ticket", 1) if escalation.ticket else NOBODY


def _node(grouping: GroupingSpec, receiver: str, *, routes: tuple[RoutePlan, ...] = ()) -> RoutePlan:
    return RoutePlan(
        matchers=(),
        receiver=receiver,
        wait=grouping.wait,
        interval=grouping.interval,
        repeat=grouping.repeat,
        group_by=grouping.by,
        routes=routes,
    )


def _branch(spec: OnCallSpec, owner: OwnerPlan) -> RoutePlan:
    """Return the node of one team."""
    grouping = spec.grouping
    return RoutePlan(
        matchers=(("team", owner.name),),
        receiver=_fallback(_escalation(spec, owner), owner),
        wait=grouping.wait,
        interval=grouping.interval,
        repeat=grouping.repeat,
        group_by=grouping.by,
        routes=tuple(_leaves(spec, owner)),
    )


def _leaves(spec: OnCallSpec, owner: OwnerPlan) -> Iterator[RoutePlan]:
    """Yield the nodes of every step of every severity; all but the last of a severity let the next be tried."""
    grouping = spec.grouping
    for severity in SEVERITIES:
        mutes = tuple(
            name
            for name, mute in sorted(spec.mute.items())
            if severity in mute.severities and (mute.teams is None or owner.name in mute.teams)
        )
        steps = steps_of(_escalation(spec, owner), severity)
        waits = [step.after or grouping.wait for step in steps] or [grouping.wait]
        for index, wait in enumerate(waits):
            yield RoutePlan(
                matchers=(("severity", severity),),
                receiver=_receiver_name(owner, severity, index + 1) if steps else NOBODY,
                wait=wait,
                interval=grouping.interval,
                repeat=grouping.repeat,
                group_by=grouping.by,
                proceed=index + 1 < len(waits),
                mutes=mutes,
            )


def _receivers(spec: OnCallSpec, owner: OwnerPlan) -> Iterator[ReceiverPlan]:
    """Yield what the steps of an owner's escalations do."""
    for severity in SEVERITIES:
        for index, step in enumerate(steps_of(_escalation(spec, owner), severity)):
            yield ReceiverPlan(
                name=_receiver_name(owner, severity, index + 1),
                owner=owner,
                step=index + 1,
                integrations=tuple(
                    integration(name, spec.receivers[name], owner, severity) for name in step.notify
                ),
            )


def _dead_man_receiver(spec: OnCallSpec, platform: OwnerPlan) -> tuple[ReceiverPlan, ...]:
    if spec.dead_man is None:
        return ()
    name = spec.dead_man.notify
    told = integration(name, spec.receivers[name], platform, "info")
    return (ReceiverPlan(name=DEAD_MAN, integrations=(told,)),)


def _dead_man_route(spec: OnCallSpec) -> RoutePlan:
    """Return the node of the alert that always fires: one message after the other, and nobody else is told."""
    every = spec.dead_man.every if spec.dead_man else spec.grouping.repeat
    return RoutePlan(
        matchers=(("alertname", WATCHDOG),),
        receiver=DEAD_MAN if spec.dead_man else NOBODY,
        wait="0s",
        interval=every,
        repeat=every,
        group_by=("alertname",),
    )
