"""Functions where Knative runs them: services whose replicas come with requests and go without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor.functions import FunctionSpec
from pavedroad.descriptor.placement import PlacementSpec
from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.descriptor.workload import (
    LongRunningOverride,
    PortSpec,
    ResourcesSpec,
    SecretSpec,
    ServiceSpec,
)

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.functions import FunctionOverride

PORT = 8080
"""Where a function listens on Knative, which tells it so as ``PORT`` (Knative, *Container runtime contract*)."""

MEMORY = "512Mi"
"""A function's memory where nobody says."""


class ClusterFunction(ServiceSpec):
    """A function as the service that it is in a cluster: nobody writes this, it is made of a function's words."""

    function: FunctionSpec
    """What the descriptor says."""


def on_knative(environment: EnvironmentDescriptor) -> bool:
    """Whether functions of an environment run in its cluster."""
    return environment.providers.function == "knative"


def in_pods(team: TeamDescriptor, environment: EnvironmentDescriptor) -> TeamDescriptor:
    """Return a team as an environment runs it: where that is in a cluster, with services in its functions' places."""
    if not (on_knative(environment) and team.functions):
        return team
    services = {**team.services, **{name: _service(spec) for name, spec in team.functions.items()}}
    words = {name: getattr(team, name) for name in TeamDescriptor.model_fields}
    return TeamDescriptor.model_construct(team.model_fields_set, **{**words, "services": services})


def _service(spec: FunctionSpec) -> ClusterFunction:
    """Return the service that a function is in a cluster."""
    return ClusterFunction(
        type="service",
        function=spec,
        image=spec.image or "",
        command=spec.command,
        args=spec.args,
        env=spec.env,
        secrets={name: SecretSpec(vault=one.vault, key=one.key) for name, one in spec.secrets.items()},
        stores=spec.stores,
        publishes=spec.publishes,
        subscribes=spec.subscribes,
        invokes=spec.invokes,
        listens={"http": PortSpec(port=PORT)},
        resources=ResourcesSpec(memory=spec.memory or MEMORY),
        placement=PlacementSpec(architecture=spec.architecture, spread="none"),
        formerly=spec.formerly,
        environments={name: _override(one) for name, one in spec.environments.items()},
    )


def _override(spec: FunctionOverride) -> LongRunningOverride:
    """Return what one environment changes about that service."""
    resources = ResourcesSpec(memory=spec.memory) if spec.memory else None
    return LongRunningOverride(image=spec.image, env=spec.env, resources=resources)
