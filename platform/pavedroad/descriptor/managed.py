"""What differs in an environment where AWS keeps a store: outputs that come late, and such as do not exist there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import EnvironmentDescriptor


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedOutputs:
    """Outputs of a managed store that are not what they are elsewhere.

    Attributes:
        late: Known only once the store is made, so for environment variables alone.
        absent: None at all: pods have an identity of their own in the place of keys.
    """

    late: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()


_KEYS: Final = frozenset({"access_key_id", "secret_access_key"})
_NOTHING: Final = ManagedOutputs()

MANAGED_OUTPUTS: Final[dict[tuple[str, str], ManagedOutputs]] = {
    ("bucket", "s3"): ManagedOutputs(absent=_KEYS),
    ("dynamodb", "dynamodb"): ManagedOutputs(absent=_KEYS),
}
"""By engine and provider."""


def managed_outputs(environment: EnvironmentDescriptor, engine: str) -> ManagedOutputs:
    """Return what differs about the outputs of an engine's stores in an environment."""
    provider = getattr(environment.providers, engine)
    return MANAGED_OUTPUTS.get((engine, provider), _NOTHING) if isinstance(provider, str) else _NOTHING
