"""A resource's outputs: the live object, what it was made from, and which parts of both are secret.

Rules: `annotateSecrets`, `checkpointObject` and `parseCheckpointObject` in `provider/pkg/provider/provider.go` of
pulumi/pulumi-kubernetes.
"""

from dataclasses import dataclass
from typing import Any, Final

from pavedroad.sandbox.provider.properties import (
    DASHES_OF_UNDERSCORES,
    Manifest,
    Properties,
    Secret,
    has_secret,
    manifest_of,
)

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"

UNDERSCORES_OF_DASHES: Final = {dashed: plain for plain, dashed in DASHES_OF_UNDERSCORES.items()}


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

    Who owns which field is left out: the API server is asked for it where it matters, and it would be a fifth of a
    state that the engine writes whole at each step.

    Args:
        inputs: The object as declared.
        live: The object as the API server has it.
        given: The property map the inputs came from; its secrets are marked in the outputs.
        api_version: The version the object was first created with.
        field_manager: The name under which it is applied.
    """
    return {
        **with_secrets_of(_underscored(_without_owners(live)), given),
        "__inputs": with_secrets_of(_underscored(inputs), given),
        "__initialApiVersion": api_version,
        "__fieldManager": field_manager,
    }


def _without_owners(live: Manifest) -> Manifest:
    if "managedFields" not in live.get("metadata", {}):
        return live
    metadata = {key: value for key, value in live["metadata"].items() if key != "managedFields"}
    return {**live, "metadata": metadata}


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
