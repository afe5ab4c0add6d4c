"""The cloud slice: what everything else of an environment stands on in its account."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pulumi

from components.aws.alarms import declare_receivers
from components.aws.cluster import declare_cluster
from components.aws.domains import declare_domains
from components.aws.identity import declare_boundary
from components.aws.keeping import declare_keeping
from components.aws.keys import declare_keys
from components.aws.logs import declare_delivered_logs, declare_log_bucket
from components.aws.network import declare_network
from components.aws.place import Cloud, CloudPlace
from components.aws.registries import declare_repositories
from components.aws.roles import declare_platform_boundary
from components.brokers.managed.doors import declare_broker_group

if TYPE_CHECKING:
    from pavedroad.plan.cloud.model import CloudPlan


class CloudFoundation(pulumi.ComponentResource):
    """Network, keys, registries, zones, logs and the cluster.

    Attributes:
        values: What the other slices need to know, by name.
    """

    values: dict[str, Any]

    def __init__(self, plan: CloudPlan, opts: pulumi.ResourceOptions, home: Cloud | None = None) -> None:
        """Declare what a cluster stands on in the account.

        Args:
            plan: What that is.
            opts: Options of the component.
            home: What the first cluster's slice has made; None where this is it.
        """
        super().__init__("pavedroad:aws:CloudFoundation", plan.account.realm, {}, opts)
        cloud = Cloud(account=plan.account, values={})
        place = CloudPlace(parent=self, cloud=cloud, tags={})
        if plan.boundary:
            declare_boundary(place, plan.boundary)
        self.values = _declare(replace(place, after=(declare_platform_boundary(place),)), plan, home)
        self.register_outputs(self.values)


def _declare(place: CloudPlace, plan: CloudPlan, home: Cloud | None) -> dict[str, Any]:
    """Declare everything, and return what the other slices need to know of it."""
    foundation = plan.foundation
    protect = foundation.protect
    keys = declare_keys(place, foundation.keys, protect=protect)
    network = declare_network(place, foundation.network, keys["logs"])
    declare_delivered_logs(place)
    declare_log_bucket(place, foundation.logs, protect=protect)
    declare_keeping(place, foundation.keeping, keys["data"], protect=protect)
    declare_receivers(place, foundation.receivers, keys["messages"])
    declare_repositories(
        place, (own for _, own in foundation.repositories), keys["registry"], protect=protect
    )
    values: dict[str, Any] = {
        "vpc": network.vpc,
        "public_subnets": network.public,
        "private_subnets": network.private,
        "data_subnets": network.data,
        "log_bucket": foundation.logs.bucket,
        **{f"key_{purpose}": key for purpose, key in keys.items()},
        **{group.value: declare_broker_group(place, group, network.vpc) for group in plan.brokers},
        **declare_domains(place, foundation.domains, network.vpc, home, protect=protect),
    }
    if plan.cluster is not None:
        cluster = declare_cluster(place, plan.cluster, network, keys)
        values |= {
            "cluster_endpoint": cluster.endpoint,
            "cluster_authority": cluster.authority,
            "cluster_security_group": cluster.security_group,
        }
    return values
