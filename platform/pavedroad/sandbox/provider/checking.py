"""Check: the program's inputs, completed with name and namespace, and refused where they cannot be served."""

import copy
from dataclasses import dataclass

from pavedroad.sandbox.provider import naming
from pavedroad.sandbox.provider.annotations import AUTONAMED, annotation, metadata_of
from pavedroad.sandbox.provider.errors import ProviderError
from pavedroad.sandbox.provider.kinds import ResourceType
from pavedroad.sandbox.provider.naming import Proposal
from pavedroad.sandbox.provider.normalise import normalised
from pavedroad.sandbox.provider.outputs import with_secrets_of
from pavedroad.sandbox.provider.properties import Manifest, Properties, manifest_of
from pavedroad.sandbox.provider.session import Session


@dataclass(frozen=True, slots=True)
class Declaration:
    """A resource as the program declares it.

    Attributes:
        urn: The resource.
        olds: The inputs checked last time; empty for a new resource.
        news: The inputs as the program gives them.
        seed: The engine's random seed for this resource.
        proposal: What the engine's configuration says about automatic names; None where it says nothing.
    """

    urn: str
    olds: Properties
    news: Properties
    seed: bytes = b""
    proposal: Proposal | None = None


def check(session: Session, declaration: Declaration) -> Properties:
    """Complete the inputs of a resource.

    Raises:
        ProviderError: The inputs cannot be served; the text says what to change.
    """
    urn, olds, news = declaration.urn, declaration.olds, declaration.news
    kind = ResourceType.of(urn)
    given = manifest_of(news)
    if annotation(given, AUTONAMED):
        session.log.warning(urn, f'ignoring user-specified value for internal annotation "{AUTONAMED}"')
    manifest = normalised(_identified(given, kind))
    if kind.patches(str(manifest["kind"])):
        if not naming.has_name(manifest):
            raise ProviderError("patch resources require the `.metadata.name` field to be set")
    elif olds:
        manifest = naming.with_old_name(manifest, manifest_of(olds))
    else:
        manifest = naming.with_name(manifest, kind.name, declaration.seed, declaration.proposal)
    if not naming.has_name(manifest) and "generateName" in metadata_of(manifest):
        raise ProviderError("the `.metadata.generateName` field is not supported in Server-Side Apply mode")
    manifest = _in_namespace(session, manifest)
    if session.cluster is not None and manifest["kind"] == "CustomResourceDefinition":
        session.cluster.remember_definition(manifest)
    return with_secrets_of(manifest, news)


def _identified(manifest: Manifest, kind: ResourceType) -> Manifest:
    """Fill in the kind from the type token where the program left it out."""
    complete = copy.copy(manifest)
    complete.setdefault("apiVersion", kind.api_version)
    complete.setdefault("kind", kind.kind)
    return complete


def _in_namespace(session: Session, manifest: Manifest) -> Manifest:
    """Fill in the default namespace where the object needs one and names none."""
    metadata = manifest.get("metadata")
    if session.cluster is None or not isinstance(metadata, dict) or "namespace" in metadata:
        return manifest
    if not session.is_namespaced(manifest):
        return manifest
    return {**manifest, "metadata": {**metadata, "namespace": session.namespace}}
