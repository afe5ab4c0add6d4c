"""Edges as rights: everything that a team wrote about one of its services, with what the plan makes of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.descriptor.checks.edges import EVERYONE
from pavedroad.intent.rights import Right
from pavedroad.plan.brokers.usage import topic_uses
from pavedroad.plan.printing import format_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor import Project
    from pavedroad.descriptor.workload import Workload
    from pavedroad.intent.rights import Verb
    from pavedroad.plan.brokers.usage import TopicUse
    from pavedroad.plan.cloud.access import Grant
    from pavedroad.plan.context import Context
    from pavedroad.plan.environment import EnvironmentPlan, TeamPlan
    from pavedroad.plan.flows import Flow
    from pavedroad.plan.functions.model import FunctionPlan
    from pavedroad.plan.stores.model import StorePlan
    from pavedroad.plan.values import SecretEntry
    from pavedroad.plan.workload import WorkloadPlan
    from pavedroad.position import Position

Place = tuple[str | int, ...]
"""A place in a team's descriptor."""

_TOPIC_VERBS: Final[dict[str, Verb]] = {"publishes": "publish to", "subscribes": "subscribe to"}


class EdgeReader:
    """Reads the rights of one workload after another."""

    def __init__(self, project: Project, context: Context, plan: EnvironmentPlan) -> None:
        """Note what the plan opens, and what brokers let whom do."""
        self._project = project
        self._context = context
        self._uses = topic_uses(context)
        self._kafka = {user.name: user for user in plan.platform.kafka.users} if plan.platform.kafka else {}
        self._rabbit = {
            dict(user.credentials.entries)["username"]: user
            for team in plan.teams
            for user in team.topics.users
        }
        self._flows = tuple(dict.fromkeys(chain.from_iterable(team.flows for team in plan.teams)))

    def rights(self, plan: WorkloadPlan) -> Iterator[Right]:
        """Yield what a workload may do; what its role is granted appears once, with the edge that it comes of."""
        left = list(plan.role.grants if plan.role else ())
        for right, reason in self._edges(plan):
            mine = tuple(grant for grant in left if f"{grant.reason}.".startswith(f"{reason}."))
            left = [grant for grant in left if grant not in mine]
            yield replace(right, grants=(*right.grants, *mine))
        for grant in left:
            yield self._right(plan, "act on", grant.reason, tuple(grant.reason.split(".")), grants=(grant,))

    def routes(self, plan: WorkloadPlan) -> Iterator[Right]:
        """Yield what may come in to a workload through the gateways."""
        for index, route in enumerate(plan.routes):
            asked = {None: (), "everyone": ("everyone may",), "application": ("the application decides",)}
            method = "/".join(filter(None, (route.grpc_service, route.grpc_method)))
            yield Right(
                who=f"the {route.gateway} gateway",
                may="enter",
                what=f"{route.host}{route.path if route.kind == 'HTTPRoute' else f'/{method}'}",
                how=(f"service port {route.port}", *asked[route.access]),
                path=format_path((plan.team, "services", plan.display_name, "routes", str(index))),
                written_at=(self._written(plan.team, ("services", plan.display_name, "routes", index)),),
                service=f"{plan.team}/{plan.display_name}",
            )

    def function_rights(self, plan: FunctionPlan) -> Iterator[Right]:
        """Yield what a function's roles may do, each with the line that it comes of."""
        for role in plan.roles:
            for grant in role.grants:
                place: Place = ("services", plan.display_name, *grant.reason.split("."))
                yield Right(
                    who=f"role {role.name}",
                    may="act on",
                    what=grant.reason,
                    grants=(grant,),
                    path=format_path((plan.team, "services", plan.display_name)),
                    written_at=(self._written(plan.team, place),),
                )

    def secret_lines(self, plan: TeamPlan) -> tuple[Position, ...]:
        """Return the lines for which a team's secrets are read."""
        read = (
            right for workload in plan.workloads for right, _ in self._edges(workload) if right.may == "read"
        )
        registries = (
            self._written(plan.name, ("registries", name))
            for name in self._context.teams[plan.name].registries
        )
        return tuple(dict.fromkeys((*chain.from_iterable(right.written_at for right in read), *registries)))

    def _edges(self, plan: WorkloadPlan) -> Iterator[tuple[Right, str]]:
        """Yield every edge of a workload, with the beginning of the reasons of what is granted for it."""
        spec = self._context.teams[plan.team].workloads[plan.display_name]
        for reference in sorted(spec.calls):
            yield self._call(plan, reference), f"calls.{reference}"
        for name, store in zip(spec.stores, plan.stores, strict=True):
            yield self._store(plan, name, store), f"stores.{name}"
            yield from ((right, "") for right in self._beside(plan, name, store))
        for use in self._uses:
            if (use.team, use.service) == (plan.team, plan.display_name):
                yield self._topic(plan, spec, use), f"{use.direction}.{use.reference}"
        for index, host in enumerate(spec.egress):
            yield self._right(plan, "reach", host, ("egress", index), ("TLS, by the egress gateway",)), ""
        for key, entry in zip(sorted(spec.secrets), plan.secrets, strict=True):
            yield self._right(plan, "read", _secret(entry), ("secrets", key)), f"secrets.{key}"
        for resource, verbs in sorted(spec.kubernetes_api.items()):
            what = f"the Kubernetes API for {resource} in {plan.namespace}"
            yield self._right(plan, "ask", what, ("kubernetes_api", resource), (", ".join(verbs),)), ""

    def _call(self, plan: WorkloadPlan, reference: str) -> Right:
        owner, name = self._context.find(plan.team, reference)
        callee = (self._context.namespace(owner), self._context.service_name(plan.team, reference))
        return self._right(
            plan,
            "call",
            f"{owner}/{name}",
            ("calls", reference),
            tuple(
                _ports(flow)
                for flow in self._opened(plan, "call")
                if (flow.destination.namespace, flow.destination.service) == callee
            ),
            permits=self._permits(plan, owner, "services", name),
            service=f"{owner}/{name}",
        )

    def _store(self, plan: WorkloadPlan, name: str, store: StorePlan) -> Right:
        ports = [
            _ports(flow)
            for flow in self._opened(plan, "store")
            if flow.destination == store.party or flow in store.flows
        ]
        hosts = [f"{store.egress_host}, by the egress gateway"] if store.egress_host else []
        return self._right(
            plan, "use", f"{store.identity.engine} {name}", ("stores", name), (*dict.fromkeys(ports), *hosts)
        )

    def _beside(self, plan: WorkloadPlan, name: str, store: StorePlan) -> Iterator[Right]:
        """Yield what a store brings with it: secrets that open it or its backups, where these go, roles of its own."""
        service = f"{plan.team}/{plan.display_name}"
        own, place = f"{service}.stores.{name}", ("stores", name)
        for entry in store.entries:
            who = service if store.egress_host else own
            yield self._right(plan, "read", _secret(entry), place, who=who)
        for party, host in store.outbound:
            by = ("TLS, by the egress gateway",)
            yield self._right(plan, "reach", host, place, by, who=f"{own} ({party.name})")
        for role in store.roles:
            for grant in role.grants:
                who = f"{own} (role {role.name})"
                yield self._right(plan, "act on", grant.reason, place, who=who, grants=(grant,))

    def _topic(self, plan: WorkloadPlan, spec: Workload, use: TopicUse) -> Right:
        named = use.reference
        place: Place = (
            ("publishes", spec.publishes.index(named))
            if use.direction == "publishes"
            else ("subscribes", named)
        )
        kind = "publish" if use.direction == "publishes" else "subscribe"
        name = self._context.find(use.team, named)[1]
        opened = self._opened(plan, kind)
        ports = [_ports(flow) for flow in opened if flow.destination.name == use.spec.broker]
        return self._right(
            plan,
            _TOPIC_VERBS[use.direction],
            f"{use.spec.broker} {use.topic}",
            place,
            (*ports, *self._on_broker(use)),
            permits=self._permits(plan, use.owner, "topics", name),
        )

    def _on_broker(self, use: TopicUse) -> Iterator[str]:
        """Yield what the broker lets the service's user do with a topic."""
        if use.spec.broker == "kafka" and use.user in self._kafka:
            wanted = {("topic", use.topic)} | (
                {("group", use.group)} if use.direction == "subscribes" else set()
            )
            for grant in self._kafka[use.user].grants:
                if (grant.resource, grant.name) in wanted:
                    yield f"{', '.join(grant.operations)} on {grant.resource} {grant.name}"
        if use.spec.broker == "rabbitmq" and use.user in self._rabbit:
            user = self._rabbit[use.user]
            yield f"write {user.write}" if use.direction == "publishes" else f"read {user.read}"

    def _opened(self, plan: WorkloadPlan, kind: str) -> Iterator[Flow]:
        """Yield what the plan opens for the pods of a workload, of one kind."""
        for flow in self._flows:
            source = flow.source
            if flow.kind == kind and (source.namespace, source.service) == (plan.namespace, plan.name):
                yield flow

    def _permits(
        self, plan: WorkloadPlan, owner: str, section: Literal["services", "topics"], name: str
    ) -> tuple[Position, ...]:
        """Return the lines with which another team lets a workload in; none within the team."""
        if owner == plan.team:
            return ()
        described = getattr(self._context.teams[owner], section)[name]
        accepted = {EVERYONE, plan.team, f"{plan.team}/{plan.display_name}"}
        return tuple(
            self._written(owner, (section, name, "open_to", index))
            for index, audience in enumerate(described.open_to)
            if audience in accepted
        )

    def _written(self, team: str, place: Place) -> Position:
        return self._project.position(team, place)

    def _right(  # noqa: PLR0913 one keyword for each part of a right that only some edges have
        self,
        plan: WorkloadPlan,
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
        """Make a right of what stands at a place of a workload."""
        whole = ("services", plan.display_name, *place)
        return Right(
            who=who or f"{plan.team}/{plan.display_name}",
            may=may,
            what=what,
            how=how,
            grants=grants,
            path=format_path((plan.team, *map(str, whole))),
            written_at=(self._written(plan.team, whole), *permits),
            service=service,
        )


def _ports(flow: Flow) -> str:
    return f"{flow.protocol} {', '.join(map(str, flow.ports))}"


def _secret(entry: SecretEntry) -> str:
    return f"secret {entry.remote_path}, key {entry.remote_key}"
