"""Pods that an operator makes, before the namespace that they run in is looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pavedroad.access.labels import LabelSet
from pavedroad.access.mesh import capture_of, injected
from pavedroad.access.model import ContainerPort, Pod
from pavedroad.access.services import Service
from pavedroad.access.workloads import Namespaces

Made = tuple[list[Pod], list[Service]]
"""What an operator makes of one resource."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """One set of pods, before its namespace is looked at."""

    name: str
    labels: Mapping[str, str]
    service_account: str
    host_prefix: str
    ports: Mapping[str, int]
    varying: tuple[str, ...] = ()
    annotations: Mapping[str, str] = field(default_factory=dict)
    istio_gateway: bool = False

    def pod(self, namespace: str, namespaces: Namespaces) -> Pod:
        """The pods as policy sees them."""
        labels = LabelSet(
            values={key: str(value) for key, value in self.labels.items()},
            unknown=frozenset(self.varying) - self.labels.keys(),
        )
        home = namespaces.of_name(namespace)
        return Pod(
            namespace=namespace,
            name=self.name,
            labels=labels,
            namespace_labels=home,
            service_account=self.service_account,
            host_prefix=self.host_prefix,
            ports=tuple(ContainerPort(name, number) for name, number in self.ports.items()),
            ports_complete=False,
            in_mesh=self.istio_gateway or injected(labels, home, self.annotations, host_network=False),
            gateway=self.istio_gateway,
            inbound=capture_of(self.annotations, "Inbound"),
            outbound=capture_of(self.annotations, "Outbound"),
        )
