"""Records that spread public hosts over clusters, and the checks of which clusters answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pulumi

    from components.aws.place import CloudPlace, Properties
    from pavedroad.plan.cloud.domains import FrontPlan, SpreadPlan

TTL: Final = 60
"""How long resolvers remember which cluster they were sent to, in seconds."""

PORT: Final = 80
"""Where a gateway answers everybody: with the way to TLS, which Route 53 takes for an answer (*Determining health*)."""

INTERVAL: Final = 30
FAILURES: Final = 3
"""Seconds between a checker's questions, and unanswered ones in a row after which a cluster is asked no more."""


def declare_spread(place: CloudPlace, plan: SpreadPlan, zone: pulumi.Input[str] | None) -> None:
    """Declare a check of each cluster's gateway, and a record of each host for each cluster that it stands on."""
    checks = {front.cluster: _declare_check(place, front) for front in plan.fronts}
    fronts = {front.cluster: front for front in plan.fronts}
    for host, clusters in plan.hosts:
        for cluster in clusters:
            place.declare(
                "aws:route53/record:Record",
                f"{host}/{cluster}",
                {
                    "zoneId": zone,
                    "name": host,
                    "type": "CNAME",
                    "records": [fronts[cluster].host],
                    "ttl": TTL,
                    "setIdentifier": cluster,
                    "healthCheckId": checks[cluster].id,
                    **_policy(fronts[cluster]),
                },
                tagged=False,
            )


def _declare_check(place: CloudPlace, front: FrontPlan) -> pulumi.CustomResource:
    """Declare the check of whether a cluster's gateway answers."""
    return place.declare(
        "aws:route53/healthCheck:HealthCheck",
        front.host,
        {
            "type": "HTTP",
            "fqdn": front.host,
            "port": PORT,
            "resourcePath": "/",
            "requestInterval": INTERVAL,
            "failureThreshold": FAILURES,
            "tags": {"Name": front.host},
        },
    )


def _policy(front: FrontPlan) -> Properties:
    """Return which of a host's records answers."""
    if front.region is not None:
        return {"latencyRoutingPolicies": [{"region": front.region}]}
    return {"weightedRoutingPolicies": [{"weight": front.weight}]}
