"""The project's own table of custom kinds: what the sandbox registers where no definitions are given."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

__all__ = ["CustomKind", "table", "used_by"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomKind:
    """One custom kind.

    Attributes:
        group: API group, such as `cert-manager.io`.
        versions: Versions the platform may use; the first is stored.
        kind: Such as `Certificate`.
        plural: Such as `certificates`.
        namespaced: False for cluster-scoped kinds.
        short_names: What kubectl accepts too.
    """

    group: str
    versions: tuple[str, ...]
    kind: str
    plural: str
    namespaced: bool
    short_names: tuple[str, ...] = ()

    @property
    def crd_name(self) -> str:
        """Name of the CustomResourceDefinition."""
        return f"{self.plural}.{self.group}"

    @property
    def api_version(self) -> str:
        """Group and stored version, as manifests write it."""
        return f"{self.group}/{self.versions[0]}"


@cache
def table() -> tuple[CustomKind, ...]:
    """All kinds of the table, in its order."""
    entries = yaml.safe_load((files("pavedroad.sandbox") / "kinds.yaml").read_text(encoding="utf-8"))
    return tuple(
        CustomKind(
            group=entry["group"],
            versions=tuple(entry["versions"]),
            kind=entry["kind"],
            plural=entry["plural"],
            namespaced=entry.get("scope") != "Cluster",
            short_names=tuple(entry.get("short", ())),
        )
        for entry in entries
    )


def used_by(types: Iterable[tuple[str, str]]) -> tuple[CustomKind, ...]:
    """The custom kinds among pairs of apiVersion and kind, in the table's order; what it lacks is left out.

    What is left out is either built into Kubernetes, or the API server will refuse it by name.
    """
    wanted = set(types)
    return tuple(
        kind
        for kind in table()
        if any((f"{kind.group}/{version}", kind.kind) in wanted for version in kind.versions)
    )
