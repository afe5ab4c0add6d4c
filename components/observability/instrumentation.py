"""Which agents a team's services get, as the resource of OpenTelemetry's operator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from components.kubernetes import Body, Kind, Place
from components.observability.parts import CONTAINER_SECURITY
from pavedroad.plan.observability.instrumentation import AGENTS, NAME

if TYPE_CHECKING:
    from pavedroad.plan.environment import TeamPlan

INSTRUMENTATION = Kind("opentelemetry.io/v1alpha1", "Instrumentation")

RESTRICTED: Final[Body] = {**CONTAINER_SECURITY, "runAsNonRoot": True}
"""Security context of the step that copies an agent to a volume of the pod."""

RESOURCES: Final[Body] = {
    "requests": {"cpu": "50m", "memory": "64Mi"},
    "limits": {"memory": "128Mi"},
}
"""What that step takes."""


def declare_agents(place: Place, plan: TeamPlan) -> None:
    """Declare the agents of the languages that a team's services ask for; nothing where none does.

    Where to send and who they are, agents read from the variables that every workload has.
    """
    languages = sorted({workload.agent for workload in plan.workloads if workload.agent is not None})
    if not languages:
        return
    agents = {language: _agent(language) for language in languages}
    spec: Body = {
        "propagators": ["tracecontext", "baggage"],
        "initContainerSecurityContext": RESTRICTED,
        **agents,
    }
    place.declare(INSTRUMENTATION, NAME, {"spec": spec})


def _agent(language: str) -> Body:
    """Return an agent; the operator spells its resources in two ways."""
    resources = "resources" if language == "java" else "resourceRequirements"
    return {"image": AGENTS[language], resources: RESOURCES, "volumeLimitSize": "200Mi"}
