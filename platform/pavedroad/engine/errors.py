"""What can go wrong between this project and the real engine.

    EngineError                 one clear message; never a traceback for the user
    ├── ProjectNotFoundError    no Pulumi.yaml here or above
    ├── StateError              the state folder or the cache cannot be read or written
    ├── ToolchainError          a pinned binary can be neither found nor built
    ├── StackLockedError        another run is at work on the stack
    ├── OtherStacksError        an environment stands in other stacks than it is to stand in
    ├── SplitError              a single stack cannot be moved into slices as it stands
    └── RunFailedError          the engine ran and refused or failed

Messages are lower case, without a full stop, and say what to do.
"""

from collections.abc import Sequence


class EngineError(Exception):
    """Base of all errors of the engine package."""


class ProjectNotFoundError(EngineError):
    """There is no Pulumi project in the folder or above it."""


class StateError(EngineError):
    """The state folder or the user's cache cannot be read or written."""


class ToolchainError(EngineError):
    """A pinned binary can be neither found nor built."""


class StackLockedError(EngineError):
    """Another run, still alive or on another machine, holds the stack."""


class OtherStacksError(EngineError):
    """An environment is to be in slices and stands as a single stack, or the other way round."""


class SplitError(EngineError):
    """A single stack cannot be moved into slices as it stands; nothing was moved."""


class RunFailedError(EngineError):
    """The engine ran, and refused or failed.

    Attributes:
        reasons: The engine's own error messages, one per fault, without colours or secrets.
    """

    def __init__(self, message: str, reasons: Sequence[str] = ()) -> None:
        """Keep the engine's reasons beside the summary.

        Args:
            message: One sentence: which operation on which stack failed.
            reasons: The engine's own error messages.
        """
        super().__init__("\n".join([message, *reasons]))
        self.reasons = tuple(reasons)
