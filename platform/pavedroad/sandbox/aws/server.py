"""The sandbox's AWS: moto's own server on the loopback interface, in a process of its own.

Run as `python server.py PORT`; it needs nothing but moto, so no path to this project's packages.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

_SETTINGS = {
    # A role may be given AWS's own policies, as those of EKS.
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    # Certificates are issued a second after they were requested, not a minute.
    "MOTO_ACM_VALIDATION_WAIT": "1",
}

_NEVER_GONE = {
    "delete_cache_cluster": ("cache_cluster_id", "cache_clusters"),
    "delete_replication_group": ("replication_group_id", "replication_groups"),
}
"""What moto's ElastiCache says of for ever that it is being deleted: by operation, its argument and where it is kept."""


def main(port: str) -> None:
    """Serve until the process is ended."""
    os.environ.update(_SETTINGS)
    from moto.core.config import default_user_config  # noqa: PLC0415 - it reads the settings when imported
    from moto.server import main as serve  # noqa: PLC0415 - the same

    _finish_deletions()
    # Functions are kept, and never run: that would take Docker.
    default_user_config["lambda"] = {"use_docker": False}
    serve(["-H", "127.0.0.1", "-p", port])


def _finish_deletions() -> None:
    """Let what is being deleted be gone at once: its name could not be had again."""
    from moto.elasticache.models import ElastiCacheBackend  # noqa: PLC0415 - moto's settings come first

    for operation, (argument, kept) in _NEVER_GONE.items():
        setattr(
            ElastiCacheBackend, operation, _finished(getattr(ElastiCacheBackend, operation), argument, kept)
        )


def _finished(delete: Callable[..., Any], argument: str, kept: str) -> Callable[..., Any]:
    """Return an operation that also forgets what it deletes."""

    def deleted(backend: Any, **given: Any) -> Any:
        answer = delete(backend, **given)
        del getattr(backend, kept)[given[argument]]
        return answer

    return deleted


if __name__ == "__main__":
    main(sys.argv[1])
