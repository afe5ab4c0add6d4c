"""The words of the API client: what names an object, what selects several, what a watch tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self, TypeAlias

__all__ = [
    "EVERYTHING",
    "FieldValidation",
    "Manifest",
    "ObjectRef",
    "PatchType",
    "Propagation",
    "Selection",
    "WatchEvent",
]

Manifest: TypeAlias = dict[str, Any]
Propagation: TypeAlias = Literal["Background", "Foreground", "Orphan"]
FieldValidation: TypeAlias = Literal["Strict", "Warn", "Ignore"]
PatchType: TypeAlias = Literal[
    "application/apply-patch+yaml",
    "application/json-patch+json",
    "application/merge-patch+json",
    "application/strategic-merge-patch+json",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectRef:
    """Names one object. A namespaced kind without a namespace means the connection's default one."""

    api_version: str
    kind: str
    name: str
    namespace: str | None = None

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Self:
        """Name the object that a manifest describes."""
        metadata = manifest["metadata"]
        return cls(
            api_version=manifest["apiVersion"],
            kind=manifest["kind"],
            name=metadata["name"],
            namespace=metadata.get("namespace"),
        )

    def __str__(self) -> str:
        """Read like `apps/v1 Deployment orders/ledger`."""
        place = f"{self.namespace}/" if self.namespace else ""
        return f"{self.api_version} {self.kind} {place}{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which objects of a kind are meant; by default all of them, in all namespaces.

    Attributes:
        namespace: Only this one.
        labels: Label selector, such as `app=web,tier!=cache`.
        fields: Field selector, such as `metadata.name=web`.
    """

    namespace: str | None = None
    labels: str = ""
    fields: str = ""

    def params(self) -> dict[str, str]:
        """The selectors as query parameters."""
        return {"labelSelector": self.labels, "fieldSelector": self.fields}


EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class WatchEvent:
    """One change: ADDED, MODIFIED, DELETED or BOOKMARK, and the object as it is now."""

    type: str
    object: Manifest
