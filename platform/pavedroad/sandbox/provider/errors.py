"""What the provider answers when it cannot do what was asked.

    ProviderError               everything below; its text is what the user reads
    ├── NotReadyError           the object is stored, but did not become ready (or did not go) in time
    └── InitError               the same, as the state records it

Refusals of the API server itself are `pavedroad.sandbox.api_errors`.
"""

from pavedroad.sandbox.provider.properties import Manifest, Properties


class ProviderError(Exception):
    """A failure the user can act upon; its text carries no secret and no kubeconfig."""


class NotReadyError(ProviderError):
    """The object is stored, but waiting for it ended without success.

    Attributes:
        live: The object as last seen; it goes into the state.
        reasons: Why it is not ready, one sentence each.
    """

    def __init__(self, message: str, live: Manifest, reasons: tuple[str, ...]) -> None:
        """Keep the object and the reasons; the exception's text is the message."""
        super().__init__(message)
        self.live = live
        self.reasons = reasons


class InitError(ProviderError):
    """An operation that failed half-way: the resource goes into the state, and the next update mends it.

    Attributes:
        resource_id: `namespace/name`.
        outputs: What the state records.
        inputs: What the state records as inputs; None leaves them as they are.
        reasons: Why, one sentence each.
    """

    def __init__(
        self,
        message: str,
        *,
        resource_id: str,
        outputs: Properties,
        reasons: tuple[str, ...],
        inputs: Properties | None = None,
    ) -> None:
        """Keep the parts; the exception's text is the message."""
        super().__init__(message)
        self.resource_id = resource_id
        self.outputs = outputs
        self.inputs = inputs
        self.reasons = reasons
