"""Names of things: one function for each kind of name, with its length limit.

A name that would be too long is cut and ends in a hash of the whole, so that two long names never become
one, and the same name always becomes the same.
"""

from __future__ import annotations

import hashlib
import re

DOMAIN = "pavedroad.dev"
"""Prefix of the platform's own label and annotation keys."""

TEAM_LABEL = f"{DOMAIN}/team"
SERVICE_LABEL = f"{DOMAIN}/service"
SAGA_LABEL = f"{DOMAIN}/saga"
STORE_LABEL = f"{DOMAIN}/store"
OWNER_LABEL = f"{DOMAIN}/owner"
"""Who answers for what no team owns."""

PLATFORM = "platform"
"""Owner of what all teams share; no team can have this name."""

DNS_LABEL_LIMIT = 63
"""Longest DNS label: RFC 1035, section 2.3.4."""

SUBDOMAIN_LIMIT = 253
"""Longest name of a Kubernetes object that is a DNS subdomain."""

_HASH_LENGTH = 8


def fit(name: str, limit: int = DNS_LABEL_LIMIT) -> str:
    """Return the name, cut to ``limit`` characters with a hash of the whole at its end if it is longer."""
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{name[: limit - _HASH_LENGTH - 1].rstrip('-.')}-{digest}"


def join(*parts: str, limit: int = DNS_LABEL_LIMIT) -> str:
    """Return the parts joined by dashes, cut to ``limit`` characters."""
    return fit("-".join(parts), limit)


def dotted(*parts: str) -> str:
    """Return the parts joined by dots, for objects whose names may hold some (RFC 1123 subdomains).

    No part holds a dot itself, so other parts always make another name: ``a.to.b-to-c`` is not ``a-to-b.to.c``.
    """
    return fit(".".join(parts), SUBDOMAIN_LIMIT)


def physical(name: str, formerly: tuple[str, ...]) -> str:
    """Return the name under which something was first made: what a rename never changes."""
    return formerly[0] if formerly else name


def host(service: str, namespace: str) -> str:
    """Return the cluster-wide host name of a Kubernetes Service."""
    return f"{service}.{namespace}.svc.cluster.local"


def principal(namespace: str, service_account: str) -> str:
    """Return the mesh identity of a service account, as AuthorizationPolicy spells it."""
    return f"cluster.local/ns/{namespace}/sa/{service_account}"


def store_name(service: str, store: str, limit: int = DNS_LABEL_LIMIT) -> str:
    """Return the physical name of a store: ``<service>-<store>``."""
    return join(service, store, limit=limit)


def slug(text: str, limit: int = DNS_LABEL_LIMIT) -> str:
    """Return the text as a DNS label; where letters had to be changed, a hash keeps two texts apart."""
    label = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    if label == text.strip("/").replace("/", "-"):
        return fit(label, limit)
    digest = hashlib.sha256(text.encode()).hexdigest()[:_HASH_LENGTH]
    return fit(f"{label}-{digest}".strip("-"), limit)


def file_key(path: str) -> str:
    """Return the ConfigMap key of a file that is mounted at ``path``: its base name behind a hash of the path."""
    return f"{hashlib.sha256(path.encode()).hexdigest()[:_HASH_LENGTH]}-{path.rpartition('/')[2]}"[-253:]
