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
_LATE_HOST: Final = ManagedOutputs(late=frozenset({"host"}))
_NOTHING: Final = ManagedOutputs()

_MSK: Final = ManagedOutputs(
    late=frozenset({"bootstrap_servers"}), absent=frozenset({"username", "password"})
)

MANAGED_OUTPUTS: Final[dict[tuple[str, str], ManagedOutputs]] = {
    ("bucket", "s3"): ManagedOutputs(absent=_KEYS),
    ("postgres", "aurora"): _LATE_HOST,
    ("postgres", "rds"): _LATE_HOST,
    ("mysql", "aurora"): _LATE_HOST,
    ("mysql", "rds"): _LATE_HOST,
    ("mongodb", "documentdb"): _LATE_HOST,
    ("redis", "elasticache"): ManagedOutputs(late=frozenset({"host", "uri"})),
    ("memcached", "elasticache"): _LATE_HOST,
    ("cassandra", "keyspaces"): ManagedOutputs(absent=frozenset({"username", "password"})),
    ("neptune", "neptune"): _LATE_HOST,
    ("dynamodb", "dynamodb"): ManagedOutputs(absent=_KEYS),
    ("kafka", "msk"): _MSK,
    ("kafka", "msk-serverless"): _MSK,
}
"""By engine and provider."""

MANAGED_VERSIONS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("mysql", "aurora"): ("8.0", "8.4"),
    ("mysql", "rds"): ("8.0", "8.4"),
    ("mongodb", "documentdb"): ("8.0",),
}
"""Versions that AWS has, by engine and provider, where it lacks some that a descriptor can name."""


def managed_outputs(environment: EnvironmentDescriptor, engine: str) -> ManagedOutputs:
    """Return what differs about the outputs of an engine's stores in an environment."""
    provider = getattr(environment.providers, engine)
    return MANAGED_OUTPUTS.get((engine, provider), _NOTHING) if isinstance(provider, str) else _NOTHING
