"""Kubernetes manifests as resources: the type token that Pulumi would give each, and the ways to wrap a pod."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from pavedroad.governance import Properties, Resource

Manifest = Mapping[str, Any]

_POD_OF: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "Deployment": ("apps/v1", ("spec", "template")),
    "StatefulSet": ("apps/v1", ("spec", "template")),
    "Job": ("batch/v1", ("spec", "template")),
    "CronJob": ("batch/v1", ("spec", "jobTemplate", "spec", "template")),
}
"""The workloads to wrap a pod in: their API version, and where each keeps the pod."""


def manifests(file: Path) -> list[Manifest]:
    """Read every object of a file of manifests."""
    return [each for each in yaml.safe_load_all(file.read_text("utf-8")) if each]


def token(manifest: Manifest) -> str:
    """Spell the Pulumi type token of an object."""
    api_version = manifest["apiVersion"]
    group = api_version if "/" in api_version else f"core/{api_version}"
    return f"kubernetes:{group}:{manifest['kind']}"


def declared(manifest: Manifest, name: str) -> Resource:
    """Make the resource that declares an object, with a URN of its own."""
    type_ = token(manifest)
    urn = f"urn:pulumi:prod::conformance::{type_}::{name}"
    return Resource(type=type_, name=name, urn=urn, properties=Properties(dict(manifest)))


def listed(manifest: Manifest) -> Manifest:
    """Put an object into a List."""
    return {"apiVersion": "v1", "kind": "List", "items": [manifest]}


def in_workload(kind: str, pod: Manifest) -> Manifest:
    """Put a pod into a workload, which has the same metadata."""
    api_version, path = _POD_OF[kind]
    tree: dict[str, Any] = {"metadata": copy.deepcopy(pod.get("metadata", {})), "spec": pod.get("spec")}
    for name in reversed(path):
        tree = {name: tree}
    metadata = copy.deepcopy(pod.get("metadata", {}))
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **tree}


def every_form(manifest: Manifest) -> dict[str, Manifest]:
    """Make the forms in which an object must get the same verdict: alone, in a List, a pod in workloads too."""
    forms = {"alone": manifest, "List": listed(manifest)}
    if token(manifest) == "kubernetes:core/v1:Pod":
        forms |= {kind: in_workload(kind, manifest) for kind in _POD_OF}
    return forms
