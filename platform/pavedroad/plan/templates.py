"""References such as ``${stores.ledger.host}`` become values.

A value that is one secret reference and nothing else becomes a reference to the secret's key. A secret inside
a longer text (``redis://:${stores.cache.password}@…``) is set as a variable of its own, and the text refers to
that one by Kubernetes' ``$(NAME)``, so the secret never stands in the pod's definition.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pavedroad.plan.values import EnvVar, FieldRef, SecretKeyRef, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

REFERENCE = re.compile(r"\$\$\{|\$\{(?P<scope>[a-z]+)\.(?P<rest>[^{}]*?)\}")
"""``${scope.rest}``, or ``$${`` for a literal ``${``."""


def _helper_name(scope: str, rest: str) -> str:
    """Return the name of the variable that carries a secret for use inside a longer text."""
    return "PAVEDROAD_" + re.sub(r"[^A-Z0-9]", "_", f"{scope}_{rest}".upper())


def _kubernetes_literal(text: str) -> str:
    """Return the text so that Kubernetes does not expand ``$(…)`` in it."""
    return text.replace("$(", "$$(")


def expand_text(text: str, lookup: Callable[[str, str], Value]) -> str:
    """Return a configuration file's text with its references replaced; none of them may be secret."""

    def replacement(match: re.Match[str]) -> str:
        if match["scope"] is None:
            return "${"
        value = lookup(match["scope"], match["rest"])
        if not isinstance(value, str):
            raise TypeError(f"{match[0]} is no plain text")
        return value

    return REFERENCE.sub(replacement, text)


def expand_env(env: Mapping[str, str], lookup: Callable[[str, str], Value]) -> tuple[EnvVar, ...]:
    """Return environment variables with their references replaced, helper variables first."""
    helpers: dict[str, EnvVar] = {}
    variables = tuple(EnvVar(name, _expand_value(text, lookup, helpers)) for name, text in env.items())
    return (*(helpers[name] for name in sorted(helpers)), *variables)


def _expand_value(text: str, lookup: Callable[[str, str], Value], helpers: dict[str, EnvVar]) -> Value:
    """Return one variable's value; secrets and pod fields inside a longer text are added to ``helpers``."""
    whole = REFERENCE.fullmatch(text)
    if whole is not None and whole["scope"] is not None:
        value = lookup(whole["scope"], whole["rest"])
        return _kubernetes_literal(value) if isinstance(value, str) else value
    parts: list[str] = []
    position = 0
    for match in REFERENCE.finditer(text):
        parts.append(_kubernetes_literal(text[position : match.start()]))
        position = match.end()
        if match["scope"] is None:
            parts.append("${")
            continue
        value = lookup(match["scope"], match["rest"])
        if isinstance(value, SecretKeyRef | FieldRef):
            name = _helper_name(match["scope"], match["rest"])
            helpers[name] = EnvVar(name, value)
            parts.append(f"$({name})")
        else:
            parts.append(_kubernetes_literal(value))
    parts.append(_kubernetes_literal(text[position:]))
    return "".join(parts)
