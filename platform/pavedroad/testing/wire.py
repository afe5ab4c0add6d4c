"""Writing property values in Pulumi's wire format: the way back from `pavedroad.testing.values`."""

from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from pavedroad.testing.values import UNKNOWN, Secret


def write_struct(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Return a property map as a message; `Secret` and `UNKNOWN` become the wire format's marks."""
    struct = struct_pb2.Struct()
    struct.update({key: _plain(value) for key, value in properties.items()})
    return struct


def merged(struct: struct_pb2.Struct, added: Mapping[str, Any]) -> struct_pb2.Struct:
    """Return ``struct`` with the properties of ``added`` over its own; itself where nothing is added."""
    if not added:
        return struct
    both = struct_pb2.Struct()
    both.CopyFrom(struct)
    both.MergeFrom(write_struct(added))
    return both


def _plain(value: Any) -> Any:
    if isinstance(value, Secret):
        return {
            rpc._special_sig_key: rpc._special_secret_sig,  # noqa: SLF001  # the SDK exports no name for these
            "value": _plain(value.value),
        }
    if value is UNKNOWN:
        return rpc.UNKNOWN
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
