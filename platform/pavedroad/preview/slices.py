"""Which stacks an environment is cut into, read as little as that needs.

A base of another version is read too, and what is wrong with a descriptor its own program says better, so nothing is
checked here: what cannot be understood is a single stack.
"""

from pathlib import Path
from typing import Any

import yaml

from pavedroad.placing import clusters_with
from pavedroad.stack_names import stages
from pavedroad.yaml_surprises import read_yaml

_ENVIRONMENTS = Path("stacks", "environments")
_TEAMS = Path("stacks", "teams")


def stacks_of_environment(root: Path, environment: str) -> list[str]:
    """Return an environment's stacks, in the order in which they go up.

    Args:
        root: The project's folder.
        environment: The environment; where nothing describes it, it is a stack and no more.
    """
    described = _described(root / _ENVIRONMENTS / f"{environment}.yaml")
    described_clusters = _mapping(described.get("clusters"))
    clusters = {name: _labels(cluster) for name, cluster in described_clusters.items()}
    cloud = described.get("aws") is not None
    sliced = cloud or described.get("slices") is True or len(clusters) > 1
    standing = _standing(root, described.get("teams"), environment, clusters) if sliced else {}
    further = [
        name
        for name, cluster in list(described_clusters.items())[1:]
        if _mapping(cluster).get("kind") == "eks"
    ]
    clouds = [None, *further] if cloud else []
    return [stack for stage in stages(environment, standing, sliced=sliced, clouds=clouds) for stack in stage]


def _standing(
    root: Path, named: Any, environment: str, clusters: dict[str, dict[str, str]]
) -> dict[str | None, list[str]]:
    """Return the teams that have anything on each cluster; the first cluster is None."""
    teams = _teams(root, named)
    if len(clusters) < 2:  # noqa: PLR2004 one cluster, or none that is understood: everything is there
        return {None: list(teams)}
    on = {team: _clusters_of(root, team, environment, clusters) for team in teams}
    home = next(iter(clusters))
    return {
        None if cluster == home else cluster: [team for team in teams if cluster in on[team]]
        for cluster in clusters
    }


def _clusters_of(root: Path, team: str, environment: str, clusters: dict[str, dict[str, str]]) -> set[str]:
    """Return the clusters that anything of a team stands on."""
    described = _described(root / _TEAMS / f"{team}.yaml")
    at_home = described.get("topics") or described.get("sagas")
    found = {next(iter(clusters))} if at_home else set()
    for service in map(_mapping, _mapping(described.get("services")).values()):
        here = _mapping(_mapping(service.get("environments")).get(environment)).get("placement")
        placement = service.get("placement") if here is None else here
        found.update(clusters_with(_strings(_mapping(placement).get("clusters")), clusters))
    return found


def _labels(cluster: Any) -> dict[str, str]:
    return _strings(_mapping(cluster).get("labels"))


def _strings(value: Any) -> dict[str, str]:
    return {key: str(one) for key, one in _mapping(value).items()}


def _mapping(value: Any) -> dict[str, Any]:
    return {str(key): one for key, one in value.items()} if isinstance(value, dict) else {}


def _teams(root: Path, standing: Any) -> list[str]:
    if standing is None:
        return sorted(file.stem for file in (root / _TEAMS).glob("*.yaml"))
    return sorted(map(str, standing)) if isinstance(standing, list) else []


def _described(file: Path) -> dict[str, Any]:
    try:
        content = read_yaml(file.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return {}
    return content if isinstance(content, dict) else {}
