"""The dashboard of the mesh: who talks to whom, how well, and whether the control plane keeps up.

The metrics are Istio's standard ones, and istiod's own.
"""

from __future__ import annotations

from pavedroad.dashboards.curves import Curve, panels
from pavedroad.dashboards.model import Dashboard, Row, Variable
from pavedroad.dashboards.queries import alerts
from pavedroad.dashboards.uids import MESH

TRAFFIC = (
    Curve(
        title="Requests",
        unit="reqps",
        description="Requests each second, by the namespace that answers.",
        expression="sum by (destination_service_namespace) (rate(istio_requests_total{there}[$__rate_interval]))",
        legend="{{destination_service_namespace}}",
    ),
    Curve(
        title="Errors",
        unit="percentunit",
        description="Share of requests answered by a status of 500 or above, by the service that answers.",
        expression="sum by (destination_service_name) (rate("
        'istio_requests_total{there, response_code=~"5.."}[$__rate_interval]))'
        " / (sum by (destination_service_name) (rate(istio_requests_total{there}[$__rate_interval])) > 0)",
        legend="{{destination_service_name}}",
    ),
    Curve(
        title="Denied",
        unit="reqps",
        description="Requests each second that were refused with 403: an edge that no descriptor declares, "
        "or an application's own refusal.",
        expression="sum by (source_principal, destination_service_name) (rate("
        'istio_requests_total{there, response_code="403"}[$__rate_interval]))',
        legend="{{source_principal}} to {{destination_service_name}}",
    ),
    Curve(
        title="Not mutual TLS",
        unit="reqps",
        description="Requests each second that came without mutual TLS; every namespace is STRICT, so there is none.",
        expression="sum by (destination_service_namespace) (rate("
        'istio_requests_total{there, connection_security_policy!="mutual_tls"}[$__rate_interval]))',
        legend="{{destination_service_namespace}}",
        alarm=0.001,
    ),
    Curve(
        title="Bytes to stores and brokers",
        unit="Bps",
        description="What flows each second over plain connections inside the mesh, by who receives it.",
        expression="sum by (destination_service_name) (rate("
        "istio_tcp_received_bytes_total{there}[$__rate_interval]))",
        legend="{{destination_service_name}}",
    ),
)

CONTROL = (
    Curve(
        title="Time to proxies",
        unit="s",
        description="How long 99 of 100 changes take at most until the proxies have them.",
        expression="histogram_quantile(0.99, sum by (le) ("
        "rate(pilot_proxy_convergence_time_bucket[$__rate_interval])))",
        legend="p99",
    ),
    Curve(
        title="Rejected configuration",
        unit="short",
        description="Pushes that proxies refused in each interval; other than 0 means configuration that is in "
        "force nowhere.",
        expression="sum(increase(pilot_total_xds_rejects[$__rate_interval]))",
        legend="rejects",
        alarm=1,
    ),
    Curve(
        title="Proxies",
        unit="short",
        description="Proxies connected to the control plane.",
        expression="sum(pilot_xds)",
        legend="proxies",
    ),
    Curve(
        title="Life of the root certificate",
        unit="s",
        description="Time until the mesh's root certificate expires, and with it every connection.",
        expression="min(citadel_server_root_cert_expiry_timestamp) - time()",
        legend="left",
    ),
)


def mesh_dashboard() -> Dashboard:
    """Return the dashboard of the mesh."""
    namespace = 'destination_service_namespace=~"$namespace"'
    places = {"{there}": f'{{reporter="destination", {namespace}}}'}
    return Dashboard(
        uid=MESH,
        title="Mesh",
        description="Traffic between services, and the state of the mesh's control plane.",
        tags=("mesh",),
        variables=(
            Variable(
                name="namespace",
                label="Namespace",
                metric='istio_requests_total{reporter="destination"}',
                value="destination_service_namespace",
            ),
        ),
        rows=(
            Row(title="Traffic", panels=panels(TRAFFIC, places)),
            Row(title="Control plane", panels=panels(CONTROL, {})),
            Row(title="Alerts", panels=(alerts({"subject": "mesh"}),)),
        ),
    )
