"""The cluster as the provider uses it: patient with an API server that restarts or is busy.

All requests sent from here can be repeated without harm: server-side apply, reads, deletions by name.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from pavedroad.sandbox.api import (
    ApiError,
    KubeClient,
    ObjectRef,
    Propagation,
    UnknownKindError,
    UnreachableError,
)
from pavedroad.sandbox.objects import Selection
from pavedroad.sandbox.provider.annotations import name_of, namespace_of
from pavedroad.sandbox.provider.properties import Manifest

Answer = TypeVar("Answer")

_TRANSIENT_STATUS: Final = frozenset({429, 502, 503, 504})
_STORE_IS_AWAY: Final = ("etcdserver:", "code = Unavailable")
"""What an API server without its etcd says in an answer of status 500, which else means a malformed object."""

_FIRST_DELAY_SECONDS: Final = 0.2
_LONGEST_DELAY_SECONDS: Final = 5.0
_PATIENCE_SECONDS: Final = 30.0
"""How long a request is repeated; the sandbox's API server is back within seconds after a crash."""


@dataclass
class Cluster:
    """One API server, with repeated requests and the scope of kinds that are only about to be defined.

    Attributes:
        client: The connection.
        cancelled: Set when the user gives up; nothing is repeated from then on.
        sleep: Waits for so many seconds; replaced in tests.
    """

    client: KubeClient
    cancelled: threading.Event = field(default_factory=threading.Event)
    sleep: Callable[[float], None] = time.sleep
    _declared_scopes: dict[tuple[str, str], bool] = field(default_factory=dict)

    def is_namespaced(self, api_version: str, kind: str) -> bool | None:
        """Tell whether objects of a kind live in a namespace; None where nobody knows the kind yet."""
        try:
            return self._patiently(lambda: self.client.resource(api_version, kind)).namespaced
        except UnknownKindError:
            return self._declared_scopes.get((api_version, kind))

    def knows(self, manifest: Manifest) -> bool:
        """Tell whether the API server serves the object's kind."""
        try:
            self._patiently(lambda: self.client.resource(manifest["apiVersion"], manifest["kind"]))
        except (UnknownKindError, KeyError):
            return False
        return True

    def remember_definition(self, crd: Manifest) -> None:
        """Note the scope of the kind that a CustomResourceDefinition of the same program defines."""
        spec = crd.get("spec")
        if not isinstance(spec, dict) or not isinstance(spec.get("names"), dict):
            return
        for version in spec.get("versions") or []:
            key = (f"{spec.get('group')}/{version.get('name')}", str(spec["names"].get("kind")))
            self._declared_scopes[key] = spec.get("scope") == "Namespaced"

    def forget_kinds(self) -> None:
        """Ask the API server again which kinds it serves."""
        self.client.discovery.forget()

    def apply(
        self, manifest: Manifest, *, field_manager: str, force: bool, dry_run: bool = False
    ) -> Manifest:
        """Create or update by server-side apply.

        Raises:
            UnknownKindError: The API server does not serve the kind.
            ApiError: It refused, for example with `Conflict` where another manager owns a field.
        """
        namespaced = self._patiently(
            lambda: self.client.resource(manifest["apiVersion"], manifest["kind"])
        ).namespaced
        sent = manifest if namespaced else _without_namespace(manifest)
        return self._patiently(
            lambda: self.client.apply(
                sent, field_manager=field_manager, force=force, dry_run=dry_run, field_validation="Warn"
            )
        )

    def put(self, manifest: Manifest, *, field_manager: str, dry_run: bool) -> Manifest:
        """Replace an object's content; `metadata.resourceVersion` guards against overwriting someone's change."""
        resource = self._patiently(lambda: self.client.resource(manifest["apiVersion"], manifest["kind"]))
        path = resource.path(name_of(manifest), namespace=namespace_of(manifest) or None)
        params = {"fieldManager": field_manager} | ({"dryRun": "All"} if dry_run else {})
        body = json.dumps(manifest)
        return self._patiently(lambda: self.client.request("PUT", path, params=params, body=body))

    def patch_json(self, manifest: Manifest, operations: list[Manifest]) -> Manifest:
        """Apply a JSON patch (RFC 6902) to an object."""
        reference = ObjectRef.of(manifest)
        return self._patiently(
            lambda: self.client.patch(reference, json.dumps(operations), "application/json-patch+json")
        )

    def find(self, reference: ObjectRef) -> Manifest | None:
        """Read an object; None where it is gone, or its kind is."""
        try:
            return self._patiently(lambda: self.client.find(reference))
        except UnknownKindError:
            return None

    def list(
        self, api_version: str, kind: str, namespace: str, labels: str = "", fields: str = ""
    ) -> list[Manifest]:
        """Read the objects of a kind in a namespace; none where the kind is not served."""
        selection = Selection(namespace=namespace or None, labels=labels, fields=fields)
        try:
            return self._patiently(lambda: self.client.list(api_version, kind, selection))
        except UnknownKindError:
            return []

    def delete(self, reference: ObjectRef, propagation: Propagation) -> bool:
        """Ask for deletion; False where there is nothing to delete."""
        try:
            self._patiently(lambda: self.client.delete(reference, propagation=propagation))
        except UnknownKindError:
            return False
        except ApiError as error:
            if error.reason == "NotFound":
                return False
            raise
        return True

    def _patiently(self, request: Callable[[], Answer]) -> Answer:
        """Repeat a request while the API server is away or busy, for a bounded time."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        delay = _FIRST_DELAY_SECONDS
        while True:
            try:
                return request()
            except (UnreachableError, ApiError) as error:
                if not _is_transient(error) or self.cancelled.is_set() or time.monotonic() + delay > deadline:
                    raise
                asked = error.retry_after_seconds if isinstance(error, ApiError) else None
            self.sleep(max(delay, float(asked or 0)))
            delay = min(delay * 2, _LONGEST_DELAY_SECONDS)


def _is_transient(error: UnreachableError | ApiError) -> bool:
    if isinstance(error, UnreachableError) or error.status in _TRANSIENT_STATUS:
        return True
    return any(words in error.message for words in _STORE_IS_AWAY)


def _without_namespace(manifest: Manifest) -> Manifest:
    metadata = {key: value for key, value in manifest["metadata"].items() if key != "namespace"}
    return {**manifest, "metadata": metadata}
