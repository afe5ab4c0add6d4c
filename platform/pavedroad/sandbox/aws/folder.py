"""Where the sandbox keeps what belongs to its AWS account, below the cluster's folder."""

import os
from dataclasses import dataclass
from pathlib import Path

STATE_VARIABLE = "PAVEDROAD_STATE"
"""Where the engine's environment says that the state folder is."""


@dataclass(frozen=True, slots=True)
class AwsFolder:
    """Names the files of one sandbox's AWS account.

    Attributes:
        root: The folder; None for a provider that runs outside a sandbox.
    """

    root: Path | None

    @classmethod
    def of_environment(cls) -> "AwsFolder":
        """Find the folder of the sandbox that the engine runs for."""
        state = os.environ.get(STATE_VARIABLE)
        return cls(Path(state) / "cluster" / "aws" if state else None)

    @property
    def accepted(self) -> Path | None:
        """What is accepted, not emulated."""
        return self.root / "accepted.json" if self.root else None

    def read_endpoint(self) -> str | None:
        """Give the server's address; None where none was started."""
        try:
            return (self.root / "endpoint").read_text(encoding="ascii").strip() if self.root else None
        except FileNotFoundError:
            return None
