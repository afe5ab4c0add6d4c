"""What every topic on SNS is made of."""

from __future__ import annotations

from typing import Final

TOPIC: Final = "aws:sns/topic:Topic"
SUBSCRIPTION: Final = "aws:sns/topicSubscription:TopicSubscription"

SIGNATURE: Final = 2
"""Version of the signature under messages to end points: SHA-256 (SNS API, «SetTopicAttributes»)."""
