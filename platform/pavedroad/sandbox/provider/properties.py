"""Property maps: as the engine sends them, as Python values, and how secrets travel through them.

Plain JSON values stand for themselves; `Secret` wraps what the engine must encrypt; `UNKNOWN` is what only the
update will know. Signatures: `sdk/go/common/resource/properties.go` of pulumi/pulumi. The rules for carrying
secrets from inputs to outputs are those of `annotateSecrets` and `checkpointObject` in
`provider/pkg/provider/provider.go` of pulumi/pulumi-kubernetes.
"""

from dataclasses import dataclass
from typing import Any, Final

from google.protobuf.struct_pb2 import ListValue, Struct, Value

SIGNATURE_KEY: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a marker, not a secret
UNKNOWN_STRING: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"

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

UNDERSCORES_OF_DASHES: Final = {dashed: plain for plain, dashed in DASHES_OF_UNDERSCORES.items()}

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


class Unknown:
    """The type of `UNKNOWN`."""

    def __repr__(self) -> str:
        """Name the only instance."""
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


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
        case None:
            return Value(null_value=0)  # type: ignore[arg-type] # the enum's only member
        case Unknown():
            return Value(string_value=UNKNOWN_STRING)
        case Secret(element):
            marker = Value(string_value=SECRET_SIGNATURE)
            return Value(struct_value=Struct(fields={SIGNATURE_KEY: marker, "value": _to_value(element)}))
        case bool():
            return Value(bool_value=value)
        case int() | float():
            return Value(number_value=value)
        case str():
            return Value(string_value=value)
        case dict():
            return Value(struct_value=to_struct(value))
        case _:
            return Value(list_value=ListValue(values=[_to_value(item) for item in value]))


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


def with_secrets_of(outputs: Properties, inputs: Properties) -> Properties:
    """Mark in `outputs` what is secret in `inputs`.

    Objects are compared key by key, so that one secret does not hide a whole object; a list with a secret in
    it is secret as a whole, since its items may move. A Secret's data is always secret, and so is the
    annotation in which `kubectl apply` keeps a copy of it.
    """
    if outputs.get("kind") == "Secret":
        return _with_secret_data(outputs)
    return {key: _marked(value, inputs.get(key)) for key, value in outputs.items()}


def _marked(output: Any, given: Any) -> Any:
    if isinstance(output, dict) and isinstance(given, dict):
        return with_secrets_of(output, given)
    if not isinstance(output, Secret) and has_secret(given):
        return Secret(output)
    return output


def _with_secret_data(secret: Properties) -> Properties:
    marked = dict(secret)
    for key in ("data", "stringData"):
        if key in marked and not isinstance(marked[key], Secret):
            marked[key] = Secret(marked[key])
    metadata = marked.get("metadata")
    if isinstance(metadata, dict) and LAST_APPLIED in (metadata.get("annotations") or {}):
        annotations = metadata["annotations"]
        hidden = {**annotations, LAST_APPLIED: Secret(annotations[LAST_APPLIED])}
        marked["metadata"] = {**metadata, "annotations": hidden}
    return marked


def checkpoint(
    *, inputs: Manifest, live: Manifest, given: Properties, api_version: str, field_manager: str
) -> Properties:
    """Compose a resource's outputs: the live object, what it was made from, and who applied it.

    Args:
        inputs: The object as declared.
        live: The object as the API server has it.
        given: The property map the inputs came from; its secrets are marked in the outputs.
        api_version: The version the object was first created with.
        field_manager: The name under which it is applied.
    """
    return {
        **with_secrets_of(_underscored(live), given),
        "__inputs": with_secrets_of(_underscored(inputs), given),
        "__initialApiVersion": api_version,
        "__fieldManager": field_manager,
    }


def _underscored(value: Any) -> Any:
    match value:
        case dict():
            return {UNDERSCORES_OF_DASHES.get(key, key): _underscored(item) for key, item in value.items()}
        case list():
            return [_underscored(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A resource's outputs, taken apart again.

    Attributes:
        inputs: The object as it was declared.
        live: The object as last seen.
        api_version: The version it was first created with; None where the state has none.
        field_manager: The name under which it was applied; None where the state has none.
    """

    inputs: Manifest
    live: Manifest
    api_version: str | None
    field_manager: str | None

    @classmethod
    def of(cls, outputs: Properties) -> "Checkpoint":
        """Take a resource's outputs apart."""
        live = manifest_of(outputs)
        return cls(
            inputs=live.pop("__inputs", {}),
            api_version=live.pop("__initialApiVersion", None),
            field_manager=live.pop("__fieldManager", None),
            live=live,
        )
