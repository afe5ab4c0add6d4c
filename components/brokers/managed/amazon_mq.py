"""RabbitMQ on Amazon MQ, and its address in the cluster.

Clients connect to the Service, which is another name of the broker's host; the mesh turns their connection into one
over TLS, with the broker's certificate checked (Istio, «Egress TLS Origination»). The topology operator speaks TLS
itself. Amazon MQ makes no password and takes none from Secrets Manager: its first user's is made here, see
:mod:`components.aws.passwords`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pulumi

from components.aws.alarms import declare_alarms
from components.aws.identity import declare_reader_role
from components.aws.passwords import declare_generated
from components.aws.place import cloud_place, late
from components.brokers.managed.doors import declare_operator_door
from components.brokers.rabbitmq import TENANTS
from components.brokers.topics import REFRESH, SECRET_STORE
from components.kubernetes import Kind
from components.stores.kinds import EXTERNAL_SECRET, SERVICE
from pavedroad.plan.brokers.managed.amazon_mq import ADMIN, MANAGEMENT_PORT, PORT
from pavedroad.plan.brokers.managed.doors import group_value
from pavedroad.plan.brokers.rabbitmq import PORT as PLAIN_PORT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from components.aws.place import CloudPlace
    from components.kubernetes import Place
    from pavedroad.plan.brokers import AmazonMqPlan

BROKER: Final = "aws:mq/broker:Broker"
SERVICE_ENTRY: Final = Kind("networking.istio.io/v1", "ServiceEntry")
DESTINATION_RULE: Final = Kind("networking.istio.io/v1", "DestinationRule")

OPERATED: Final = {"rabbitmq.com/topology-operator": "true"}
"""Label of the only Secrets that the topology operator looks at."""

USER: Final = "platform"
"""Name of the broker's first user."""

MAINTENANCE: Final = {"dayOfWeek": "SUNDAY", "timeOfDay": "03:00", "timeZone": "UTC"}


class AmazonMq(pulumi.ComponentResource):
    """The broker of all teams, under the name that a cluster of our own would have."""

    def __init__(self, plan: AmazonMqPlan, place: Place) -> None:
        """Declare the broker in the account, and its address in its namespace."""
        super().__init__(
            "pavedroad:brokers:AmazonMq",
            f"{plan.namespace}/{plan.name}",
            {},
            pulumi.ResourceOptions(parent=place.parent),
        )
        self._plan = plan
        self._place = place.under(self)
        cloud = cloud_place(self._place)
        password = declare_generated(cloud, plan.password, protect=plan.protect)
        broker = self._declare_broker(cloud, password)
        host = late(broker, "instances").apply(_host)
        self._declare_address(host)
        self._declare_access(cloud, host, after=(broker,))
        for operator in plan.operators:
            declare_operator_door(self._place, operator)
        declare_alarms(cloud, plan.alarms, after=(broker,))
        self.register_outputs({"host": f"{plan.name}.{plan.namespace}"})

    def _declare_broker(self, cloud: CloudPlace, password: pulumi.Output[Any]) -> pulumi.CustomResource:
        plan = self._plan
        single = plan.deployment == "SINGLE_INSTANCE"
        subnets = cloud.cloud.texts("data_subnets")
        return cloud.declare(
            BROKER,
            plan.broker,
            {
                "brokerName": plan.broker,
                "engineType": "RabbitMQ",
                "engineVersion": plan.version,
                "hostInstanceType": plan.instance,
                "deploymentMode": plan.deployment,
                "publiclyAccessible": False,
                "autoMinorVersionUpgrade": True,
                "subnetIds": subnets.apply(_first) if single else subnets,
                "securityGroups": [cloud.cloud.text(group_value("rabbitmq"))],
                "encryptionOptions": {"kmsKeyId": cloud.cloud.key("messages"), "useAwsOwnedKey": False},
                "logs": {"general": True},
                "maintenanceWindowStartTime": MAINTENANCE,
                "users": [{"username": USER, "password": password}],
            },
            late=("instances",),
            protect=plan.protect,
        )

    def _declare_address(self, host: pulumi.Output[str]) -> None:
        """Declare the broker's name in the cluster, and that the mesh speaks TLS to it."""
        plan = self._plan
        self._place.declare(
            SERVICE,
            plan.name,
            {
                "spec": {
                    "type": "ExternalName",
                    "externalName": host,
                    "ports": [{"name": "tcp-amqp", "port": PLAIN_PORT, "appProtocol": "tcp"}],
                }
            },
        )
        ports = [
            {"number": PLAIN_PORT, "name": "tcp-amqp", "protocol": "TCP", "targetPort": PORT},
            {"number": MANAGEMENT_PORT, "name": "tls-management", "protocol": "TLS"},
        ]
        self._place.declare(
            SERVICE_ENTRY,
            plan.name,
            {"spec": {"hosts": [host], "location": "MESH_EXTERNAL", "resolution": "DNS", "ports": ports}},
        )
        tls = {"mode": "SIMPLE", "sni": host, "subjectAltNames": [host], "caCertificates": "system"}
        policy = {"portLevelSettings": [{"port": {"number": PLAIN_PORT}, "tls": tls}]}
        self._place.declare(DESTINATION_RULE, plan.name, {"spec": {"host": host, "trafficPolicy": policy}})

    def _declare_access(
        self, cloud: CloudPlace, host: pulumi.Output[str], after: tuple[pulumi.Resource, ...]
    ) -> None:
        """Let the topology operator in, for the tenants alone.

        Queues are replicated by default, so a client that declares its queue again as a plain one is not refused
        (Amazon MQ developer guide, «RabbitMQ 4»).
        """
        plan = self._plan
        store = self._declare_store(cloud)
        template = {
            "metadata": {"labels": OPERATED, "annotations": {TENANTS: ",".join(plan.tenants)}},
            "data": {
                "username": USER,
                "password": "{{ .password }}",
                "uri": pulumi.Output.format("https://{0}:{1}", host, MANAGEMENT_PORT),
            },
        }
        spec = {
            "refreshInterval": REFRESH,
            "secretStoreRef": {"kind": SECRET_STORE.name, "name": ADMIN},
            "target": {"name": ADMIN, "creationPolicy": "Owner", "template": template},
            "data": [{"secretKey": "password", "remoteRef": {"key": plan.password}}],
        }
        self._place.declare(EXTERNAL_SECRET, ADMIN, {"spec": spec}, after=(store, *after))

    def _declare_store(self, cloud: CloudPlace) -> pulumi.Resource:
        """Declare from where the first user's password is read, with a role that may read nothing else."""
        reader = self._plan.reader
        role = declare_reader_role(cloud, reader)
        account = cloud.cloud.account
        provider = {
            "service": "ParameterStore",
            "region": account.region,
            "role": account.arn("iam", f"role/{reader.name}"),
        }
        return self._place.declare(
            SECRET_STORE, ADMIN, {"spec": {"provider": {"aws": provider}}}, after=(role,)
        )


def _first(subnets: Sequence[str]) -> list[str]:
    """Return the one subnet of a single node."""
    return list(subnets[:1])


def _host(instances: Sequence[dict[str, Any]]) -> str:
    """Return the broker's host: all nodes of a cluster are behind one."""
    address = str(instances[0]["endpoints"][0])
    return address.removeprefix("amqps://").partition(":")[0]
