"""Alerts about brokers, and about what consumers leave lying on them."""

from __future__ import annotations

from typing import Final

from pavedroad.plan.observability.alerts.model import AlertKind, Feed, Subject, Trial

HERE: Final = 'namespace="<namespace>"'
GROUP: Final = 'consumergroup="<group>", topic="<topic>"'
QUEUE: Final = 'queue="<topic>"'
DEAD: Final = 'queue="<topic>.dead"'

KAFKA: Final = (
    AlertKind(
        name="KafkaBrokersMissing",
        severity="page",
        hold="5m",
        expression=f"max(kafka_brokers{{{HERE}}}) < <instances>",
        summary="Kafka: brokers are missing",
        description="Only {{ $value }} of <instances> brokers have been in the cluster for 5 minutes.",
        checks=("See whether the pod of the missing broker is pending, crash looping or recovering.",),
        trial=Trial(
            feeds=(Feed(f"kafka_brokers{{{HERE}}}", "<fewer>x20 <instances>x20", "<instances>x40"),),
            early="4m",
            fires="6m",
            over="30m",
            value="<fewer>",
        ),
    ),
    AlertKind(
        name="KafkaUnderReplicated",
        severity="ticket",
        hold="10m",
        expression=f"sum(kafka_topic_partition_under_replicated_partition{{{HERE}}}) > 0",
        summary="Kafka: partitions have too few copies",
        description="{{ $value }} partitions have had fewer copies in step than they should for 10 minutes.",
        checks=(
            "See whether a broker is down or was restarted: copies catch up by themselves.",
            "See whether one broker's disk or network is slower than the others'.",
        ),
        trial=Trial(
            feeds=(
                Feed(
                    f'kafka_topic_partition_under_replicated_partition{{{HERE}, topic="orders", partition="0"}}',
                    "1x20 0x30",
                    "0x50",
                ),
            ),
            early="9m",
            fires="12m",
            over="35m",
            value="1",
        ),
    ),
)

KAFKA_CONSUMERS: Final = (
    AlertKind(
        name="ConsumerStuck",
        severity="page",
        hold="15m",
        expression=(
            f"sum(kafka_consumergroup_lag{{{GROUP}}}) > 100"
            f" and sum(delta(kafka_consumergroup_current_offset{{{GROUP}}}[15m])) == 0"
        ),
        summary="<workload>: it reads nothing from <topic>",
        description="{{ $value }} messages of <topic> wait for <group>, and none has been read for 15 minutes.",
        checks=(
            "See whether the consumer runs, and whether one message makes it fail again and again.",
            "See whether it may still read: user, rights, network.",
        ),
        trial=Trial(
            feeds=(
                Feed(f'kafka_consumergroup_lag{{{GROUP}, partition="0"}}', "500x60 0x60", "500x120"),
                Feed(
                    f'kafka_consumergroup_current_offset{{{GROUP}, partition="0"}}',
                    "1000x60 2000x60",
                    "1000+1x120",
                ),
            ),
            early="14m",
            fires="35m",
            over="80m",
            value="500",
        ),
    ),
    AlertKind(
        name="ConsumerLagging",
        severity="ticket",
        hold="30m",
        expression=f"sum(kafka_consumergroup_lag{{{GROUP}}}) > 10000",
        summary="<workload>: it falls behind on <topic>",
        description="{{ $value }} messages of <topic> have waited for <group> for 30 minutes.",
        checks=("See whether more comes than usual; let it scale on the backlog (`scale.backlog`).",),
        trial=Trial(
            feeds=(Feed(f'kafka_consumergroup_lag{{{GROUP}, partition="0"}}', "20000x40 0x40", "10000x80"),),
            early="29m",
            fires="31m",
            over="60m",
            value="20000",
        ),
    ),
)
"""Of each group and topic."""

RABBITMQ: Final = (
    AlertKind(
        name="RabbitmqNodesMissing",
        severity="page",
        hold="5m",
        expression=f'sum(kube_pod_status_ready{{{HERE}, pod=~"<pods>", condition="true"}}) < <instances>',
        summary="RabbitMQ: nodes are missing",
        description="Only {{ $value }} of <instances> nodes have been ready for 5 minutes.",
        checks=("See whether the pod of the missing node is pending, crash looping or syncing its queues.",),
        trial=Trial(
            feeds=(
                Feed(
                    f'kube_pod_status_ready{{{HERE}, pod="<pod>", condition="true"}}',
                    "<fewer>x20 <instances>x20",
                    "<instances>x40",
                ),
            ),
            early="4m",
            fires="6m",
            over="30m",
            value="<fewer>",
        ),
    ),
    AlertKind(
        name="RabbitmqMemoryAlarm",
        severity="page",
        hold="2m",
        expression=f"max(rabbitmq_alarms_memory_used_watermark{{{HERE}}}) > 0",
        summary="RabbitMQ: publishers are held back, memory is full",
        description="A node is above its memory watermark: whoever publishes waits until it is below again.",
        checks=("See which queue grows and why its consumers do not keep up.",),
        trial=Trial(
            feeds=(
                Feed(
                    f'rabbitmq_alarms_memory_used_watermark{{{HERE}, pod="rabbitmq-server-0"}}',
                    "1x20 0x20",
                    "0x40",
                ),
            ),
            early="1m",
            fires="3m",
            over="30m",
        ),
    ),
    AlertKind(
        name="RabbitmqDiskAlarm",
        severity="page",
        hold="2m",
        expression=f"max(rabbitmq_alarms_free_disk_space_watermark{{{HERE}}}) > 0",
        summary="RabbitMQ: publishers are held back, a disk is full",
        description="A node has less disk than its watermark: whoever publishes waits until it has more.",
        checks=("See which queue or stream fills it; raise the broker's storage.",),
        trial=Trial(
            feeds=(
                Feed(
                    f'rabbitmq_alarms_free_disk_space_watermark{{{HERE}, pod="rabbitmq-server-0"}}',
                    "1x20 0x20",
                    "0x40",
                ),
            ),
            early="1m",
            fires="3m",
            over="30m",
        ),
    ),
)

RABBITMQ_CONSUMERS: Final = (
    AlertKind(
        name="QueueWithoutConsumers",
        severity="page",
        hold="10m",
        expression=(
            f"sum(rabbitmq_detailed_queue_messages_ready{{{QUEUE}}}) > 0"
            f" and sum(rabbitmq_detailed_queue_consumers{{{QUEUE}}}) == 0"
        ),
        summary="<workload>: nobody reads <topic>",
        description="{{ $value }} messages wait in <topic>, and nobody has been connected for 10 minutes.",
        checks=("See whether the consumer runs and may connect: user, password, network.",),
        trial=Trial(
            feeds=(
                Feed(f"rabbitmq_detailed_queue_messages_ready{{{QUEUE}}}", "5x50", "5x50"),
                Feed(f"rabbitmq_detailed_queue_consumers{{{QUEUE}}}", "0x20 1x30", "1x50"),
            ),
            early="9m",
            fires="12m",
            over="35m",
            value="5",
        ),
    ),
    AlertKind(
        name="QueueBacklog",
        severity="ticket",
        hold="30m",
        expression=f"sum(rabbitmq_detailed_queue_messages_ready{{{QUEUE}}}) > 10000",
        summary="<workload>: it falls behind on <topic>",
        description="{{ $value }} messages have waited in <topic> for 30 minutes.",
        checks=("See whether more comes than usual; let it scale on the backlog (`scale.backlog`).",),
        trial=Trial(
            feeds=(Feed(f"rabbitmq_detailed_queue_messages_ready{{{QUEUE}}}", "20000x40 0x40", "10000x80"),),
            early="29m",
            fires="31m",
            over="60m",
            value="20000",
        ),
    ),
    AlertKind(
        name="QueueUnacknowledged",
        severity="ticket",
        hold="30m",
        expression=f"sum(rabbitmq_detailed_queue_messages_unacked{{{QUEUE}}}) > 1000",
        summary="<workload>: it takes messages of <topic> and does not acknowledge them",
        description="{{ $value }} messages of <topic> have been taken and not acknowledged for 30 minutes.",
        checks=("See whether the consumer hangs on something else, or prefetches too much.",),
        trial=Trial(
            feeds=(Feed(f"rabbitmq_detailed_queue_messages_unacked{{{QUEUE}}}", "2000x40 0x40", "1000x80"),),
            early="29m",
            fires="31m",
            over="60m",
            value="2000",
        ),
    ),
    AlertKind(
        name="QueueDeadLetters",
        severity="ticket",
        hold="5m",
        expression=f"sum(rabbitmq_detailed_queue_messages_ready{{{DEAD}}}) > 0",
        summary="<workload>: messages of <topic> could not be handled",
        description="{{ $value }} messages lie in <topic>.dead: each was tried as often as the topic says.",
        checks=(
            "Read one without taking it away, and find why it fails.",
            "Once that is mended, move them back; else remove them.",
        ),
        trial=Trial(
            feeds=(Feed(f"rabbitmq_detailed_queue_messages_ready{{{DEAD}}}", "3x20 0x20", "0x40"),),
            early="4m",
            fires="6m",
            over="30m",
            value="3",
        ),
    ),
)
"""Of each queue."""

BROKERS: Final = Subject(
    name="brokers",
    title="brokers, topics and queues",
    exporters=(
        "kafka_exporter, as Strimzi runs it («Kafka Exporter»); RabbitMQ's own plugin: /metrics, and "
        "/metrics/detailed with the families queue_coarse_metrics and queue_consumer_count"
    ),
    commands=(
        "kubectl -n kafka get kafka,kafkanodepool,kafkatopic",
        "kubectl -n rabbitmq get rabbitmqcluster,pods",
        "kubectl -n NAMESPACE logs -l pavedroad.dev/service=SERVICE --tail=100",
    ),
    kinds=(*KAFKA, *KAFKA_CONSUMERS, *RABBITMQ, *RABBITMQ_CONSUMERS),
)
