"""What is asked of a live object while it is awaited, and what is answered."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from pavedroad.sandbox.provider.properties import Manifest


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an object is ready.

    Attributes:
        ready: Nothing is left to wait for.
        reason: What is missing, in a sentence; empty when ready.
        final: Waiting longer cannot help.
    """

    ready: bool
    reason: str = ""
    final: bool = False


READY: Final = Verdict(ready=True)


def pending(reason: str) -> Verdict:
    """Say what an object still lacks."""
    return Verdict(ready=False, reason=reason)


def failed(reason: str) -> Verdict:
    """Say why an object will never be ready."""
    return Verdict(ready=False, reason=reason, final=True)


class View(Protocol):
    """What a judge may see of the cluster beside the object itself."""

    def list(
        self, api_version: str, kind: str, namespace: str, labels: str = "", fields: str = ""
    ) -> list[Manifest]:
        """Read the objects of a kind in a namespace (all namespaces, or none of them, where it is empty)."""


Judge: TypeAlias = Callable[[Manifest, View], Verdict]


def status_of(live: Manifest) -> Mapping[str, Any]:
    """Give the status, empty where there is none yet."""
    return live.get("status") or {}


def condition(live: Manifest, kind: str) -> Mapping[str, str]:
    """Give the status condition of a type, empty where there is none."""
    conditions = status_of(live).get("conditions") or []
    return next((found for found in conditions if found.get("type") == kind), {})


def described(found: Mapping[str, str]) -> str:
    """Write a condition as `[Reason] message`."""
    return f"[{found.get('reason', '')}] {found.get('message', '')}".strip()


def is_observed(live: Manifest) -> bool:
    """Tell whether the controller has seen the object as it is now."""
    return bool(status_of(live).get("observedGeneration", 0) >= live["metadata"].get("generation", 0))


def label_selector(selector: Mapping[str, Any]) -> str:
    """Write a selector, plain labels or `matchLabels` with `matchExpressions`, as a request parameter."""
    labels = selector.get("matchLabels") or {}
    terms = [f"{key}={value}" for key, value in sorted(labels.items())]
    for expression in selector.get("matchExpressions") or []:
        key, values = expression["key"], ",".join(expression.get("values") or [])
        match expression["operator"]:
            case "In":
                terms.append(f"{key} in ({values})")
            case "NotIn":
                terms.append(f"{key} notin ({values})")
            case "Exists":
                terms.append(key)
            case "DoesNotExist":
                terms.append(f"!{key}")
    return ",".join(terms)
