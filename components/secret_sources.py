"""Secret values: where a team's are kept, and how they reach its namespace.

No value passes through here: External Secrets reads it inside the cluster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from components.kubernetes import Body, Kind, Place
from pavedroad.plan.secrets_source import READER, STORE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pavedroad.plan.environment import RegistryPlan, SecretGrantPlan, SecretSourcePlan
    from pavedroad.plan.values import SecretEntry

EXTERNAL_SECRET = Kind("external-secrets.io/v1", "ExternalSecret")
ROLE = Kind("rbac.authorization.k8s.io/v1", "Role")
ROLE_BINDING = Kind("rbac.authorization.k8s.io/v1", "RoleBinding")
SECRET_STORE = Kind("external-secrets.io/v1", "SecretStore")
SERVICE_ACCOUNT = Kind("v1", "ServiceAccount")
REFRESH = "1h"
"""How often a value is read again; Reloader restarts who uses it when it has changed."""

AWS_SERVICES = {"secrets-manager": "SecretsManager", "parameter-store": "ParameterStore"}
"""Services of AWS that keep secrets, as External Secrets names them; it takes on the team's role to read there."""

DOCKER_CONFIG = (
    '{"auths":{"%s":{"username":{{ .username | toJson }},"password":{{ .password | toJson }},'
    '"auth":"{{ printf "%%s:%%s" .username .password | b64enc }}"}}}'
)


def declare_secret_store(place: Place, source: SecretSourcePlan) -> None:
    """Declare the namespace's own SecretStore and the identity with which it reads."""
    place.declare(SERVICE_ACCOUNT, READER, {"automountServiceAccountToken": False})
    account = {"serviceAccountRef": {"name": READER}}
    provider: Body
    if source.provider == "vault":
        login = {"mountPath": "kubernetes", "role": source.role, **account}
        provider = {
            "vault": {
                "server": source.server,
                "path": source.location,
                "version": "v2",
                "auth": {"kubernetes": login},
            }
        }
    elif source.provider in AWS_SERVICES:
        service = AWS_SERVICES[source.provider]
        provider = {"aws": {"service": service, "region": source.location, "role": source.role}}
    else:
        server = {"caProvider": {"type": "ConfigMap", "name": "kube-root-ca.crt", "key": "ca.crt"}}
        provider = {
            "kubernetes": {
                "remoteNamespace": source.location,
                "server": server,
                "auth": {"serviceAccount": {"name": READER}},
            }
        }
    place.declare(SECRET_STORE, STORE, {"spec": {"provider": provider}})


def declare_external_secret(place: Place, name: str, entries: Iterable[SecretEntry]) -> None:
    """Declare a Secret whose values are read from the namespace's SecretStore."""
    spec = {
        "refreshInterval": REFRESH,
        "secretStoreRef": {"kind": "SecretStore", "name": STORE},
        "target": {"name": name, "creationPolicy": "Owner"},
        "data": [_data(entry) for entry in entries],
    }
    place.declare(EXTERNAL_SECRET, name, {"spec": spec})


def declare_pull_secret(place: Place, registry: RegistryPlan) -> None:
    """Declare the pull secret of a private registry."""
    template = {
        "type": "kubernetes.io/dockerconfigjson",
        "data": {".dockerconfigjson": DOCKER_CONFIG % registry.host},
    }
    spec = {
        "refreshInterval": REFRESH,
        "secretStoreRef": {"kind": "SecretStore", "name": STORE},
        "target": {"name": registry.secret, "creationPolicy": "Owner", "template": template},
        "data": [_data(registry.username), _data(registry.password)],
    }
    place.declare(EXTERNAL_SECRET, registry.secret, {"spec": spec})


def declare_secret_grant(place: Place, grant: SecretGrantPlan) -> None:
    """Let a team's reader read the Secrets that its descriptor names, in the namespace that stands in for a vault."""
    name = f"read-{grant.reader_namespace}"
    rules = [
        {"apiGroups": [""], "resources": ["secrets"], "resourceNames": list(grant.names), "verbs": ["get"]}
    ]
    role = place.declare(ROLE, name, {"rules": rules})
    subject = {"kind": "ServiceAccount", "name": READER, "namespace": grant.reader_namespace}
    reference = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name}
    place.declare(ROLE_BINDING, name, {"roleRef": reference, "subjects": [subject]}, after=(role,))


def _data(entry: SecretEntry) -> Body:
    """Return one key of an ExternalSecret."""
    return {"secretKey": entry.key, "remoteRef": {"key": entry.remote_path, "property": entry.remote_key}}
