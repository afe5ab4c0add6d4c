"""Cross-checks: what no single value can know. One small pure function for each concept, faults come out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.descriptor.checks import (
    cloud,
    cluster_functions,
    contracts,
    edges,
    environments,
    exemptions,
    function_events,
    functions,
    managed,
    names,
    oncall,
    oncall_hours,
    outputs,
    outside,
    placement,
    pods,
    promises,
    regions,
    resources,
    runs,
    sagas,
    slos,
    telemetry,
)
from pavedroad.descriptor.checks.world import World
from pavedroad.descriptor.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.team import TeamDescriptor

__all__ = ["check_project", "check_team", "warn_project"]

WITHIN_TEAM: tuple[Callable[[World], Iterable[Fault]], ...] = (
    names.check_team_names,
    names.check_containers,
    names.check_variables,
    names.check_namespace,
    pods.check_ports,
    pods.check_probes,
    pods.check_routes_fit,
    pods.check_scale,
    resources.check_resources,
    pods.check_mounts,
    pods.check_volumes,
    pods.check_config_size,
    pods.check_registries,
    outside.check_egress,
    outside.check_literals,
    contracts.check_contracts,
    exemptions.check_targets,
    oncall_hours.check_rotations,
    functions.check_bounds,
    functions.check_schedules,
    functions.check_function_stores,
    function_events.check_changes,
    function_events.check_objects,
    runs.check_runs,
    sagas.check_steps,
    sagas.check_compensations,
    sagas.check_one_kind,
    sagas.check_duration,
    sagas.check_saga_names,
    slos.check_objectives,
    slos.check_sources,
    slos.check_ages,
    slos.check_expressions,
    slos.check_works_without,
    telemetry.check_scraping,
    telemetry.check_instrumenting,
)
"""Checks that see one team at a time."""

BETWEEN_TEAMS: tuple[Callable[[World], Iterable[Fault]], ...] = (
    names.check_topic_names,
    names.check_former_topics,
    names.check_former_names,
    edges.check_calls,
    edges.check_topics,
    edges.check_subscriptions,
    edges.check_open_to,
    sagas.check_actions,
    sagas.check_saga_providers,
    functions.check_function_variables,
    functions.check_function_topics,
    functions.check_function_places,
    cluster_functions.check_words,
    cluster_functions.check_feeds,
    cluster_functions.check_versions,
    cluster_functions.check_starts,
    cluster_functions.check_addresses,
    cluster_functions.check_guarded,
    outputs.check_references,
    environments.check_environment_teams,
    environments.check_secret_namespace,
    environments.check_edges_stand,
    environments.check_providers,
    environments.check_streams,
    environments.check_backups,
    environments.check_domains,
    environments.check_routes_differ,
    environments.check_overrides,
    environments.check_store_overrides,
    placement.check_labels,
    placement.check_stores_reached,
    placement.check_topics_reached,
    placement.check_sagas_reached,
    placement.check_secrets_reached,
    placement.check_calls_reached,
    regions.check_first_cluster,
    regions.check_further_clusters,
    regions.check_spread,
    regions.check_hosts_of_clusters,
    regions.check_replicated_tables,
    cloud.check_networks,
    cloud.check_data_block,
    cloud.check_authorities,
    managed.check_tables,
    managed.check_versions,
    managed.check_managed_outputs,
    exemptions.check_exemption_environments,
    oncall_hours.check_platform_rotation,
    oncall.check_receivers,
    oncall.check_on_call_teams,
    oncall.check_steps_rise,
    oncall.check_owners_reachable,
    oncall_hours.check_mutes,
    oncall.check_grouping,
    oncall.check_keys_are_references,
)
"""Checks that need every team and environment."""

WARNINGS: tuple[Callable[[World], Iterable[Fault]], ...] = (
    promises.check_promises,
    promises.check_periods_kept,
)
"""What is told, and stops nothing."""


def check_project(
    teams: Mapping[str, TeamDescriptor],
    environments: Mapping[str, EnvironmentDescriptor],
    files: Mapping[tuple[str, str], str] | None = None,
) -> list[Fault]:
    """Return everything that does not fit together in a project, without positions.

    Args:
        teams: Every team, by name.
        environments: Every environment, by name.
        files: Texts of configuration files by team and the path that the descriptor names.
    """
    world = World(teams, environments, files or {})
    return [fault for check in (*WITHIN_TEAM, *BETWEEN_TEAMS) for fault in check(world)]


def warn_project(
    teams: Mapping[str, TeamDescriptor], environments: Mapping[str, EnvironmentDescriptor]
) -> list[Fault]:
    """Return what fits together and had better be otherwise, without positions."""
    world = World(teams, environments, {})
    return [warning for check in WARNINGS for warning in check(world)]


def check_team(team: TeamDescriptor) -> list[Fault]:
    """Return what does not fit together within one team, without positions."""
    world = World({team.team: team}, {}, {})
    return [fault for check in WITHIN_TEAM for fault in check(world)]
