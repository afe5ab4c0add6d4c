"""Whose a right is and where it is written: what the rights of services, functions and sagas have in common."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from pavedroad.descriptor.checks.edges import EVERYONE
from pavedroad.intent.rights import Right
from pavedroad.plan.printing import format_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pavedroad.descriptor import Project
    from pavedroad.descriptor.functions import FunctionSpec
    from pavedroad.descriptor.workload import Workload
    from pavedroad.intent.rights import Verb
    from pavedroad.plan.cloud.access import Grant
    from pavedroad.plan.context import Context
    from pavedroad.plan.flows import Flow
    from pavedroad.plan.stores.model import StorePlan
    from pavedroad.plan.values import SecretEntry
    from pavedroad.position import Position

Place = tuple[str | int, ...]
"""A place in a descriptor."""

BY_EGRESS = "by the egress gateway"


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that a team runs, by its names in the descriptor."""

    team: str
    name: str
    section: Literal["services", "sagas"] = "services"

    def __str__(self) -> str:
        """``team/name``."""
        return f"{self.team}/{self.name}"


@dataclass(frozen=True, slots=True)
class Edge:
    """A right, and the beginning of the reasons of everything that is granted for it; empty where nothing is."""

    right: Right
    reason: str = ""


class _Run(NamedTuple):
    """A way to have something run: the word, what it lets do, and the service of AWS that is asked."""

    word: str
    may: Verb
    api: str


_RUNS: Final = (_Run("invokes", "run", "lambda"), _Run("starts", "start", "states"))


class Lines:
    """Makes rights of what stands in descriptors."""

    def __init__(self, project: Project, context: Context) -> None:
        """Note where texts and descriptors are."""
        self._project = project
        self._context = context

    def written(self, team: str, place: Place) -> Position:
        """Return where an entry of a team's descriptor stands, or the nearest around it."""
        return self._project.position(team, place)

    def right(  # noqa: PLR0913 one keyword for each part of a right that only some edges have
        self,
        subject: Subject,
        may: Verb,
        what: str,
        place: Place,
        how: tuple[str, ...] = (),
        *,
        who: str | None = None,
        grants: tuple[Grant, ...] = (),
        permits: tuple[Position, ...] = (),
        service: str | None = None,
    ) -> Right:
        """Make a right of what stands at a place of a subject; it is the subject's unless ``who`` says otherwise."""
        whole = (subject.section, subject.name, *place)
        return Right(
            who=who or str(subject),
            may=may,
            what=what,
            how=how,
            grants=grants,
            path=format_path((subject.team, *map(str, whole))),
            written_at=(self.written(subject.team, whole), *permits),
            service=service,
        )

    def permits(
        self, subject: Subject, owner: str, section: Literal["services", "topics"], name: str
    ) -> tuple[Position, ...]:
        """Return the lines with which another team lets a subject in; none within the team."""
        if owner == subject.team:
            return ()
        described = getattr(self._context.everywhere[owner], section)[name]
        accepted = {EVERYONE, subject.team, str(subject)}
        return tuple(
            self.written(owner, (section, name, "open_to", index))
            for index, audience in enumerate(described.open_to)
            if audience in accepted
        )

    def granted(self, subject: Subject, edges: Iterable[Edge], grants: Iterable[Grant]) -> Iterator[Right]:
        """Yield the rights of edges, each with what is granted for it, and then what is granted for nothing of these."""
        left = list(grants)
        for edge in edges:
            mine = tuple(grant for grant in left if f"{grant.reason}.".startswith(f"{edge.reason}."))
            left = [grant for grant in left if grant not in mine]
            yield replace(edge.right, grants=(*edge.right.grants, *mine))
        spec = self._context.teams[subject.team].services[subject.name]
        for grant in left:
            word = grant.reason.partition(".")[0]
            place = (word,) if getattr(spec, word, None) else ()
            yield self.right(subject, "act on", grant.reason, place, grants=(grant,))

    def runs(self, subject: Subject, spec: Workload | FunctionSpec, *, by: str = "") -> Iterator[Edge]:
        """Yield the functions that somebody runs, and the sagas that it starts.

        Args:
            subject: Who does.
            spec: What it says.
            by: How its requests leave the cluster; empty for what stands outside.
        """
        for run, names in zip(_RUNS, (spec.invokes, spec.starts), strict=True):
            for index, name in enumerate(names):
                whom = f"{subject.team}/{name}"
                how = (f"{self._context.needed_account.host(run.api)}:443, {by}",) if by else ()
                right = self.right(subject, run.may, whom, (run.word, index), how, service=whom)
                yield Edge(right, f"{run.word}.{name}")

    def store(self, subject: Subject, name: str, store: StorePlan, reached: Iterable[str]) -> Iterator[Edge]:
        """Yield the use of a store, and what it brings with it: secrets, where backups go, roles of its own.

        Args:
            subject: Whose store it is.
            name: Its name in the descriptor.
            store: Its plan.
            reached: Where it is reached.
        """
        own, place = f"{subject}.stores.{name}", ("stores", name)
        how = tuple(dict.fromkeys(reached))
        yield Edge(
            self.right(subject, "use", f"{store.identity.engine} {name}", place, how), f"stores.{name}"
        )
        for entry in store.entries:
            who = None if store.egress_host else own
            yield Edge(self.right(subject, "read", secret(entry), place, who=who))
        for party, host in store.outbound:
            who = f"{own} ({party.name})"
            yield Edge(self.right(subject, "reach", host, place, (f"TLS, {BY_EGRESS}",), who=who))
        for role in store.roles:
            for grant in role.grants:
                who = f"{own} (role {role.name})"
                yield Edge(self.right(subject, "act on", grant.reason, place, who=who, grants=(grant,)))


def ports_of(flow: Flow) -> str:
    """Return the ports of a flow in words."""
    return f"{flow.protocol} {', '.join(map(str, flow.ports))}"


def secret(entry: SecretEntry) -> str:
    """Return an entry of the environment's secret source in words."""
    return f"secret {entry.remote_path}, key {entry.remote_key}"
