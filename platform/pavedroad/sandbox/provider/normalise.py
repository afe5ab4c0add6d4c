"""One spelling for what means the same, so that it is no difference.

The official provider sends declared objects of built-in kinds through the Go types of Kubernetes and back
(`clients.Normalize` in pulumi/pulumi-kubernetes). What that changes and the API server would change as well is
done here by rule: quantities, a Secret's text data, a CRD's status, and fields that only the server sets.
"""

import base64
import binascii
import copy
from collections.abc import Iterator
from typing import Any, Final

from pavedroad.sandbox.provider.properties import Manifest, has_unknown
from pavedroad.sandbox.provider.quantity import canonical

SERVER_FIELDS: Final = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
)
"""Fields of `metadata` that are ignored in a declaration."""

_QUANTITY_MAPS: Final = frozenset(
    {
        ("resources", "limits"),
        ("resources", "requests"),
        ("spec", "hard"),
        ("spec", "capacity"),
        ("spec", "overhead"),
        ("limits", "max"),
        ("limits", "min"),
        ("limits", "default"),
        ("limits", "defaultRequest"),
        ("limits", "maxLimitRequestRatio"),
    }
)
"""The last two names on the way to a map of quantities."""

_QUANTITIES: Final = frozenset(
    {
        ("emptyDir", "sizeLimit"),
        ("target", "averageValue"),
        ("target", "value"),
        ("resourceFieldRef", "divisor"),
    }
)
"""The last two names on the way to a single quantity."""


def is_built_in(api_version: str) -> bool:
    """Tell whether a group is Kubernetes' own: no dot in its name, or a name below `k8s.io` that is not a CRD's."""
    group = api_version.partition("/")[0] if "/" in api_version else ""
    return "." not in group or group in _BUILT_IN_GROUPS


_BUILT_IN_GROUPS: Final = frozenset(
    f"{name}.k8s.io"
    for name in (
        "admissionregistration",
        "apiextensions",
        "apiregistration",
        "authentication",
        "authorization",
        "certificates",
        "coordination",
        "discovery",
        "events",
        "flowcontrol.apiserver",
        "internal.apiserver",
        "networking",
        "node",
        "rbac.authorization",
        "resource",
        "scheduling",
        "storage",
        "storagemigration",
    )
)


def normalised(manifest: Manifest) -> Manifest:
    """Respell a declared object as the API server would; one with unknown parts loses its server fields only."""
    result = copy.deepcopy(manifest)
    metadata = result.get("metadata")
    if isinstance(metadata, dict):
        for field in SERVER_FIELDS:
            metadata.pop(field, None)
    if has_unknown(result) or not is_built_in(str(result.get("apiVersion", ""))):
        return result
    match result.get("kind"):
        case "Secret":
            _encode_text(result)
        case "CustomResourceDefinition":
            _drop_crd_defaults(result)
        case _:
            _respell_quantities(result)
    return result


def _encode_text(secret: Manifest) -> None:
    """Move `stringData` into `data`, as the API server does; re-encode `data` without stray white space."""
    data = secret.get("data") or {}
    for key, value in data.items():
        try:
            data[key] = base64.b64encode(base64.b64decode(value)).decode()
        except (binascii.Error, ValueError, TypeError):
            continue  # the API server refuses it, and names the field
    text = secret.pop("stringData", None) or {}
    encoded = {key: base64.b64encode(str(value).encode()).decode() for key, value in text.items()}
    if data or encoded:
        secret["data"] = {**data, **encoded}


def _drop_crd_defaults(crd: Manifest) -> None:
    crd.pop("status", None)
    spec = crd.get("spec")
    if isinstance(spec, dict) and spec.get("preserveUnknownFields") is False:
        del spec["preserveUnknownFields"]


def _respell_quantities(manifest: Manifest) -> None:
    for parent, key in _quantity_places(manifest, ("", "")):
        if isinstance(parent[key], str | int | float):
            parent[key] = canonical(parent[key])


def _quantity_places(node: Any, names: tuple[str, str]) -> Iterator[tuple[dict[str, Any], str]]:
    """Walk a manifest and yield where a quantity stands, as (object, key)."""
    if isinstance(node, list):
        for item in node:
            yield from _quantity_places(item, names)
    if not isinstance(node, dict):
        return
    if names in _QUANTITY_MAPS:
        yield from ((node, key) for key in node)
        return
    for key, value in node.items():
        if (names[1], key) in _QUANTITIES:
            yield node, key
        yield from _quantity_places(value, (names[1], key))
