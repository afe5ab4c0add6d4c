"""Whether an expression is PromQL, and where it is not.

The grammar is judged by ``promql-parser``, which says what is wrong but not where. The place is found here:
the smallest part of the expression that is refused by itself, and in it the first word that fits nowhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class PromqlFault:
    """What is wrong with an expression."""

    reason: str
    """In the words of PromQL."""
    offset: int
    """Index of the character at which the refused part begins; the end where something is missing."""
    part: str
    """The refused part; empty where something is missing."""


def fault_of(expression: str) -> PromqlFault | None:
    """Return what is wrong with an expression, or None where it is valid PromQL."""
    reason = _refusal(expression)
    if reason is None:
        return None
    tokens = tuple(_tokens(expression))
    start, end = _unknown(tokens) or _unbalanced(tokens) or _smallest(expression, tokens)
    if start == end and tokens:
        return PromqlFault("an operand is missing", start, "")
    return PromqlFault(_refusal(expression[start:end]) or reason, start, expression[start:end])


def metrics_of(expression: str) -> frozenset[str]:
    """Return the names of the metrics that a valid expression selects."""
    from promql_parser import VectorSelector, parse, walk  # noqa: PLC0415 as below

    found: set[str] = set()

    def visit(node: object) -> None:
        if isinstance(node, VectorSelector) and node.name:
            found.add(node.name)

    walk(parse(expression), visit)
    return frozenset(found)


def _refusal(expression: str) -> str | None:
    from promql_parser import parse  # noqa: PLC0415 an extension module that only expressions need

    try:
        parse(expression)
    except ValueError as refused:
        return str(refused)
    return None


class _Token(NamedTuple):
    kind: str
    text: str
    offset: int

    @property
    def end(self) -> int:
        return self.offset + len(self.text)


_TOKEN = re.compile(
    r"""
    (?P<space>\s+|\#[^\n]*)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)
    |(?P<open>[({\[])
    |(?P<close>[)}\]])
    |(?P<modifier>(?:by|without|on|ignoring|group_left|group_right|bool|offset)\b)
    |(?P<operator>(?:and|or|unless|atan2)\b|=~|!~|==|!=|<=|>=|[-+*/%^<>=,@:])
    |(?P<operand>[a-zA-Z_:][\w:]*|(?:\d|\.\d)[\w.]*)
    |(?P<unknown>.)
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_CLOSING = {"(": ")", "{": "}", "[": "]"}
_VALUES = frozenset({"operand", "text", "close"})
_SIGNS = frozenset("+-")


def _tokens(expression: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(expression):
        kind = found.lastgroup or "unknown"
        if kind != "space":
            yield _Token(kind, found.group(), found.start())


def _unknown(tokens: Sequence[_Token]) -> tuple[int, int] | None:
    """Return the first character that means nothing in PromQL; a quote that nothing closes is one."""
    return next(((token.offset, token.end) for token in tokens if token.kind == "unknown"), None)


def _unbalanced(tokens: Sequence[_Token]) -> tuple[int, int] | None:
    """Return the first bracket that has no counterpart."""
    opened: list[_Token] = []
    for token in tokens:
        if token.kind == "open":
            opened.append(token)
        elif token.kind == "close" and (not opened or _CLOSING[opened.pop().text] != token.text):
            return token.offset, token.end
    return (opened[-1].offset, opened[-1].end) if opened else None


def _smallest(expression: str, tokens: Sequence[_Token]) -> tuple[int, int]:
    """Return the smallest part that is refused by itself, narrowed to the word that fits nowhere."""
    parts = sorted(_parts(tokens), key=len)
    for part in parts:
        start, end = part[0].offset, part[-1].end
        if _refusal(expression[start:end]) is not None:
            return _misfit(part) or (start, end)
    return _misfit(tokens) or (0, len(expression))


def _parts(tokens: Sequence[_Token]) -> Iterator[Sequence[_Token]]:
    """Yield what stands in brackets, argument by argument, and each bracket with the name before it."""
    opened: list[int] = []
    starts: list[int] = []
    for at, token in enumerate(tokens):
        if token.kind == "open":
            opened.append(at)
            starts.append(at + 1)
        elif opened and tokens[opened[-1]].text == "(" and token.text in {",", ")"}:
            if starts[-1] < at:
                yield tokens[starts[-1] : at]
            starts[-1] = at + 1
        if token.kind == "close":
            begin = opened.pop()
            starts.pop()
            if begin and tokens[begin - 1].kind == "operand":
                yield tokens[begin - 1 : at + 1]


def _misfit(tokens: Sequence[_Token]) -> tuple[int, int] | None:
    """Return the first word that cannot follow the one before it, or the end where an operand is missing."""
    for before, token in zip((None, *tokens), tokens, strict=False):
        after_value = before is not None and before.kind in _VALUES
        if token.kind == "operator" and not after_value and token.text not in _SIGNS:
            return token.offset, token.end
        if token.kind in {"operand", "text"} and after_value and not _ends_grouping(tokens, before):
            return token.offset, token.end
    last = tokens[-1] if tokens else None
    return (last.end, last.end) if last is not None and last.kind == "operator" else None


def _ends_grouping(tokens: Sequence[_Token], closing: _Token | None) -> bool:
    """Tell whether a bracket closes the labels of ``on (…)`` or ``group_left (…)``, which an operand follows."""
    if closing is None or closing.text != ")":
        return False
    at = tokens.index(closing)
    opening = next((back for back in range(at, -1, -1) if tokens[back].text == "("), 0)
    return opening > 0 and tokens[opening - 1].kind == "modifier"
