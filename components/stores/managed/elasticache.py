"""Caches on ElastiCache: in the data subnets, over TLS alone, open to their owner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.aws.alarms import declare_alarms
from components.aws.identity import declare_pod_role
from components.aws.logs import declare_log_group
from components.aws.place import late
from components.pods import PAST_THE_SIDE_CAR
from components.stores.managed.parts import declare_found, declare_network
from components.stores.parts import declare_password, identity_props, open_outputs, secret_env
from components.stores.setup import Setup, SetupJob, declare_setup_job
from pavedroad.plan.edges import IDENTITY_ADDRESS
from pavedroad.plan.naming import STORE_LABEL
from pavedroad.plan.stores.managed.database import BACKUP_WINDOW, MAINTENANCE_WINDOW, SETUP_SCHEDULE

if TYPE_CHECKING:
    from components.aws.place import CloudPlace, Properties
    from components.kubernetes import Place
    from pavedroad.plan.stores.managed.elasticache import (
        CachePlan,
        ElasticacheMemcachedPlan,
        ElasticacheValkeyPlan,
    )

AWS_USER: Final = 1000
"""A user of its own for AWS' command line, which runs as any."""

RIGHTS: Final = "on ~* &* +@all -@dangerous"
"""What the owner may do with its cache: all but what is there for those who run it (Valkey, «ACL»)."""

SETUP: Final = Setup(
    user=AWS_USER,
    login="""\
printf '{"UserId":"%s","AuthenticationMode":{"Type":"password","Passwords":["%s"]}}' \\
  "$APP_USER" "$APP_PASSWORD" > /tmp/user.json""",
    client="aws elasticache modify-user --cli-input-json file:///tmp/user.json --output text",
    language="END",
    statements="",
)
"""The password goes from the cluster to AWS by the job alone, and never through the engine's state."""


class ElasticacheValkey(pulumi.ComponentResource):
    """A replication group of Valkey, and the user that may log in."""

    def __init__(self, plan: ElasticacheValkeyPlan, place: Place) -> None:
        """Declare the cache, and what its owner needs of it."""
        super().__init__(
            "pavedroad:stores:ElasticacheValkey",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        self._plan = plan
        here = place.under(self, {STORE_LABEL: plan.name})
        groups, cloud = declare_network(here, plan, "elasticache")
        user = self._declare_user(cloud)
        cache = self._declare_cache(cloud.then(user), groups)
        declare_alarms(cloud, plan.alarms, after=(cache,))
        host = late(cache, "primaryEndpointAddress")
        declare_found(here, plan, host)
        self._declare_password(here, cloud, user, host)
        self.register_outputs(open_outputs(plan))

    def _declare_user(self, cloud: CloudPlace) -> pulumi.CustomResource:
        """Declare the user and its group; it has no password before the job has run, and none in the state ever."""
        plan = self._plan
        user = cloud.declare(
            "aws:elasticache/user:User",
            plan.user,
            {
                "userId": plan.user,
                "userName": plan.user,
                "engine": "valkey",
                "accessString": RIGHTS,
                "authenticationMode": {"type": "iam"},
            },
            ignore=("authenticationMode",),
        )
        return cloud.declare(
            "aws:elasticache/userGroup:UserGroup",
            plan.user_group,
            {"userGroupId": plan.user_group, "engine": "valkey", "userIds": [plan.user]},
            after=(user,),
        )

    def _declare_cache(self, cloud: CloudPlace, groups: Properties) -> pulumi.CustomResource:
        plan, protect = self._plan, self._plan.identity.protect
        key = cloud.cloud.key("logs")
        logs = [declare_log_group(cloud, group, plan.log_days, key) for _, group in plan.logs]
        return cloud.then(*logs).declare(
            "aws:elasticache/replicationGroup:ReplicationGroup",
            plan.reach.identifier,
            {
                **_common(plan, groups),
                "replicationGroupId": plan.reach.identifier,
                "description": f"Of {plan.identity.service}",
                "engine": "valkey",
                "numCacheClusters": plan.nodes.count,
                "automaticFailoverEnabled": plan.nodes.several,
                "multiAzEnabled": plan.nodes.several,
                "atRestEncryptionEnabled": True,
                "kmsKeyId": cloud.cloud.key("data"),
                "transitEncryptionMode": "required",
                "userGroupIds": [plan.user_group],
                "snapshotRetentionLimit": plan.snapshot_days,
                "snapshotWindow": BACKUP_WINDOW,
                "logDeliveryConfigurations": [_delivery(log, group) for log, group in plan.logs],
                **({"finalSnapshotIdentifier": f"{plan.reach.identifier}-last"} if protect else {}),
            },
            late=("primaryEndpointAddress",),
            protect=protect,
        )

    def _declare_password(
        self, place: Place, cloud: CloudPlace, user: pulumi.CustomResource, host: pulumi.Output[str]
    ) -> None:
        """Declare the user's password in the cluster, and the job that hands it to AWS."""
        plan = self._plan
        credentials = declare_password(place, plan.credentials, host)
        identity = declare_pod_role(cloud, plan.job_role)
        job = SetupJob(
            name=plan.job,
            labels=plan.job_labels,
            image=plan.image,
            schedule=SETUP_SCHEDULE,
            annotations=((PAST_THE_SIDE_CAR, IDENTITY_ADDRESS),),
        )
        declare_setup_job(
            place,
            job,
            SETUP,
            env=[
                {"name": "SERVER", "value": plan.reach.identifier},
                {"name": "AWS_REGION", "value": cloud.cloud.account.region},
                secret_env("APP_USER", plan.credentials.name, "username"),
                secret_env("APP_PASSWORD", plan.credentials.name, "password"),
            ],
            after=(credentials, identity, user),
        )


class ElasticacheMemcached(pulumi.ComponentResource):
    """A cluster of Memcached."""

    def __init__(self, plan: ElasticacheMemcachedPlan, place: Place) -> None:
        """Declare the cache."""
        super().__init__(
            "pavedroad:stores:ElasticacheMemcached",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        here = place.under(self, {STORE_LABEL: plan.name})
        groups, cloud = declare_network(here, plan, "elasticache")
        cache = cloud.declare(
            "aws:elasticache/cluster:Cluster",
            plan.reach.identifier,
            {
                **_common(plan, groups),
                "clusterId": plan.reach.identifier,
                "engine": "memcached",
                "numCacheNodes": plan.nodes.count,
                "azMode": "cross-az" if plan.nodes.several else "single-az",
            },
            late=("clusterAddress",),
            protect=plan.identity.protect,
        )
        declare_alarms(cloud, plan.alarms, after=(cache,))
        declare_found(here, plan, late(cache, "clusterAddress"))
        self.register_outputs(open_outputs(plan))


def _common(plan: CachePlan, groups: Properties) -> Properties:
    """Return what every cache says."""
    return {
        "engineVersion": plan.nodes.release.version,
        "nodeType": plan.nodes.node_type,
        "port": plan.reach.port,
        "subnetGroupName": plan.reach.subnets,
        "securityGroupIds": groups["vpcSecurityGroupIds"],
        "transitEncryptionEnabled": True,
        "maintenanceWindow": MAINTENANCE_WINDOW,
    }


def _delivery(log: str, group: str) -> Properties:
    return {
        "logType": log,
        "logFormat": "json",
        "destinationType": "cloudwatch-logs",
        "destination": group,
    }
