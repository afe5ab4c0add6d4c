"""Renderings made by hand, for what compares them."""

from collections.abc import Iterable
from typing import Any

from pavedroad.preview import RenderedResource, Rendering

SCOPE = "urn:pulumi:dev::shop::"


def manifest(
    api_version: str,
    kind: str,
    name: str = "web",
    namespace: str = "orders",
    **fields: Any,
) -> dict[str, Any]:
    """Return a Kubernetes object; ``fields`` are its top-level fields beside metadata."""
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


def kubernetes(inputs: dict[str, Any], service: str | None = "web", **fields: Any) -> RenderedResource:
    """Return a Kubernetes object as the team ``orders`` would declare it."""
    type_ = f"kubernetes:{inputs['apiVersion']}:{inputs['kind']}"
    name = str(inputs["metadata"]["name"])
    return resource(type_, name, inputs, service=service, **fields)


def resource(
    type_: str, name: str, inputs: dict[str, Any], service: str | None = "web", **fields: Any
) -> RenderedResource:
    """Return a resource at the top of the stack, owned by the team ``orders`` unless ``fields`` say otherwise."""
    given: dict[str, Any] = {
        "urn": f"{SCOPE}{type_}::{name}",
        "parent": None,
        "team": "orders",
        "custom": True,
        **fields,
    }
    return RenderedResource(type=type_, name=name, inputs=inputs, service=service, **given)


def rendering(*resources: RenderedResource, stack: str = "dev") -> Rendering:
    """Return one stack with these resources."""
    return Rendering(project="shop", stack=stack, resources=_sorted(resources), outputs={})


def _sorted(resources: Iterable[RenderedResource]) -> tuple[RenderedResource, ...]:
    return tuple(sorted(resources, key=lambda each: each.urn))
