"""The example on several clusters, rendered: each cluster's manifests, and the ways between them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from ipaddress import ip_network
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import yaml

from pavedroad.access import Address, ExternalPod, Settings, Site, Sites
from pavedroad.descriptor import load_project
from pavedroad.plan.crossing import GATEWAY
from pavedroad.plan.resolve import resolve
from pavedroad.preview import render
from pavedroad.preview.manifests import write_manifests
from tests.support.environments import ROOT
from tests.support.projects import copy_sources

if TYPE_CHECKING:
    from pavedroad.descriptor import Project
    from pavedroad.plan.environment import EnvironmentPlan

EXAMPLE = ROOT / "examples" / "several-clusters"
ENVIRONMENT = "chain"

Manifest = dict[str, Any]

# No pod stands where the environment's gateways, their clients and API servers do.
SETTINGS = Settings(pod_networks=("172.16.0.0/12",))


@dataclass(frozen=True, slots=True, eq=False)
class RenderedSites:
    """The example, resolved, and its manifests by cluster."""

    project: Project
    plan: EnvironmentPlan
    manifests: dict[str, tuple[Manifest, ...]]

    def sites(self, *, without: Manifest | None = None) -> Sites:
        """Return the clusters for the evaluator, without one object."""
        clusters = self.project.environments[ENVIRONMENT].clusters
        sites = []
        for name, objects in self.manifests.items():
            here = getattr(clusters[name], "east_west", None)
            others = [getattr(other, "east_west", None) for key, other in clusters.items() if key != name]
            assert here is not None
            sites.append(
                Site(
                    name=name,
                    objects=tuple(one for one in objects if one is not without),
                    gateway=f"east-west.{name}.internal.example.com",
                    addresses=tuple(first(block) for block in here.addresses),
                    sources=tuple(first(block) for other in others if other for block in other.clients),
                    proxy=PROXY,
                    settings=SETTINGS,
                )
            )
        return Sites(sites)


PROXY = ExternalPod(
    GATEWAY.namespace or "",
    labels=dict(GATEWAY.selector),
    namespace_labels={"istio-injection": "enabled"},
    service_account=GATEWAY.service_account or "",
    in_mesh=True,
    name="east-west gateway",
    gateway=True,
)
"""What the chart of the gateway makes."""


def first(block: str) -> Address:
    """Return the first address of a block."""
    return Address(str(ip_network(block)[0]))


def example_copy(folder: Path) -> None:
    """Copy the project with the example in the place of its own stacks."""
    copy_sources(folder, EXAMPLE)
    config = folder / "stacks" / "config" / f"Pulumi.{ENVIRONMENT}.yaml"
    config.write_text('config: {pulumi:disable-default-providers: ["*"]}\n', encoding="utf-8")


def render_sites(root: Path) -> RenderedSites:
    """Render every stack of a copy of the example, and sort the manifests by cluster."""
    project = load_project(root)
    plan = resolve(project.teams, project.environments[ENVIRONMENT], project.files)
    found: dict[str, tuple[Manifest, ...]] = {}
    for share in plan.shares:
        alone = replace(plan, cluster=share.cluster, teams=share.teams, elsewhere=())
        stacks = [
            stack if share.cluster is plan.cluster else stack.replace(".", f".{share.cluster.name}.", 1)
            for stack in alone.stacks
        ]
        folder = Path(mkdtemp())
        write_manifests([render(root, stack) for stack in stacks], folder)
        texts = (file.read_text(encoding="utf-8") for file in sorted(folder.rglob("*.yaml")))
        found[share.cluster.name] = tuple(map(yaml.safe_load, texts))
    return RenderedSites(project=project, plan=plan, manifests=found)


@cache
def rendered_sites() -> RenderedSites:
    """Return the example, rendered once a session."""
    folder = Path(mkdtemp())
    example_copy(folder)
    return render_sites(folder)
