"""Agents that OpenTelemetry's operator puts into services which ask for one, pinned for each language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pavedroad.plan.subject import Subject

NAME: Final = "agents"
"""Name of the object that says which agents a team's services get, one in each namespace that has such services."""

_IMAGES: Final = "ghcr.io/open-telemetry/opentelemetry-operator"

AGENTS: Final = {
    "java": f"{_IMAGES}/autoinstrumentation-java:2.28.1",
    "python": f"{_IMAGES}/autoinstrumentation-python:0.63b1",
    "nodejs": f"{_IMAGES}/autoinstrumentation-nodejs:0.76.0",
    "dotnet": f"{_IMAGES}/autoinstrumentation-dotnet:1.15.0",
}
"""The image that holds each language's agent."""

INJECT: Final = "instrumentation.opentelemetry.io/inject-"
"""Annotation of pods that get an agent, before its language (OpenTelemetry operator, *Injecting Auto-instrumentation*)."""

INTO: Final = "instrumentation.opentelemetry.io/container-names"
"""Annotation with the container that gets it: the order of containers is not ours alone, the mesh adds one."""


def agent_of(subject: Subject) -> str | None:
    """Return the language whose agent a workload gets; None for none."""
    return subject.spec.telemetry.instrument if subject.context.watched else None
