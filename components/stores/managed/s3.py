"""A bucket on S3, as a store of its owner."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.aws.buckets import declare_bucket
from components.aws.place import cloud_place
from components.stores.parts import identity_props, open_outputs
from pavedroad.plan.naming import STORE_LABEL

if TYPE_CHECKING:
    from components.kubernetes import Place
    from pavedroad.plan.stores.managed.s3 import S3Plan


class S3(pulumi.ComponentResource):
    """One bucket, with everything that AWS keeps apart from it."""

    def __init__(self, plan: S3Plan, place: Place) -> None:
        """Declare the bucket."""
        super().__init__(
            "pavedroad:stores:S3",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        declare_bucket(
            cloud_place(place).under(self, {STORE_LABEL: plan.name}),
            plan.bucket,
            old_versions=plan.keep_days,
            protect=plan.identity.protect,
        )
        self.register_outputs(open_outputs(plan))
