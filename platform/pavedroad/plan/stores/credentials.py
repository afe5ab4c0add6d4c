"""Passwords that are made inside the cluster, and the connection strings that hold them.

An ExternalSecret with a ``Password`` generator makes each Secret once (External Secrets: «Password generator»,
``refreshPolicy: CreatedOnce``): Pulumi neither makes nor sees a password, so none can stand in a state file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from pavedroad.plan.stores.model import CredentialPlan

if TYPE_CHECKING:
    from pavedroad.plan.flows import Labels

USERNAME: Final = "app"
"""The user that owns the database. Every store has servers of its own, so one name serves them all, and none
of the engines reserves it."""

PASSWORD_LENGTH: Final = 40
"""Letters and digits of a generated password: 238 bits, and nothing that a URL would have to escape."""


LATE_HOST: Final = "<host>"
"""Stands in a connection string for a host that is known only once the store is made."""


def uri(scheme: str, host: str, port: int, path: str = "") -> str:
    """Return the template of a connection string for the owning user."""
    return f"{scheme}://{USERNAME}:{{{{ .password }}}}@{host}:{port}/{path}"


def owned_password(
    name: str,
    *,
    kind: Literal["Opaque", "kubernetes.io/basic-auth"] = "Opaque",
    uri: str | None = None,
    labels: Labels = (),
) -> CredentialPlan:
    """Return the Secret of the owning user, with keys ``username``, ``password`` and, where given, ``uri``."""
    entries = [("username", USERNAME), ("password", "{{ .password }}")]
    if uri is not None:
        entries.append(("uri", uri))
    return CredentialPlan(name=name, entries=tuple(entries), type=kind, labels=labels)
