"""Stores at end points outside the cluster: buckets, and DynamoDB above development."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pavedroad.plan.naming import join
from pavedroad.plan.stores.model import EndpointPlan, VaultSecretPlan
from pavedroad.plan.stores.request import host_port
from pavedroad.plan.values import SecretKeyRef

if TYPE_CHECKING:
    from pavedroad.descriptor.stores import BucketStore
    from pavedroad.plan.stores.request import StoreRequest
    from pavedroad.plan.values import Outputs


def endpoint_plan(request: StoreRequest, special: Outputs) -> EndpointPlan:
    """Return a store at an end point, with the credentials of the environment's secret source.

    Args:
        request: What is asked for.
        special: Outputs beside those that every end point has.
    """
    name = request.name(limit=50)
    secret = join(name, "keys")
    endpoint = request.endpoint
    entries = request.entries(endpoint.credentials)
    where = host_port(endpoint.endpoint)
    target = where.rpartition(":")[0]
    return EndpointPlan(
        identity=request.identity(name, target, protect=False),
        outputs={
            "endpoint": endpoint.endpoint,
            **special,
            "region": endpoint.region,
            **{entry.key: SecretKeyRef(secret, entry.key) for entry in entries},
        },
        egress_host=where,
        entries=entries,
        credentials=VaultSecretPlan(name=secret, entries=entries),
    )


def resolve_bucket(request: StoreRequest, spec: BucketStore) -> EndpointPlan:
    """Return a bucket with nothing left to choose."""
    return endpoint_plan(request, {"bucket": spec.bucket})
