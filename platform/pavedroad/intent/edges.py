"""Edges as rights: everything that a team wrote about one of its services, with what the plan makes of it."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.topics import SnsTopicSpec
from pavedroad.intent.lines import BY_EGRESS, Edge, Lines, Place, Subject, ports_of, secret
from pavedroad.intent.rights import Right
from pavedroad.plan.brokers.usage import topic_name, topic_uses
from pavedroad.plan.crossing import PORT, gateway_hosts
from pavedroad.plan.printing import format_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.workload import Workload
    from pavedroad.intent.rights import Verb
    from pavedroad.plan.brokers.usage import TopicUse
    from pavedroad.plan.context import Context
    from pavedroad.plan.environment import ClusterShare, TeamPlan
    from pavedroad.plan.flows import Flow
    from pavedroad.plan.stores.model import StorePlan
    from pavedroad.plan.workload import WorkloadPlan
    from pavedroad.position import Position

_TOPIC_VERBS: Final[dict[str, Verb]] = {"publishes": "publish to", "subscribes": "subscribe to"}


class EdgeReader:
    """Reads the rights of one service, worker or job after another."""

    def __init__(self, lines: Lines, context: Context, plan: ClusterShare) -> None:
        """Note what the plan opens on the cluster that the context looks at, and what brokers let whom do."""
        self._lines = lines
        self._context = context
        self._uses = topic_uses(context)
        self._kafka = {user.name: user for user in plan.platform.kafka.users} if plan.platform.kafka else {}
        self._rabbit = {
            dict(user.credentials.entries)["username"]: user
            for team in plan.teams
            for user in team.topics.users
        }
        self._flows: dict[tuple[str, str | None, str | None], list[Flow]] = {}
        for flow in dict.fromkeys(chain.from_iterable(team.flows for team in plan.teams)):
            opened = (flow.kind, flow.source.namespace, flow.source.service)
            self._flows.setdefault(opened, []).append(flow)

    def rights(self, plan: WorkloadPlan) -> Iterator[Right]:
        """Yield what a workload may do; what its role is granted appears once, with the edge that it comes of."""
        grants = plan.role.everything if plan.role else ()
        return self._lines.granted(_subject(plan), self._edges(plan), grants)

    def routes(self, plan: WorkloadPlan) -> Iterator[Right]:
        """Yield what may come in to a workload through the gateways."""
        asked = {None: (), "everyone": ("everyone may",), "application": ("the application decides",)}
        for index, route in enumerate(plan.routes):
            method = "/".join(filter(None, (route.grpc_service, route.grpc_method)))
            yield self._lines.right(
                _subject(plan),
                "enter",
                f"{route.host}{route.path if route.kind == 'HTTPRoute' else f'/{method}'}",
                ("routes", index),
                (f"service port {route.port}", *asked[route.access]),
                who=f"the {route.gateway} gateway",
                service=str(_subject(plan)),
            )

    def secret_lines(self, plan: TeamPlan) -> tuple[Position, ...]:
        """Return the lines for which a team's secrets are read into its namespace."""
        edges = chain.from_iterable(map(self._edges, plan.workloads))
        read = (edge.right.written_at for edge in edges if edge.right.may == "read")
        registries = self._context.teams[plan.name].registries
        written = (self._lines.written(plan.name, ("registries", name)) for name in registries)
        return tuple(dict.fromkeys((*chain.from_iterable(read), *written)))

    def webhooks(self, team: str) -> Iterator[Right]:
        """Yield what topics of a team send to end points outside the platform."""
        for name, spec in sorted(self._context.teams[team].topics.items()):
            for index, url in enumerate(spec.webhooks if isinstance(spec, SnsTopicSpec) else ()):
                place: Place = ("topics", name, "webhooks", index)
                yield Right(
                    who=f"sns {topic_name(self._context, team, name)}",
                    may="reach",
                    what=url,
                    how=("every message, by SNS",),
                    path=format_path((team, *map(str, place))),
                    written_at=(self._lines.written(team, place),),
                )

    def _edges(self, plan: WorkloadPlan) -> Iterator[Edge]:
        """Yield every edge of a workload."""
        subject, lines = _subject(plan), self._lines
        spec = self._context.teams[plan.team].workloads[plan.display_name]
        for reference in sorted(spec.calls):
            yield Edge(self._call(plan, reference), f"calls.{reference}")
        for name, store in zip(spec.stores, plan.stores, strict=True):
            yield from lines.store(subject, name, store, self._reached(plan, store))
        for use in self._uses:
            if (use.team, use.service) == (plan.team, plan.display_name):
                yield Edge(self._topic(plan, spec, use), f"{use.direction}.{use.reference}")
        yield from lines.runs(subject, spec, by=BY_EGRESS)
        for index, host in enumerate(spec.egress):
            yield Edge(lines.right(subject, "reach", host, ("egress", index), (f"TLS, {BY_EGRESS}",)))
        for key, entry in zip(sorted(spec.secrets), plan.secrets, strict=True):
            yield Edge(lines.right(subject, "read", secret(entry), ("secrets", key)), f"secrets.{key}")
        for resource, verbs in sorted(spec.kubernetes_api.items()):
            what = f"the Kubernetes API for {resource} in {plan.namespace}"
            yield Edge(lines.right(subject, "ask", what, ("kubernetes_api", resource), (", ".join(verbs),)))

    def _reached(self, plan: WorkloadPlan, store: StorePlan) -> Iterator[str]:
        """Yield where a store is reached."""
        for flow in self._opened(plan, "store"):
            if flow.destination == store.party or flow in store.flows:
                yield ports_of(flow)
        if store.egress_host:
            yield f"{store.egress_host}, {BY_EGRESS}"

    def _call(self, plan: WorkloadPlan, reference: str) -> Right:
        owner, name = self._context.find(plan.team, reference)
        callee = (self._context.namespace(owner), self._context.service_name(plan.team, reference))
        return self._lines.right(
            _subject(plan),
            "call",
            f"{owner}/{name}",
            ("calls", reference),
            tuple(
                ports_of(flow)
                for flow in self._opened(plan, "call")
                if (flow.destination.namespace, flow.destination.service) == callee
            )
            or tuple(
                f"port {PORT} of {gateway}" for gateway in gateway_hosts(self._context, plan.team, reference)
            ),
            permits=self._lines.permits(_subject(plan), owner, "services", name),
            service=f"{owner}/{name}",
        )

    def _topic(self, plan: WorkloadPlan, spec: Workload, use: TopicUse) -> Right:
        named = use.reference
        publishes = use.direction == "publishes"
        place: Place = ("publishes", spec.publishes.index(named)) if publishes else ("subscribes", named)
        name = self._context.find(use.team, named)[1]
        return self._lines.right(
            _subject(plan),
            _TOPIC_VERBS[use.direction],
            f"{use.broker} {use.topic}",
            place,
            tuple(self._on_broker(plan, use)),
            permits=self._lines.permits(_subject(plan), use.owner, "topics", name),
        )

    def _on_broker(self, plan: WorkloadPlan, use: TopicUse) -> Iterator[str]:
        """Yield where a topic is reached, and what the broker lets the service's user do with it."""
        for flow in self._opened(plan, "publish" if use.direction == "publishes" else "subscribe"):
            if flow.destination.name == use.broker:
                yield ports_of(flow)
        if use.api is not None:
            yield f"{self._context.needed_account.host(use.api)}:443, {BY_EGRESS}"
        if use.broker == "kafka" and use.user in self._kafka:
            group = {("group", use.group)} if use.direction == "subscribes" else set()
            for grant in self._kafka[use.user].grants:
                if (grant.resource, grant.name) in {("topic", use.topic)} | group:
                    yield f"{', '.join(grant.operations)} on {grant.resource} {grant.name}"
        if use.broker == "rabbitmq" and use.user in self._rabbit:
            user = self._rabbit[use.user]
            yield f"write {user.write}" if use.direction == "publishes" else f"read {user.read}"

    def _opened(self, plan: WorkloadPlan, kind: str) -> list[Flow]:
        """Return what the plan opens for the pods of a workload, of one kind."""
        return self._flows.get((kind, plan.namespace, plan.name), [])


def _subject(plan: WorkloadPlan) -> Subject:
    return Subject(plan.team, plan.display_name)
