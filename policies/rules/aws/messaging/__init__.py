"""Rules about AWS messaging: Kafka (MSK) and its connectors, Amazon MQ, queues (SQS) and topics (SNS).

What each demands follows the services' own documentation; where the provider documents a safe default, leaving the
field out is as good, and where it does not, the resource must say so.
"""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.aws.messaging import brokers, kafka, queues

RULES: Final[tuple[Rule, ...]] = (
    *kafka.RULES,
    *brokers.RULES,
    *queues.RULES,
)
