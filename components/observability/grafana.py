"""Grafana and what it asks, as its operator's resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.kubernetes import Body, Kind, Place
from components.observability.parts import (
    CONTAINER_SECURITY,
    IN_MESH,
    POD_SECURITY,
    declare_service,
    resources,
)
from components.stores.parts import declare_password, secret_env
from pavedroad.plan.observability.stack import GRAFANA, GRAFANA_PORT, GRAFANA_VERSION

if TYPE_CHECKING:
    from pavedroad.plan.observability import GrafanaPlan

DATA_SOURCE = Kind("grafana.integreatly.org/v1beta1", "GrafanaDatasource")
GRAFANA_KIND = Kind("grafana.integreatly.org/v1beta1", "Grafana")

INSTANCE_LABELS: Final = {"pavedroad.dev/grafana": GRAFANA.name}
"""By which data sources, folders and dashboards find their Grafana."""

SETTINGS: Final[Body] = {
    "analytics": {
        "reporting_enabled": "false",
        "check_for_updates": "false",
        "check_for_plugin_updates": "false",
    },
    "auth.anonymous": {"enabled": "false"},
    "dashboards": {"versions_to_keep": "1"},
    "plugins": {"preinstall_disabled": "true", "plugin_admin_enabled": "false"},
    "security": {"disable_gravatar": "true", "strict_transport_security": "true"},
    "snapshots": {"external_enabled": "false"},
    # Alerts are rules of Prometheus, routed by Alertmanager: one place for them.
    "unified_alerting": {"enabled": "false"},
    "users": {"allow_sign_up": "false", "viewers_can_edit": "false"},
}
"""Grafana's own settings (Grafana, *Configuration*), all of them text."""


class Grafana(pulumi.ComponentResource):
    """Grafana: shows metrics, logs and traces, and leads from each to the others.

    It keeps nothing: data sources, folders and dashboards are told it again by its operator.
    """

    def __init__(self, plan: GrafanaPlan, place: Place, opts: pulumi.ResourceOptions) -> None:
        """Declare it in its namespace."""
        super().__init__("pavedroad:observability:Grafana", GRAFANA.name, {}, opts)
        self._plan = plan
        self._place = place.under(self)
        admin = declare_password(self._place, plan.admin)
        instance = self._place.declare(
            GRAFANA_KIND, GRAFANA.name, {"spec": self._spec()}, labels=INSTANCE_LABELS, after=(admin,)
        )
        declare_service(self._place, GRAFANA, GRAFANA_PORT, after=instance)
        for source in plan.data_sources:
            spec = {
                "instanceSelector": {"matchLabels": INSTANCE_LABELS},
                "uid": source.uid,
                "datasource": {
                    "name": source.title,
                    "type": source.kind,
                    "access": "proxy",
                    "url": source.url,
                    "isDefault": source is plan.data_sources[0],
                    "editable": False,
                    "jsonData": source.settings,
                },
            }
            self._place.declare(DATA_SOURCE, source.uid, {"spec": spec}, after=(instance,))
        self.register_outputs({})

    def _spec(self) -> Body:
        """Return the operator's resource."""
        plan = self._plan
        container = {
            "name": "grafana",
            "env": [
                secret_env("GF_SECURITY_ADMIN_USER", plan.admin.name, "username"),
                secret_env("GF_SECURITY_ADMIN_PASSWORD", plan.admin.name, "password"),
            ],
            "resources": resources(plan.size),
            "securityContext": CONTAINER_SECURITY,
        }
        pod = {
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "securityContext": POD_SECURITY,
            "containers": [container],
        }
        template = {"metadata": {"labels": IN_MESH}, "spec": pod}
        return {
            "version": GRAFANA_VERSION,
            "disableDefaultAdminSecret": True,
            "config": SETTINGS,
            "serviceAccount": {"automountServiceAccountToken": False},
            "deployment": {"spec": {"replicas": plan.size.replicas, "template": template}},
        }
