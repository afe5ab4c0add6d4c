"""A team's part of the brokers: its queues, exchanges and users on RabbitMQ, and its passwords for Kafka.

All of it stands in the team's own namespace and goes with it. Users' passwords are made in the cluster: RabbitMQ's
by a generator here, Kafka's by Strimzi in its namespace, from where the team's own reader brings them over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import Kind
from components.stores.kinds import EXTERNAL_SECRET
from components.stores.parts import declare_account, declare_password
from pavedroad.plan.brokers.kafka import MECHANISM
from pavedroad.plan.brokers.rabbitmq import VHOST

if TYPE_CHECKING:
    from components.kubernetes import Body, Place
    from pavedroad.plan.brokers import TeamTopicsPlan
    from pavedroad.plan.brokers.model import KafkaAccessPlan, RabbitReferencePlan, RabbitUserPlan

QUEUE: Final = Kind("rabbitmq.com/v1beta1", "Queue")
EXCHANGE: Final = Kind("rabbitmq.com/v1beta1", "Exchange")
BINDING: Final = Kind("rabbitmq.com/v1beta1", "Binding")
POLICY: Final = Kind("rabbitmq.com/v1beta1", "Policy")
USER: Final = Kind("rabbitmq.com/v1beta1", "User")
PERMISSION: Final = Kind("rabbitmq.com/v1beta1", "Permission")
SECRET_STORE: Final = Kind("external-secrets.io/v1", "SecretStore")

REFRESH: Final = "1h"
"""How often a password is read again, in case it was changed."""


class TeamTopics(pulumi.ComponentResource):
    """What a team owns on the brokers."""

    def __init__(self, plan: TeamTopicsPlan, place: Place) -> None:
        """Declare it in the team's namespace."""
        super().__init__(
            "pavedroad:brokers:TeamTopics",
            plan.namespace,
            {"team": plan.team},
            pulumi.ResourceOptions(parent=place.parent),
        )
        self._plan = plan
        self._place = place.under(self)
        if plan.kafka is not None:
            self._declare_kafka_access(plan.kafka)
        if plan.rabbit is not None:
            self._cluster: Body = {"rabbitmqClusterReference": _reference(plan.rabbit)}
            self._declare_topology()
            for user in plan.users:
                self._declare_user(user)
        self.register_outputs({})

    def _declare_kafka_access(self, access: KafkaAccessPlan) -> None:
        account = declare_account(self._place, access.reader)
        server = {"caProvider": {"type": "ConfigMap", "name": "kube-root-ca.crt", "key": "ca.crt"}}
        provider = {
            "kubernetes": {
                "remoteNamespace": access.namespace,
                "server": server,
                "auth": {"serviceAccount": {"name": access.reader}},
            }
        }
        store = self._place.declare(
            SECRET_STORE, access.reader, {"spec": {"provider": provider}}, after=(account,)
        )
        for secret, user in access.secrets:
            template = {"data": {"username": user, "password": "{{ .password }}", "mechanism": MECHANISM}}
            spec = {
                "refreshInterval": REFRESH,
                "secretStoreRef": {"kind": SECRET_STORE.name, "name": access.reader},
                "target": {"name": secret, "creationPolicy": "Owner", "template": template},
                "data": [
                    {"secretKey": "password", "remoteRef": {"key": user, "property": "password"}},
                ],
            }
            self._place.declare(EXTERNAL_SECRET, secret, {"spec": spec}, after=(store,))

    def _declare_topology(self) -> None:
        plan = self._plan
        deletion = "retain" if plan.protect else "delete"
        for exchange in plan.exchanges:
            spec = {"name": exchange.exchange, "type": exchange.type, "durable": True, **self._where}
            self._place.declare(EXCHANGE, exchange.name, {"spec": spec})
        for queue in plan.queues:
            spec = {
                "name": queue.queue,
                "type": queue.type,
                "durable": True,
                "autoDelete": False,
                "deletionPolicy": deletion,
                **self._where,
            }
            self._place.declare(QUEUE, queue.name, {"spec": spec}, protect=plan.protect)
        for policy in plan.policies:
            spec = {
                "name": policy.name,
                "pattern": policy.pattern,
                "applyTo": policy.applies_to,
                "definition": dict(policy.definition),
                **self._where,
            }
            self._place.declare(POLICY, policy.name, {"spec": spec})
        for binding in plan.bindings:
            spec = {
                "source": binding.exchange,
                "destination": binding.queue,
                "destinationType": "queue",
                "routingKey": binding.routing_key,
                **self._where,
            }
            self._place.declare(BINDING, binding.name, {"spec": spec})

    @property
    def _where(self) -> Body:
        return {"vhost": VHOST, **self._cluster}

    def _declare_user(self, user: RabbitUserPlan) -> None:
        secret = declare_password(self._place, user.credentials)
        spec = {"importCredentialsSecret": {"name": user.credentials.name}, **self._cluster}
        made = self._place.declare(USER, user.name, {"spec": spec}, after=(secret,))
        permissions = {"configure": user.configure, "write": user.write, "read": user.read}
        self._place.declare(
            PERMISSION,
            user.name,
            {"spec": {"userReference": {"name": user.name}, "permissions": permissions, **self._where}},
            after=(made,),
        )


def _reference(plan: RabbitReferencePlan) -> Body:
    """Return how an object names the broker that it is for."""
    if plan.secret is not None:
        return {"namespace": plan.namespace, "connectionSecret": {"name": plan.secret}}
    return {"namespace": plan.namespace, "name": plan.cluster}
