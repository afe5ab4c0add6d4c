"""Doors: security groups of brokers on the account's network, and the groups of pods that each lets in.

A broker stands with the platform and its clients with their teams, so its group stands with the cloud slice, which
all of them read. Every edge is then one rule, which stands and goes with its client.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from pavedroad.plan.cloud.names import name

if TYPE_CHECKING:
    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.context import Context
    from pavedroad.plan.flows import Labels, Party

ManagedBroker = Literal["kafka", "rabbitmq"]

PROVIDERS: Final[dict[str, ManagedBroker]] = {
    "amazon-mq": "rabbitmq",
    "msk": "kafka",
    "msk-serverless": "kafka",
}
"""Providers whose brokers stand on the account's network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerGroupPlan:
    """The security group of a broker.

    Attributes:
        broker: What it lets clients into.
        name: Its name in the account.
    """

    broker: ManagedBroker
    name: str

    @property
    def value(self) -> str:
        """How the cloud slice calls its id."""
        return group_value(self.broker)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorPlan:
    """One rule of a broker's security group: who comes in, on which port.

    Attributes:
        broker: The broker.
        name: Logical name of the rule.
        port: The port.
    """

    broker: ManagedBroker
    name: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorDoorPlan:
    """An operator of the platform that comes in: its pods carry a security group of their own.

    Attributes:
        group: Name of that group in the account.
        namespace: Where the pods stand.
        operator: Name of what says that they carry it.
        selector: Labels of the pods.
        door: The rule that lets them in.
    """

    group: str
    namespace: str
    operator: str
    selector: Labels
    door: DoorPlan


def group_value(broker: ManagedBroker) -> str:
    """Return how the cloud slice calls the id of a broker's security group."""
    return f"{broker}_security_group"


def broker_groups(context: Context) -> tuple[BrokerGroupPlan, ...]:
    """Return the security groups of the brokers that stand on the account's network."""
    providers = context.environment.providers
    account = context.account
    if account is None:
        return ()
    return tuple(
        BrokerGroupPlan(
            broker=broker, name=name("ec2-security-group", account.environment, "platform", broker)
        )
        for broker in dict.fromkeys(
            PROVIDERS[given] for given in (providers.kafka, providers.rabbitmq) if given in PROVIDERS
        )
    )


def door(broker: ManagedBroker, client: Party, port: int) -> DoorPlan:
    """Return the rule that lets the pods of a service into a broker."""
    return DoorPlan(broker=broker, name=f"{broker}.{client.namespace}.{client.name}", port=port)


def operator_door(
    account: AccountPlan, broker: ManagedBroker, operator: Party, port: int
) -> OperatorDoorPlan:
    """Return how an operator of the platform gets into a broker."""
    namespace = operator.namespace or ""
    return OperatorDoorPlan(
        group=name("ec2-security-group", account.environment, namespace, operator.name, broker),
        namespace=namespace,
        operator=f"{operator.name}-{broker}",
        selector=operator.selector,
        door=door(broker, operator, port),
    )
