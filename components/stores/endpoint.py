"""A store outside the cluster: nothing but its credentials is declared here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.stores.parts import declare_vault_secret, identity_props, open_outputs
from pavedroad.plan.naming import STORE_LABEL

if TYPE_CHECKING:
    from components.kubernetes import Place
    from pavedroad.plan.stores import EndpointPlan


class Endpoint(pulumi.ComponentResource):
    """The Secret with which the owner authenticates at an end point."""

    def __init__(self, plan: EndpointPlan, place: Place) -> None:
        """Declare the Secret in its owner's place."""
        super().__init__(
            "pavedroad:stores:Endpoint",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        declare_vault_secret(place.under(self, {STORE_LABEL: plan.name}), plan.credentials)
        self.register_outputs(open_outputs(plan))
