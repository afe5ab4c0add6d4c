"""Recorded resources, as rules see them."""

from collections.abc import Iterable, Iterator

from pavedroad.governance import Opaque, Properties, Resource
from pavedroad.preview.project import SECRET_PLACEHOLDER
from pavedroad.testing import UNKNOWN, RecordedResource, Secret


def recorded(resources: Iterable[RecordedResource]) -> list[Resource]:
    """View recorded resources as the engine shows them to a policy pack.

    Secret values are in clear, as they are there: a rule judges them, and no message quotes a value. What is made
    of encrypted configuration is withheld, since nobody has decrypted it. Resources that are only read are left
    out, for this project does not answer for them.
    """
    return [_as_seen(each) for each in resources if not each.read]


def _as_seen(recorded: RecordedResource) -> Resource:
    secrets: list[Secret] = []
    properties = _plain(recorded.inputs, secrets)
    return Resource(
        type=recorded.type,
        name=recorded.name,
        urn=recorded.urn,
        properties=Properties(properties),
        parent=recorded.parent,
        protect=bool(recorded.options.protect),
        secrets=frozenset(_secret_paths(recorded.inputs, "") if secrets else ()),
        references=recorded.property_dependencies,
        provider=recorded.provider or "",
        traced=True,
    )


def _plain(value: object, secrets: list[Secret]) -> object:
    """Copy ``value`` in clear, and add what was secret in it to ``secrets``; texts, which most are, stay as they are."""
    if isinstance(value, dict):
        return {
            name: item if isinstance(item, str) else _plain(item, secrets) for name, item in value.items()
        }
    if isinstance(value, list):
        return [_plain(item, secrets) for item in value]
    if isinstance(value, Secret):
        secrets.append(value)
        return _readable(_plain(value.value, secrets))
    return Opaque.UNKNOWN if value is UNKNOWN else value


def _readable(secret: object) -> object:
    """Withhold what a placeholder for encrypted configuration is part of."""
    if isinstance(secret, dict):
        return {name: _readable(item) for name, item in secret.items()}
    if isinstance(secret, list):
        return [_readable(item) for item in secret]
    return Opaque.SECRET if isinstance(secret, str) and SECRET_PLACEHOLDER in secret else secret


def _secret_paths(value: object, path: str) -> Iterator[str]:
    """List the paths of what is secret, outermost only: what it holds is secret with it."""
    if isinstance(value, Secret):
        yield path
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _secret_paths(item, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _secret_paths(item, f"{path}[{index}]")
