"""The cloud slice: what everything else of an environment stands on in its account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pulumi

from components.aws.identity import declare_boundary
from components.aws.place import Cloud, CloudPlace

if TYPE_CHECKING:
    from pavedroad.plan.cloud.model import CloudPlan


class CloudFoundation(pulumi.ComponentResource):
    """Network, keys, registries, zones, logs and the cluster.

    Attributes:
        values: What the other slices need to know, by name.
    """

    values: dict[str, Any]

    def __init__(self, plan: CloudPlan, opts: pulumi.ResourceOptions) -> None:
        """Declare the account's part of an environment."""
        super().__init__("pavedroad:aws:CloudFoundation", plan.account.environment, {}, opts)
        self.values = {}
        cloud = Cloud(account=plan.account, values=pulumi.Output.from_input({}))
        place = CloudPlace(parent=self, cloud=cloud, tags={})
        if plan.boundary:
            declare_boundary(place, plan.boundary)
        self.register_outputs(self.values)
