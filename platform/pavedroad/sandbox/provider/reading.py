"""Read: what became of a resource, for a refresh, and what there is, for an import."""

import copy
from dataclasses import dataclass
from typing import Final

from pavedroad.sandbox.api import ObjectRef
from pavedroad.sandbox.provider import lifecycle
from pavedroad.sandbox.provider.annotations import namespace_of, parse_id
from pavedroad.sandbox.provider.diff import pruned
from pavedroad.sandbox.provider.errors import InitError, NotReadyError, ProviderError
from pavedroad.sandbox.provider.kinds import ResourceType
from pavedroad.sandbox.provider.normalise import SERVER_FIELDS, normalised
from pavedroad.sandbox.provider.outputs import LAST_APPLIED, Checkpoint, checkpoint, with_secrets_of
from pavedroad.sandbox.provider.ownership import field_manager
from pavedroad.sandbox.provider.properties import Manifest, Properties, manifest_of
from pavedroad.sandbox.provider.session import Session

_NOT_INPUT_ANNOTATIONS: Final = ("deployment.kubernetes.io/revision", LAST_APPLIED)


@dataclass(frozen=True, slots=True)
class Found:
    """A resource as read; the id is empty where it is gone."""

    resource_id: str
    outputs: Properties
    inputs: Properties


GONE: Final = Found("", {}, {})


def read(session: Session, urn: str, resource_id: str, state: Properties, olds: Properties) -> Found:
    """Read a resource.

    Args:
        session: The configured provider.
        urn: The resource.
        resource_id: `namespace/name`, or `name`.
        state: The outputs recorded; empty for an import.
        olds: The inputs recorded; empty for an import, which takes them from the live object.

    Raises:
        InitError: It is there, but not ready.
        ProviderError: The id is malformed, or the cluster cannot be reached.
    """
    if session.cluster is None:
        return _unreachable(session, urn, Found(resource_id, state, olds))
    before, declared = Checkpoint.of(state), normalised(manifest_of(olds))
    reference = _reference(session, urn, resource_id, before.live if "kind" in before.live else declared)
    is_import = "kind" not in declared
    failure: NotReadyError | None = None
    try:
        live = lifecycle.read(session.cluster, reference, None if is_import else declared)
    except NotReadyError as error:
        live, failure = error.live, error
    if live is None:
        return GONE
    inputs = inputs_of(live) if is_import else pruned(live, declared)
    outputs = checkpoint(
        inputs=inputs,
        live=live,
        given=olds,
        api_version=before.api_version or reference.api_version,
        field_manager=field_manager(declared, before.field_manager, urn),
    )
    found = Found(resource_id, outputs, with_secrets_of(inputs, olds))
    if failure is not None:
        raise InitError(
            str(failure),
            resource_id=resource_id,
            outputs=found.outputs,
            inputs=found.inputs,
            reasons=(str(failure), *failure.reasons),
        )
    return found


def inputs_of(live: Manifest) -> Manifest:
    """Take from a live object what a program could have declared."""
    inputs = {key: copy.deepcopy(value) for key, value in live.items() if key != "status"}
    metadata = inputs["metadata"]
    for field in SERVER_FIELDS:
        metadata.pop(field, None)
    annotations = metadata.pop("annotations", {})
    kept = {key: value for key, value in annotations.items() if key not in _NOT_INPUT_ANNOTATIONS}
    if kept:
        metadata["annotations"] = kept
    return inputs


def _reference(session: Session, urn: str, resource_id: str, known: Manifest) -> ObjectRef:
    namespace, name = parse_id(resource_id)
    if not name or "/" in namespace:
        raise ProviderError(f"cannot read {resource_id!r}: expected an id like namespace/name, or name")
    kind = ResourceType.of(urn)
    return ObjectRef(
        api_version=known.get("apiVersion", kind.api_version),
        kind=known.get("kind", kind.kind),
        name=name,
        namespace=namespace or namespace_of(known) or session.namespace,
    )


def _unreachable(session: Session, urn: str, recorded: Found) -> Found:
    """Decide about a resource that nobody can look at."""
    session.log.warning(urn, f"configured Kubernetes cluster is unreachable: {session.trouble}")
    if "deleteUnreachable" in session.settings.switches:
        return GONE
    if "skipUpdateUnreachable" in session.settings.switches:
        return recorded
    raise ProviderError(
        "failed to read resource state due to unreachable cluster. If the cluster was deleted, you can remove "
        "this resource from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE "
        'environment variable set to "true"'
    )
