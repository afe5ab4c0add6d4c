"""Telling the engine, and through it the user, what goes on."""

from typing import Final

import grpc
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

_TIMEOUT_SECONDS: Final = 5


class EngineLog:
    """Messages about a resource, shown by the engine; without an engine they go nowhere."""

    def __init__(self, address: str = "") -> None:
        """Connect to the engine.

        Args:
            address: `host:port` as the engine gives it to its plugins; empty without an engine.
        """
        self._stub = engine_pb2_grpc.EngineStub(grpc.insecure_channel(address)) if address else None

    def warning(self, urn: str, text: str) -> None:
        """Show a warning that stays."""
        self._send(engine_pb2.LogRequest(severity=engine_pb2.WARNING, message=text, urn=urn))

    def status(self, urn: str, text: str) -> None:
        """Show progress beside the resource while it is worked on."""
        self._send(engine_pb2.LogRequest(severity=engine_pb2.INFO, message=text, urn=urn, ephemeral=True))

    def _send(self, request: engine_pb2.LogRequest) -> None:
        if self._stub is None:
            return
        try:
            self._stub.Log(request, timeout=_TIMEOUT_SECONDS)
        except grpc.RpcError:
            self._stub = None  # the engine is gone, and with it everybody who could read this
