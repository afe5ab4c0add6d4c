"""Rights: who may do what to what in an environment, and which lines of which files say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.plan.cloud.access import Grant
    from pavedroad.position import Position

Verb = Literal[
    "call", "use", "publish to", "subscribe to", "reach", "read", "ask", "enter", "run", "start", "act on"
]
"""What may be done: a service called, a store used, a topic written to or read, a host outside reached, a secret read, the
Kubernetes API asked, a route entered, a function run, a saga started, a part of the account acted on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """One thing that somebody may do.

    Attributes:
        who: A service as `team/service`, or who else may: a gateway, a store's own pods, an operator.
        may: What is done.
        what: To what.
        how: Over which ports, with which rights on a broker or in the cluster, under which conditions.
        grants: What it takes in the account.
        path: The place that says so, as `paved explain` names it; empty where it is the platform's own.
        written_at: The lines that say so: of who does it first, then of whom it is done to, where that is another team.
        service: The service that it is done to, as `team/service`; None where it is none.
    """

    who: str
    may: Verb
    what: str
    how: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    path: str = ""
    written_at: tuple[Position, ...] = ()
    service: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRights:
    """One service, worker, job, function or saga.

    Attributes:
        name: `team/service`.
        principal: Its identity in the mesh; None outside of it.
        role: The name of its role in the account; None where it has none.
        may: What it may do, in the order of the descriptor's words.
        open_to: What others may do to it.
    """

    name: str
    principal: str | None
    role: str | None
    may: tuple[Right, ...]
    open_to: tuple[Right, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Everything that somebody may do in an environment.

    Attributes:
        environment: The environment.
        services: What services may, sorted by name.
        platform: What identities that belong to no service may do in the account: operators, functions, state
            machines, and the readers of secrets.
    """

    environment: str
    services: tuple[ServiceRights, ...]
    account: tuple[Right, ...]

    def __iter__(self) -> Iterator[Right]:
        """Iterate over every right once."""
        names = {service.name for service in self.services}
        for service in self.services:
            yield from service.may
            yield from (right for right in service.open_to if right.who not in names)
        yield from self.account
