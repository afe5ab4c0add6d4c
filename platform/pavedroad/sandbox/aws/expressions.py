"""The small expressions of the tables.

`.path` is a property, in JMESPath; any other text may hold `{path}`, which stands for one. Lists and mappings
hold expressions, and what is not there is left out of a mapping. A text with one unknown part is unknown.

Example:
    >>> evaluated("arn:{partition}:sqs:::{name}", {"partition": "aws", "name": "orders"})
    'arn:aws:sqs:::orders'
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import jmespath  # type: ignore[import-untyped] # it has no stubs
from jmespath.exceptions import JMESPathTypeError  # type: ignore[import-untyped] # it has no stubs

_PART: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.\[\]]*)\}")
_NAME: Final = re.compile(r"(?<![\w.'`\"])([a-z][A-Za-z0-9_]*)(?![\w(])")

Scope = Mapping[str, Any]


def evaluated(expression: Any, scope: Scope) -> Any:
    """Evaluate an expression; None where what it names is not there."""
    match expression:
        case str() if expression.startswith("."):
            try:
                return jmespath.search(expression[1:], scope)
            except JMESPathTypeError:
                return None  # a function of what is not there
        case str():
            return filled(expression, scope)
        case dict():
            items = {key: evaluated(value, scope) for key, value in expression.items()}
            return {key: value for key, value in items.items() if value is not None} or None
        case list() | tuple():
            return [value for value in (evaluated(item, scope) for item in expression) if value is not None]
    return expression


def filled(text: str, scope: Scope) -> str | None:
    """Fill in the parts of a text; None where one of them is not there."""
    parts = {name: jmespath.search(name, scope) for name in _PART.findall(text)}
    if any(value is None for value in parts.values()):
        return None
    return _PART.sub(lambda found: str(parts[found[1]]), text)


def searched(path: str, answer: Any, scope: Scope) -> Any:
    """Search an answer with a JMESPath that may hold `{path}`s of its own; the whole answer without one."""
    if not path:
        return answer
    quoted = _PART.sub(lambda found: str(jmespath.search(found[1], scope)).replace("'", "\\'"), path)
    return jmespath.search(quoted, answer)


def holds(condition: str, scope: Scope) -> bool:
    """Tell whether a condition holds; an empty one does."""
    return not condition or bool(jmespath.search(condition, scope))


def names_in(expression: Any) -> Iterator[str]:
    """Name the properties that an expression may look at: every word in it, so a few too many."""
    match expression:
        case str() if expression.startswith("."):
            yield from _NAME.findall(expression[1:])
            yield from re.findall(r"\.([a-z]\w*)", expression[1:])
        case str():
            for part in _PART.findall(expression):
                yield from part.split(".")
        case dict():
            for value in expression.values():
                yield from names_in(value)
        case list() | tuple():
            for value in expression:
                yield from names_in(value)


def parts_of(template: Any, text: str) -> dict[str, str]:
    """Take a text apart along the template that it was made from; empty where it does not fit."""
    if not isinstance(template, str):
        return {}
    if template.startswith("."):
        return {template[1:]: text} if template[1:].isidentifier() else {}
    pattern = "".join(
        f"(?P<{piece}>.+?)" if index % 2 and piece.isidentifier() else ".+" if index % 2 else re.escape(piece)
        for index, piece in enumerate(_PART.split(template))
    )
    found = re.fullmatch(pattern, text)
    return found.groupdict() if found else {}
