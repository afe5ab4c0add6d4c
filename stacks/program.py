"""From descriptors to resources, in one reading: load, resolve, declare."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from components.foundation import Foundation
from components.team import Team
from pavedroad.descriptor import load_project
from pavedroad.plan.resolve import resolve
from stacks.settings import PLATFORM_SLICE

if TYPE_CHECKING:
    from pavedroad.plan.environment import ClusterPlan, EnvironmentPlan
    from stacks.settings import StackSettings

PROVIDER_VERSION = "4.34.2"
"""Version of the Kubernetes provider; the sandbox's own answers to the same."""


def deploy(settings: StackSettings) -> None:
    """Declare the stack's slice of its environment."""
    project = load_project(settings.root)
    environment = project.environments.get(settings.environment)
    if environment is None:
        known = ", ".join(sorted(project.environments))
        raise pulumi.RunError(f"no environment is called {settings.environment!r}; there are: {known}")
    declare(resolve(project.teams, environment, project.files), settings)


def declare(plan: EnvironmentPlan, settings: StackSettings) -> None:
    """Declare the stack's slice of a plan, and what the stack tells others."""
    _check_slice(settings, plan)
    provider = _provider(settings, plan.cluster)
    options = pulumi.ResourceOptions(providers=[provider])
    addons: tuple[pulumi.Resource, ...] = ()
    if settings.owns_platform:
        addons = Foundation(plan.platform, options).addons
    for team in plan.teams:
        if settings.owns_team(team.name):
            Team(team, addons, options)
    pulumi.export("environment", plan.name)
    pulumi.export("teams", [team.name for team in plan.teams if settings.owns_team(team.name)])


def _check_slice(settings: StackSettings, plan: EnvironmentPlan) -> None:
    """Refuse a slice that nothing is in: a typing slip would otherwise empty a stack."""
    known = [PLATFORM_SLICE, *(team.name for team in plan.teams)]
    if settings.slice is not None and settings.slice not in known:
        raise pulumi.RunError(
            f"no slice of {plan.name} is called {settings.slice!r}; there are: {', '.join(known)}"
        )


def _provider(settings: StackSettings, cluster: ClusterPlan) -> pulumi.ProviderResource:
    """Declare the explicit provider of the cluster; nothing in a stack uses a default one."""
    inputs: dict[str, Any] = {
        "kubeconfig": settings.kubeconfig(cluster.kubeconfig),
        "enableServerSideApply": "true",
    }
    if cluster.context:
        inputs["context"] = cluster.context
    options = pulumi.ResourceOptions(version=PROVIDER_VERSION)
    return pulumi.ProviderResource("kubernetes", cluster.name, inputs, options)
