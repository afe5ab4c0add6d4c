"""Asking etcd, the API server and moto whether they serve, with the standard library alone: the supervisor stays small."""

import http.client
import socket
import ssl

__all__ = ["accepts", "is_ready", "listens"]

_SECONDS = 2.0
_OK = 200


def accepts(socket_path: str) -> bool:
    """Whether something listens on a unix socket (relative to the working folder, so of any length)."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_SECONDS)
        try:
            probe.connect(socket_path)
        except OSError:
            return False
        return True


def listens(port: int) -> bool:
    """Whether something listens on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(_SECONDS)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def is_ready(port: int, *, ca_pem: str, token: str) -> bool:
    """Whether the API server on a loopback port holds the expected certificate and says it is ready."""
    connection = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=_SECONDS, context=ssl.create_default_context(cadata=ca_pem)
    )
    try:
        connection.request("GET", "/readyz", headers={"Authorization": f"Bearer {token}"})
        return connection.getresponse().status == _OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
