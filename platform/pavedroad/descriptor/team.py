"""The file that a team writes."""

from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from pavedroad.descriptor.exemptions import TeamExemption
from pavedroad.descriptor.functions import FunctionSpec
from pavedroad.descriptor.oncall import OnCallOwner
from pavedroad.descriptor.sagas import SagaSpec
from pavedroad.descriptor.topics import Topic
from pavedroad.descriptor.values import (
    GroupName,
    HostName,
    LabelValue,
    Many,
    Name,
    SecretKey,
    Spec,
    VaultPath,
)
from pavedroad.descriptor.workload import JobSpec, ServiceSpec, WorkerSpec, Workload

RESERVED_TEAMS = frozenset(
    {
        "argo",
        "cass-operator",
        "cert-manager",
        "cloud",
        "cnpg-system",
        "default",
        "east-west",
        "egress",
        "envoy-gateway-system",
        "everyone",
        "external-secrets",
        "functions",
        "gateways",
        "grafana-operator",
        "istio-cni",
        "istio-system",
        "kafka",
        "karpenter",
        "keda",
        "knative-eventing",
        "knative-operator",
        "knative-serving",
        "kube-node-lease",
        "kube-public",
        "kube-system",
        "mongodb-operator",
        "mysql-operator",
        "node-agents",
        "observability",
        "opentelemetry-operator",
        "platform",
        "prometheus-operator",
        "rabbitmq",
        "rabbitmq-system",
        "reloader",
        "strimzi",
        "valkey-operator-system",
    }
)
"""Names that no team can have, because a namespace, a slice or a word of the descriptor has them."""


Running = Annotated[ServiceSpec | WorkerSpec | JobSpec | FunctionSpec, Field(discriminator="type")]
"""A service, worker, job or function, told apart by its ``type``."""


class OwnersSpec(OnCallOwner):
    """Who answers for the team's services."""

    group: GroupName | None = None
    """The group of the cluster's identity provider whose members may look into the namespace.
    Default: the team's name."""


class RegistrySpec(Spec):
    """A private registry and where its pull credentials are kept."""

    host: HostName
    """Host of the registry."""
    vault: VaultPath
    """Path of the credentials in the environment's secret store."""
    username_key: SecretKey = "username"
    """Key of the user name."""
    password_key: SecretKey = "password"  # noqa: S105 the name of a key, not a password
    """Key of the password."""


class TeamDescriptor(Spec):
    """One team: its services, what they own and what they use."""

    apiVersion: Literal["pavedroad.dev/v1"]
    """Version of this file's format."""
    kind: Literal["Team"]
    """What this file describes."""
    team: Name
    """Name of the team; its namespace is called the same."""
    formerly: Many[Name] = ()
    """Earlier names of the team, oldest first: the namespace keeps its name."""
    domain: LabelValue | None = None
    """The bounded context that the team works in."""
    cost_centre: LabelValue | None = None
    """Who pays."""
    owners: OwnersSpec
    """Who answers for it."""
    registries: dict[Name, RegistrySpec] = {}
    """Private registries that services can pull from."""
    topics: dict[Name, Topic] = {}
    """Topics, queues, exchanges and streams that the team owns."""
    services: Annotated[dict[Name, Running], Field(min_length=1)]
    """What runs."""
    sagas: dict[Name, SagaSpec] = {}
    """Steps over several services, each with what undoes it."""
    exemptions: Many[TeamExemption] = ()
    """Leave that the team gives itself to break low and medium controls."""

    @cached_property
    def workloads(self) -> dict[str, Workload]:
        """What runs in pods: services, workers and jobs."""
        return {name: one for name, one in self.services.items() if not isinstance(one, FunctionSpec)}

    @cached_property
    def functions(self) -> dict[str, FunctionSpec]:
        """What runs when something happens."""
        return {name: one for name, one in self.services.items() if isinstance(one, FunctionSpec)}
