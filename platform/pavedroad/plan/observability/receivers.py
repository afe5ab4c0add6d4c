"""Ways to tell somebody, as Alertmanager's integrations: settings, the file that holds the key, the host outside.

No key is ever part of a setting: each stands in a file of a Secret that External Secrets fills, and Alertmanager
reads it when it sends (Alertmanager, «Configuration»: `routing_key_file` and its like).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import urlsplit

from pavedroad.descriptor.oncall import (
    EmailReceiver,
    OpsgenieReceiver,
    PagerDutyReceiver,
    SlackReceiver,
    WebhookReceiver,
)
from pavedroad.plan.secrets_source import secret_entry

if TYPE_CHECKING:
    from pavedroad.descriptor.oncall import KeySpec, Receiver, Severity
    from pavedroad.plan.context import Context
    from pavedroad.plan.observability.owners import OwnerPlan
    from pavedroad.plan.printing import Json
    from pavedroad.plan.values import SecretEntry

KEYS_SECRET: Final = "alertmanager-keys"  # noqa: S105 the name of a Secret, not a key
"""Secret with the receivers' keys, one for each receiver that needs one."""

KEYS_FOLDER: Final = f"/etc/alertmanager/secrets/{KEYS_SECRET}"
"""Where the operator mounts it (Prometheus Operator, Alertmanager: `spec.secrets`)."""

Block = Literal["pagerduty_configs", "opsgenie_configs", "slack_configs", "email_configs", "webhook_configs"]

MAIL_PORT: Final = 465
"""Mail over TLS from the first byte (RFC 8314, section 3.3): the egress gateway knows a host by its TLS handshake."""

PAGERDUTY_SEVERITY: Final = {"page": "critical", "ticket": "warning", "info": "info"}
OPSGENIE_PRIORITY: Final = {"page": "P1", "ticket": "P3", "info": "P5"}
OPSGENIE_HOST: Final = {"us": "api.opsgenie.com", "eu": "api.eu.opsgenie.com"}

TITLE: Final = (
    '[{{ .Status | toUpper }}{{ if eq .Status "firing" }} {{ .Alerts.Firing | len }}{{ end }}] '
    "{{ .CommonLabels.alertname }} {{ .CommonLabels.team }}{{ with .CommonLabels.service }}/{{ . }}{{ end }}"
)
TEXT: Final = (
    "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.description }}\n"
    "Runbook: {{ .Annotations.runbook_url }}\nDashboard: {{ .Annotations.dashboard_url }}\n\n{{ end }}"
)
"""What a message says, in Alertmanager's own templates."""

RUNBOOK: Final = "{{ (index .Alerts 0).Annotations.runbook_url }}"
DASHBOARD: Final = "{{ (index .Alerts 0).Annotations.dashboard_url }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrationPlan:
    """One way to tell one owner.

    Attributes:
        receiver: Its name in the environment.
        kind: Which kind of receiver.
        to: Who is told there: a rotation, a channel, an address.
        block: The list of Alertmanager's receiver that its settings belong to.
        settings: What Alertmanager is told.
    """

    receiver: str
    kind: str
    to: str
    block: Block
    settings: dict[str, Json]


def key_of(receiver: Receiver) -> KeySpec | None:
    """Return where a receiver's key is kept; None where it needs none."""
    match receiver:
        case PagerDutyReceiver():
            return receiver.routing_key
        case OpsgenieReceiver():
            return receiver.api_key
        case EmailReceiver():
            return receiver.password
        case SlackReceiver() | WebhookReceiver():
            return receiver.token


def key_entry(context: Context, name: str, receiver: Receiver) -> SecretEntry | None:
    """Return a receiver's key as an entry of the Secret that Alertmanager reads; None where it needs none."""
    key = key_of(receiver)
    return None if key is None else secret_entry(context, name, key.vault, key.key)


def outside_host(receiver: Receiver) -> str:
    """Return the host and port outside that a receiver is reached at."""
    match receiver:
        case PagerDutyReceiver():
            return "events.pagerduty.com:443"
        case OpsgenieReceiver():
            return f"{OPSGENIE_HOST[receiver.region]}:443"
        case SlackReceiver():
            return "slack.com:443"
        case EmailReceiver():
            return f"{receiver.server}:{MAIL_PORT}"
        case WebhookReceiver():
            parts = urlsplit(receiver.url)
            return f"{parts.hostname}:{parts.port or 443}"


def integration(name: str, receiver: Receiver, owner: OwnerPlan, severity: Severity) -> IntegrationPlan:
    """Return how an owner is told of alerts of a severity by a receiver.

    Args:
        name: The receiver's name in the environment.
        receiver: The receiver.
        owner: Who is told.
        severity: How urgently.
    """
    match receiver:
        case PagerDutyReceiver():
            return _pagerduty(name, owner, severity)
        case OpsgenieReceiver():
            return _opsgenie(name, receiver, owner, severity)
        case SlackReceiver():
            return _slack(name, receiver, owner)
        case EmailReceiver():
            return _email(name, receiver, owner)
        case WebhookReceiver():
            return _webhook(name, receiver)


def _key_file(name: str) -> str:
    return f"{KEYS_FOLDER}/{name}"


def _bearer(name: str) -> Json:
    return {"authorization": {"type": "Bearer", "credentials_file": _key_file(name)}}


def _pagerduty(name: str, owner: OwnerPlan, severity: Severity) -> IntegrationPlan:
    on_call = owner.on_call or owner.name
    settings: dict[str, Json] = {
        "send_resolved": True,
        "routing_key_file": _key_file(name),
        "severity": PAGERDUTY_SEVERITY[severity],
        "description": TITLE,
        "class": "{{ .CommonLabels.alertname }}",
        "component": "{{ .CommonLabels.service }}",
        "group": owner.name,
        "client": "pavedroad",
        "client_url": DASHBOARD,
        "details": {"on_call": on_call, "alerts": TEXT},
        "links": [{"href": RUNBOOK, "text": "Runbook"}, {"href": DASHBOARD, "text": "Dashboard"}],
    }
    return IntegrationPlan(
        receiver=name, kind="pagerduty", to=on_call, block="pagerduty_configs", settings=settings
    )


def _opsgenie(name: str, receiver: OpsgenieReceiver, owner: OwnerPlan, severity: Severity) -> IntegrationPlan:
    schedule = owner.on_call or owner.name
    settings: dict[str, Json] = {
        "send_resolved": True,
        "api_key_file": _key_file(name),
        "api_url": f"https://{OPSGENIE_HOST[receiver.region]}/",
        "message": TITLE,
        "description": TEXT,
        "priority": OPSGENIE_PRIORITY[severity],
        "responders": [{"name": schedule, "type": "schedule"}],
        "tags": f"{owner.name},{severity}",
        "details": {"runbook": RUNBOOK, "dashboard": DASHBOARD},
    }
    return IntegrationPlan(
        receiver=name, kind="opsgenie", to=schedule, block="opsgenie_configs", settings=settings
    )


def _slack(name: str, receiver: SlackReceiver, owner: OwnerPlan) -> IntegrationPlan:
    channel = receiver.channel or owner.channel or owner.name
    settings: dict[str, Json] = {
        "send_resolved": True,
        "api_url": "https://slack.com/api/chat.postMessage",
        "http_config": _bearer(name),
        "channel": channel,
        "title": TITLE,
        "title_link": DASHBOARD,
        "text": TEXT,
    }
    return IntegrationPlan(receiver=name, kind="slack", to=channel, block="slack_configs", settings=settings)


def _email(name: str, receiver: EmailReceiver, owner: OwnerPlan) -> IntegrationPlan:
    to = receiver.to or owner.email
    settings: dict[str, Json] = {
        "send_resolved": True,
        "to": to,
        "from": receiver.sender,
        "smarthost": f"{receiver.server}:{MAIL_PORT}",
        "require_tls": False,  # asks for STARTTLS, which has no place in a connection that is encrypted already
        "headers": {"Subject": TITLE},
        "text": TEXT,
    }
    if receiver.username is not None and receiver.password is not None:
        settings |= {"auth_username": receiver.username, "auth_password_file": _key_file(name)}
    return IntegrationPlan(receiver=name, kind="email", to=to, block="email_configs", settings=settings)


def _webhook(name: str, receiver: WebhookReceiver) -> IntegrationPlan:
    settings: dict[str, Json] = {"send_resolved": True, "url": receiver.url}
    if receiver.token is not None:
        settings["http_config"] = _bearer(name)
    return IntegrationPlan(
        receiver=name, kind="webhook", to=receiver.url, block="webhook_configs", settings=settings
    )
