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

KEDA: Final = Party(
    name="keda",
    namespace="keda",
    selector=(("app", "keda-operator"),),
    service_account="keda-operator",
)
"""Asks for lags and queue lengths (KEDA's chart: ``manager/deployment.yaml``)."""
