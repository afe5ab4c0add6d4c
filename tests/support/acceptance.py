"""Asks a real API server whether it would take manifests, their CEL rules included; nothing is stored."""

import uuid
from collections.abc import Iterable
from typing import Any

from pavedroad.sandbox.api_errors import ApiError
from pavedroad.sandbox.objects import ObjectRef
from tests.support.sandbox import SandboxCluster

FIELD_MANAGER = "pavedroad-tests"


def refusals(cluster: SandboxCluster, manifests: Iterable[dict[str, Any]]) -> list[str]:
    """Return what the server refuses, with its reasons, in a namespace of its own."""
    name = f"acceptance-{uuid.uuid4().hex[:8]}"
    namespace: dict[str, Any] = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
    cluster.client.apply(namespace, field_manager=FIELD_MANAGER)
    refused = []
    for manifest in manifests:
        here = {**manifest, "metadata": {**manifest["metadata"], "namespace": name}}
        try:
            cluster.client.apply(here, field_manager=FIELD_MANAGER, dry_run=True)
        except ApiError as error:
            refused.append(f"{manifest['kind']} {manifest['metadata']['name']}: {error}")
    cluster.client.delete(ObjectRef.of(namespace))
    return refused
