"""Kubeconfig: reading one into what a connection needs, and writing the sandbox's own.

Reads the parts that authenticate a program: certificate authority, bearer token (inline or a file) and client
certificate (inline or files). Source: https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/.
"""

import base64
import binascii
import ssl
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml

Section: TypeAlias = dict[str, Any]


class KubeconfigError(ValueError):
    """The kubeconfig cannot be used; the message says which entry and what to change, never a credential."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """How to reach one API server as one user. Credentials never show in its `repr`.

    Attributes:
        server: Base URL, without a trailing slash.
        ca_pem: Certificates that vouch for the server; None trusts the system's.
        verify: False only where the kubeconfig itself says `insecure-skip-tls-verify: true`.
        server_name: Name to expect in the server's certificate where it differs from the URL's host.
        token: Bearer token.
        client_certificate_pem: Client certificate chain.
        client_key_pem: Key of the client certificate.
        namespace: The context's default namespace.
    """

    server: str
    ca_pem: str | None = None
    verify: bool = True
    server_name: str | None = None
    token: str | None = field(default=None, repr=False)
    client_certificate_pem: str | None = field(default=None, repr=False)
    client_key_pem: str | None = field(default=None, repr=False)
    namespace: str = "default"

    def tls(self) -> ssl.SSLContext:
        """Build the TLS context that checks the server and presents the client certificate."""
        context = ssl.create_default_context(cadata=self.ca_pem)
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if self.client_certificate_pem and self.client_key_pem:
            # The ssl module loads a key pair from files only; this one is private and gone once loaded.
            with tempfile.NamedTemporaryFile("w", prefix="pavedroad-", suffix=".pem") as pair:
                pair.write(f"{self.client_certificate_pem}\n{self.client_key_pem}\n")
                pair.flush()
                context.load_cert_chain(pair.name)
        return context


def parse(text: str, *, context: str | None = None, base: Path | None = None) -> Connection:
    """Read a kubeconfig's text.

    Args:
        text: YAML or JSON.
        context: Context to use; the file's `current-context` by default.
        base: Folder that relative paths start from; the working directory by default.

    Raises:
        KubeconfigError: The text is no kubeconfig, or lacks the context, cluster or user it names.
    """
    config = _document(text)
    name = context or config.get("current-context") or ""
    chosen = _entry(config, "contexts", "context", str(name))
    cluster = _entry(config, "clusters", "cluster", str(chosen.get("cluster", "")))
    user = _entry(config, "users", "user", str(chosen.get("user", ""))) if chosen.get("user") else {}
    if not cluster.get("server"):
        raise KubeconfigError(f"clusters[{chosen.get('cluster')}].cluster.server is missing")
    for unsupported in ("exec", "auth-provider"):
        if unsupported in user:
            raise KubeconfigError(
                f"users[{chosen.get('user')}].user.{unsupported} is not supported; "
                "use a token or a client certificate"
            )
    folder = base or Path()
    return Connection(
        server=str(cluster["server"]).rstrip("/"),
        ca_pem=_pem(cluster, "certificate-authority", folder),
        verify=not cluster.get("insecure-skip-tls-verify", False),
        server_name=cluster.get("tls-server-name"),
        token=_token(user, folder),
        client_certificate_pem=_pem(user, "client-certificate", folder),
        client_key_pem=_pem(user, "client-key", folder),
        namespace=str(chosen.get("namespace") or "default"),
    )


def load(path: Path, *, context: str | None = None) -> Connection:
    """Read a kubeconfig file; see `parse`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KubeconfigError(f"{path} cannot be read: {error}") from error
    return parse(text, context=context, base=path.parent)


def render(*, server: str, ca_pem: str, user: str, token: str) -> str:
    """Write a kubeconfig with one cluster and one user, both called after the sandbox."""
    name = "pavedroad-sandbox"
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [
            {
                "name": name,
                "cluster": {
                    "server": server,
                    "certificate-authority-data": base64.b64encode(ca_pem.encode()).decode(),
                },
            }
        ],
        "users": [{"name": user, "user": {"token": token}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": user}}],
    }
    return yaml.safe_dump(config, sort_keys=False)


def _document(text: str) -> Section:
    try:
        config = yaml.safe_load(text)
    except yaml.YAMLError:
        # The parser's own message quotes the text, which may hold a credential: it is not chained either.
        raise KubeconfigError("the kubeconfig is not YAML") from None
    if not isinstance(config, dict):
        raise KubeconfigError("the kubeconfig is not a mapping")
    return config


def _entry(config: Section, collection: str, part: str, name: str) -> Section:
    entries = config.get(collection) or []
    for entry in entries:
        if isinstance(entry, dict) and entry.get("name") == name:
            return entry.get(part) or {}
    known = ", ".join(str(entry.get("name")) for entry in entries if isinstance(entry, dict)) or "none"
    raise KubeconfigError(f"{collection} has no entry named {name!r}; it has: {known}")


def _pem(section: Section, key: str, base: Path) -> str | None:
    data = section.get(f"{key}-data")
    if data:
        try:
            return base64.b64decode(data, validate=True).decode("ascii")
        except (binascii.Error, UnicodeDecodeError) as error:
            raise KubeconfigError(f"{key}-data is not base64 of PEM text") from error
    return _file(section, key, base)


def _token(user: Section, base: Path) -> str | None:
    token = user.get("token") or _file(user, "tokenFile", base)
    return str(token).strip() if token else None


def _file(section: Section, key: str, base: Path) -> str | None:
    path = section.get(key)
    if not path:
        return None
    try:
        return (base / str(path)).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise KubeconfigError(f"{key}: {path} cannot be read") from error
