"""Where the sandbox keeps what belongs to its AWS account, below the cluster's folder."""

import os
from dataclasses import dataclass
from pathlib import Path

STATE_VARIABLE = "PAVEDROAD_STATE"
"""Where the engine's environment says that the state folder is."""

AWS_MEMORY = (
    "moto keeps it in memory, so server and stacks are kept, or reset, together; after a loss, "
    "paved refresh ENV tells the stacks, and paved up ENV makes all anew"
)
"""What the user has to know about the account's data."""


@dataclass(frozen=True, slots=True)
class AwsFolder:
    """Names the files of one sandbox's AWS account.

    Attributes:
        root: The folder; None for a provider that runs outside a sandbox.
    """

    root: Path | None

    @classmethod
    def of_state(cls, state: Path) -> "AwsFolder":
        """Find the folder of the sandbox in a state folder."""
        return cls(state / "cluster" / "aws")

    @classmethod
    def of_environment(cls) -> "AwsFolder":
        """Find the folder of the sandbox that the engine runs for."""
        state = os.environ.get(STATE_VARIABLE)
        return cls.of_state(Path(state)) if state else cls(None)

    @property
    def accepted(self) -> Path | None:
        """What is accepted, not emulated."""
        return self.root / "accepted.json" if self.root else None

    @property
    def port(self) -> Path | None:
        """The server's port; kept across restarts."""
        return self.root / "port" if self.root else None

    @property
    def endpoint(self) -> str | None:
        """The server's address; None where none was started."""
        try:
            port = self.port.read_text(encoding="ascii").strip() if self.port else None
        except FileNotFoundError:
            return None
        return f"http://127.0.0.1:{port}" if port else None

    def forget(self) -> None:
        """Remove what a server that is about to start anew no longer knows."""
        if self.accepted:
            self.accepted.unlink(missing_ok=True)
