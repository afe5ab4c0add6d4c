"""Checks manifests against real schemas without a cluster: CRDs of ``../shared/crds``, and Kubernetes' own kinds.

Structure only: types, required and unknown fields, enums, patterns. CEL rules are left to a real API server.
"""

import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate  # type: ignore[import-untyped]  # it publishes no types
import pytest
import yaml

CRDS = Path(__file__).parents[3] / "shared" / "crds"
KUBERNETES_VERSION = "1.36"

Schema = dict[str, Any]
Manifest = dict[str, Any]


class _Loader(yaml.CSafeLoader):
    """Takes a bare ``=``, which YAML 1.1 gives a meaning of its own, as text."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda _, node: node.value)

NOT_COLLECTED = {"SecurityGroupPolicy", "KnativeServing", "KnativeEventing", "KafkaSource", "PingSource"}
"""Kinds without a definition among those collected: EKS' VPC resource controller, Knative's operator and its sources."""


def require_crds() -> None:
    """Skip the calling test where there are no CRDs."""
    if not CRDS.is_dir():
        pytest.skip(f"no CRDs beside the project ({CRDS.name}/ is not there)")


def faults(manifest: Manifest) -> list[str]:
    """Return everything that the API server's structural check would refuse in a manifest."""
    api_version, kind = manifest["apiVersion"], manifest["kind"]
    group, _, version = api_version.rpartition("/")
    if "." not in group or group.endswith(".k8s.io"):
        return _faults_of_builtin(manifest)
    validator = jsonschema.Draft202012Validator(_strict_schema(group, version, kind))
    return [f"{kind} {error.json_path}: {error.message}" for error in validator.iter_errors(manifest)]


def _faults_of_builtin(manifest: Manifest) -> list[str]:
    try:
        kubernetes_validate.validate(manifest, KUBERNETES_VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        return [f"{manifest['kind']} {'.'.join(map(str, error.path))}: {error.message}"]
    return []


@functools.cache
def _strict_schema(group: str, version: str, kind: str) -> Schema:
    schema = next(_schemas(group, version, kind), None)
    if schema is None:
        raise LookupError(f"no CRD for {group}/{version} {kind}")
    properties = schema["properties"]
    if kind == "CassandraDatacenter":
        # Upstream takes this type away before a release: configuration is an object (its config_removal patch).
        properties["spec"]["properties"]["config"] = {"x-kubernetes-preserve-unknown-fields": True}
    envelope = {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}
    strict: Schema = _strict({**schema, "properties": {**properties, **envelope}})
    return strict


def _schemas(group: str, version: str, kind: str) -> Iterator[Schema]:
    for path in CRDS.glob(f"*/{group}_{kind.lower()}_{version}.json"):
        yield json.loads(path.read_text())
    for path in sorted(CRDS.glob("*/*.yaml")):
        text = path.read_text()
        if f"group: {group}\n" in text and f"kind: {kind}\n" in text:
            yield from _served(yaml.load_all(text, _Loader), group, version, kind)


def _served(documents: Iterator[Any], group: str, version: str, kind: str) -> Iterator[Schema]:
    for document in documents:
        spec = (document or {}).get("spec", {})
        if spec.get("group") == group and spec["names"]["kind"] == kind:
            for served in spec["versions"]:
                if served["name"] == version:
                    yield served["schema"]["openAPIV3Schema"]


_COMBINATORS = ("allOf", "anyOf", "oneOf", "not")


def _strict(node: Any) -> Any:
    """Return a structural schema as a JSON Schema that refuses unknown fields."""
    if not isinstance(node, dict):
        return node
    strict: Schema = {key: value for key, value in node.items() if not key.startswith("x-kubernetes-")}
    if "properties" in node:
        strict["properties"] = {name: _strict(value) for name, value in node["properties"].items()}
        if not node.get("x-kubernetes-preserve-unknown-fields"):
            strict.setdefault("additionalProperties", False)
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            strict[key] = _strict(node[key])
    if node.get("x-kubernetes-int-or-string"):
        strict["type"] = ["integer", "string"]
        for combinator in _COMBINATORS:
            strict.pop(combinator, None)
    strict.pop("nullable", None)
    return strict
