"""The operators that reach into stores, as parties of flows, and where they stand.

Namespaces are those of the add-on table; labels are those of each operator's own chart. All of them but
CloudNativePG dial the plain ports of the pods that they manage, so they are in the mesh themselves; it is their
identity that the stores' policies name.
"""

from __future__ import annotations

from typing import Final

from pavedroad.plan.flows import Party

CLOUDNATIVE_PG: Final = Party(
    name="cloudnative-pg",
    namespace="cnpg-system",
    selector=(("app.kubernetes.io/name", "cloudnative-pg"),),
)
"""Reads the status port of instances, which speaks TLS of its own and stays outside the mesh."""

MYSQL: Final = Party(
    name="mysql-operator",
    namespace="mysql-operator",
    selector=(("name", "mysql-operator"),),
    service_account="mysql-operator-sa",
)
"""Forms the group over the servers' SQL port (MySQL Operator: deploy/deploy-operator.yaml)."""

VALKEY: Final = Party(
    name="valkey-operator",
    namespace="valkey-operator-system",
    selector=(("control-plane", "controller-manager"),),
    service_account="valkey-operator-controller-manager",
)
"""Forms the cluster over the client port (valkey-operator: config/manager and config/rbac)."""

CASSANDRA: Final = Party(
    name="cass-operator",
    namespace="cass-operator",
    selector=(("control-plane", "cass-operator-controller-manager"),),
    service_account="cass-operator-controller-manager",
)
"""Starts and stops nodes over the management API (cass-operator's chart: templates/deployment.yaml)."""
