"""The annotations and identities that steer the provider, read off a manifest.

Names and meaning: `provider/pkg/metadata/annotations.go` and `overrides.go` of pulumi/pulumi-kubernetes.
"""

from typing import Final

from pavedroad.sandbox.provider.properties import Manifest

AUTONAMED: Final = "pulumi.com/autonamed"
DELETION_PROPAGATION: Final = "pulumi.com/deletionPropagationPolicy"
PATCH_FIELD_MANAGER: Final = "pulumi.com/patchFieldManager"
PATCH_FORCE: Final = "pulumi.com/patchForce"
REPLACE_UNREADY: Final = "pulumi.com/replaceUnready"
SKIP_AWAIT: Final = "pulumi.com/skipAwait"
TIMEOUT_SECONDS: Final = "pulumi.com/timeoutSeconds"
WAIT_FOR: Final = "pulumi.com/waitFor"


def metadata_of(manifest: Manifest) -> Manifest:
    """Give the metadata, empty where there is none or it is not known yet."""
    metadata = manifest.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def name_of(manifest: Manifest) -> str:
    """Give the object's name, empty where there is none or it is not known yet."""
    name = metadata_of(manifest).get("name")
    return name if isinstance(name, str) else ""


def namespace_of(manifest: Manifest) -> str:
    """Give the object's namespace, empty where there is none or it is not known yet."""
    namespace = metadata_of(manifest).get("namespace")
    return namespace if isinstance(namespace, str) else ""


def annotation(manifest: Manifest, key: str) -> str:
    """Give an annotation's value, empty where there is none or it is not known yet."""
    annotations = metadata_of(manifest).get("annotations")
    value = annotations.get(key) if isinstance(annotations, dict) else None
    return value if isinstance(value, str) else ""


def is_on(manifest: Manifest, key: str) -> bool:
    """Tell whether an annotation says `true`."""
    return annotation(manifest, key) == "true"


def timeout_seconds(manifest: Manifest, custom: float, default: float) -> float:
    """Choose how long to wait: the resource's custom timeout, else the annotation, else the default.

    Args:
        manifest: The object, as declared.
        custom: Seconds from the resource option `customTimeouts`; 0 where there is none.
        default: Seconds for the kind.
    """
    if custom:
        return custom
    text = annotation(manifest, TIMEOUT_SECONDS)
    return float(text) if text.isdecimal() else default


def object_id(manifest: Manifest) -> str:
    """Give the resource's id: `namespace/name`, or the name alone."""
    namespace = namespace_of(manifest)
    return f"{namespace}/{name_of(manifest)}" if namespace else name_of(manifest)


def parse_id(resource_id: str) -> tuple[str, str]:
    """Take an id apart into namespace (empty where there is none) and name."""
    namespace, _, name = resource_id.rpartition("/")
    return namespace, name
