"""Who may do what on RabbitMQ: a user for each service, whose permissions match exactly the names that it uses.

Facts from RabbitMQ's documentation, «Access control»: which operation needs which permission, and that the default
exchange is checked as ``amq.default``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.topics import ExchangeSpec, QueueSpec
from pavedroad.plan.brokers.model import RabbitUserPlan
from pavedroad.plan.brokers.rabbitmq import BROKER_HOST, PORT, user_secret
from pavedroad.plan.brokers.topology import exactly
from pavedroad.plan.stores.model import CredentialPlan

if TYPE_CHECKING:
    from pavedroad.plan.brokers.usage import TopicUse

DEFAULT_EXCHANGE: Final = "amq.default"


@dataclass(slots=True)
class _Reach:
    """What a user may touch. Names under ``configure`` exist already: client libraries declare them again."""

    configure: set[str] = field(default_factory=set)
    write: set[str] = field(default_factory=set)
    read: set[str] = field(default_factory=set)

    def add(self, use: TopicUse) -> None:
        """Add what one edge needs, and what a library needs to declare the same again."""
        exchange = _exchange(use)
        reads = use.direction == "subscribes"
        if isinstance(use.spec, ExchangeSpec) and not reads:
            self.configure.add(use.topic)
            self.write.add(use.topic)
            return
        self.configure.add(use.queue)
        if reads:
            self.read.add(use.queue)
        else:
            self.write.add(exchange or DEFAULT_EXCHANGE)
        if exchange is not None:
            # Binding a queue again takes writing to the queue and reading from the exchange.
            self.configure.add(exchange)
            self.write.add(use.queue)
            self.read.add(exchange)


def _exchange(use: TopicUse) -> str | None:
    """Return the named exchange of an edge."""
    if isinstance(use.spec, ExchangeSpec):
        return use.topic
    return use.spec.exchange.name if isinstance(use.spec, QueueSpec) and use.spec.exchange else None


def rabbitmq_users(uses: tuple[TopicUse, ...]) -> tuple[RabbitUserPlan, ...]:
    """Return the services among ``uses`` that connect, each with what its edges need."""
    reaches: dict[tuple[str, str], _Reach] = {}
    for use in uses:
        if use.broker == "rabbitmq":
            reaches.setdefault((user_secret(use), use.user), _Reach()).add(use)
    return tuple(
        RabbitUserPlan(
            name=secret,
            credentials=CredentialPlan(
                name=secret,
                entries=(
                    ("username", user),
                    ("password", "{{ .password }}"),
                    ("uri", f"amqp://{user}:{{{{ .password }}}}@{BROKER_HOST}:{PORT}/%2F"),
                ),
            ),
            configure=exactly(reach.configure),
            write=exactly(reach.write),
            read=exactly(reach.read),
        )
        for (secret, user), reach in sorted(reaches.items())
    )
