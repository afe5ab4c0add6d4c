"""Property maps: as the engine sends them, and as Python values.

Plain JSON values stand for themselves; `Secret` wraps what the engine must encrypt; `UNKNOWN` is what only the
update will know. Signatures: `sdk/go/common/resource/properties.go` of pulumi/pulumi.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from google.protobuf.struct_pb2 import NULL_VALUE, ListValue, Struct, Value

SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker, not a secret
UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

DASHES_OF_UNDERSCORES: Final = {
    f"x_kubernetes_{word}": f"x-kubernetes-{word.replace('_', '-')}"
    for word in (
        "embedded_resource",
        "int_or_string",
        "list_map_keys",
        "list_type",
        "map_type",
        "preserve_unknown_fields",
        "validations",
    )
}
"""Keys of CRD schemas that Pulumi's SDKs spell with underscores."""

Properties = dict[str, Any]
"""A property map; values are JSON values, `Secret` or `UNKNOWN`."""

Manifest = dict[str, Any]
"""A Kubernetes object as JSON; at preview, values may be `UNKNOWN`."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that the engine encrypts; it never shows in a `repr`."""

    element: Any

    def __repr__(self) -> str:
        """Mask the value."""
        return "Secret([secret])"


class Unknown(Enum):
    """The type of `UNKNOWN`; an enumeration, so that a copy is the same value."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


def from_struct(struct: Struct) -> Properties:
    """Read a property map off the wire; entries that are null are left out, whole numbers become `int`."""
    return {
        key: _from_value(value)
        for key, value in struct.fields.items()
        if value.WhichOneof("kind") not in {"null_value", None}
    }


def _from_value(value: Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _from_marked(value.struct_value)
    if kind == "list_value":
        return [_from_value(item) for item in value.list_value.values]
    if kind == "string_value":
        return UNKNOWN if value.string_value == UNKNOWN_STRING else value.string_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return value.bool_value if kind == "bool_value" else None


def _from_marked(struct: Struct) -> Any:
    """Read an object, which may be a marked secret."""
    if SIGNATURE_KEY in struct.fields and struct.fields[SIGNATURE_KEY].string_value == SECRET_SIGNATURE:
        return Secret(_from_value(struct.fields["value"]))
    return from_struct(struct)


def to_struct(properties: Properties) -> Struct:
    """Write a property map for the wire; entries that are None are left out."""
    return Struct(fields={key: _to_value(value) for key, value in properties.items() if value is not None})


def _to_value(value: Any) -> Value:
    match value:
        case Unknown():
            return Value(string_value=UNKNOWN_STRING)
        case Secret(element):
            marker = Value(string_value=SECRET_SIGNATURE)
            return Value(struct_value=Struct(fields={SIGNATURE_KEY: marker, "value": _to_value(element)}))
        case dict():
            return Value(struct_value=to_struct(value))
        case list() | tuple():
            return Value(list_value=ListValue(values=[_to_value(item) for item in value]))
    return _to_scalar(value)


def _to_scalar(value: str | float | None) -> Value:
    match value:
        case bool():
            return Value(bool_value=value)
        case int() | float():
            return Value(number_value=value)
        case str():
            return Value(string_value=value)
    return Value(null_value=NULL_VALUE)


def manifest_of(properties: Properties) -> Manifest:
    """Give the Kubernetes object a property map describes: secrets in clear, keys as Kubernetes spells them."""
    manifest: Manifest = _plain(properties)
    return manifest


def _plain(value: Any) -> Any:
    match value:
        case Secret(element):
            return _plain(element)
        case dict():
            return {DASHES_OF_UNDERSCORES.get(key, key): _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
    return value


def has_unknown(value: Any) -> bool:
    """Tell whether any part of a value is only known during the update."""
    match value:
        case Unknown():
            return True
        case Secret(element):
            return has_unknown(element)
        case dict():
            return any(has_unknown(item) for item in value.values())
        case list():
            return any(has_unknown(item) for item in value)
    return False


def has_secret(value: Any) -> bool:
    """Tell whether any part of a value is secret."""
    match value:
        case Secret():
            return True
        case dict():
            return any(has_secret(item) for item in value.values())
        case list():
            return any(has_secret(item) for item in value)
    return False
