"""A small client for any Kubernetes API server: server-side apply, get, list, delete, watch.

It takes and gives manifests as plain dictionaries, raises `KubeError`s only, and logs nothing. Safe to share
between threads.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import httpx

from pavedroad.sandbox import kubeconfig
from pavedroad.sandbox.api_errors import ApiError, Cause, KubeError, UnknownKindError, UnreachableError
from pavedroad.sandbox.discovery import ApiResource, Discovery
from pavedroad.sandbox.objects import (
    EVERYTHING,
    FieldValidation,
    Manifest,
    ObjectRef,
    PatchType,
    Propagation,
    Selection,
    WatchEvent,
)

__all__ = [
    "ApiError",
    "ApiResource",
    "Cause",
    "FieldValidation",
    "KubeClient",
    "KubeError",
    "Manifest",
    "ObjectRef",
    "PatchType",
    "Propagation",
    "Selection",
    "UnknownKindError",
    "UnreachableError",
    "WatchEvent",
]

_PAGE = 500
_CONNECT_SECONDS = 5.0
_CONNECT_RETRIES = 1  # a handshake that fails has sent nothing; a server that has just begun may drop one
_METADATA_LIST = {
    "Accept": "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
}


class KubeClient:
    """One API server as one user."""

    def __init__(self, connection: kubeconfig.Connection, *, timeout_seconds: float = 60.0) -> None:
        """Prepare the connection pool; nothing is sent yet."""
        self.connection = connection
        self._http = httpx.Client(
            base_url=connection.server,
            transport=httpx.HTTPTransport(verify=connection.tls(), retries=_CONNECT_RETRIES, trust_env=False),
            headers={"Authorization": f"Bearer {connection.token}"} if connection.token else {},
            timeout=httpx.Timeout(timeout_seconds, connect=_CONNECT_SECONDS),
            trust_env=False,
        )
        self._extensions = {"sni_hostname": connection.server_name} if connection.server_name else {}
        self.discovery = Discovery(lambda path: self.request("GET", path))

    @classmethod
    def from_kubeconfig(cls, path: Path, *, context: str | None = None) -> Self:
        """Connect as a kubeconfig file says."""
        return cls(kubeconfig.load(path, context=context))

    @classmethod
    def from_kubeconfig_text(cls, text: str, *, context: str | None = None) -> Self:
        """Connect as a kubeconfig's text says."""
        return cls(kubeconfig.parse(text, context=context))

    def __enter__(self) -> Self:
        """Use as a context manager that closes the connections."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def resource(self, api_version: str, kind: str) -> ApiResource:
        """How the server serves a kind; raises `UnknownKindError` where it does not."""
        return self.discovery.resource(api_version, kind)

    def apply(
        self,
        manifest: Manifest,
        *,
        field_manager: str,
        force: bool = False,
        dry_run: bool = False,
        field_validation: FieldValidation = "Strict",
    ) -> Manifest:
        """Create or update by server-side apply.

        Args:
            manifest: What the field manager wants to own; complete for that manager.
            field_manager: Owner of the fields.
            force: Take fields over from other managers instead of failing with `Conflict`.
            dry_run: Validate, admit and answer, but store nothing.
            field_validation: What the server does with unknown and duplicate fields.

        Returns:
            The object as stored.
        """
        params = {
            "fieldManager": field_manager,
            "fieldValidation": field_validation,
            "force": "true" if force else "false",
        }
        return self.patch(
            ObjectRef.of(manifest),
            json.dumps(manifest),
            "application/apply-patch+yaml",
            params=params | ({"dryRun": "All"} if dry_run else {}),
        )

    def create(
        self,
        manifest: Manifest,
        *,
        field_manager: str,
        dry_run: bool = False,
        field_validation: FieldValidation = "Strict",
    ) -> Manifest:
        """Create an object; one that exists already raises `ApiError` with reason `AlreadyExists`."""
        resource = self.resource(manifest["apiVersion"], manifest["kind"])
        namespace = self._namespace(resource, manifest["metadata"].get("namespace"))
        params = {"fieldManager": field_manager, "fieldValidation": field_validation}
        return self.request(
            "POST",
            resource.path(namespace=namespace),
            params=params | ({"dryRun": "All"} if dry_run else {}),
            body=json.dumps(manifest),
        )

    def patch(
        self,
        ref: ObjectRef,
        body: str,
        content_type: PatchType,
        *,
        params: Mapping[str, str] | None = None,
        subresource: str = "",
    ) -> Manifest:
        """Send a patch of any of the four types."""
        path = self._path(ref, subresource)
        return self.request("PATCH", path, params=params, body=body, headers={"Content-Type": content_type})

    def get(self, ref: ObjectRef) -> Manifest:
        """Read an object; a missing one raises `ApiError` with reason `NotFound`."""
        return self.request("GET", self._path(ref))

    def find(self, ref: ObjectRef) -> Manifest | None:
        """Read an object, or None where it does not exist."""
        try:
            return self.get(ref)
        except ApiError as error:
            if error.reason == "NotFound":
                return None
            raise

    def list(
        self,
        api_version: str,
        kind: str,
        selection: Selection = EVERYTHING,
        *,
        metadata_only: bool = False,
    ) -> list[Manifest]:
        """Read the objects of a kind, page by page.

        Items carry apiVersion and kind, which the server leaves out of lists.
        """
        path = self.resource(api_version, kind).path(namespace=selection.namespace)
        params = selection.params() | {"limit": str(_PAGE)}
        items: list[Manifest] = []
        token = ""
        while True:
            page = self.request(
                "GET",
                path,
                params=params | {"continue": token},
                headers=_METADATA_LIST if metadata_only else None,
            )
            items += [{**item, "apiVersion": api_version, "kind": kind} for item in page.get("items") or ()]
            token = page["metadata"].get("continue", "")
            if not token:
                return items

    def count(self, api_version: str, kind: str) -> int:
        """How many objects of a kind exist, without fetching them."""
        path = self.resource(api_version, kind).path()
        page = self.request("GET", path, params={"limit": "1"}, headers=_METADATA_LIST)
        return len(page.get("items") or ()) + int(page["metadata"].get("remainingItemCount") or 0)

    def delete(
        self,
        ref: ObjectRef,
        *,
        propagation: Propagation = "Background",
        uid: str | None = None,
        grace_period_seconds: int | None = None,
    ) -> Manifest:
        """Ask for deletion; finalizers may keep the object for a while.

        Args:
            ref: The object; a missing one raises `ApiError` with reason `NotFound`.
            propagation: What happens to the objects it owns.
            uid: Refuse with `Conflict` where the object is another one of the same name.
            grace_period_seconds: Overrides the object's own.
        """
        options: Manifest = {"apiVersion": "v1", "kind": "DeleteOptions", "propagationPolicy": propagation}
        if uid is not None:
            options["preconditions"] = {"uid": uid}
        if grace_period_seconds is not None:
            options["gracePeriodSeconds"] = grace_period_seconds
        return self.request("DELETE", self._path(ref), body=json.dumps(options))

    def watch(
        self,
        api_version: str,
        kind: str,
        selection: Selection = EVERYTHING,
        *,
        resource_version: str = "",
        timeout_seconds: int = 300,
    ) -> Iterator[WatchEvent]:
        """Yield changes until the time is up.

        Without a resource version, every object that exists comes first, as ADDED. To watch one object, select
        the field `metadata.name`.

        Raises:
            ApiError: With status 410 where the resource version is too old; list again and go on from there.
        """
        path = self.resource(api_version, kind).path(namespace=selection.namespace)
        params = selection.params() | {
            "watch": "true",
            "resourceVersion": resource_version,
            "timeoutSeconds": str(timeout_seconds),
        }
        try:
            with self._http.stream(
                "GET",
                path,
                params=_given(params),
                timeout=httpx.Timeout(timeout_seconds + _CONNECT_SECONDS),
                extensions=self._extensions,
            ) as response:
                if response.is_error:
                    response.read()
                    raise _refusal(response)
                for line in response.iter_lines():
                    event = json.loads(line)
                    if event["type"] == "ERROR":
                        raise ApiError.from_status(0, event["object"])
                    yield WatchEvent(event["type"], event["object"])
        except httpx.HTTPError as error:
            raise UnreachableError(
                f"the watch of {kind} at {self.connection.server} broke: {error}"
            ) from error

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Manifest:
        """Send one request and read the JSON answer; the other methods stand on this one.

        A body is JSON unless the headers say otherwise.

        Raises:
            ApiError: The server refused.
            UnreachableError: No answer came.
        """
        try:
            response = self._http.request(
                method,
                path,
                params=_given(params or {}),
                content=body,
                headers={"Accept": "application/json", "Content-Type": "application/json"}
                | dict(headers or {}),
                extensions=self._extensions,
            )
        except httpx.HTTPError as error:
            raise UnreachableError(f"no answer from {self.connection.server}: {error}") from error
        if response.is_error:
            raise _refusal(response)
        answer: Manifest = response.json()
        return answer

    def _path(self, ref: ObjectRef, subresource: str = "") -> str:
        resource = self.resource(ref.api_version, ref.kind)
        return resource.path(
            ref.name, namespace=self._namespace(resource, ref.namespace), subresource=subresource
        )

    def _namespace(self, resource: ApiResource, namespace: str | None) -> str | None:
        return namespace or self.connection.namespace if resource.namespaced else None


def _given(params: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in params.items() if value}


def _refusal(response: httpx.Response) -> ApiError:
    try:
        status = response.json()
    except ValueError:
        status = None
    if not isinstance(status, dict):
        return ApiError(response.status_code, message=response.text.strip()[:200])
    return ApiError.from_status(response.status_code, status)
