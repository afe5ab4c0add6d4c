"""On call: alerts go to receivers that there are, step by step, and no key stands in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor.checks.world import World, environment_fault, team_fault
from pavedroad.descriptor.faults import Path
from pavedroad.descriptor.oncall import SEVERITIES, SlackReceiver, WebhookReceiver
from pavedroad.descriptor.values import milliseconds
from pavedroad.near_misses import listed, suggestion
from pavedroad.secret_literals import looks_like_secret

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.faults import Fault
    from pavedroad.descriptor.oncall import (
        EscalationSpec,
        OnCallOwner,
        OnCallSpec,
        StepSpec,
    )

PAGING_TIERS = frozenset({"staging", "production"})
"""Tiers in which a page has to find somebody at any time."""

Place = tuple[str, Path]
"""An environment and where in its file something stands."""


def check_receivers(world: World) -> Iterator[Fault]:
    """Whatever names a receiver names one that there is, and each that there is is named."""
    for environment, on_call in on_call_environments(world):
        used = set[str]()
        for path, receiver in _named_receivers(on_call):
            used.add(receiver)
            if receiver not in on_call.receivers:
                yield _unknown((environment, path), receiver, on_call.receivers)
        for name in sorted(on_call.receivers.keys() - used):
            change = "nothing notifies it; name it in a step of escalation:, or remove it"
            yield environment_fault(environment, ("on_call", "receivers", name), change=change)


def check_on_call_teams(world: World) -> Iterator[Fault]:
    """Teams that are named stand in the environment."""
    for environment, on_call in on_call_environments(world):
        standing = dict(world.teams_in(world.environments[environment]))
        for team in on_call.teams:
            if team not in standing:
                yield _unknown((environment, ("on_call", "teams", team)), team, standing)
        for name, mute in on_call.mute.items():
            for index, team in enumerate(mute.teams or ()):
                if team not in standing:
                    path: Path = ("on_call", "mute", name, "teams", index)
                    yield _unknown((environment, path), team, standing)


def check_steps_rise(world: World) -> Iterator[Fault]:
    """Steps of an escalation come one after the other."""
    for environment, on_call in on_call_environments(world):
        for root, escalation in _escalations(on_call):
            for severity in SEVERITIES:
                steps: tuple[StepSpec, ...] = getattr(escalation, severity)
                waited = milliseconds(on_call.grouping.wait)
                for index, step in enumerate(steps):
                    path: Path = (*root, severity, index)
                    if step.after is None and index > 0:
                        change = (
                            "only the first step needs no after:; say how long an alert lasts before this one"
                        )
                        yield environment_fault(environment, path, change=change)
                    elif step.after is not None:
                        if index > 0 and milliseconds(step.after) <= waited:
                            change = "this step is not later than the one before it; wait longer"
                            yield environment_fault(
                                environment, (*path, "after"), given=f"'{step.after}'", change=change
                            )
                        waited = milliseconds(step.after)


def check_owners_reachable(world: World) -> Iterator[Fault]:
    """Where pages matter, every owner has a rotation, and a channel where messages go to the owner's."""
    for environment, on_call in on_call_environments(world):
        descriptor = world.environments[environment]
        for team, inside in world.teams_in(descriptor):
            for path, change in _unreachable(descriptor, on_call, team, inside.owners):
                yield team_fault(team, ("owners", *path), change=change)
        for path, change in _unreachable(descriptor, on_call, None, on_call.platform):
            yield environment_fault(environment, ("on_call", "platform", *path), change=change)


def check_grouping(world: World) -> Iterator[Fault]:
    """A message is not repeated more often than its group is looked at."""
    for environment, on_call in on_call_environments(world):
        grouping = on_call.grouping
        if milliseconds(grouping.repeat) < milliseconds(grouping.interval):
            path: Path = ("on_call", "grouping", "repeat")
            change = f"a group is looked at every {grouping.interval}; repeat no more often"
            yield environment_fault(environment, path, given=f"'{grouping.repeat}'", change=change)


def check_keys_are_references(world: World) -> Iterator[Fault]:
    """No address of a receiver holds a key, as those of incoming webhooks do; the key is never repeated."""
    for environment, on_call in on_call_environments(world):
        for name, receiver in on_call.receivers.items():
            if isinstance(receiver, WebhookReceiver) and _holds_key(receiver.url):
                change = "holds what looks like a secret; keep it in the vault and use token:, or kind: slack"
                yield environment_fault(environment, ("on_call", "receivers", name, "url"), change=change)


def on_call_environments(world: World) -> Iterator[tuple[str, OnCallSpec]]:
    """Yield the environments that say where alerts go."""
    for environment, descriptor in world.environments.items():
        if descriptor.on_call is not None:
            yield environment, descriptor.on_call


def _escalations(on_call: OnCallSpec) -> Iterator[tuple[Path, EscalationSpec]]:
    yield ("on_call", "escalation"), on_call.escalation
    for team, escalation in on_call.teams.items():
        yield ("on_call", "teams", team), escalation


def _named_receivers(on_call: OnCallSpec) -> Iterator[tuple[Path, str]]:
    """Yield where receivers are named, with the name."""
    for root, escalation in _escalations(on_call):
        for severity in SEVERITIES:
            for index, step in enumerate(getattr(escalation, severity)):
                for place, receiver in enumerate(step.notify):
                    yield (*root, severity, index, "notify", place), receiver
    if on_call.dead_man is not None:
        yield ("on_call", "dead_man", "notify"), on_call.dead_man.notify


def _unreachable(
    environment: EnvironmentDescriptor, on_call: OnCallSpec, team: str | None, owner: OnCallOwner
) -> Iterator[tuple[Path, str]]:
    """Yield which word of an owner is missing, and why it is needed."""
    escalation = on_call.escalation if team is None else on_call.teams.get(team, on_call.escalation)
    kinds = {
        (name, on_call.receivers[name].kind)
        for severity in SEVERITIES
        for step in getattr(escalation, severity)
        for name in step.notify
        if name in on_call.receivers
    }
    if environment.tier in PAGING_TIERS and owner.on_call is None and owner.rotation is None:
        yield (
            (),
            f"{environment.environment} pages this owner, and nobody is on call; add on_call: or rotation:",
        )
    for name, kind in sorted(kinds):
        if kind == "opsgenie" and owner.on_call is None:
            yield (), f"{environment.environment} tells {name} ({kind}), which needs a schedule; add on_call:"
        receiver = on_call.receivers[name]
        if isinstance(receiver, SlackReceiver) and receiver.channel is None and owner.channel is None:
            yield (), f"{environment.environment} tells {name} ({kind}), which needs a channel; add channel:"


def _holds_key(url: str) -> bool:
    """Return whether a part of a URL's path looks random: addresses of incoming webhooks are keys themselves."""
    return any(looks_like_secret("token", part) for part in url.split("/")[3:])


def _unknown(place: Place, given: str, known: Collection[str]) -> Fault:
    environment, path = place
    return environment_fault(
        environment,
        path,
        given=f"'{given}'",
        expected=f"one of {listed(known) or '(there is none)'}",
        change=suggestion(given, known),
    )
