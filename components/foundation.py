"""What all teams share: add-ons, gateways, the way out, brokers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pulumi

from components.addons import declare_addons, declare_closed_addons
from components.aws.buckets import declare_bucket
from components.aws.identity import declare_pod_role, declare_reader_role
from components.aws.place import cloud_place
from components.brokers import declare_kafka, declare_rabbitmq, declare_sns_topics
from components.east_west import declare_east_west
from components.egress import declare_egress, declare_egress_host
from components.flows import declare_flows
from components.gateway import Gateway, declare_gateway_class, declare_self_signed_issuer
from components.knative import declare_knative
from components.kubernetes import OWNED, Place
from components.namespace import ClosedNamespace, ClosedNamespaceArgs, declare_limits
from components.observability import declare_observability
from components.observability.alerts import declare_platform_alerts
from components.observability.cloudwatch import Cloudwatch
from components.observability.dashboards import declare_platform_dashboards
from components.secret_sources import declare_secret_grant
from pavedroad.plan.brokers import MskPlan
from pavedroad.plan.crossing import NAMESPACE as EAST_WEST_NAMESPACE
from pavedroad.plan.defaults import CONTAINERS
from pavedroad.plan.edges import EGRESS_NAMESPACE, GATEWAY_NAMESPACE
from pavedroad.plan.naming import PLATFORM
from pavedroad.plan.observability import OBSERVABILITY
from pavedroad.plan.observability.log_store import OLD_VERSION_DAYS

if TYPE_CHECKING:
    from components.aws.place import Cloud
    from pavedroad.plan.environment import PlatformNamespacePlan, PlatformPlan


class Foundation(pulumi.ComponentResource):
    """The platform's own part of an environment.

    Attributes:
        addons: The operators, whose kinds everything else needs first.
    """

    addons: tuple[pulumi.Resource, ...]

    def __init__(self, plan: PlatformPlan, cloud: Cloud | None, opts: pulumi.ResourceOptions) -> None:
        """Declare what all teams share."""
        super().__init__("pavedroad:platform:Foundation", "platform", {}, opts)
        self._plan = plan
        self._options = pulumi.ResourceOptions(parent=self)
        self.addons = declare_addons(self, plan.operators, plan.addons)
        self._cluster = Place(parent=self, namespace=None, labels=OWNED, after=self.addons, cloud=cloud)
        self._places = {one.name: self._namespace(one) for one in plan.namespaces}
        for one in plan.namespaces:
            declare_limits(self._places[one.name], PLATFORM, one.quota, CONTAINERS)
            declare_flows(self._places[one.name], one.flows)
        for operators in plan.operators:
            declare_egress(replace(self._cluster, namespace=operators.name), operators.egress)
        declare_closed_addons(self._places, plan.addons)
        self._declare_gateways()
        for egress in plan.egress:
            declare_egress_host(self._places[EGRESS_NAMESPACE], egress)
        if plan.east_west is not None:
            declare_east_west(self._places[EAST_WEST_NAMESPACE], plan.east_west)
        if isinstance(plan.kafka, MskPlan):
            declare_kafka(plan.kafka, self._cluster)
        elif plan.kafka is not None:
            declare_kafka(plan.kafka, self._places[plan.kafka.namespace])
        if plan.rabbitmq is not None:
            declare_rabbitmq(plan.rabbitmq, replace(self._places[plan.rabbitmq.namespace], cloud=cloud))
        declare_sns_topics(plan.topics, self._cluster)
        declare_knative(self._places, plan.knative)
        self._declare_roles()
        for grant in plan.secret_grants:
            declare_secret_grant(self._places[grant.namespace], grant)
        self._declare_log_store()
        declare_observability(self, self._places, plan.observability)
        if plan.cloudwatch is not None:
            Cloudwatch(plan.cloudwatch, self._places[OBSERVABILITY], self._options)
        declare_platform_alerts(self._places, plan)
        declare_platform_dashboards(self._places, plan)
        self.register_outputs({})

    def _namespace(self, plan: PlatformNamespacePlan) -> Place:
        """Declare one of the platform's namespaces."""
        args = ClosedNamespaceArgs(
            name=plan.name,
            labels=OWNED,
            namespace_labels={},
            annotations={},
            pod_security=plan.pod_security,
            after=self.addons,
        )
        return ClosedNamespace(plan.name, args, self._options).place.under(self)

    def _declare_roles(self) -> None:
        """Declare what operators, and the platform's own secrets, are in the account."""
        for role in self._plan.roles:
            declare_pod_role(cloud_place(self._cluster), role)
        for reader in self._plan.readers:
            declare_reader_role(cloud_place(self._cluster), reader)

    def _declare_log_store(self) -> None:
        """Declare the bucket that logs are kept in, where the environment stands in an account."""
        watching = self._plan.observability
        if watching is not None and watching.loki.bucket is not None:
            store = watching.loki.bucket
            declare_bucket(
                cloud_place(self._cluster),
                store.bucket,
                old_versions=OLD_VERSION_DAYS,
                protect=watching.placement.protect,
                expires=store.days,
            )

    def _declare_gateways(self) -> None:
        """Declare the front doors, with the class that they share."""
        if not self._plan.gateways:
            return
        declare_gateway_class(self._cluster)
        if self._plan.self_signed:
            declare_self_signed_issuer(self._cluster, self._plan.gateways[0].issuer)
        for gateway in self._plan.gateways:
            Gateway(gateway, self._places[GATEWAY_NAMESPACE], self._options)
