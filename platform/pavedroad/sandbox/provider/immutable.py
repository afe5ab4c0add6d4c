"""Which changes take a new object instead of an update.

The fields are those of `pavedroad.kubernetes_facts`, which the preview reads too.
"""

from collections.abc import Collection

from pavedroad.kubernetes_facts import IMMUTABLE_FIELDS, MUTABLE_BY_PROVIDER_OPTION
from pavedroad.sandbox.provider.properties import Manifest

_IDENTITY = ("metadata.name", "metadata.namespace")
_ALWAYS_IMMUTABLE = {"core/Secret": ("type",)}


def replacing_fields(manifest: Manifest, *, options: Collection[str], is_patch: bool) -> tuple[str, ...]:
    """List the fields whose change takes a new object.

    Args:
        manifest: The object as declared now.
        options: Names of the provider's inputs that are true, such as `enableConfigMapMutable`.
        is_patch: Whether the resource patches somebody else's object: then only its identity counts.
    """
    if is_patch:
        return _IDENTITY
    group, slash, _ = str(manifest.get("apiVersion", "")).partition("/")
    kind = f"{group if slash else 'core'}/{manifest.get('kind', '')}"
    option = MUTABLE_BY_PROVIDER_OPTION.get(kind)
    if option in options and not manifest.get("immutable"):
        return _IDENTITY + _ALWAYS_IMMUTABLE.get(kind, ())
    return _IDENTITY + IMMUTABLE_FIELDS.get(kind, ())
