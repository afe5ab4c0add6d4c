"""The dashboard of the front doors: what comes in from outside, by gateway and by route.

The metrics are Envoy's own, which each proxy of Envoy Gateway exposes on port 19001.
"""

from __future__ import annotations

from pavedroad.dashboards.curves import Curve, panels
from pavedroad.dashboards.model import Dashboard, Row, Variable
from pavedroad.dashboards.queries import alerts
from pavedroad.dashboards.uids import GATEWAY

LISTENERS = (
    Curve(
        title="Requests",
        unit="reqps",
        description="Requests each second, by class of status.",
        expression="sum by (envoy_response_code_class) (rate(envoy_http_downstream_rq_xx{here}[$__rate_interval]))",
        legend="{{envoy_response_code_class}}xx",
    ),
    Curve(
        title="Errors",
        unit="percentunit",
        description="Share of requests that were answered by a status of 500 or above.",
        expression="sum by (pod) (rate("
        'envoy_http_downstream_rq_xx{here, envoy_response_code_class="5"}[$__rate_interval]))'
        " / (sum by (pod) (rate(envoy_http_downstream_rq_xx{here}[$__rate_interval])) > 0)",
    ),
    Curve(
        title="Duration",
        unit="ms",
        description="How long 99 of 100 requests take at most, from the first byte in to the last byte out.",
        expression="histogram_quantile(0.99, sum by (pod, le) ("
        "rate(envoy_http_downstream_rq_time_bucket{here}[$__rate_interval])))",
    ),
    Curve(
        title="Connections",
        unit="short",
        description="Open connections of clients.",
        expression="sum by (pod) (envoy_http_downstream_cx_active{here})",
    ),
    Curve(
        title="Limited requests",
        unit="reqps",
        description="Requests each second that were refused since their route's rate limit was reached.",
        expression="sum by (pod) (rate(envoy_http_local_rate_limit_rate_limited{here}[$__rate_interval]))",
    ),
)

ROUTES = (
    Curve(
        title="Requests by service",
        unit="reqps",
        description="Requests each second that were passed on, by the route's cluster.",
        expression="sum by (envoy_cluster_name) (rate(envoy_cluster_upstream_rq_total{here}[$__rate_interval]))",
        legend="{{envoy_cluster_name}}",
    ),
    Curve(
        title="Failed by service",
        unit="reqps",
        description="Requests each second that a service answered by a status of 500 or above, or not at all.",
        expression="sum by (envoy_cluster_name) (rate("
        'envoy_cluster_upstream_rq_xx{here, envoy_response_code_class="5"}[$__rate_interval]))',
        legend="{{envoy_cluster_name}}",
    ),
    Curve(
        title="Healthy end points",
        unit="short",
        description="End points that a route may be sent to; 0 answers every request with 503.",
        expression="min by (envoy_cluster_name) (envoy_cluster_membership_healthy{here})",
        legend="{{envoy_cluster_name}}",
    ),
)


def gateway_dashboard(namespace: str) -> Dashboard:
    """Return the dashboard of the gateways whose proxies stand in a namespace."""
    places = {"{here}": f'{{namespace="{namespace}", pod=~"$pod"}}'}
    return Dashboard(
        uid=GATEWAY,
        title="Gateway",
        description="What comes in through the public and the internal front door.",
        tags=("gateway",),
        variables=(
            Variable(
                name="pod",
                label="Proxy",
                metric=f'envoy_http_downstream_cx_active{{namespace="{namespace}"}}',
                value="pod",
            ),
        ),
        rows=(
            Row(title="Front doors", panels=panels(LISTENERS, places)),
            Row(title="Routes", panels=panels(ROUTES, places)),
            Row(title="Alerts", panels=(alerts({"subject": "gateways"}),)),
        ),
    )
