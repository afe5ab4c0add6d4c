"""Jaeger: takes, keeps and shows traces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.observability.programs import Port, Program, Volume, declare_program
from pavedroad.plan.observability.collectors.model import HEALTH, OTLP_GRPC, OWN_METRICS
from pavedroad.plan.observability.traces import (
    CONFIG_FILE,
    FOLDER,
    IMAGE,
    JAEGER,
    QUERY_GRPC_PORT,
    QUERY_PORT,
)

if TYPE_CHECKING:
    from components.kubernetes import Place
    from pavedroad.plan.observability.traces import JaegerPlan


class Jaeger(pulumi.ComponentResource):
    """Jaeger, with a volume where it keeps traces itself."""

    def __init__(self, plan: JaegerPlan, place: Place, opts: pulumi.ResourceOptions) -> None:
        """Declare it in its namespace."""
        super().__init__("pavedroad:observability:Jaeger", JAEGER.name, {}, opts)
        own = plan.store.kind == "badger"
        program = Program(
            party=JAEGER,
            kind="StatefulSet" if own else "Deployment",
            image=IMAGE,
            args=("--config={config}",),
            size=plan.size,
            config=(CONFIG_FILE, plan.config),
            ports=(
                Port(name="otlp-grpc", number=OTLP_GRPC, protocol="grpc"),
                Port(name="http-query", number=QUERY_PORT),
                Port(name="grpc-query", number=QUERY_GRPC_PORT, protocol="grpc"),
                Port(name="health", number=HEALTH, served=False),
                Port(name="own-metrics", number=OWN_METRICS, served=False),
            ),
            ready=("/status", HEALTH),
            env=({"name": "GOMEMLIMIT", "value": plan.go_memory_limit},),
            volumes=(Volume(name="data", path=FOLDER),) if own else (),
            storage_class=plan.storage_class,
            spread=plan.spread,
            spread_required=plan.spread_required,
        )
        declare_program(place.under(self), program, protect=plan.protect)
        self.register_outputs({})
