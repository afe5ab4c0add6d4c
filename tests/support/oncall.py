"""An environment that tells people of its alerts in every way that there is."""

from typing import Any

from pavedroad.plan.observability.oncall import OnCallPlan, resolve_on_call
from tests.support.resolving import context, team

Raw = dict[str, Any]

KEY = {"vault": "kv/on-call", "key": "key"}

ROTATION: Raw = {
    "time_zone": "Europe/Berlin",
    "since": "2026-01-05",
    "handover": "09:00",
    "turn": "7d",
    "shifts": [
        {
            "people": ["anna@example.com", "ben@example.com"],
            "days": ["monday", "tuesday", "wednesday", "thursday", "friday"],
            "starts": "08:00",
            "ends": "20:00",
        },
        {
            "people": ["carla@example.com"],
            "days": ["monday", "tuesday", "wednesday", "thursday"],
            "starts": "20:00",
            "ends": "08:00",
        },
        {"people": ["dan@example.com"], "days": ["friday"], "starts": "20:00"},
        {"people": ["dan@example.com"], "days": ["saturday", "sunday"]},
        {"people": ["carla@example.com"], "days": ["monday"], "ends": "08:00"},
    ],
}
"""Two people by day, week by week; one by night, and one at weekends."""

ON_CALL: Raw = {
    "receivers": {
        "pager": {"kind": "pagerduty", "routing_key": KEY},
        "duty": {"kind": "opsgenie", "api_key": KEY, "region": "eu"},
        "chat": {"kind": "slack", "token": KEY},
        "mail": {
            "kind": "email",
            "server": "smtp.example.com",
            "sender": "alerts@example.com",
            "username": "alerts",
            "password": KEY,
        },
        "hook": {"kind": "webhook", "url": "https://hooks.example.com/alerts", "token": KEY},
        "outside": {"kind": "webhook", "url": "https://dead-man.example.com/pavedroad"},
    },
    "escalation": {
        "page": [
            {"notify": ["pager", "chat"]},
            {"after": "15m", "notify": ["duty"]},
            {"after": "1h", "notify": ["mail"]},
        ],
        "ticket": [{"notify": ["chat"]}],
    },
    "teams": {"shop": {"page": [{"after": "1m", "notify": ["hook"]}], "info": [{"notify": ["mail"]}]}},
    "mute": {
        "nights": {
            "severities": ["ticket"],
            "time_zone": "Europe/Berlin",
            "starts": "20:00",
            "ends": "08:00",
            "reason": "tickets wait until the morning",
        },
        "weekends": {
            "severities": ["ticket", "info"],
            "teams": ["shop"],
            "time_zone": "America/New_York",
            "days": ["saturday", "sunday"],
            "reason": "the shop's tickets wait for Monday",
        },
    },
    "dead_man": {"notify": "outside", "every": "2m"},
    "platform": {
        "email": "platform@example.com",
        "channel": "#platform",
        "on_call": "platform-primary",
    },
}


def on_call_plan(spec: Raw | None = ON_CALL) -> OnCallPlan:
    """Return where the alerts of two teams go: ``orders``, which has a rotation, and ``shop``."""
    worker: dict[str, Raw] = {"worker": {}}
    owners = {
        "email": "orders@example.com",
        "channel": "#orders",
        "on_call": "orders-primary",
        "rotation": ROTATION,
    }
    teams = (
        team("orders", worker, owners=owners),
        team("shop", worker, owners={"email": "shop@example.com", "channel": "#shop", "on_call": "shop"}),
    )
    return resolve_on_call(context(*teams, on_call=spec))
