"""What moto lacks: resources whose parameters were validated, kept in a file beside the server, and not emulated.

The file goes with the server: both are kept, or both are reset.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Accepted:
    """Resources by type and id; several processes may share the file."""

    def __init__(self, path: Path | None) -> None:
        """Use a file, or memory where there is none."""
        self._path = path
        self._memory: dict[str, dict[str, Any]] = {}
        self._lock = threading.Lock()

    def get(self, token: str, resource_id: str) -> dict[str, Any] | None:
        """Give a resource's properties; None where there is no such resource."""
        with self._opened() as content:
            found: dict[str, Any] | None = content.get(token, {}).get(resource_id)
            return found

    def put(self, token: str, resource_id: str, properties: Mapping[str, Any]) -> None:
        """Keep a resource's properties."""
        with self._opened() as content:
            content.setdefault(token, {})[resource_id] = dict(properties)

    def remove(self, token: str, resource_id: str) -> None:
        """Forget a resource, if it is there."""
        with self._opened() as content:
            content.get(token, {}).pop(resource_id, None)

    @contextmanager
    def _opened(self) -> Iterator[dict[str, dict[str, Any]]]:
        if self._path is None:
            with self._lock:
                yield self._memory
            return
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        from filelock import FileLock  # noqa: PLC0415 - counting needs none

        with self._lock, FileLock(f"{self._path}.lock", mode=0o600):
            text = self._path.read_text(encoding="utf-8") if self._path.exists() else "{}"
            content: dict[str, dict[str, Any]] = json.loads(text)
            yield content
            self._path.touch(mode=0o600)
            self._path.write_text(json.dumps(content, indent=1, sort_keys=True), encoding="utf-8")


def counts(path: Path) -> dict[str, int]:
    """Count what a file holds, by type; empty where there is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {token: len(resources) for token, resources in sorted(content.items()) if resources}
