"""The dashboards of the brokers that run in the cluster.

The metrics are those of Strimzi's Kafka exporter and of RabbitMQ's own Prometheus plugin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pavedroad.dashboards.curves import CLAIMS, PODS, SERVERS, VOLUMES, Curve, panels
from pavedroad.dashboards.model import Dashboard, Row
from pavedroad.dashboards.queries import alerts
from pavedroad.dashboards.uids import broker_uid
from pavedroad.prometheus import selector


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerSubject:
    """What a dashboard has to know of a broker.

    Attributes:
        broker: Which broker it is.
        namespace: Where it stands.
        pods: Anchored regular expression of its pods' names.
    """

    broker: Literal["kafka", "rabbitmq"]
    namespace: str
    pods: str


KAFKA = (
    Curve(
        title="Consumer lag",
        unit="short",
        description="Messages that each group has not read yet, by topic; what grows for long is never caught up.",
        expression="sum by (consumergroup, topic) (kafka_consumergroup_lag{ours})",
        legend="{{consumergroup}} {{topic}}",
    ),
    Curve(
        title="Messages",
        unit="cps",
        description="Messages written each second, by topic.",
        expression="sum by (topic) (rate(kafka_topic_partition_current_offset{ours}[$__rate_interval]))",
        legend="{{topic}}",
    ),
    Curve(
        title="Under-replicated partitions",
        unit="short",
        description="Partitions with fewer replicas in sync than they should have; other than 0, a broker is "
        "missing or slow.",
        expression="sum by (topic) (kafka_topic_partition_under_replicated_partition{ours})",
        legend="{{topic}}",
        alarm=1,
    ),
)

RABBITMQ = (
    Curve(
        title="Ready messages",
        unit="short",
        description="Messages that wait for a consumer, over all queues.",
        expression="sum by (pod) (rabbitmq_queue_messages_ready{pods})",
    ),
    Curve(
        title="Unacknowledged messages",
        unit="short",
        description="Messages that consumers have taken and not acknowledged.",
        expression="sum by (pod) (rabbitmq_queue_messages_unacked{pods})",
    ),
    Curve(
        title="Published",
        unit="cps",
        description="Messages that publishers send each second.",
        expression="sum by (pod) (rate(rabbitmq_global_messages_received_total{pods}[$__rate_interval]))",
    ),
    Curve(
        title="Connections",
        unit="short",
        description="Open connections.",
        expression="sum by (pod) (rabbitmq_connections{pods})",
    ),
    Curve(
        title="Memory",
        unit="percentunit",
        description="Memory as a share of the high watermark; at 1 publishers are stopped.",
        expression="sum by (pod) (rabbitmq_process_resident_memory_bytes{pods})"
        " / sum by (pod) (rabbitmq_resident_memory_limit_bytes{pods})",
        alarm=0.9,
    ),
    Curve(
        title="Free disk above the limit",
        unit="bytes",
        description="Space left until publishers are stopped.",
        expression="sum by (pod) (rabbitmq_disk_space_available_bytes{pods})"
        " - sum by (pod) (rabbitmq_disk_space_available_limit_bytes{pods})",
    ),
)

BROKERS = {"kafka": ("Kafka", KAFKA), "rabbitmq": ("RabbitMQ", RABBITMQ)}


def broker_dashboard(subject: BrokerSubject) -> Dashboard:
    """Return the dashboard of a broker."""
    title, curves = BROKERS[subject.broker]
    namespace = {"namespace": subject.namespace}
    pods = selector("", namespace, {"pod": subject.pods})
    places = {
        PODS: pods,
        "{ours}": selector("", namespace),
        CLAIMS: selector("", namespace, {"persistentvolumeclaim": f"(.+-)?{subject.pods}"}),
    }
    return Dashboard(
        uid=broker_uid(subject.broker),
        title=title,
        description=f"The environment's {title}: what waits, what flows, and what it uses up.",
        tags=("broker", subject.broker),
        rows=(
            Row(title="Messages", panels=panels(curves, places)),
            Row(title="Alerts", panels=(alerts({"broker": subject.broker}),)),
            Row(title="Pods and volumes", panels=panels((*SERVERS, *VOLUMES), places)),
        ),
    )
