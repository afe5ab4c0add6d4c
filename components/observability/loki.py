"""Loki: one program that takes, keeps and finds logs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.observability.programs import Port, Program, Volume, declare_program
from pavedroad.plan.observability.logs import (
    CONFIG_FILE,
    FOLDER,
    GOSSIP_PORT,
    GRPC_PORT,
    IMAGE,
    LOKI,
    PORT,
)

if TYPE_CHECKING:
    from components.kubernetes import Place
    from pavedroad.plan.observability.logs import LokiPlan


class Loki(pulumi.ComponentResource):
    """Loki, with a volume for what it has not handed on yet, or for all that it keeps."""

    def __init__(self, plan: LokiPlan, place: Place, opts: pulumi.ResourceOptions) -> None:
        """Declare it in its namespace."""
        super().__init__("pavedroad:observability:Loki", LOKI.name, {}, opts)
        program = Program(
            party=LOKI,
            kind="StatefulSet",
            image=IMAGE,
            args=("-config.file={config}", "-config.expand-env=true"),
            size=plan.size,
            config=(CONFIG_FILE, plan.config),
            ports=(
                Port(name="http", number=PORT),
                Port(name="grpc", number=GRPC_PORT, protocol="grpc"),
                Port(name="tcp-gossip", number=GOSSIP_PORT, protocol="tcp"),
            ),
            ready=("/ready", PORT),
            env=({"name": "GOMEMLIMIT", "value": plan.go_memory_limit},),
            volumes=(
                Volume(name="data", path=FOLDER),
                Volume(name="tmp", path="/tmp", source={"emptyDir": {"sizeLimit": "1Gi"}}),  # noqa: S108  a volume of the pod alone
            ),
            storage_class=plan.storage_class,
            spread=plan.spread,
            spread_required=plan.spread_required,
            grace=300,
        )
        declare_program(place.under(self), program, protect=plan.protect)
        self.register_outputs({})
