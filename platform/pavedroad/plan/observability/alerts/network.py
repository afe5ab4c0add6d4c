"""Alerts about the ways in and between: certificates, gateways, the mesh."""

from __future__ import annotations

from typing import Final

from pavedroad.plan.observability.alerts.model import AlertKind, Feed, Subject, Trial

CERTIFICATE: Final = 'exported_namespace="gateways", name="public"'
CERTIFICATE_LABELS: Final = (("exported_namespace", "gateways"), ("name", "public"))
GATEWAY: Final = 'namespace="gateways", pod="envoy-public-0"'

CERTIFICATES: Final = Subject(
    name="certificates",
    title="certificates",
    exporters="cert-manager («Prometheus Metrics»)",
    commands=(
        "kubectl get certificates,certificaterequests -A",
        "kubectl -n NAMESPACE describe certificate NAME",
        "kubectl -n cert-manager logs deployment/cert-manager --tail=100",
    ),
    kinds=(
        AlertKind(
            name="CertificateExpiresSoon",
            severity="page",
            hold="1h",
            expression=(
                "min by (exported_namespace, name) (certmanager_certificate_expiration_timestamp_seconds) - time()"
                " < 3 * 86400"
            ),
            summary="certificate {{ $labels.exported_namespace }}/{{ $labels.name }}: three days are left",
            description="It expires in {{ $value | humanizeDuration }}; renewing has failed for weeks.",
            checks=("Read what the last CertificateRequest and Order say: the issuer, its rate limit, DNS.",),
            trial=Trial(
                feeds=(
                    Feed(
                        f"certmanager_certificate_expiration_timestamp_seconds{{{CERTIFICATE}}}",
                        "86400x90 8640000x60",
                        "259200+60x150",
                    ),
                ),
                early="59m",
                fires="80m",
                over="120m",
                value="22h 40m 0s",
                labels=CERTIFICATE_LABELS,
            ),
        ),
        AlertKind(
            name="CertificateNotReady",
            severity="ticket",
            hold="30m",
            expression=(
                'max by (exported_namespace, name) (certmanager_certificate_ready_status{condition="True"}) == 0'
            ),
            summary="certificate {{ $labels.exported_namespace }}/{{ $labels.name }}: it is not ready",
            description="It has not been issued or renewed for 30 minutes.",
            checks=("Read what its CertificateRequest says, then what the issuer does.",),
            trial=Trial(
                feeds=(
                    Feed(
                        f'certmanager_certificate_ready_status{{{CERTIFICATE}, condition="True"}}',
                        "0x40 1x40",
                        "1x80",
                    ),
                ),
                early="29m",
                fires="31m",
                over="60m",
                labels=CERTIFICATE_LABELS,
            ),
        ),
    ),
)

GATEWAYS: Final = Subject(
    name="gateways",
    title="gateways",
    exporters="Envoy's own statistics (Envoy, «Statistics»), as Envoy Gateway's proxies serve them",
    commands=(
        "kubectl -n gateways get gateways,httproutes,grpcroutes -A",
        "kubectl -n gateways get pods -o wide",
        "kubectl -n envoy-gateway-system logs deployment/envoy-gateway --tail=100",
    ),
    kinds=(
        AlertKind(
            name="GatewayErrors",
            severity="page",
            hold="5m",
            expression=(
                'sum(rate(envoy_http_downstream_rq_xx{namespace="gateways", envoy_response_code_class="5"}[5m]))'
                ' / sum(rate(envoy_http_downstream_rq_xx{namespace="gateways"}[5m])) > 0.05'
                ' and sum(rate(envoy_http_downstream_rq_xx{namespace="gateways"}[5m])) > 1'
            ),
            summary="gateways: many answers are errors",
            description="{{ $value | humanizePercentage }} of the answers at the gateways have been errors for 5 minutes.",
            checks=(
                "See on the dashboard whether one back end answers so, or all: then it is the gateway or the mesh.",
                "See which service pages as well: its own alert tells more.",
            ),
            trial=Trial(
                feeds=(
                    Feed(
                        f'envoy_http_downstream_rq_xx{{{GATEWAY}, envoy_response_code_class="5"}}',
                        "0+60x20 1200x30",
                        "0+30x50",
                    ),
                    Feed(
                        f'envoy_http_downstream_rq_xx{{{GATEWAY}, envoy_response_code_class="2"}}',
                        "0+540x50",
                        "0+600x50",
                    ),
                ),
                early="4m",
                fires="15m",
                over="40m",
                value="10%",
            ),
        ),
        AlertKind(
            name="GatewayBackendGone",
            severity="ticket",
            hold="10m",
            expression=(
                'max by (envoy_cluster_name) (envoy_cluster_membership_healthy{namespace="gateways"}) == 0'
                ' and max by (envoy_cluster_name) (envoy_cluster_membership_total{namespace="gateways"}) > 0'
            ),
            summary="gateways: {{ $labels.envoy_cluster_name }} has no healthy back end",
            description="Routes to {{ $labels.envoy_cluster_name }} have led nowhere for 10 minutes.",
            checks=("See whether its service has ready pods.",),
            trial=Trial(
                feeds=(
                    Feed(
                        f'envoy_cluster_membership_healthy{{{GATEWAY}, envoy_cluster_name="shop"}}',
                        "0x20 2x30",
                        "1x50",
                    ),
                    Feed(
                        f'envoy_cluster_membership_total{{{GATEWAY}, envoy_cluster_name="shop"}}',
                        "2x50",
                        "2x50",
                    ),
                ),
                early="9m",
                fires="12m",
                over="35m",
                labels=(("envoy_cluster_name", "shop"),),
            ),
        ),
        AlertKind(
            name="GatewayConfigurationRejected",
            severity="ticket",
            hold="5m",
            expression=(
                'sum(increase(envoy_listener_manager_lds_update_rejected{namespace="gateways"}[10m]))'
                ' + sum(increase(envoy_cluster_manager_cds_update_rejected{namespace="gateways"}[10m])) > 0'
            ),
            summary="gateways: a proxy takes no new configuration",
            description="Proxies have rejected what the control plane sent: they go on with what they had.",
            checks=(
                "Read the proxies' logs for the field that they reject; undo the route or policy that brought it.",
            ),
            trial=Trial(
                feeds=(
                    Feed(f"envoy_listener_manager_lds_update_rejected{{{GATEWAY}}}", "0+1x20 20x40", "7x60"),
                    Feed(f"envoy_cluster_manager_cds_update_rejected{{{GATEWAY}}}", "0x60", "0x60"),
                ),
                early="4m",
                fires="15m",
                over="45m",
            ),
        ),
    ),
)

MESH: Final = Subject(
    name="mesh",
    title="the mesh",
    exporters="istiod and the side-cars (Istio, «Istio Standard Metrics» and pilot-discovery's exported metrics)",
    commands=(
        "kubectl -n istio-system get pods",
        "kubectl -n istio-system logs deployment/istiod --tail=100",
        "istioctl proxy-status",
        "istioctl analyze -A",
    ),
    kinds=(
        AlertKind(
            name="MeshControlPlaneDown",
            severity="page",
            hold="5m",
            expression="absent(pilot_xds)",
            summary="mesh: the control plane tells nothing",
            description="istiod has not been measured for 5 minutes: new pods get no identity and no configuration.",
            checks=("See whether istiod runs; what runs in the mesh goes on with what it knows.",),
            trial=Trial(
                feeds=(Feed('pilot_xds{pod="istiod-0"}', "_x20 40x30", "40x50"),),
                early="4m",
                fires="6m",
                over="30m",
            ),
        ),
        AlertKind(
            name="MeshConfigurationRejected",
            severity="ticket",
            hold="5m",
            expression="sum(increase(pilot_total_xds_rejects[10m])) > 0",
            summary="mesh: side-cars take no new configuration",
            description="Side-cars have rejected what istiod sent: they go on with what they had.",
            checks=("Ask `istioctl proxy-status` which, then read that side-car's log.",),
            trial=Trial(
                feeds=(Feed('pilot_total_xds_rejects{pod="istiod-0"}', "0+1x20 20x40", "7x60"),),
                early="4m",
                fires="15m",
                over="45m",
            ),
        ),
        AlertKind(
            name="MeshSlowToConverge",
            severity="ticket",
            hold="10m",
            expression=(
                "histogram_quantile(0.99, sum by (le) (rate(pilot_proxy_convergence_time_bucket[5m]))) > 10"
            ),
            summary="mesh: changes take long to arrive",
            description="It takes up to {{ $value | humanizeDuration }} until side-cars know of a change.",
            checks=("See whether istiod has too little CPU, or many pods come and go.",),
            trial=Trial(
                feeds=(
                    Feed(
                        'pilot_proxy_convergence_time_bucket{pod="istiod-0", le="10"}',
                        "0x30 0+60x40",
                        "0+60x70",
                    ),
                    Feed(
                        'pilot_proxy_convergence_time_bucket{pod="istiod-0", le="30"}', "0+60x70", "0+60x70"
                    ),
                    Feed(
                        'pilot_proxy_convergence_time_bucket{pod="istiod-0", le="+Inf"}', "0+60x70", "0+60x70"
                    ),
                ),
                early="9m",
                fires="15m",
                over="60m",
                value="29.8s",
            ),
        ),
        AlertKind(
            name="MeshAuthorityExpiresSoon",
            severity="page",
            hold="1h",
            expression="min(citadel_server_root_cert_expiry_timestamp) - time() < 30 * 86400",
            summary="mesh: its root certificate expires",
            description="The mesh's root certificate expires in {{ $value | humanizeDuration }}; after that nothing talks to anything.",
            checks=(
                "Bring in a new root beside the old one, then restart what runs (Istio, «Plug in CA certificates»).",
            ),
            trial=Trial(
                feeds=(
                    Feed(
                        'citadel_server_root_cert_expiry_timestamp{pod="istiod-0"}',
                        "864000x90 86400000x60",
                        "2592000+60x150",
                    ),
                ),
                early="59m",
                fires="80m",
                over="120m",
                value="9d 22h 40m 0s",
            ),
        ),
        AlertKind(
            name="MeshInClear",
            severity="page",
            hold="5m",
            expression=(
                "sum by (destination_service_namespace, destination_service_name) (rate(istio_requests_total"
                '{reporter="destination", connection_security_policy="none"}[5m])) > 0'
            ),
            summary="mesh: {{ $labels.destination_service_namespace }}/{{ $labels.destination_service_name }} is reached in clear",
            description="Requests without mutual TLS have been let in for 5 minutes, which no namespace of the platform allows.",
            checks=(
                "Find what opened it: a PeerAuthentication that is not STRICT.",
                "Find the caller: a pod without a side-car.",
            ),
            trial=Trial(
                feeds=(
                    Feed(
                        'istio_requests_total{reporter="destination", connection_security_policy="none",'
                        ' destination_service_namespace="orders", destination_service_name="orders"}',
                        "0+60x20 1200x30",
                        "60x50",
                    ),
                ),
                early="4m",
                fires="10m",
                over="35m",
                labels=(("destination_service_name", "orders"), ("destination_service_namespace", "orders")),
            ),
        ),
    ),
)
