"""One way to declare a Kubernetes object: a plain manifest, in a place, under a component.

Objects are declared untyped (``pulumi.CustomResource`` with the provider's own type token and the manifest as
its properties): the provider sees exactly what ``kubectl`` would, custom resources look like built-in ones,
and a program of a thousand services starts in half the time that typed classes need (docs/performance.md).
The API server's strict field validation takes the place of the classes' type checks.

The logical name of an object is ``<namespace>/<name>``, so its URN changes only when the object itself does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pulumi

from pavedroad.plan.naming import DOMAIN, OWNER_LABEL, PLATFORM, fit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from components.aws.place import Cloud

Body = dict[str, Any]
"""The part of a manifest beside apiVersion, kind and metadata: JSON values and ``pulumi.Input`` of them."""

MANAGED_BY = {"app.kubernetes.io/managed-by": "pavedroad"}

OWNED = {OWNER_LABEL: PLATFORM}
"""Labels of what all teams share."""

DNS_CONFIG: Body = {"options": [{"name": "ndots", "value": "2"}]}
"""How pods look names up: one with two dots or more is whole, so nothing is tried in front of it.

Names within a namespace (no dot) and of Services elsewhere (one dot) are still completed (resolv.conf(5), ndots).
"""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object, as a manifest spells it."""

    api_version: str
    name: str

    @property
    def token(self) -> str:
        """The type token under which the Kubernetes provider knows this kind."""
        group_version = self.api_version if "/" in self.api_version else f"core/{self.api_version}"
        return f"kubernetes:{group_version}:{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the objects of one owner stand, and what they have in common.

    Attributes:
        parent: The component that they belong to; it carries the provider.
        namespace: Their namespace; None for objects of the whole cluster.
        labels: Labels that every one of them carries.
        after: What must exist before any of them.
        cloud: The account that managed services of the same owner stand in; None for none.
        group: The security group of the owner's pods; None where they need none of their own.
    """

    parent: pulumi.Resource
    namespace: str | None
    labels: Mapping[str, str]
    after: tuple[pulumi.Resource, ...] = ()
    cloud: Cloud | None = None
    group: pulumi.Output[str] | None = None

    def under(self, parent: pulumi.Resource, labels: Mapping[str, str] | None = None) -> Place:
        """Return the same place for the objects of another component, with further labels."""
        return replace(self, parent=parent, labels={**self.labels, **(labels or {})})

    def declare(  # noqa: PLR0913 each keyword is a part of a manifest or of its life cycle
        self,
        kind: Kind,
        name: str,
        body: Body,
        *,
        labels: Mapping[str, str] | None = None,
        annotations: Mapping[str, str] | None = None,
        protect: bool = False,
        after: tuple[pulumi.Resource, ...] = (),
    ) -> pulumi.CustomResource:
        """Declare one object.

        Args:
            kind: What it is.
            name: Its ``metadata.name``.
            body: The manifest beside apiVersion, kind and metadata.
            labels: Labels beside the place's.
            annotations: Annotations.
            protect: Whether the engine refuses to delete or replace it.
            after: What must exist before it, beside what the place waits for.
        """
        metadata: Body = {"name": name}
        if self.namespace is not None:
            metadata["namespace"] = self.namespace
        metadata["labels"] = {
            **MANAGED_BY,
            "app.kubernetes.io/name": fit(name),
            **self.labels,
            **(labels or {}),
        }
        if annotations:
            metadata["annotations"] = dict(annotations)
        manifest = {"apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata, **body}
        logical_name = name if self.namespace is None else f"{self.namespace}/{name}"
        options = pulumi.ResourceOptions(
            parent=self.parent,
            depends_on=[*self.after, *after],
            protect=protect or None,
        )
        return pulumi.CustomResource(kind.token, logical_name, manifest, options)


DESCRIPTOR_NAME = f"{DOMAIN}/name"
"""Annotation with the name that a descriptor now uses, where a rename left the object's own name alone."""
