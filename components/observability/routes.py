"""Where Alertmanager sends what: its configuration, and the keys of those who are told.

One whole configuration, and not an AlertmanagerConfig for each team: the tree of routes has an order, mute times name
their time zone, and one page holds back tickets of its own team alone, none of which that kind can say (Prometheus
Operator, AlertmanagerConfig: `muteTimeIntervals` know no location, routes begin below one of the operator's own).

No key is part of it. Keys stand in a Secret that External Secrets fills, mounted as files which the configuration
names. The configuration is a Secret as well, since the operator reads no other kind; External Secrets writes it from
its own declaration, so that no Secret's data is part of the program.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pulumi

from components.egress import declare_egress
from components.kubernetes import Body, Kind
from components.secret_sources import EXTERNAL_SECRET, declare_external_secret, declare_secret_store
from pavedroad.plan.observability.alertmanager_file import configuration_text
from pavedroad.plan.observability.owners import owner_annotations
from pavedroad.plan.observability.receivers import KEYS_SECRET

if TYPE_CHECKING:
    from components.kubernetes import Place
    from pavedroad.plan.observability.oncall import OnCallPlan

CONFIGURATION: Final = "alertmanager-configuration"
"""The Secret with the configuration: ``configSecret`` of the Alertmanager."""

FILE: Final = "alertmanager.yaml"
"""Its key, as the operator looks for it."""

GENERATOR: Final = Kind("generators.external-secrets.io/v1alpha1", "Password")


class Routes(pulumi.ComponentResource):
    """Alertmanager's configuration and keys.

    Attributes:
        ready: What Alertmanager has to wait for.
        secrets: Secrets that Alertmanager has to mount, by name.
    """

    ready: tuple[pulumi.Resource, ...]
    secrets: tuple[str, ...]

    def __init__(self, plan: OnCallPlan, place: Place, opts: pulumi.ResourceOptions) -> None:
        """Declare both in the namespace of Alertmanager, and the way out to whoever is told."""
        super().__init__("pavedroad:observability:Routes", CONFIGURATION, {}, opts)
        self._place = place.under(self)
        self._told = owner_annotations(plan.platform) if plan.platform else {}
        self.ready = (self._declare_configuration(configuration_text(plan)),)
        self.secrets = (KEYS_SECRET,) if plan.keys else ()
        if plan.source is not None:
            declare_secret_store(self._place, plan.source)
            declare_external_secret(self._place, KEYS_SECRET, plan.keys)
        hosts = (one.rpartition(":") for one in plan.hosts)
        declare_egress(self._place, [(host, int(port)) for host, _, port in hosts])
        self.register_outputs({})

    def _declare_configuration(self, text: str) -> pulumi.Resource:
        """Declare the Secret with the configuration, made anew whenever the declaration changes.

        External Secrets makes no Secret of nothing (it needs `data` or `dataFrom`), so a generator stands beside.
        """
        options: Body = {"length": 8, "digits": 2, "symbols": 0, "noUpper": False, "allowRepeat": True}
        generator = self._place.declare(GENERATOR, CONFIGURATION, {"spec": options})
        source = {"apiVersion": GENERATOR.api_version, "kind": GENERATOR.name, "name": CONFIGURATION}
        template: Body = {"type": "Opaque", "data": {FILE: untouched(text)}}
        spec: Body = {
            "refreshPolicy": "OnChange",
            "target": {"name": CONFIGURATION, "creationPolicy": "Owner", "template": template},
            "dataFrom": [{"sourceRef": {"generatorRef": source}}],
        }
        return self._place.declare(
            EXTERNAL_SECRET, CONFIGURATION, {"spec": spec}, annotations=self._told, after=(generator,)
        )


def untouched(text: str) -> str:
    """Return a text that External Secrets' templates leave as it is, though it holds templates of Alertmanager's."""
    return text.replace("{{", '{{ "{{" }}')
