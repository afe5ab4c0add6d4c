"""Operators and add-ons that connect to brokers. They are in the mesh: it is their identity that is let through."""

from __future__ import annotations

from typing import Final

from pavedroad.plan.flows import Party

STRIMZI: Final = Party(
    name="strimzi",
    namespace="strimzi",
    selector=(("name", "strimzi-cluster-operator"),),
    service_account="strimzi-cluster-operator",
)
"""Rolls and describes the brokers (Strimzi's chart: ``060-Deployment-strimzi-cluster-operator``)."""

RABBITMQ_TOPOLOGY: Final = Party(
    name="rabbitmq-topology",
    namespace="rabbitmq-system",
    selector=(("app.kubernetes.io/component", "messaging-topology-operator"),),
    service_account="messaging-topology-operator",
)
"""Declares queues and users over the management API (its chart: messaging-topology-operator/deployment.yaml)."""

KAFKA_SOURCE: Final = Party(
    name="kafka-source",
    namespace="knative-eventing",
    selector=(("app", "kafka-source-dispatcher"),),
    service_account="knative-kafka-source-data-plane",
)
"""Reads topics for functions (eventing-kafka-broker: data-plane/config/source/500-dispatcher.yaml)."""

KAFKA_SOURCES: Final = Party(
    name="kafka-sources",
    namespace="knative-eventing",
    selector=(("app", "kafka-controller"),),
    service_account="kafka-controller",
)
"""Sets where that begins to read (the same: control-plane/config/eventing-kafka-broker/200-controller)."""

KEDA: Final = Party(
    name="keda",
    namespace="keda",
    selector=(("app", "keda-operator"),),
    service_account="keda-operator",
)
"""Asks for lags and queue lengths (KEDA's chart: ``manager/deployment.yaml``)."""
