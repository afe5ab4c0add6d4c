"""Who may talk to the API server: one random token per user, files for their owner alone, and never a line of output.

Every user here is the cluster's administrator, by group: the names are for audit and field ownership. The
certificate that the kubeconfigs trust is the one the API server made for itself at its first start.
"""

import secrets
import time

from pavedroad.sandbox import kubeconfig
from pavedroad.sandbox.commands import CLIENTS
from pavedroad.sandbox.layout import ClusterFolder, write_private

__all__ = ["admin_token", "ensure_tokens", "renew_certificate_if_old", "server_url", "write_kubeconfigs"]

_ADMIN = "sandbox-admin"
_GROUP = "system:masters"
_CERTIFICATE_DAYS = 300
"""The API server signs for a year and never renews."""


def server_url(port: int) -> str:
    """Base URL of the API server."""
    return f"https://127.0.0.1:{port}"


def ensure_tokens(folder: ClusterFolder) -> None:
    """Write the token file unless it is there."""
    if folder.tokens.exists():
        return
    lines = [f'{secrets.token_urlsafe(32)},{user},{user},"{_GROUP}"' for user in (_ADMIN, *CLIENTS)]
    write_private(folder.tokens, "\n".join(lines) + "\n")


def admin_token(folder: ClusterFolder) -> str:
    """The administrator's token."""
    return _tokens(folder)[_ADMIN]


def renew_certificate_if_old(folder: ClusterFolder) -> None:
    """Remove the serving certificate before it expires; the API server makes a new one as it starts."""
    try:
        age = time.time() - folder.serving_certificate.stat().st_mtime
    except FileNotFoundError:
        return
    if age > _CERTIFICATE_DAYS * 24 * 3600:
        folder.serving_certificate.unlink()
        folder.serving_key.unlink(missing_ok=True)


def write_kubeconfigs(folder: ClusterFolder, port: int) -> None:
    """Write the administrator's kubeconfig and one for each of the control plane's clients."""
    ca_pem = folder.serving_certificate.read_text(encoding="ascii")
    for user, token in _tokens(folder).items():
        path = folder.kubeconfig if user == _ADMIN else folder.component_kubeconfig(user)
        write_private(path, kubeconfig.render(server=server_url(port), ca_pem=ca_pem, user=user, token=token))


def _tokens(folder: ClusterFolder) -> dict[str, str]:
    lines = folder.tokens.read_text(encoding="ascii").splitlines()
    return {user: token for token, user, *_ in (line.split(",") for line in lines)}
