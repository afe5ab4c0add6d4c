"""Exemptions, as teams and the platform write them: leave to break one control in one place for a while."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pavedroad.descriptor.values import (
    ControlName,
    Day,
    Email,
    KubernetesKind,
    Many,
    Name,
    Reason,
    ResourceName,
    Spec,
    TypeToken,
)


class ExemptionSpec(Spec):
    """Leave to break one control in one place for a while."""

    control: ControlName
    """The control's identifier, as `paved controls` lists it."""
    reason: Reason
    """Why it may be broken here, as one line for whoever reviews it."""
    owner: Email
    """Who answers for it."""
    granted: Day
    """The first day on which it holds; the longest time is counted from here."""
    expires: Day
    """The last day on which it holds: 365 days later at most for a low control, 180 medium, 90 high, 30 critical."""


class TeamExemption(ExemptionSpec):
    """A team's leave for itself: from low and medium controls only, for one service, store or topic."""

    service: Name | None = None
    """The service, worker or job that may break it; its stores are named by themselves."""
    store: Name | None = None
    """A store of that service, instead of the service itself."""
    topic: Name | None = None
    """The topic that may break it."""
    environments: Many[Name] | None = None
    """Where it holds. Default: in every environment in which the team stands."""

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.service is None) == (self.topic is None):
            raise ValueError("give exactly one of service and topic")
        if self.store is not None and self.service is None:
            raise ValueError("a store is named together with its service")
        return self


class PlatformExemption(ExemptionSpec):
    """The platform's leave: from any control, for a Kubernetes object or a resource of a Pulumi program."""

    kind: KubernetesKind | None = None
    """Kind of the Kubernetes object, as `DaemonSet`."""
    namespace: Name | None = None
    """Namespace of the object. Default: it stands in none."""
    type: TypeToken | None = None
    """Type token of the resource, as `aws:s3/bucket:Bucket`, instead of a kind."""
    name: ResourceName
    """Name of the object, or logical name of the resource; with kind and namespace, `node-*` for several."""

    @model_validator(mode="after")
    def _one_target(self) -> Self:
        if (self.kind is None) == (self.type is None):
            raise ValueError("give exactly one of kind and type")
        if self.namespace is not None and self.kind is None:
            raise ValueError("a namespace belongs to a kind")
        if self.name.endswith("*") and self.namespace is None:
            raise ValueError("a name that ends in * needs kind and namespace")
        return self


class ExemptionsFile(Spec):
    """Exemptions of a project without environments' files: `policy-exemptions.yaml` beside its Pulumi.yaml."""

    apiVersion: Literal["pavedroad.dev/v1"]
    """Version of this file's format."""
    kind: Literal["Exemptions"]
    """What this file describes."""
    exemptions: Annotated[Many[PlatformExemption], Field(min_length=1)]
    """What may break which control, and until when."""
