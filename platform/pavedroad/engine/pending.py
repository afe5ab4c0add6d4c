"""What a killed run left half done, turned into something that a refresh can settle.

The engine remembers an operation before it begins and forgets it when it has ended. Of a creation that was cut
off nobody knows whether the object exists. Entered into the state under the identity that it would have, the
object is looked up by the refresh that follows: it is adopted where it exists and dropped where it does not,
so that nothing is created twice and nothing is left behind. All other operations a refresh settles by itself.
"""

from typing import Any

_KUBERNETES = "kubernetes:"


def settled(deployment: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Rewrite an exported deployment without pending operations.

    Args:
        deployment: The deployment as ``pulumi stack export`` gives it; not changed.

    Returns:
        The new deployment, and the URNs of the objects that the next refresh must look up.
    """
    resources: list[dict[str, Any]] = list(deployment.get("resources") or [])
    known = {resource["urn"] for resource in resources}
    looked_up: list[str] = []
    for operation in deployment.get("pending_operations") or []:
        resource = operation["resource"]
        identity = _identity(resource)
        if operation["type"] == "creating" and identity and resource["urn"] not in known:
            resources.append({**resource, "id": identity})
            known.add(resource["urn"])
            looked_up.append(resource["urn"])
    rest = {key: value for key, value in deployment.items() if key != "pending_operations"}
    return {**rest, "resources": resources}, looked_up


def _identity(resource: dict[str, Any]) -> str:
    """The identity that a Kubernetes object has as soon as it exists; empty where that is not known before."""
    if not str(resource.get("type", "")).startswith(_KUBERNETES):
        return ""
    metadata = (resource.get("inputs") or {}).get("metadata") or {}
    name, namespace = metadata.get("name"), metadata.get("namespace")
    if not isinstance(name, str):
        return ""
    return f"{namespace}/{name}" if isinstance(namespace, str) and namespace else name
