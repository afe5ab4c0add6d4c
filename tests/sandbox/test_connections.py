"""What a client does when a connection to the API server fails before a request is sent."""

import contextlib
import dataclasses
import itertools
import socket
import socketserver
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from pavedroad.sandbox.api import KubeClient, UnreachableError
from tests.support.sandbox import SandboxCluster

pytestmark = pytest.mark.sandbox

_DECODE_ERROR = bytes(
    [21, 3, 1, 0, 2, 2, 50]
)  # a fatal TLS alert: type 21, TLS 1.0 record, level 2, number 50


class _Before(socketserver.ThreadingTCPServer):
    """Drops so many handshakes with an alert, and passes every other connection on to the server."""

    daemon_threads = True

    def __init__(self, server: tuple[str, int], refusals: int) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.server = server
        self.refused = itertools.chain(itertools.repeat(True, refusals), itertools.repeat(False))


class _Connection(socketserver.BaseRequestHandler):
    server: _Before

    def handle(self) -> None:
        if next(self.server.refused):
            self.request.recv(65536)
            self.request.sendall(_DECODE_ERROR)
            return
        with socket.create_connection(self.server.server) as behind:
            back = threading.Thread(target=_pipe, args=(behind, self.request), daemon=True)
            back.start()
            _pipe(self.request, behind)
            back.join()


def _pipe(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def refusing(client: KubeClient, refusals: int) -> Iterator[KubeClient]:
    """Yield a client of the same server that stands behind one which drops the first handshakes."""
    address = urlsplit(client.connection.server)
    assert address.hostname
    assert address.port
    with _Before((address.hostname, address.port), refusals) as before:
        threading.Thread(target=before.serve_forever, daemon=True).start()
        url = f"https://127.0.0.1:{before.server_address[1]}"
        try:
            with KubeClient(dataclasses.replace(client.connection, server=url)) as behind:
                yield behind
        finally:
            before.shutdown()


def test_a_handshake_that_fails_once_is_tried_again(sandbox_cluster: SandboxCluster) -> None:
    with refusing(sandbox_cluster.client, 1) as client:
        assert client.list("v1", "Namespace")


def test_a_server_that_keeps_refusing_handshakes_is_told_as_unreachable(
    sandbox_cluster: SandboxCluster,
) -> None:
    with (
        refusing(sandbox_cluster.client, 50) as client,
        pytest.raises(UnreachableError, match="no answer from"),
    ):
        client.list("v1", "Namespace")
