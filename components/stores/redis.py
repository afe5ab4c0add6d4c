"""Redis as a Valkey cluster of one shard, with proxies that pass connections to its primary.

The operator lets nobody label its pods, so they join the mesh by their namespace's label. It dials the client port
of every node, so it must be in the mesh itself.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import DNS_CONFIG, Kind
from components.stores.kinds import CONFIG_MAP, DEPLOYMENT
from components.stores.parts import (
    RESTRICTED,
    declare_account,
    declare_budget,
    declare_service,
    identity_props,
    open_outputs,
    pod_labels,
    resources,
    restricted_pod,
    spread,
)
from pavedroad.descriptor.values import memory_bytes
from pavedroad.plan.naming import DOMAIN, STORE_LABEL
from pavedroad.plan.stores.redis import BUS_PORT, PORT
from pavedroad.plan.stores.sizing import HAPROXY_IMAGE, PROXY_COMPUTE

if TYPE_CHECKING:
    from components.kubernetes import Body, Place
    from pavedroad.plan.stores import RedisPlan
    from pavedroad.plan.stores.model import DiskPlan, ServersPlan

VALKEY_CLUSTER: Final = Kind("valkey.io/v1alpha1", "ValkeyCluster")

VALKEY_USER: Final = 999
"""The user of the Valkey image."""
PROXY_USER: Final = 99
"""The user of the HAProxy image."""
HEALTH_PORT: Final = 8404
_DATA_PERCENT: Final = 70
"""Share of the memory limit that data may take; replication and saving need the rest. When it is full, keys with an
expiry make room and other writes are refused."""

_CONFIGURATION: Final = """\
global
  log stdout format raw local0 notice
  maxconn 10000

resolvers cluster
  parse-resolv-conf
  hold valid 5s

defaults
  mode tcp
  log global
  timeout connect 3s
  timeout check 2s
  timeout client 24h
  timeout server 24h
  option clitcpka
  option srvtcpka

frontend redis
  bind :{port}
  default_backend primary

frontend health
  mode http
  bind :{health_port}
  monitor-uri /healthz

backend primary
  option tcp-check
  tcp-check connect
  tcp-check send INFO\\ replication\\r\\n
  tcp-check expect string role:master
  default-server check inter 1s fall 2 rise 1 on-marked-down shutdown-sessions resolvers cluster init-addr none
  server-template node {instances} {nodes}:{port}
"""
"""Only the node that says it is the primary is up; when it changes, connections are closed so that clients come
back to the new one (HAProxy configuration manual: ``tcp-check``, ``server-template``)."""


class Redis(pulumi.ComponentResource):
    """A Valkey cluster and the proxies that clients connect to."""

    def __init__(self, plan: RedisPlan, place: Place) -> None:
        """Declare the store in its owner's place."""
        super().__init__(
            "pavedroad:stores:Redis",
            f"{plan.identity.namespace}/{plan.name}",
            identity_props(plan),
            pulumi.ResourceOptions(parent=place.parent),
        )
        self._plan = plan
        self._place = place.under(self, {STORE_LABEL: plan.name})
        cluster = self._place.declare(
            VALKEY_CLUSTER, plan.name, {"spec": self._cluster_spec()}, protect=plan.identity.protect
        )
        declare_service(
            self._place,
            plan.nodes,
            (("valkey.io/cluster", plan.name),),
            # The mesh encrypts between pod addresses only on ports that a headless Service names.
            {"redis": PORT, "cluster-bus": BUS_PORT},
            headless=True,
        )
        self._declare_proxies(cluster)
        declare_service(self._place, plan.proxy, plan.proxy_labels, {"redis": PORT})
        self.register_outputs(open_outputs(plan))

    def _cluster_spec(self) -> Body:
        plan = self._plan
        servers = plan.servers
        return {
            "shards": 1,
            "replicas": servers.instances - 1,
            "image": servers.image,
            "resources": resources(servers.compute),
            "persistence": _persistence(plan.disk),
            "config": {
                "appendonly": "yes",
                "maxmemory": f"{memory_bytes(servers.compute.memory) * _DATA_PERCENT // 100}",
                "maxmemory-policy": "volatile-lru",
            },
            "users": [{"name": "default", "nopass": True, "permissions": "~* &* +@all"}],
            "scheduling": _scheduling(servers),
            "podDisruptionBudget": {"mode": "Cluster" if servers.instances > 1 else "Disabled"},
            "podSecurityContext": restricted_pod(VALKEY_USER),
            "containers": [{"name": "server", "securityContext": RESTRICTED}],
            "exporter": {
                "enabled": True,
                "resources": resources(PROXY_COMPUTE),
                "securityContext": RESTRICTED,
            },
        }

    def _declare_proxies(self, cluster: pulumi.Resource) -> None:
        plan = self._plan
        text = _CONFIGURATION.format(
            port=PORT, health_port=HEALTH_PORT, instances=plan.servers.instances, nodes=plan.nodes_host
        )
        config = self._place.declare(CONFIG_MAP, plan.proxy, {"data": {"haproxy.cfg": text}})
        account = declare_account(self._place, plan.proxy)
        probe = {"httpGet": {"path": "/healthz", "port": HEALTH_PORT}}
        container: Body = {
            "name": "haproxy",
            "image": HAPROXY_IMAGE,
            "ports": [
                {"name": "redis", "containerPort": PORT},
                {"name": "health", "containerPort": HEALTH_PORT},
            ],
            "readinessProbe": probe,
            "livenessProbe": probe,
            "resources": resources(PROXY_COMPUTE),
            "securityContext": RESTRICTED,
            "volumeMounts": [
                {"name": "config", "mountPath": "/usr/local/etc/haproxy", "readOnly": True},
            ],
        }
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        self._place.declare(
            DEPLOYMENT,
            plan.proxy,
            {
                "spec": {
                    "replicas": plan.proxies,
                    "selector": {"matchLabels": dict(plan.proxy_labels)},
                    "template": {
                        "metadata": {
                            "labels": pod_labels(plan.proxy, plan.proxy_labels),
                            "annotations": {f"{DOMAIN}/config-hash": digest},
                        },
                        "spec": {
                            "serviceAccountName": plan.proxy,
                            "automountServiceAccountToken": False,
                            "dnsConfig": DNS_CONFIG,
                            "securityContext": restricted_pod(PROXY_USER),
                            "containers": [container],
                            "topologySpreadConstraints": spread(plan.servers, plan.proxy_labels),
                            "volumes": [{"name": "config", "configMap": {"name": plan.proxy}}],
                        },
                    },
                }
            },
            after=(config, account, cluster),
        )
        declare_budget(self._place, plan.proxy, plan.proxy_labels, plan.proxies)


def _persistence(disk: DiskPlan) -> Body:
    """Return the volume of each node, in the operator's own words."""
    storage_class = {} if disk.storage_class is None else {"storageClassName": disk.storage_class}
    return {"size": disk.size, "reclaimPolicy": "Retain", **storage_class}


def _scheduling(servers: ServersPlan) -> Body:
    """Return how nodes of the cluster keep apart, in the operator's own words."""
    if servers.spread == "none":
        return {}
    mode = "Required" if servers.spread_required else "Preferred"
    return {servers.spread: {"spread": {"pods": {"mode": mode}}}}
