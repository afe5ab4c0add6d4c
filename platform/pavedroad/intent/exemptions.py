"""The exemptions that descriptors and environments' files grant, as governance judges them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

from pavedroad.descriptor import Project
from pavedroad.descriptor.exemptions import ExemptionSpec, PlatformExemption, TeamExemption
from pavedroad.descriptor.loading import Source, load_exemptions
from pavedroad.descriptor.reading import LARGEST_DESCRIPTOR, read_text
from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.descriptor.yaml_source import locate
from pavedroad.governance.exemptions import (
    DeclaredTarget,
    Exemption,
    Grantor,
    ObjectTarget,
    OwnedTarget,
    Target,
)
from pavedroad.plan.naming import SERVICE_LABEL, STORE_LABEL, TEAM_LABEL, physical, store_name
from pavedroad.position import Position

EXEMPTIONS_FILE: Final = "policy-exemptions.yaml"
"""Where a project without environments' files keeps its exemptions, beside its Pulumi.yaml."""


def exemptions_of(project: Project, environment: str) -> list[Exemption]:
    """List the exemptions for an environment: those of the teams that stand in it, then the platform's own.

    Args:
        project: Loaded descriptors.
        environment: The environment's name.
    """
    chosen = project.environments[environment]
    standing = chosen.teams if chosen.teams is not None else tuple(project.teams)
    own = [
        _exemption(
            spec,
            _owned(project.teams[team], spec),
            Grantor.TEAM,
            project.position(team, ("exemptions", index)),
        )
        for team in sorted(standing)
        for index, spec in enumerate(project.teams[team].exemptions)
        if spec.environments is None or environment in spec.environments
    ]
    granted = [
        _exemption(
            spec,
            _named(spec),
            Grantor.PLATFORM,
            project.environment_position(environment, ("exemptions", index)),
        )
        for index, spec in enumerate(chosen.exemptions)
    ]
    return own + granted


def load_exemptions_file(root: Path) -> list[Exemption]:
    """Read the exemptions of a project that has no environments' files; none where it has no such file.

    Args:
        root: The project's folder, with its Pulumi.yaml and perhaps an `EXEMPTIONS_FILE`.

    Raises:
        DescriptorFaults: Everything that is wrong in the file.
        UnreadableFileError: It is irregular, too large or not text.
    """
    path = root / EXEMPTIONS_FILE
    if not path.exists():
        return []
    source = Source(EXEMPTIONS_FILE, read_text(path, shown_as=EXEMPTIONS_FILE, limit=LARGEST_DESCRIPTOR))
    listed, located = load_exemptions(source), locate(source.text)
    return [
        _exemption(
            spec,
            _named(spec),
            Grantor.PLATFORM,
            Position(source.file, *located.nearest(("exemptions", index))),
        )
        for index, spec in enumerate(listed.exemptions)
    ]


def _exemption(spec: ExemptionSpec, target: Target, grantor: Grantor, position: Position) -> Exemption:
    return Exemption(
        control=spec.control,
        target=target,
        reason=spec.reason,
        owner=spec.owner,
        granted=date.fromisoformat(spec.granted),
        expires=date.fromisoformat(spec.expires),
        grantor=grantor,
        position=position,
    )


def _named(spec: PlatformExemption) -> Target:
    if spec.kind is not None:
        return ObjectTarget(kind=spec.kind, namespace=spec.namespace or "", name=spec.name)
    return DeclaredTarget(type=spec.type or "", name=spec.name)


def _owned(team: TeamDescriptor, spec: TeamExemption) -> OwnedTarget:
    return OwnedTarget(
        team=team.team,
        service=spec.service or "",
        store=spec.store or "",
        topic=spec.topic or "",
        labels=tuple(_labels(team, spec)),
    )


def _labels(team: TeamDescriptor, spec: TeamExemption) -> Iterator[tuple[str, str]]:
    """Yield the labels of what a service or store is made into; names on objects are physical."""
    if spec.service is None:
        return
    owner = team.services[spec.service]
    service = physical(spec.service, owner.formerly)
    yield TEAM_LABEL, physical(team.team, team.formerly)
    yield SERVICE_LABEL, service
    if spec.store is None:
        yield STORE_LABEL, ""
    else:
        yield STORE_LABEL, store_name(service, physical(spec.store, owner.stores[spec.store].formerly))
