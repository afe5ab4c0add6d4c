"""A second, deliberately simple evaluator, written from the specifications.

It reads raw manifests on every question, knows no unknowns, and shares no code
with the one under test: a second opinion for random policies.
"""

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

Manifest = Mapping[str, Any]
ROOT = "istio-system"


def reaches(objects: Sequence[Manifest], source: Manifest, destination: Manifest, port: int) -> bool:
    """Whether a Pod may open a TCP connection to a port of another."""
    return (
        _network(objects, source, destination, port, "Egress")
        and _network(objects, source, destination, port, "Ingress")
        and (not _in_mesh(objects, destination) or _mesh(objects, source, destination, port))
    )


def address_reaches(objects: Sequence[Manifest], ip: str, destination: Manifest, port: int) -> bool:
    """Whether an address may reach a pod as far as NetworkPolicy goes."""
    return _network(objects, {"ip": ip}, destination, port, "Ingress")


def _network(
    objects: Sequence[Manifest], source: Manifest, destination: Manifest, port: int, way: str
) -> bool:
    subject, other = (source, destination) if way == "Egress" else (destination, source)
    isolated = False
    for policy in objects:
        if policy["kind"] != "NetworkPolicy":
            continue
        if policy["metadata"]["namespace"] != subject["metadata"]["namespace"]:
            continue
        spec = policy["spec"]
        if not _selected(spec.get("podSelector", {}), subject["metadata"]["labels"]):
            continue
        types = spec.get("policyTypes")
        if not types:
            types = ["Ingress", "Egress"] if len(spec.get("egress", [])) > 0 else ["Ingress"]
        if way not in types:
            continue
        isolated = True
        for rule in spec.get(way.lower(), []):
            peers = rule.get("to" if way == "Egress" else "from", [])
            ports = rule.get("ports", [])
            peer_fits = len(peers) == 0 or any(_peer(objects, policy, peer, other) for peer in peers)
            port_fits = len(ports) == 0 or any(_port(item, destination, port) for item in ports)
            if peer_fits and port_fits:
                return True
    return not isolated


def _peer(objects: Sequence[Manifest], policy: Manifest, peer: Manifest, other: Manifest) -> bool:
    if "ipBlock" in peer:
        block = peer["ipBlock"]
        address = ipaddress.ip_address(other["ip"])
        excluded = [address in ipaddress.ip_network(text) for text in block.get("except", [])]
        return address in ipaddress.ip_network(block["cidr"]) and not any(excluded)
    if "ip" in other:
        return False
    if "namespaceSelector" in peer:
        if not _selected(peer["namespaceSelector"], _namespace_labels(objects, other)):
            return False
    elif other["metadata"]["namespace"] != policy["metadata"]["namespace"]:
        return False
    return "podSelector" not in peer or _selected(peer["podSelector"], other["metadata"]["labels"])


def _port(item: Manifest, destination: Manifest, port: int) -> bool:
    if item.get("protocol", "TCP") != "TCP":
        return False
    if "port" not in item:
        return True
    if isinstance(item["port"], str):
        listed = destination["spec"]["containers"][0]["ports"]
        return any(entry["name"] == item["port"] and entry["containerPort"] == port for entry in listed)
    if "endPort" in item:
        return bool(item["port"] <= port <= item["endPort"])
    return bool(item["port"] == port)


def _selected(selector: Manifest, labels: Mapping[str, str]) -> bool:
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for line in selector.get("matchExpressions", []):
        key, operator = line["key"], line["operator"]
        if operator == "In" and labels.get(key) not in line["values"]:
            return False
        if operator == "NotIn" and key in labels and labels[key] in line["values"]:
            return False
        if operator == "Exists" and key not in labels:
            return False
        if operator == "DoesNotExist" and key in labels:
            return False
    return True


def _namespace_labels(objects: Sequence[Manifest], pod: Manifest) -> dict[str, str]:
    name = pod["metadata"]["namespace"]
    for item in objects:
        if item["kind"] == "Namespace" and item["metadata"]["name"] == name:
            return {**item["metadata"].get("labels", {}), "kubernetes.io/metadata.name": name}
    raise LookupError(name)


def _in_mesh(objects: Sequence[Manifest], pod: Manifest) -> bool:
    return _namespace_labels(objects, pod).get("istio-injection") == "enabled"


def _mesh(objects: Sequence[Manifest], source: Manifest, destination: Manifest, port: int) -> bool:
    mode = _mode(objects, destination, port)
    client = _in_mesh(objects, source)
    if mode == "STRICT" and not client:
        return False
    known = client and mode != "DISABLE"
    identity = (source["metadata"]["namespace"], source["spec"]["serviceAccountName"]) if known else None
    policies = [item for item in objects if _holds(item, destination)]
    if any(_policy(item, identity, port) for item in policies if item["spec"]["action"] == "DENY"):
        return False
    allows = [item for item in policies if item["spec"]["action"] == "ALLOW"]
    return not allows or any(_policy(item, identity, port) for item in allows)


def _mode(objects: Sequence[Manifest], pod: Manifest, port: int) -> str:
    levels = {}
    for item in objects:
        if item["kind"] != "PeerAuthentication":
            continue
        home, selector = item["metadata"]["namespace"], item["spec"].get("selector")
        if selector is None and home == ROOT:
            levels["mesh"] = item["spec"]["mtls"]["mode"]
        elif home == pod["metadata"]["namespace"]:
            if selector is None:
                levels["namespace"] = item["spec"]["mtls"]["mode"]
            elif _selected(selector, pod["metadata"]["labels"]):
                levels["workload"] = item["spec"]["mtls"]["mode"]
                levels["port"] = item["spec"].get("portLevelMtls", {}).get(port, {"mode": "UNSET"})["mode"]
    for level in ("port", "workload", "namespace", "mesh"):
        if levels.get(level, "UNSET") != "UNSET":
            return str(levels[level])
    return "PERMISSIVE"


def _holds(item: Manifest, pod: Manifest) -> bool:
    return (
        item["kind"] == "AuthorizationPolicy"
        and item["metadata"]["namespace"] in (ROOT, pod["metadata"]["namespace"])
        and _selected(item["spec"].get("selector", {}), pod["metadata"]["labels"])
    )


def _policy(item: Manifest, identity: tuple[str, str] | None, port: int) -> bool:
    for rule in item["spec"].get("rules", []):
        sources = [entry["source"] for entry in rule.get("from", [])]
        operations = [entry["operation"] for entry in rule.get("to", [])]
        if (
            (not sources or any(_source(source, identity) for source in sources))
            and (not operations or any(_operation(operation, port) for operation in operations))
            and all(_when(condition, identity, port) for condition in rule.get("when", []))
        ):
            return True
    return False


def _source(source: Manifest, identity: tuple[str, str] | None) -> bool:
    return _values(source, "principals", "notPrincipals", identity, _principal) and _values(
        source, "namespaces", "notNamespaces", identity, _namespace
    )


def _operation(operation: Manifest, port: int) -> bool:
    return _values(operation, "ports", "notPorts", port, lambda text, value: text == str(value))


def _when(condition: Manifest, identity: tuple[str, str] | None, port: int) -> bool:
    if condition["key"] == "destination.port":
        return _values(condition, "values", "notValues", port, lambda text, value: text == str(value))
    test = _principal if condition["key"] == "source.principal" else _namespace
    return _values(condition, "values", "notValues", identity, test)


def _values(fields: Manifest, yes: str, no: str, value: Any, test: Any) -> bool:
    if fields.get(yes) and not any(test(text, value) for text in fields[yes]):
        return False
    return not any(test(text, value) for text in fields.get(no, []))


def _principal(text: str, identity: tuple[str, str] | None) -> bool:
    return identity is not None and _wild(text, f"cluster.local/ns/{identity[0]}/sa/{identity[1]}")


def _namespace(text: str, identity: tuple[str, str] | None) -> bool:
    return identity is not None and _wild(text, identity[0])


def _wild(text: str, value: str) -> bool:
    if text == "*":
        return len(value) > 0
    if text[0] == "*":
        return value.endswith(text[1:])
    if text[-1] == "*":
        return value.startswith(text[:-1])
    return text == value
