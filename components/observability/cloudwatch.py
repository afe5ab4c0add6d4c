"""The exporter that brings CloudWatch's metrics to Prometheus."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pulumi

from components.observability.programs import Port, Program, declare_program
from pavedroad.plan.cloud.alarms import PERIOD
from pavedroad.plan.observability.cloudwatch import CONFIG_FILE, EXPORTER, IMAGE, PORT, SIZE

if TYPE_CHECKING:
    from components.kubernetes import Place
    from pavedroad.plan.observability.cloudwatch import CloudwatchPlan


class Cloudwatch(pulumi.ComponentResource):
    """One program that asks CloudWatch once in a period and keeps the answers until Prometheus asks.

    Its role is declared with those of all that the platform runs in an account.
    """

    def __init__(self, plan: CloudwatchPlan, place: Place, opts: pulumi.ResourceOptions) -> None:
        """Declare it in its namespace."""
        super().__init__("pavedroad:observability:Cloudwatch", EXPORTER.name, {}, opts)
        program = Program(
            party=EXPORTER,
            kind="Deployment",
            image=IMAGE,
            args=(
                "-config.file={config}",
                f"-listen-address=0.0.0.0:{PORT}",
                f"-scraping-interval={PERIOD}",
                "-labels-snake-case",
            ),
            size=SIZE,
            config=(CONFIG_FILE, plan.config),
            ports=(Port(name="http", number=PORT),),
            ready=("/healthz", PORT),
            env=({"name": "AWS_REGION", "value": plan.region},),
        )
        declare_program(place.under(self), program)
        self.register_outputs({})
