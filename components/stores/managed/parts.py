"""Parts that stores on the account's network share: who is let in, how they are found, what they write down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from components.aws.place import cloud_place, late
from components.aws.security_groups import declare_store_group
from components.kubernetes import Kind
from components.stores.kinds import CONFIG_MAP, SERVICE
from pavedroad.rds_authorities import rds_authority

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pulumi

    from components.aws.place import CloudPlace, Properties
    from components.kubernetes import Place
    from pavedroad.plan.stores.managed.database import ManagedPlan

SERVICE_ENTRY: Final = Kind("networking.istio.io/v1", "ServiceEntry")

AUTHORITY: Final = "authority.pem"
"""Key of the ConfigMap with who signs a database's certificate."""


def declare_network(place: Place, plan: ManagedPlan, service: str) -> tuple[Properties, CloudPlace]:
    """Declare a store's security group and its subnet group.

    Args:
        place: The store's.
        plan: The store.
        service: The service of AWS: ``rds``.

    Returns:
        The security groups, as a property, and where all that needs both stands.
    """
    cloud = cloud_place(place)
    group = declare_store_group(place, plan.reach.group, plan.reach.port)
    subnets = cloud.declare(
        f"aws:{service}/subnetGroup:SubnetGroup",
        plan.reach.subnets,
        {
            "name": plan.reach.subnets,
            "description": f"The data subnets, for {plan.reach.identifier}",
            "subnetIds": cloud.cloud.texts("data_subnets"),
        },
    )
    return {"vpcSecurityGroupIds": [group.id]}, cloud.then(subnets)


def declare_found(
    place: Place, plan: ManagedPlan, host: pulumi.Output[str], beside: Mapping[str, str] | None = None
) -> pulumi.CustomResource:
    """Declare how a store is found by its host, which AWS decides.

    The mesh lets its owner's namespace through to the addresses of the data subnets on the store's port, without
    choosing among them: many protocols name no host before they speak TLS, so nothing else could tell two stores on
    one port apart. Network policies and security groups say who may (Istio, «Service Entry», resolution NONE).

    Args:
        place: The store's.
        plan: The store.
        host: Its host.
        beside: What else pods may know of it, by key of the ConfigMap.

    Returns:
        The ConfigMap with the host, which pods read when they start.
    """
    entry = {
        "hosts": [host],
        "addresses": [plan.reach.block],
        "exportTo": ["."],
        "location": "MESH_EXTERNAL",
        "resolution": "NONE",
        "ports": [{"number": plan.reach.port, "name": "tcp", "protocol": "TCP"}],
    }
    place.declare(SERVICE_ENTRY, plan.name, {"spec": entry})
    if plan.reach.alias is not None:
        place.declare(SERVICE, plan.reach.alias, {"spec": {"type": "ExternalName", "externalName": host}})
    return place.declare(CONFIG_MAP, plan.reach.endpoint, {"data": {"host": host, **(beside or {})}})


def signed_by(cloud: CloudPlace) -> dict[str, str]:
    """Return who signs the certificates of a database of RDS or DocumentDB, for its ConfigMap.

    Raises:
        LookupError: If nobody is known for the region; environments are checked for that when they are read.
    """
    region = cloud.cloud.account.region
    authority = rds_authority(region)
    if authority is None:
        msg = f"nothing tells who signs the certificates of databases in {region}"
        raise LookupError(msg)
    return {AUTHORITY: authority}


def master_secret(database: pulumi.CustomResource) -> pulumi.Output[str]:
    """Return the ARN of the secret that AWS made for a database's administrator."""
    return late(database, "masterUserSecrets").apply(lambda secrets: str(secrets[0]["secretArn"]))
