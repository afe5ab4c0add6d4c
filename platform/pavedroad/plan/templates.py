"""References such as ``${stores.ledger.host}`` become values.

A value that is one secret reference and nothing else becomes a reference to the secret's key. A secret inside
a longer text (``redis://:${stores.cache.password}@…``) is set as a variable of its own, and the text refers to
that one by Kubernetes' ``$(NAME)``, so the secret never stands in the pod's definition.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from pavedroad.descriptor.references import OutputReference, split_references
from pavedroad.plan.values import EnvVar, Value

if TYPE_CHECKING:
    from collections.abc import Mapping


Lookup = Callable[[OutputReference], Value | None]
"""What a reference means; None for what does not exist in this environment."""


def expand_text(text: str, lookup: Lookup) -> str:
    """Return a configuration file's text with its references replaced.

    Raises:
        TypeError: If one of them is no plain text; descriptors are checked for that when they are read.
    """
    pieces: list[str] = []
    for piece in split_references(text):
        value = lookup(piece) if isinstance(piece, OutputReference) else piece
        if not isinstance(value, str):
            raise TypeError(f"{piece} is no plain text")
        pieces.append(value)
    return "".join(pieces)


def expand_env(env: Mapping[str, str], lookup: Lookup) -> tuple[EnvVar, ...]:
    """Return environment variables with their references replaced, helper variables first.

    A variable that refers to what does not exist in this environment, and holds nothing else, is left out.

    Raises:
        TypeError: If such a reference stands in a longer text; descriptors are checked for that when they are read.
    """
    helpers: dict[str, EnvVar] = {}
    expanded = {name: _expand_value(text, lookup, helpers) for name, text in env.items()}
    variables = tuple(EnvVar(name, value) for name, value in expanded.items() if value is not None)
    return (*(helpers[name] for name in sorted(helpers)), *variables)


def _helper_name(reference: OutputReference) -> str:
    """Return the name of the variable that carries a secret for use inside a longer text."""
    parts = (reference.source, reference.name, reference.output)
    return "PAVEDROAD_" + re.sub(r"[^A-Z0-9]", "_", "_".join(parts).upper())


def _literal(text: str) -> str:
    """Return the text so that Kubernetes does not expand ``$(…)`` in it."""
    return text.replace("$(", "$$(")


def _expand_value(text: str, lookup: Lookup, helpers: dict[str, EnvVar]) -> Value | None:
    """Return one variable's value; what is no plain text inside a longer one is added to ``helpers``."""
    values = [
        (piece, lookup(piece)) if isinstance(piece, OutputReference) else (None, piece)
        for piece in split_references(text)
    ]
    if len(values) == 1 and not isinstance(values[0][1], str):
        return values[0][1]
    parts: list[str] = []
    for reference, value in values:
        if isinstance(value, str):
            parts.append(_literal(value))
        elif value is None:
            raise TypeError(f"{reference} does not exist here and stands in a longer text")
        elif reference is not None:
            name = _helper_name(reference)
            helpers[name] = EnvVar(name, value)
            parts.append(f"$({name})")
    return "".join(parts)
