"""Where secret values come from: the environment's vault, or the namespace that stands in for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.plan.environment import SecretGrantPlan, SecretSourcePlan
from pavedroad.plan.naming import slug
from pavedroad.plan.values import SecretEntry

if TYPE_CHECKING:
    from pavedroad.plan.context import Context

READER: Final = "secret-reader"
"""Service account with which a team's SecretStore reads; the same name is the team's role in the vault."""

STORE: Final = "platform"
"""Name of every team's SecretStore."""


def secret_source(context: Context, namespace: str) -> SecretSourcePlan:
    """Return where the secret values of a namespace are kept."""
    source = context.environment.secrets
    if source.provider == "vault":
        return SecretSourcePlan(provider="vault", server=source.server, location=source.path, role=namespace)
    return SecretSourcePlan(provider="kubernetes", server=None, location=source.namespace, role=READER)


def secret_entry(context: Context, key: str, vault: str, vault_key: str) -> SecretEntry:
    """Return a key of a Secret and where its value is kept.

    In a namespace that stands in for a vault, an entry ``kv/orders`` is the Secret ``kv-orders``.
    """
    path = vault if context.environment.secrets.provider == "vault" else slug(vault.replace("/", "-"))
    return SecretEntry(key=key, remote_path=path, remote_key=vault_key)


def secret_grant(
    context: Context, namespace: str, entries: tuple[SecretEntry, ...]
) -> SecretGrantPlan | None:
    """Return the right to read entries, where the source is a namespace; None for a vault or for no entries."""
    source = context.environment.secrets
    if source.provider == "vault" or not entries:
        return None
    names = tuple(sorted({entry.remote_path for entry in entries}))
    return SecretGrantPlan(namespace=source.namespace, reader_namespace=namespace, names=names)
