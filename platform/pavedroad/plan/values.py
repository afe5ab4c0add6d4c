"""Values of environment variables: text, a reference to a secret's key, or a fact about the pod."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SecretKeyRef:
    """A key of a Secret in the same namespace; the value itself is never known here."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class ConfigKeyRef:
    """A key of a ConfigMap in the same namespace: a value that is known only once its resource is made."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class FieldRef:
    """A field of the pod, in the spelling of Kubernetes' downward API: ``metadata.name``."""

    path: str


Value = str | SecretKeyRef | ConfigKeyRef | FieldRef
"""What an output of a store, call or topic is, and what an environment variable holds."""

Outputs = dict[str, Value | None]
"""The documented outputs of one thing, by name: ``{"host": …, "password": SecretKeyRef(…)}``.

None is an output that does not exist in this environment: a variable that holds nothing else is left out.
"""


@dataclass(frozen=True, slots=True)
class EnvVar:
    """One environment variable."""

    name: str
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretEntry:
    """One key of a Secret and where its value is kept in the environment's secret source."""

    key: str
    remote_path: str
    remote_key: str
