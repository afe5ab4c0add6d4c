"""Who manages which field of an object: names of field managers, and handing fields over.

Sources: `fieldManagerName`, `handleSSAIgnoreFields`, `fixCSAFieldManagers` and `patchForce` in
`provider/pkg/{provider/provider,await/await}.go` of pulumi/pulumi-kubernetes; the format of managed fields,
https://kubernetes.io/docs/reference/using-api/server-side-apply/.
"""

import copy
from collections.abc import Collection, Iterable
from typing import Any, Final

from pavedroad.sandbox.provider.annotations import PATCH_FIELD_MANAGER, PATCH_FORCE, annotation, is_on
from pavedroad.sandbox.provider.diff import Path, parse_path
from pavedroad.sandbox.provider.naming import unique_name
from pavedroad.sandbox.provider.properties import Manifest

_PREDECESSORS: Final = ("kubectl", "before-first-apply", "pulumi-kubernetes", "pulumi-resource-kubernetes")
"""Managers whose fields are taken over: those of `kubectl`, and of Pulumi's client-side apply."""

_CONFLICT_HELP: Final = (
    "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/"
    "managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources"
)


def field_manager(declared: Manifest, recorded: str | None, urn: str) -> str:
    """Name the field manager: the annotation's, the one in the state, or a new one.

    A new one looks like the official provider's, but its digits come from the URN instead of from chance: an
    update that was killed before it recorded them finds the same ones again, and so never conflicts with itself.
    """
    new = unique_name("pulumi-kubernetes-", urn.encode())
    return annotation(declared, PATCH_FIELD_MANAGER) or recorded or new


def takes_by_force(
    declared: Manifest, live: Manifest | None, *, preview: bool, switches: Collection[str]
) -> bool:
    """Tell whether to take fields from other managers.

    Args:
        declared: The object as declared.
        live: The object before the update; None for a create.
        preview: A preview of a create does, since the object may stand in for one that is to be replaced.
        switches: The provider's inputs that are on.
    """
    if is_on(declared, PATCH_FORCE) or "enablePatchForce" in switches:
        return True
    return preview and (live is None or any(_is_predecessor(entry) for entry in _entries(live)))


def conflict_text(manager: str, message: str) -> str:
    """Explain a refused apply; the API server's message names the other manager and the fields."""
    return (
        f"Server-Side Apply field conflict detected. See {_CONFLICT_HELP} for troubleshooting help.\n"
        f'The resource managed by field manager "{manager}" had an apply conflict: {message}'
    )


def without_ignored(declared: Manifest, live: Manifest, ignored: Iterable[str], manager: str) -> Manifest:
    """Leave the fields under `ignoreChanges` as they are in the cluster.

    A field that only others manage is not applied at all; any other keeps its live value.

    Args:
        declared: The object as declared now.
        live: The object as the API server has it.
        ignored: Property paths; those through lists are kept as declared.
        manager: Our field manager.
    """
    result = copy.deepcopy(declared)
    ours = [entry["fieldsV1"] for entry in _entries(live) if entry.get("manager") == manager]
    theirs = [entry["fieldsV1"] for entry in _entries(live) if entry.get("manager") != manager]
    for path in map(parse_path, ignored):
        if any(_owns(fields, path) for fields in theirs) and not any(_owns(fields, path) for fields in ours):
            _remove(result, path)
        elif (value := _lookup(live, path)) is not None:
            _set(result, path, value)
    return result


def takeover(live: Manifest, manager: str) -> list[Manifest]:
    """Compose the JSON patch that hands the fields of `kubectl` and client-side apply over to us.

    Returns:
        The patch; empty where nobody of them manages a field.
    """
    entries = _entries(live)
    taken = [entry for entry in entries if _is_predecessor(entry)]
    if not taken:
        return []
    own = next((entry for entry in entries if _is_own(entry, manager)), None)
    merged = copy.deepcopy(own) if own else {**taken[0], "manager": manager, "operation": "Apply"}
    for entry in taken:
        merged["fieldsV1"] = _merged(merged["fieldsV1"], entry["fieldsV1"])
    kept = [entry for entry in entries if entry not in taken and entry is not own]
    version = live["metadata"]["resourceVersion"]
    return [
        {"op": "replace", "path": "/metadata/managedFields", "value": [*kept, merged]},
        {"op": "replace", "path": "/metadata/resourceVersion", "value": version},
    ]


def _entries(live: Manifest) -> list[dict[str, Any]]:
    entries = live["metadata"].get("managedFields") or []
    return [entry for entry in entries if "fieldsV1" in entry]


def _is_predecessor(entry: dict[str, Any]) -> bool:
    name, operation = entry.get("manager", ""), entry.get("operation")
    if entry.get("subresource"):
        return False
    kubectl_apply = operation == "Apply" and name == "kubectl"
    return kubectl_apply or (operation == "Update" and name.startswith(_PREDECESSORS))


def _is_own(entry: dict[str, Any], manager: str) -> bool:
    return (
        entry.get("manager") == manager and entry.get("operation") == "Apply" and not entry.get("subresource")
    )


def _owns(fields: Any, path: Path) -> bool:
    for part in path:
        if not isinstance(fields, dict) or f"f:{part}" not in fields:
            return False
        fields = fields[f"f:{part}"]
    return True


def _merged(one: Any, other: Any) -> Any:
    return {key: _merged(one.get(key, {}), other.get(key, {})) for key in [*one, *(set(other) - set(one))]}


def _lookup(node: Any, path: Path) -> Any:
    for part in path:
        if not isinstance(node, dict) or part not in node:
            return None
        node = node[part]
    return node


def _set(root: Manifest, path: Path, value: Any) -> None:
    node: Any = root
    for part in path[:-1]:
        node = node.setdefault(part, {})
        if not isinstance(node, dict):
            return
    node[path[-1]] = copy.deepcopy(value)


def _remove(node: Manifest, path: Path) -> None:
    parent = _lookup(node, path[:-1])
    if isinstance(parent, dict):
        parent.pop(path[-1], None)
