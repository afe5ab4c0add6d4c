"""One workload while it is resolved: what all steps about it share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.edges import call_outputs
from pavedroad.plan.naming import physical
from pavedroad.plan.runs import run_outputs
from pavedroad.plan.values import FieldRef, Value

if TYPE_CHECKING:
    from pavedroad.descriptor.references import OutputReference
    from pavedroad.descriptor.workload import Workload, WorkloadOverride
    from pavedroad.plan.brokers import BrokersPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.provenance import Scope
    from pavedroad.plan.stores.model import StorePlan

POD_FIELDS: Final = {
    "name": "metadata.name",
    "namespace": "metadata.namespace",
    "node": "spec.nodeName",
    "ip": "status.podIP",
    "service_account": "spec.serviceAccountName",
}
"""Outputs of ``${pod.…}``, in the downward API's spelling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What all steps about one workload share."""

    context: Context
    brokers: BrokersPlan
    scope: Scope
    team: str
    name: str
    spec: Workload
    override: WorkloadOverride
    stores: dict[str, StorePlan]

    @property
    def physical_name(self) -> str:
        """Its physical name, which a rename keeps."""
        return physical(self.name, self.spec.formerly)

    def lookup(self, reference: OutputReference) -> Value | None:
        """Return the value of a reference in one of the workload's texts; None for what does not exist here."""
        match reference.source:
            case "pod":
                return FieldRef(POD_FIELDS[reference.output])
            case "environment":
                environment = self.context.environment
                return environment.environment if reference.output == "name" else environment.tier
            case "stores":
                return self.stores[reference.name].outputs[reference.output]
            case "calls":
                call = self.spec.calls[reference.name]
                return call_outputs(self.context, self.team, reference.name, call)[reference.output]
            case "invokes" | "starts" as run:
                return run_outputs(self.context, self.team, run, reference.name)[reference.output]
            case topic_use:
                outputs = self.brokers.outputs_for(self.team, self.name, topic_use, reference.name)
                return outputs[reference.output]
