"""Which kinds an API server serves, and under which paths."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pavedroad.sandbox.api_errors import ApiError, UnknownKindError

__all__ = ["ApiResource", "Discovery"]

_NOT_FOUND = 404


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiResource:
    """One kind as served: what a request path needs."""

    api_version: str
    kind: str
    plural: str
    namespaced: bool
    subresources: frozenset[str]

    def path(self, name: str | None = None, *, namespace: str | None = None, subresource: str = "") -> str:
        """Path of the collection, or of one object in it; without a namespace, that of all namespaces."""
        root = f"/apis/{self.api_version}" if "/" in self.api_version else f"/api/{self.api_version}"
        scope = f"/namespaces/{quote(namespace, safe='')}" if self.namespaced and namespace else ""
        object_part = f"/{quote(name, safe='')}" if name is not None else ""
        return f"{root}{scope}/{self.plural}{object_part}{f'/{subresource}' if subresource else ''}"


class Discovery:
    """Answers kind → resource; asks the server once per group version, and again only for a kind it lacks."""

    def __init__(self, get_json: Callable[[str], dict[str, Any]]) -> None:
        """Use `get_json` to fetch a path."""
        self._get_json = get_json
        self._known: dict[tuple[str, str], ApiResource] = {}

    def resource(self, api_version: str, kind: str) -> ApiResource:
        """Find a kind.

        Raises:
            UnknownKindError: The server does not serve it (now; a later call asks again).
        """
        key = (api_version, kind)
        if key not in self._known:
            self._known.update(self._fetch(api_version))
        if key not in self._known:
            raise UnknownKindError(api_version, kind)
        return self._known[key]

    def forget(self) -> None:
        """Drop all that is known, because definitions have changed."""
        self._known.clear()

    def _fetch(self, api_version: str) -> dict[tuple[str, str], ApiResource]:
        root = "/apis" if "/" in api_version else "/api"
        try:
            listed = self._get_json(f"{root}/{api_version}")
        except ApiError as error:
            if error.status == _NOT_FOUND:
                return {}
            raise
        names = [str(entry["name"]) for entry in listed.get("resources", ())]
        return {
            (api_version, str(entry["kind"])): ApiResource(
                api_version=api_version,
                kind=str(entry["kind"]),
                plural=str(entry["name"]),
                namespaced=bool(entry["namespaced"]),
                subresources=frozenset(
                    name.partition("/")[2] for name in names if name.startswith(f"{entry['name']}/")
                ),
            )
            for entry in listed.get("resources", ())
            if "/" not in entry["name"]
        }
