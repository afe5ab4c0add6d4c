"""Where the cluster keeps what, below the state folder; and how small files are written there."""

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["ClusterFolder", "read_json", "write_json", "write_private"]


@dataclass(frozen=True, slots=True)
class ClusterFolder:
    """Names every file of one cluster; creates nothing but what `create` does.

    Attributes:
        state: The state folder; the cluster's own is `cluster/` below it.
    """

    state: Path

    @property
    def root(self) -> Path:
        """All of the cluster's own; `reset` removes it."""
        return self.state / "cluster"

    @property
    def kubeconfig(self) -> Path:
        """The kubeconfig of the sandbox's administrator, for the user's tools too."""
        return self.state / "kubeconfig"

    @property
    def operation_lock(self) -> Path:
        """Held while the cluster is started, stopped or reset; outside of what `reset` removes."""
        return self.state / "cluster.lock"

    @property
    def supervisor_lock(self) -> Path:
        """Held by the supervisor as long as it lives; the kernel lets go of it when it dies."""
        return self.root / "supervisor.lock"

    @property
    def config(self) -> Path:
        """What the supervisor is to run."""
        return self.root / "config.json"

    @property
    def status(self) -> Path:
        """What the supervisor runs; see `supervision.ClusterStatus`."""
        return self.root / "status.json"

    @property
    def port(self) -> Path:
        """The API server's port, kept across restarts."""
        return self.root / "port"

    @property
    def aws(self) -> Path:
        """What belongs to the AWS account, where an environment has one."""
        return self.root / "aws"

    @property
    def furnished(self) -> Path:
        """Exists once nodes and storage class are there."""
        return self.root / "furnished"

    @property
    def run(self) -> Path:
        """Working folder of all processes: their sockets have relative names, so a long path does no harm."""
        return self.root / "run"

    @property
    def logs(self) -> Path:
        """One log per process, and the supervisor's."""
        return self.root / "logs"

    @property
    def certificates(self) -> Path:
        """The API server's self-signed serving certificate and its key."""
        return self.root / "certificates"

    @property
    def serving_certificate(self) -> Path:
        """Serving certificate followed by the authority that signed it."""
        return self.certificates / "apiserver.crt"

    @property
    def serving_key(self) -> Path:
        """Key of the serving certificate; signs service account tokens too."""
        return self.certificates / "apiserver.key"

    @property
    def credentials(self) -> Path:
        """Tokens, and the kubeconfigs of the control plane's own processes."""
        return self.root / "credentials"

    @property
    def tokens(self) -> Path:
        """The API server's token file."""
        return self.credentials / "tokens.csv"

    def component_kubeconfig(self, name: str) -> Path:
        """The kubeconfig of one of the control plane's processes."""
        return self.credentials / f"{name}.kubeconfig"

    def log(self, name: str) -> Path:
        """The log of one process."""
        return self.logs / f"{name}.log"

    def create(self) -> None:
        """Create the folders, for their owner alone."""
        self.state.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in (self.root, self.run, self.logs, self.certificates, self.credentials, self.aws):
            folder.mkdir(mode=0o700, exist_ok=True)


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read; a reader sees the old text or the new, never a part."""
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write a small JSON file; see `write_private`."""
    write_private(path, json.dumps(value, indent=1))


def read_json(path: Path) -> dict[str, Any] | None:
    """Read a small JSON file; None where it is missing or damaged, which callers treat alike: rebuild it."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
