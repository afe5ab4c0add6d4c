"""What every step of ``resolve`` may look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pavedroad.descriptor.cloud import ExistingNetworkSpec
from pavedroad.descriptor.cluster_functions import in_pods
from pavedroad.descriptor.places import network_of, places_of, region_of, team_on
from pavedroad.plan.cloud.account import resolve_account
from pavedroad.plan.cloud.network import data_block
from pavedroad.plan.cloud.volumes import CLASS as EKS_CLASS
from pavedroad.plan.defaults import TIERS, TierDefaults
from pavedroad.plan.naming import physical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pavedroad.descriptor.cloud import NetworkSpec
    from pavedroad.descriptor.environment import Cluster, EnvironmentDescriptor
    from pavedroad.descriptor.team import TeamDescriptor
    from pavedroad.descriptor.topics import Topic
    from pavedroad.descriptor.workload import Workload
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.provenance import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All descriptors, one cluster of one environment, and the record of choices.

    Attributes:
        environment: The environment that is resolved.
        cluster: The cluster that is looked at, by name.
        teams: What stands on that cluster, by team.
        everywhere: Every team that stands in the environment, whole, by name.
        files: Text of configuration files, by team and path as the descriptor names them.
        trace: Where choices are written down.
    """

    environment: EnvironmentDescriptor
    cluster: str
    teams: Mapping[str, TeamDescriptor]
    everywhere: Mapping[str, TeamDescriptor]
    files: Mapping[tuple[str, str], str]
    trace: Trace

    @property
    def tier(self) -> TierDefaults:
        """The table row of the environment's tier."""
        return TIERS[self.environment.tier]

    @property
    def here(self) -> Cluster:
        """The cluster that is looked at."""
        return self.environment.clusters[self.cluster]

    @property
    def storage_class(self) -> str | None:
        """The class of volumes that one pod writes; None for the sandbox's own, which is its only one."""
        here = self.here
        return EKS_CLASS if here.kind == "eks" else getattr(here, "storage_class", None)

    @property
    def at_home(self) -> bool:
        """Whether the cluster is the environment's first, where topics, functions and sagas are."""
        return self.cluster == self.environment.home

    @property
    def engines(self) -> frozenset[str]:
        """The engines of the stores that are owned here."""
        workloads = (workload for team in self.teams.values() for workload in team.workloads.values())
        return frozenset(store.engine for workload in workloads for store in workload.stores.values())

    @property
    def watched(self) -> bool:
        """Whether anything watches what runs here."""
        return self.environment.observability != "none"

    @property
    def installs(self) -> bool:
        """Whether the platform installs operators and add-ons here."""
        cluster = self.here
        if cluster.kind == "existing":
            return cluster.addons == "managed"
        return cluster.kind == "eks" and not (self.environment.aws and self.environment.aws.sandbox)

    @property
    def account(self) -> AccountPlan | None:
        """The AWS account that what stands here has its roles in; None for none.

        Pods get roles on EKS alone, so other clusters than the first are in no account unless they are on EKS too.
        """
        spec, environment = self.environment.aws, self.environment.environment
        if spec is None or not (self.at_home or self.here.kind == "eks"):
            return None
        if self.at_home:
            return resolve_account(environment, spec)
        region = region_of(self.environment, self.cluster)
        return resolve_account(environment, spec, cluster=self.cluster, region=region)

    @property
    def network(self) -> NetworkSpec | ExistingNetworkSpec:
        """The network in the account that the cluster stands on."""
        return network_of(self.environment, self.cluster)

    @property
    def data_block(self) -> str:
        """The addresses of managed databases and brokers in the VPC."""
        network = self.network
        if isinstance(network, ExistingNetworkSpec):
            return network.data_cidr
        return data_block(network.cidr)

    @property
    def needed_account(self) -> AccountPlan:
        """The AWS account, for what an environment without one cannot ask for.

        Raises:
            LookupError: If there is none; the environment's checks let that pass.
        """
        if self.account is None:
            raise LookupError("a service of AWS in an environment that names no account")
        return self.account

    def namespace(self, team: str) -> str:
        """Return the namespace of a team."""
        return physical(team, self.everywhere[team].formerly)

    def find(self, team: str, reference: str) -> tuple[str, str]:
        """Return team and name that a reference inside ``team`` means."""
        owner, _, name = reference.rpartition("/")
        return owner or team, name

    @classmethod
    def on(
        cls,
        cluster: str,
        environment: EnvironmentDescriptor,
        teams: Mapping[str, TeamDescriptor],
        files: Mapping[tuple[str, str], str],
        trace: Trace,
    ) -> Context:
        """Return the view of an environment on one of its clusters.

        Args:
            cluster: The cluster.
            environment: The environment.
            teams: Every team's descriptor, by name; those that stand in the environment count.
            files: Text of configuration files, by team and path.
            trace: Where choices are written down.
        """
        names = sorted(environment.teams if environment.teams is not None else teams)
        everywhere = {name: in_pods(teams[name], environment) for name in names}
        views = {name: team_on(team, environment, cluster) for name, team in everywhere.items()}
        return cls(
            environment=environment,
            cluster=cluster,
            teams={name: view for name, view in views.items() if view is not None},
            everywhere=everywhere,
            files=files,
            trace=trace,
        )

    def places(self, team: str, reference: str) -> tuple[str, ...]:
        """Return the clusters that the service runs on which a reference inside ``team`` means."""
        return places_of(self.environment, self.service(team, reference)[1])

    def service(self, team: str, reference: str) -> tuple[str, Workload]:
        """Return the namespace and the spec of the service that a reference inside ``team`` means."""
        owner, name = self.find(team, reference)
        return self.namespace(owner), self.everywhere[owner].workloads[name]

    def topic(self, team: str, reference: str) -> tuple[str, Topic]:
        """Return the owning team and the spec of the topic that a reference inside ``team`` means."""
        owner, name = self.find(team, reference)
        return owner, self.everywhere[owner].topics[name]

    def service_name(self, team: str, reference: str) -> str:
        """Return the physical name of the service that a reference inside ``team`` means."""
        owner, name = self.find(team, reference)
        return physical(name, self.everywhere[owner].services[name].formerly)
