"""What workloads get for their telemetry, and what they wish of those who take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.edges import PRIVATE, api_server
from pavedroad.plan.flows import Flow, Party
from pavedroad.plan.naming import host, physical
from pavedroad.plan.observability.collectors.agent import KUBELET
from pavedroad.plan.observability.collectors.model import (
    NODE_AGENT,
    OTLP_GRPC,
    OTLP_HTTP,
    SAMPLER,
    TELEMETRY,
)
from pavedroad.plan.observability.logs import GOSSIP_PORT, GRPC_PORT, LOKI, PORT
from pavedroad.plan.observability.stack import GRAFANA, PROMETHEUS, PROMETHEUS_PORT
from pavedroad.plan.observability.traces import JAEGER, QUERY_PORT
from pavedroad.plan.values import EnvVar, FieldRef, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pavedroad.descriptor.telemetry import TelemetrySpec
    from pavedroad.plan.context import Context
    from pavedroad.plan.subject import Subject

COLLECTING: Final[tuple[tuple[Party, Party, int], ...]] = (
    (NODE_AGENT, TELEMETRY, OTLP_GRPC),
    (TELEMETRY, SAMPLER, OTLP_GRPC),
    (TELEMETRY, PROMETHEUS, PROMETHEUS_PORT),
    (TELEMETRY, LOKI, PORT),
    (SAMPLER, JAEGER, OTLP_GRPC),
    (JAEGER, PROMETHEUS, PROMETHEUS_PORT),
    (GRAFANA, LOKI, PORT),
    (GRAFANA, JAEGER, QUERY_PORT),
    (LOKI, LOKI, GRPC_PORT),
    (LOKI, LOKI, GOSSIP_PORT),
)
"""Who sends telemetry to whom within the stack, and who asks, on which port; each by its identity in the mesh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What services say about their telemetry.

    Attributes:
        plain_logs: Whose lines are never taken apart: namespace and service.
        samples: Whose traces are kept in another share: namespace, service, percent.
        masked: What is masked beside secrets and personal data: expressions by namespace and service.
    """

    plain_logs: tuple[tuple[str, str], ...]
    samples: tuple[tuple[str, str, int], ...]
    masked: tuple[tuple[tuple[str, str], tuple[str, ...]], ...]


def wishes(context: Context) -> Wishes:
    """Return what the services of an environment say about their telemetry."""
    said: list[tuple[str, str, TelemetrySpec]] = [
        (context.namespace(team), physical(name, spec.formerly), spec.telemetry)
        for team, descriptor in context.teams.items()
        for name, spec in sorted(descriptor.workloads.items())
    ]
    return Wishes(
        plain_logs=tuple((namespace, name) for namespace, name, one in said if one.logs.format == "text"),
        samples=tuple(
            (namespace, name, one.traces.sample)
            for namespace, name, one in said
            if one.traces.sample is not None
        ),
        masked=tuple(((namespace, name), one.redact) for namespace, name, one in said if one.redact),
    )


def telemetry_env(subject: Subject) -> tuple[EnvVar, ...]:
    """Return the variables by which OpenTelemetry's libraries know whose telemetry they send, and where to.

    What the descriptor sets itself stays as it says. Logs are not sent: what containers print is collected, so that
    nothing is kept twice.
    """
    context = subject.context
    if not context.watched:
        return ()
    namespace = context.namespace(subject.team)
    attributes = {
        "service.namespace": namespace,
        "service.instance.id": "$(K8S_POD_UID)",
        "k8s.namespace.name": namespace,
        "k8s.pod.name": "$(K8S_POD_NAME)",
        "k8s.pod.uid": "$(K8S_POD_UID)",
        "k8s.container.name": subject.physical_name,
        "deployment.environment.name": context.environment.environment,
    }
    variables: dict[str, Value] = {
        "K8S_POD_NAME": FieldRef("metadata.name"),
        "K8S_POD_UID": FieldRef("metadata.uid"),
        "OTEL_SERVICE_NAME": subject.physical_name,
        "OTEL_RESOURCE_ATTRIBUTES": ",".join(f"{key}={value}" for key, value in attributes.items()),
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{host(TELEMETRY.name, TELEMETRY.namespace or '')}:{OTLP_HTTP}",
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
        "OTEL_LOGS_EXPORTER": "none",
    }
    own = {**subject.spec.env, **subject.override.env}
    return tuple(EnvVar(name, value) for name, value in variables.items() if name not in own)


def team_pods(context: Context, team: str) -> Party:
    """Return all pods of a team, under whichever of its identities."""
    return Party(name="all", namespace=context.namespace(team), service_account="*", team=team)


def telemetry_flows(context: Context) -> Iterator[Flow]:
    """Yield what telemetry takes: every workload sends to the gateway tier, and agents ask the kubelet of their node."""
    for team in context.teams:
        if context.teams[team].workloads:
            yield Flow(
                kind="platform",
                source=team_pods(context, team),
                destination=TELEMETRY,
                ports=(OTLP_GRPC, OTLP_HTTP),
            )
    for caller, called, port in COLLECTING:
        yield Flow(kind="platform", source=caller, destination=called, ports=(port,))
    server, ports = api_server(context)
    yield Flow(kind="platform", source=TELEMETRY, destination=server, ports=ports, sides="source")
    for nodes in PRIVATE:
        yield Flow(kind="platform", source=NODE_AGENT, destination=nodes, ports=(KUBELET,), sides="source")
