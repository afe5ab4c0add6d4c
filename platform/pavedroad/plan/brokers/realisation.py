"""What realises the topics of a broker in one environment: the one shape behind every provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pavedroad.plan.brokers.managed.doors import DoorPlan
    from pavedroad.plan.brokers.model import TriggerPlan
    from pavedroad.plan.brokers.usage import TopicUse
    from pavedroad.plan.cloud.access import Grant
    from pavedroad.plan.values import Outputs


class Realisation(Protocol):
    """What an edge to a topic means with one provider."""

    @property
    def host(self) -> str | None:
        """The host that an alias of the broker leads to; None where a topic has no aliases."""

    def outputs(self, use: TopicUse) -> Outputs:
        """Return the documented outputs of an edge."""

    def trigger(self, use: TopicUse, per_replica: int) -> TriggerPlan:
        """Return what scales a service on what it has not read yet.

        Args:
            use: The edge.
            per_replica: Unread messages per replica to aim for.
        """

    def grants(self, use: TopicUse) -> tuple[Grant, ...]:
        """Return what the service may do in the account because of an edge."""

    def counted(self, use: TopicUse) -> tuple[Grant, ...]:
        """Return what the autoscaler may do in the account for an edge that scales its service."""

    def doors(self, use: TopicUse) -> tuple[DoorPlan, ...]:
        """Return how an edge's client gets in on the account's network."""


class Unguarded:
    """A broker that is not on the account's network."""

    def doors(self, use: TopicUse) -> tuple[DoorPlan, ...]:  # noqa: ARG002 the same for every edge
        """Return nothing: the mesh or the API lets clients in."""
        return ()


class InCluster(Unguarded):
    """A broker in the cluster: nothing of it is the account's."""

    def grants(self, use: TopicUse) -> tuple[Grant, ...]:  # noqa: ARG002 the same for every edge
        """Return nothing: the broker itself knows its users."""
        return ()

    counted = grants
