"""The parts of Knative, as network policies and the mesh know them."""

from __future__ import annotations

from typing import Final

from pavedroad.plan.flows import Party, labels

SERVING: Final = "knative-serving"
EVENTING: Final = "knative-eventing"
GATEWAY_NAMESPACE: Final = "functions"
GATEWAY_NAME: Final = "functions"

ACTIVATOR_PORT: Final = 8012
"""Where the activator, and the proxy beside each function, take requests (knative/networking, pkg/networking)."""
COUNTS_PORT: Final = 9090
"""Where that proxy says how many it has in hand (the same)."""
GATEWAY_PORT: Final = 8081
"""Where the cluster's gateway is asked whether it knows a function yet (net-istio, config/203-local-gateway.yaml)."""
EVENTS_PORT: Final = 8080
WEBHOOK_PORT: Final = 8443

ACTIVATOR: Final = Party(
    name="activator", namespace=SERVING, selector=labels(app="activator"), service_account="activator"
)
"""Takes every request to a function (knative/serving, config/core/deployments/activator.yaml)."""

AUTOSCALER: Final = Party(
    name="autoscaler", namespace=SERVING, selector=labels(app="autoscaler"), service_account="controller"
)
"""Counts replicas (the same, autoscaler.yaml)."""

NET_ISTIO: Final = Party(
    name="net-istio",
    namespace=SERVING,
    selector=labels(app="net-istio-controller"),
    service_account="controller",
)
"""Tells the mesh which version gets which share (net-istio, config/500-controller.yaml)."""

GATEWAY: Final = Party(
    name=GATEWAY_NAME,
    namespace=GATEWAY_NAMESPACE,
    selector=labels(istio=GATEWAY_NAME),
    service_account=GATEWAY_NAME,
)
"""The gateway by which Knative learns that the mesh knows a function; nobody's requests pass it."""


CLOCK: Final = Party(
    name="clock",
    namespace=EVENTING,
    selector=(("sources.knative.dev/role", "adapter"),),
    service_account="pingsource-mt-adapter",
)
"""Says what time it is (knative/eventing, config/core/deployments/pingsource-mt-adapter.yaml)."""

INGRESS: Final = Party(
    name="broker-ingress",
    namespace=EVENTING,
    selector=(("eventing.knative.dev/brokerRole", "ingress"),),
    service_account="mt-broker-ingress",
)
"""Takes events for brokers (the same, config/brokers/mt-channel-broker)."""

CHANNEL: Final = Party(
    name="channel",
    namespace=EVENTING,
    selector=(("messaging.knative.dev/role", "dispatcher"),),
    service_account="imc-dispatcher",
)
"""Keeps them, in memory (the same, config/channels/in-memory-channel)."""

FILTER: Final = Party(
    name="broker-filter",
    namespace=EVENTING,
    selector=(("eventing.knative.dev/brokerRole", "filter"),),
    service_account="mt-broker-filter",
)
"""Hands events to whom triggers name (the same, config/brokers/mt-channel-broker)."""

KAFKA_SOURCE: Final = Party(
    name="kafka-source",
    namespace=EVENTING,
    selector=(("app", "kafka-source-dispatcher"),),
    service_account="knative-kafka-source-data-plane",
)
"""Reads topics for functions (eventing-kafka-broker: data-plane/config/source/500-dispatcher.yaml)."""

KAFKA_SOURCES: Final = Party(
    name="kafka-sources",
    namespace=EVENTING,
    selector=(("app", "kafka-controller"),),
    service_account="kafka-controller",
)
"""Sets where that begins to read (the same: control-plane/config/eventing-kafka-broker/200-controller)."""

KAFKA_WEBHOOK: Final = "kafka-webhook-eventing"

WEBHOOKS: Final = tuple(
    Party(name=name, namespace=namespace, selector=labels(app=name))
    for namespace, name in (
        (SERVING, "webhook"),
        (SERVING, "net-istio-webhook"),
        (EVENTING, "eventing-webhook"),
        (EVENTING, KAFKA_WEBHOOK),
    )
)
"""Who serves webhooks to the API server, with TLS of its own."""
