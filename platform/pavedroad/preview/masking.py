"""The one place where secrets leave a preview: nothing that is shown or written was not masked here.

A secret is a value that Pulumi keeps secret, the data of a Kubernetes Secret, or a credential of a provider.
Each is masked where it stands, and wherever else its text occurs: as it is, in base64 at any offset, URL-encoded,
or escaped in JSON. Masking too much is accepted, showing a secret is not.
"""

import base64
import json
import operator
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import quote, quote_plus

from pavedroad.testing import UNKNOWN, PropertyMap, RecordedResource, Recording, Secret

MASK: Final = "[secret]"
UNKNOWN_MARK: Final = "[unknown]"

SHORTEST_SOUGHT: Final = 8
"""Characters that a secret needs for its text to be sought elsewhere.

Shorter ones (``true``, ``5432``, ``admin``) occur by chance, so they are masked only where they stand.
"""

_SHORTEST_WORD: Final = 16
"""Characters of a word inside a secret of several lines (a token in a kubeconfig) that is sought on its own."""

_CREDENTIAL: Final = re.compile(r"kubeconfig|token|password|secret|credential|key$", re.IGNORECASE)
_PROVIDER: Final = "pulumi:providers:"


def masked(value: Any, texts: Iterable[str]) -> Any:
    """Return plain JSON without secrets; what holds none is returned as it is, not copied.

    Args:
        value: JSON values, with `Secret` and `UNKNOWN` among them.
        texts: What may not show in any string, from `secret_texts`.
    """
    if isinstance(value, Secret):
        return MASK
    if value is UNKNOWN:
        return UNKNOWN_MARK
    if isinstance(value, str):
        for text in texts:
            if text in value:
                value = value.replace(text, MASK)
        return value
    if isinstance(value, dict):
        pairs = {masked(key, texts): masked(item, texts) for key, item in value.items()}
        same = all(key in value and value[key] is item for key, item in pairs.items())
        return value if same and len(pairs) == len(value) else pairs
    if isinstance(value, (list, tuple)):
        items = [masked(item, texts) for item in value]
        same = isinstance(value, list) and all(map(operator.is_, items, value))
        return value if same else items
    return value


def marked_inputs(resource: RecordedResource) -> PropertyMap:
    """Return a resource's inputs with `Secret` around what is secret by its meaning, though not marked."""
    inputs = resource.inputs
    if inputs.get("kind") == "Secret" and inputs.get("apiVersion") == "v1":
        return {
            name: _all_secret(value) if name in {"data", "stringData"} else value
            for name, value in inputs.items()
        }
    if resource.type.startswith(_PROVIDER):
        return {
            name: Secret(value) if _CREDENTIAL.search(name) and not isinstance(value, Secret) else value
            for name, value in inputs.items()
        }
    return inputs


def secret_texts(recording: Recording, config_secrets: Iterable[str] = ()) -> tuple[str, ...]:
    """Return every text that would give away a secret of a recording, longest first."""
    secrets = set(config_secrets)
    for resource in recording.resources:
        inputs = marked_inputs(resource)
        secrets.update(_sought(inputs))
        if inputs.get("kind") == "Secret":
            secrets.update(_decoded(inputs.get("data")))
    secrets.update(_sought(recording.outputs))
    return forms_of(secrets)


def forms_of(secrets: Iterable[str]) -> tuple[str, ...]:
    """Return every text that would give one of these secrets away, longest first."""
    parts = {part for secret in secrets for part in _strings(secret) if part != MASK}
    texts = {form for part in parts if len(part) >= SHORTEST_SOUGHT for form in _forms(part)}
    return tuple(sorted(texts, key=lambda text: (-len(text), text)))


def _all_secret(values: Any) -> Any:
    if not isinstance(values, dict):
        return values if isinstance(values, Secret) else Secret(values)
    return {key: value if isinstance(value, Secret) else Secret(value) for key, value in values.items()}


def _sought(value: Any) -> Iterator[str]:
    """Yield the strings inside of all secrets in a value that are long enough to be sought."""
    if isinstance(value, Secret):
        yield from (text for text in _strings(value.value) if len(text) >= SHORTEST_SOUGHT)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _sought(item)
    elif isinstance(value, list):
        for item in value:
            yield from _sought(item)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, Secret):
        yield from _strings(value.value)
    elif isinstance(value, str):
        yield value
        if "\n" in value:
            words = (word.strip("\"',:-") for word in value.split())
            yield from (word for word in words if len(word) >= _SHORTEST_WORD)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _decoded(data: Any) -> Iterator[str]:
    """Yield the readable texts in a Kubernetes Secret's base64 data."""
    for encoded in _strings(data if isinstance(data, Secret) else list((data or {}).values())):
        try:
            text = base64.b64decode(encoded, validate=True).decode()
        except ValueError:
            continue
        yield from (part for part in _strings(text) if len(part) >= SHORTEST_SOUGHT)


def _forms(secret: str) -> Iterator[str]:
    yield secret
    yield json.dumps(secret)[1:-1]
    for quoted in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield quoted
        yield re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), quoted)
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + secret.encode()).decode().rstrip("=")
        # The first and last characters also depend on the neighbours' bits.
        first = (0, 2, 3)[offset]
        last = len(encoded) - (1 if (offset + len(secret.encode())) % 3 else 0)
        yield encoded[first:last]
        yield encoded[first:last].replace("+", "-").replace("/", "_")
