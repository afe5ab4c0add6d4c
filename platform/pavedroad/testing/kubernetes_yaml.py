"""What the Kubernetes provider answers when the SDK asks it to read YAML, as `ConfigFile` and `ConfigGroup` do."""

from typing import Final

import yaml

from pavedroad.testing.errors import RecordingError
from pavedroad.testing.values import PropertyMap
from pavedroad.yaml_surprises import read_yaml_documents

YAML_DECODE: Final = "kubernetes:yaml:decode"
"""The function's token."""


def decoded_yaml(arguments: PropertyMap) -> PropertyMap:
    """Read every object of a text; a list of objects stands for its items.

    Raises:
        RecordingError: If the text is not YAML, or none that is read.
    """
    try:
        documents = read_yaml_documents(str(arguments.get("text", "")))
    except yaml.YAMLError as error:
        raise RecordingError(
            f"YAML that a ConfigFile or ConfigGroup names cannot be read: {' '.join(str(error).split())}"
        ) from error
    return {"result": [each for document in documents for each in _objects(document)]}


def _objects(document: object) -> list[object]:
    if isinstance(document, dict) and str(document.get("kind", "")).endswith("List"):
        items = document.get("items")
        return items if isinstance(items, list) else []
    return [] if document is None else [document]
