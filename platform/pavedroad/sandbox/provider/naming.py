"""Names for objects that were declared without one.

A name is the resource's logical name and eight hexadecimal digits; the annotation `pulumi.com/autonamed` says
so, and lets a replacement be created before the old object goes. Source: `provider/pkg/metadata/naming.go` of
pulumi/pulumi-kubernetes.
"""

import copy
import hashlib
import secrets
from dataclasses import dataclass
from enum import Enum

from pavedroad.sandbox.provider.annotations import AUTONAMED, is_on, metadata_of, name_of
from pavedroad.sandbox.provider.errors import ProviderError
from pavedroad.sandbox.provider.properties import Manifest, Unknown

_HEX_DIGITS = 8


class Autonaming(Enum):
    """What the engine's configuration says about automatic names (`pulumi:autonaming`)."""

    PROPOSE = 0
    ENFORCE = 1
    DISABLE = 2


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name that the engine proposes, and how much it insists."""

    name: str
    mode: Autonaming


def unique_name(prefix: str, seed: bytes = b"") -> str:
    """Append eight hexadecimal digits: the same ones for the same seed, others each time without a seed."""
    if not seed:
        return prefix + secrets.token_hex(_HEX_DIGITS // 2)
    return prefix + hashlib.sha512(seed).hexdigest()[:_HEX_DIGITS]


def has_name(manifest: Manifest) -> bool:
    """Tell whether a name was given, known already or not."""
    return bool(name_of(manifest)) or isinstance(metadata_of(manifest).get("name"), Unknown)


def with_name(manifest: Manifest, logical_name: str, seed: bytes, proposal: Proposal | None) -> Manifest:
    """Name a new object that was declared without a name.

    Args:
        manifest: The object as declared.
        logical_name: The resource's name in the program.
        seed: The engine's random seed for this resource.
        proposal: What the engine's configuration says about names; None where it says nothing.

    Raises:
        ProviderError: The configuration forbids automatic names.
    """
    if has_name(manifest) or "generateName" in metadata_of(manifest):
        return manifest
    if proposal is None:
        return _named(manifest, unique_name(f"{logical_name}-", seed))
    if proposal.mode is Autonaming.DISABLE:
        raise ProviderError("autonaming is disabled: set metadata.name")
    return _named(manifest, proposal.name)


def with_old_name(manifest: Manifest, old: Manifest) -> Manifest:
    """Keep the automatic name that the object was given when it was created."""
    if has_name(manifest) or not is_on(old, AUTONAMED):
        return manifest
    return _named(manifest, name_of(old))


def _named(manifest: Manifest, name: str) -> Manifest:
    if isinstance(manifest.get("metadata"), Unknown):
        return manifest
    named = copy.deepcopy(manifest)
    metadata = named.setdefault("metadata", {})
    metadata["name"] = name
    if not isinstance(metadata.get("annotations"), Unknown):
        metadata.setdefault("annotations", {})[AUTONAMED] = "true"
    return named
