"""What every step of ``resolve`` may look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pavedroad.descriptor.cloud import ExistingNetworkSpec
from pavedroad.plan.cloud.account import resolve_account
from pavedroad.plan.cloud.network import data_block
from pavedroad.plan.defaults import TIERS, TierDefaults
from pavedroad.plan.naming import physical

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pavedroad.descriptor.environment import EnvironmentDescriptor
    from pavedroad.descriptor.team import TeamDescriptor
    from pavedroad.descriptor.topics import Topic
    from pavedroad.descriptor.workload import Workload
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.provenance import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All descriptors, one environment, and the record of choices.

    Attributes:
        environment: The environment that is resolved.
        teams: Every team that stands in it, by name.
        files: Text of configuration files, by team and path as the descriptor names them.
        trace: Where choices are written down.
    """

    environment: EnvironmentDescriptor
    teams: Mapping[str, TeamDescriptor]
    files: Mapping[tuple[str, str], str]
    trace: Trace

    @property
    def tier(self) -> TierDefaults:
        """The table row of the environment's tier."""
        return TIERS[self.environment.tier]

    @property
    def installs(self) -> bool:
        """Whether the platform installs operators and add-ons here."""
        cluster = next(iter(self.environment.clusters.values()))
        if cluster.kind == "existing":
            return cluster.addons == "managed"
        return cluster.kind == "eks" and not (self.environment.aws and self.environment.aws.sandbox)

    @property
    def account(self) -> AccountPlan | None:
        """The AWS account that the environment stands in; None for none."""
        spec = self.environment.aws
        return None if spec is None else resolve_account(self.environment.environment, spec)

    @property
    def data_block(self) -> str:
        """The addresses of managed databases and brokers in the VPC."""
        spec = self.environment.aws
        if spec is None:
            raise LookupError("an environment without an account has no managed databases")
        network = spec.network
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
        return physical(team, self.teams[team].formerly)

    def find(self, team: str, reference: str) -> tuple[str, str]:
        """Return team and name that a reference inside ``team`` means."""
        owner, _, name = reference.rpartition("/")
        return owner or team, name

    def service(self, team: str, reference: str) -> tuple[str, Workload]:
        """Return the namespace and the spec of the service that a reference inside ``team`` means."""
        owner, name = self.find(team, reference)
        return self.namespace(owner), self.teams[owner].workloads[name]

    def topic(self, team: str, reference: str) -> tuple[str, Topic]:
        """Return the owning team and the spec of the topic that a reference inside ``team`` means."""
        owner, name = self.find(team, reference)
        return owner, self.teams[owner].topics[name]

    def service_name(self, team: str, reference: str) -> str:
        """Return the physical name of the service that a reference inside ``team`` means."""
        owner, name = self.find(team, reference)
        return physical(name, self.teams[owner].services[name].formerly)
