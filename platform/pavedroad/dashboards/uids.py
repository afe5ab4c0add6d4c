"""Identifiers of dashboards: the same for ever, since alerts, runbooks and bookmarks hold them."""

from __future__ import annotations

import hashlib

LIMIT = 40
"""Longest identifier that Grafana takes."""

SLO_OVERVIEW = "slo-overview"
GATEWAY = "gateway"
MESH = "mesh"
CLUSTER = "cluster"
PLATFORM_HEALTH = "platform-health"

_HASH = 8


def service_uid(namespace: str, service: str) -> str:
    """Return the identifier of a service's dashboard."""
    return _fit(f"service-{namespace}-{service}", namespace)


def store_uid(namespace: str, store: str) -> str:
    """Return the identifier of a store's dashboard."""
    return _fit(f"store-{namespace}-{store}", namespace)


def broker_uid(broker: str) -> str:
    """Return the identifier of a broker's dashboard."""
    return _fit(f"broker-{broker}", broker)


def account_uid(namespace: str) -> str:
    """Return the identifier of the dashboard of what AWS runs for a team, or for all."""
    return _fit(f"account-{namespace}", namespace)


def _fit(uid: str, first: str) -> str:
    """Return the identifier, cut with a hash at its end where it is too long or could be read in two ways.

    ``service-a-b-c`` may be service ``b-c`` of ``a`` or ``c`` of ``a-b``: a first part with a dash gets the hash.
    """
    if len(uid) <= LIMIT and "-" not in first:
        return uid
    digest = hashlib.sha256(f"{first}/{uid}".encode()).hexdigest()[:_HASH]
    return f"{uid[: LIMIT - _HASH - 1].rstrip('-')}-{digest}"
