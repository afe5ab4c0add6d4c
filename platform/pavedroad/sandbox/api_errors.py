"""What can go wrong when talking to an API server.

KubeError
├── ApiError                the server answered, and refused
├── UnreachableError        no answer came
└── UnknownKindError        the server serves no such kind
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["ApiError", "Cause", "KubeError", "UnknownKindError", "UnreachableError"]


class KubeError(Exception):
    """Anything that went wrong between us and the API server."""


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason inside a refusal: the field it is about, and what is wrong with it."""

    reason: str
    field: str
    message: str


class ApiError(KubeError):
    """The server refused a request.

    Attributes:
        status: HTTP status code.
        reason: The machine-readable reason, such as `NotFound`, `Conflict`, `Invalid`, `Forbidden`; may be empty.
        message: The server's sentence.
        causes: One per faulty field, where the server names them.
        retry_after_seconds: How long the server asks to wait before the next try; None where it does not ask.
    """

    def __init__(
        self,
        status: int,
        *,
        reason: str = "",
        message: str = "",
        causes: tuple[Cause, ...] = (),
        retry_after_seconds: float | None = None,
    ) -> None:
        """Keep the parts; the exception's text is the message with status and reason."""
        super().__init__(
            f"{message or 'the API server gave no message'} (HTTP {status}{f' {reason}' if reason else ''})"
        )
        self.status = status
        self.reason = reason
        self.message = message
        self.causes = causes
        self.retry_after_seconds = retry_after_seconds

    @classmethod
    def from_status(cls, code: int, status: Mapping[str, Any]) -> "ApiError":
        """Read a `Status` object, the body of every refusal and of a watch's ERROR event."""
        details = status.get("details") or {}
        return cls(
            code or int(status.get("code") or 0),
            reason=str(status.get("reason") or ""),
            message=str(status.get("message") or ""),
            causes=tuple(
                Cause(
                    str(cause.get("reason", "")), str(cause.get("field", "")), str(cause.get("message", ""))
                )
                for cause in details.get("causes") or ()
            ),
            retry_after_seconds=details.get("retryAfterSeconds"),
        )


class UnreachableError(KubeError):
    """No answer came: refused, timed out, or not the server the certificate authority vouches for."""


class UnknownKindError(KubeError):
    """The server serves no such kind; its definition may be missing or not established yet."""

    def __init__(self, api_version: str, kind: str) -> None:
        """Name the kind in the exception's text."""
        super().__init__(f"the cluster serves no kind {kind} in {api_version}")
        self.api_version = api_version
        self.kind = kind
