"""Property values as a provider would get them, read from Pulumi's wire format.

Plain JSON values stay what they are; what JSON cannot say is marked: `Secret` around a value that Pulumi keeps
secret, at whatever depth, and `UNKNOWN` where a value is known only after an update.
"""

import sys
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

PropertyMap: TypeAlias = dict[str, Any]
"""A resource's properties by their camelCase names; values are JSON, `Secret` or `UNKNOWN`."""

# How the wire format marks what JSON cannot say (sdk/python/lib/pulumi/runtime/rpc.py).
_SIGNATURE: Final = rpc._special_sig_key  # noqa: SLF001  # the SDK exports no name for its wire format
_SECRET: Final = rpc._special_secret_sig  # noqa: SLF001  # as above
_RESOURCE: Final = rpc._special_resource_sig  # noqa: SLF001  # as above
_OUTPUT: Final = rpc._special_output_value_sig  # noqa: SLF001  # as above
_ASSETS: Final = {
    rpc._special_asset_sig: "$asset",  # noqa: SLF001  # as above
    rpc._special_archive_sig: "$archive",  # noqa: SLF001  # as above
}


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that Pulumi keeps secret; its representation never shows it."""

    value: Any

    def __repr__(self) -> str:
        """Return a text that is safe in logs and in a failed assertion."""
        return "Secret(***)"


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is known only after an update; `UNKNOWN` is its one instance."""

    def __repr__(self) -> str:
        """Return the name under which tests know it."""
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


def read_struct(struct: struct_pb2.Struct) -> PropertyMap:
    """Read a top-level property map; properties that are null do not count as given."""
    values = {sys.intern(key): _read(value) for key, value in struct.fields.items()}
    return {key: value for key, value in values.items() if value is not None}


def _read(value: struct_pb2.Value) -> Any:
    match value.WhichOneof("kind"):
        case "string_value":
            read: Any = UNKNOWN if value.string_value == rpc.UNKNOWN else value.string_value
        case "struct_value":
            read = _read_fields(value.struct_value.fields)
        case "list_value":
            read = [_read(item) for item in value.list_value.values]
        case "number_value":
            number = value.number_value
            read = int(number) if number.is_integer() else number
        case "bool_value":
            read = value.bool_value
        case _:
            read = None
    return read


def _read_fields(fields: Any) -> Any:
    if _SIGNATURE in fields:
        return _read_special(fields)
    return {sys.intern(key): _read(item) for key, item in fields.items()}


def _read_special(fields: Any) -> Any:
    signature = fields[_SIGNATURE].string_value
    if signature == _SECRET:
        return Secret(_read(fields["value"]))
    if signature == _RESOURCE:
        return fields["urn"].string_value
    if signature == _OUTPUT:
        value = _read(fields["value"]) if "value" in fields else UNKNOWN
        return Secret(value) if "secret" in fields and fields["secret"].bool_value else value
    rest = {key: _read(item) for key, item in fields.items() if key != _SIGNATURE}
    return {_ASSETS.get(signature, "$unrecognised"): rest}
