"""Texts of a policy with wildcards and variables, and what they match.

Sources: IAM User Guide, "IAM JSON policy elements: Resource" (wildcards, and where `*` goes beyond a colon), "IAM policy
elements: Variables and tags" (variables, their defaults, the special characters) and "IAM JSON policy elements: Condition
operators" (ARN operators, which compare the six components one by one).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from itertools import zip_longest
from typing import Final, TypeAlias

from pavedroad.access.iam.errors import PolicyError

Context: TypeAlias = Mapping[str, tuple[str, ...]]
"""What is known about a request: the values of condition keys, whose names are in lower case."""


class Wildcard(Enum):
    """A character that stands for others."""

    MANY = "*"
    ONE = "?"


class Reach(Enum):
    """How far a wildcard goes in what stands before the fifth colon of an ARN."""

    ANYWHERE = "over everything"
    """As in actions and in texts, which have no segments."""
    RESOURCE = "within its segment; over colons where it ends the segment"
    SEGMENT = "within its segment"


@dataclass(frozen=True, slots=True)
class Variable:
    """A place that the request fills: the name of a condition key in lower case, and what stands there without one."""

    key: str
    default: str | None


Part: TypeAlias = str | Wildcard | Variable
Template: TypeAlias = tuple[Part, ...]

_COLONS_BEFORE_RESOURCE: Final = 5
_PIECES: Final = re.compile(r"(\$\{[^{}]*\}|\*|\?)")
_VARIABLE: Final = re.compile(r"\s*([^\s,'*?$]+)\s*(?:,\s*'([^']*)'\s*)?")
_LITERALS: Final = {"${*}": "*", "${?}": "?", "${$}": "$"}


def read_template(text: str, *, wildcards: bool = True, variables: bool = False) -> Template:
    """Split a text of a policy into what is literal, wildcards and variables.

    Args:
        text: The text as it stands in the policy.
        wildcards: Whether `*` and `?` stand for others.
        variables: Whether `${…}` is filled from the request; not so before version 2012-10-17.

    Raises:
        PolicyError: a variable is malformed.
    """
    return tuple(_part(piece, wildcards, variables) for piece in _PIECES.split(text) if piece)


def _part(piece: str, wildcards: bool, variables: bool) -> Part:  # noqa: FBT001 two switches, passed on as they came
    if wildcards and piece in "*?":
        return Wildcard(piece)
    if not variables or not piece.startswith("${") or not piece.endswith("}"):
        return piece
    if piece in _LITERALS:
        return _LITERALS[piece]
    read = _VARIABLE.fullmatch(piece[2:-1])
    if read is None:
        raise PolicyError(f"{piece} is no variable: ${{key}} or ${{key, 'default'}} is")
    return Variable(read[1].lower(), read[2])


def fill(template: Template, context: Context) -> Template | None:
    """Put the request's values in the places of variables, as literal text.

    Returns:
        The template without variables; None where the request has no value for one, or several, and it has no default.
    """
    filled: list[Part] = []
    for part in template:
        value = _value(part, context) if isinstance(part, Variable) else part
        if value is None:
            return None
        filled.append(value)
    return tuple(filled)


def _value(variable: Variable, context: Context) -> str | None:
    values = context.get(variable.key, ())
    return values[0] if len(values) == 1 else variable.default


def require_variables_in_resource(template: Template) -> None:
    """Refuse variables before the fifth colon of an ARN, where AWS fills none.

    Raises:
        PolicyError: there is one.
    """
    colons = 0
    for part in template:
        if isinstance(part, Variable) and colons < _COLONS_BEFORE_RESOURCE:
            raise PolicyError("a variable may stand only after the fifth colon of an ARN")
        colons += part.count(":") if isinstance(part, str) else 0


@lru_cache(maxsize=4096)
def expression(
    template: Template, reach: Reach = Reach.ANYWHERE, *, ignore_case: bool = False
) -> re.Pattern[str]:
    """Return the regular expression that fits what a template without variables fits."""
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    return re.compile("".join(_fragments(template, reach)), flags)


def _fragments(template: Template, reach: Reach) -> Iterator[str]:
    colons = 0
    for part, following in zip_longest(template, template[1:]):
        if isinstance(part, str):
            colons += part.count(":")
            yield re.escape(part)
            continue
        ends_segment = following is None or (isinstance(following, str) and following.startswith(":"))
        free = (
            reach is Reach.ANYWHERE
            or colons >= _COLONS_BEFORE_RESOURCE
            or (reach is Reach.RESOURCE and ends_segment and part is Wildcard.MANY)
        )
        yield ("." if free else "[^:]") + ("*" if part is Wildcard.MANY else "")


def matches(
    template: Template,
    text: str,
    context: Context,
    reach: Reach = Reach.ANYWHERE,
    *,
    ignore_case: bool = False,
) -> bool | None:
    """Whether a template fits a whole text; None where the request does not fill a variable of it."""
    filled = fill(template, context)
    if filled is None:
        return None
    return expression(filled, reach, ignore_case=ignore_case).fullmatch(text) is not None
