"""A keyspace on Keyspaces: replicated over three zones and encrypted by the service itself, over TLS alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.aws.place import cloud_place
from components.stores.parts import identity_props, open_outputs
from pavedroad.plan.naming import STORE_LABEL

if TYPE_CHECKING:
    from components.kubernetes import Place
    from pavedroad.plan.stores.managed.keyspaces import KeyspacesPlan


class Keyspaces(pulumi.ComponentResource):
    """One keyspace, in which its owner makes its own tables."""

    def __init__(self, plan: KeyspacesPlan, place: Place) -> None:
        """Declare the keyspace."""
        super().__init__(
            "pavedroad:stores:Keyspaces",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        cloud_place(place).under(self, {STORE_LABEL: plan.name}).declare(
            "aws:keyspaces/keyspace:Keyspace",
            plan.keyspace,
            {"name": plan.keyspace, "replicationSpecification": {"replicationStrategy": "SINGLE_REGION"}},
            protect=plan.identity.protect,
        )
        self.register_outputs(open_outputs(plan))
