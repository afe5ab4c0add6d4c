"""An end point that keeps what is sent to it by OTLP, as JSON."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Received:
    """What has come so far.

    Attributes:
        url: Where to send it.
        payloads: Each request's body, by its path.
    """

    url: str
    payloads: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def log_records(self) -> list[tuple[dict[str, str], dict[str, Any]]]:
        """Return every log record with the attributes of its resource."""
        return [
            (_texts(resource["resource"]["attributes"]), record)
            for path, payload in self.payloads
            if path.endswith("/v1/logs")
            for resource in payload["resourceLogs"]
            for scope in resource["scopeLogs"]
            for record in scope["logRecords"]
        ]


def _texts(attributes: list[dict[str, Any]]) -> dict[str, str]:
    return {one["key"]: str(next(iter(one["value"].values()))) for one in attributes}


@contextmanager
def receiving() -> Iterator[Received]:
    """Take OTLP on a free port of the loopback until the block ends."""
    payloads: list[tuple[str, dict[str, Any]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            payloads.append((self.path, json.loads(body)))
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002  the base class's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Received(f"http://127.0.0.1:{server.server_port}", payloads)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
