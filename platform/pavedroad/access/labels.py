"""Label selectors, over labels of which some may not be known.

Source: Kubernetes documentation, "Labels and Selectors", and the API type
``meta/v1 LabelSelector``: matchLabels and matchExpressions are all required;
an empty selector selects everything; ``NotIn`` also matches where the key is
absent.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pavedroad.access.ternary import Ternary, all_of

NAMESPACE_NAME_LABEL = "kubernetes.io/metadata.name"
"""Set by the API server on every namespace (Kubernetes, "Automatic labelling")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSet:
    """The labels of a pod or a namespace, as far as they are known."""

    values: Mapping[str, str] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    """Keys that may be set, to a value that the manifests do not tell."""
    partial: bool = False
    """Whether any other key may be set as well (a namespace that is not rendered)."""

    def test(self, key: str, accepted: frozenset[str]) -> Ternary:
        """Whether the key is set to one of the accepted values."""
        if key in self.values:
            return self.values[key] in accepted
        return None if self._obscure(key) else False

    def has(self, key: str) -> Ternary:
        """Whether the key is set."""
        if key in self.values:
            return True
        return None if self._obscure(key) else False

    def _obscure(self, key: str) -> bool:
        return self.partial or key in self.unknown


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of a selector: a key, an operator and its values."""

    key: str
    operator: str
    values: frozenset[str] = frozenset()

    def matches(self, labels: LabelSet) -> Ternary:
        """Whether labels meet this requirement; not known for an unknown operator."""
        match self.operator:
            case "In":
                return labels.test(self.key, self.values)
            case "NotIn":
                inside = labels.test(self.key, self.values)
                return None if inside is None else not inside
            case "Exists":
                return labels.has(self.key)
            case "DoesNotExist":
                present = labels.has(self.key)
                return None if present is None else not present
            case _:
                return None


@dataclass(frozen=True, slots=True)
class Selector:
    """A label selector; without requirements it selects everything."""

    requirements: tuple[Requirement, ...] = ()

    @classmethod
    def of(cls, manifest: Mapping[str, Any] | None) -> "Selector":
        """Read a ``LabelSelector``; ``None`` reads like an empty one."""
        manifest = manifest or {}
        exact = tuple(
            Requirement(key, "In", frozenset((str(value),)))
            for key, value in (manifest.get("matchLabels") or {}).items()
        )
        expressions = tuple(
            Requirement(line["key"], line["operator"], frozenset(map(str, line.get("values") or ())))
            for line in manifest.get("matchExpressions") or ()
        )
        return cls(exact + expressions)

    def matches(self, labels: LabelSet) -> Ternary:
        """Whether every requirement is met."""
        return all_of(requirement.matches(labels) for requirement in self.requirements)
