"""Where secret values come from: the environment's vault, or the namespace that stands in for one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pavedroad.descriptor.cloud import AwsSecrets
from pavedroad.descriptor.environment import KubernetesSecrets, VaultSecrets
from pavedroad.plan.cloud.access import Grant, RolePlan, encrypted_with, pod_role
from pavedroad.plan.cloud.names import beginning, name
from pavedroad.plan.environment import SecretGrantPlan, SecretSourcePlan
from pavedroad.plan.naming import slug
from pavedroad.plan.values import SecretEntry

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.context import Context

READER: Final = "secret-reader"
"""Service account with which a team's SecretStore reads; the same name is the team's role in the vault."""

CONTROLLER: Final = "external-secrets"
CONTROLLER_NAMESPACE: Final = "external-secrets"
"""Service account and namespace of External Secrets' controller."""

STORE: Final = "platform"
"""Name of every team's SecretStore."""


def secret_source(
    context: Context, namespace: str, entries: tuple[SecretEntry, ...]
) -> SecretSourcePlan | None:
    """Return where the secret values of a namespace are kept; None in an account that keeps none for it."""
    source = context.environment.secrets
    match source:
        case VaultSecrets():
            return SecretSourcePlan(
                provider="vault", server=source.server, location=source.path, role=namespace
            )
        case KubernetesSecrets():
            return SecretSourcePlan(
                provider="kubernetes", server=None, location=source.namespace, role=READER
            )
        case AwsSecrets() if not entries:
            return None
        case AwsSecrets():
            account = context.needed_account
            role = account.arn("iam", f"role/{reader_name(account, namespace)}")
            return SecretSourcePlan(provider=source.provider, server=None, location=account.region, role=role)


def secret_entry(context: Context, key: str, vault: str, vault_key: str) -> SecretEntry:
    """Return a key of a Secret and where its value is kept.

    In a namespace that stands in for a vault, an entry ``kv/orders`` is the Secret ``kv-orders``; in an AWS account,
    which several environments may share, it is the secret ``production/kv/orders``.
    """
    match context.environment.secrets:
        case VaultSecrets():
            path = vault
        case KubernetesSecrets():
            path = slug(vault.replace("/", "-"))
        case AwsSecrets(provider="parameter-store"):
            path = f"/{beginning('ssm-parameter', context.environment.environment)}{vault}"
        case AwsSecrets():
            path = f"{context.environment.environment}/{vault}"
    return SecretEntry(key=key, remote_path=path, remote_key=vault_key)


def secret_grant(
    context: Context, namespace: str, entries: tuple[SecretEntry, ...]
) -> SecretGrantPlan | None:
    """Return the right to read entries, where the source is a namespace; None for a vault or for no entries."""
    source = context.environment.secrets
    if not isinstance(source, KubernetesSecrets) or not entries:
        return None
    names = tuple(sorted({entry.remote_path for entry in entries}))
    return SecretGrantPlan(namespace=source.namespace, reader_namespace=namespace, names=names)


def reader_role(context: Context, namespace: str, entries: tuple[SecretEntry, ...]) -> RolePlan | None:
    """Return the role with which a team's SecretStore reads its entries; None where no account keeps them."""
    source, account = context.environment.secrets, context.account
    if not isinstance(source, AwsSecrets) or account is None or not entries:
        return None
    paths = sorted({entry.remote_path for entry in entries})
    if source.provider == "secrets-manager":
        service, actions = (
            "secretsmanager",
            ("secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"),
        )
        names = tuple(account.arn(service, f"secret:{path}-??????") for path in paths)
    else:
        service, actions = "ssm", ("ssm:GetParameter", "ssm:GetParameters")
        names = tuple(account.arn(service, f"parameter{path}") for path in paths)
    grants = (
        Grant(reason="secrets", actions=actions, resources=names),
        encrypted_with(account, "secrets", service, "secrets", write=False),
    )
    return RolePlan(
        name=reader_name(account, namespace), namespace=namespace, service_account=READER, grants=grants
    )


def reader_name(account: AccountPlan, namespace: str) -> str:
    """Return the name of the role with which a team's secrets are read."""
    return name("iam-role", account.realm, namespace, READER)


def own_reader(account: AccountPlan, namespace: str, store: str, grants: tuple[Grant, ...]) -> RolePlan:
    """Return the role with which a store's own secret is read, and nothing else."""
    role = name("iam-role", account.realm, namespace, store, READER)
    return RolePlan(name=role, namespace=namespace, service_account=READER, grants=grants)


def controller_role(context: Context, roles: Iterable[RolePlan | None]) -> RolePlan | None:
    """Return the role of External Secrets itself: it may take on the readers' roles; None where there are none.

    The controller reads with the role that a team's SecretStore names (External Secrets, «AWS authentication»), so
    a team's entries are open to its own role alone.

    Args:
        context: The environment.
        roles: Roles of teams and stores; those of readers count.
    """
    account = context.account
    readers = sorted({role.name for role in roles if role is not None and role.service_account == READER})
    if account is None or not readers:
        return None
    names = tuple(account.arn("iam", f"role/{reader}") for reader in readers)
    grant = Grant(reason="readers", actions=("sts:AssumeRole", "sts:TagSession"), resources=names)
    return pod_role(account, CONTROLLER_NAMESPACE, CONTROLLER, (grant,))
