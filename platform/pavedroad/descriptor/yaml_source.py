"""YAML as descriptors need it: a safe part of YAML 1.2, read fast, with positions only where asked for.

``parse`` builds plain values from the events of PyYAML's parser (libyaml where it is there) without ever
recursing, resolves scalars as YAML 1.2 does, and refuses what can surprise or explode: anchors, aliases, merge
keys, tags, duplicate keys, keys that are not text, deep nesting, huge documents. ``locate`` reads the same
text once more and tells where everything stands; it is for the path that reports faults.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml
from yaml import events

from pavedroad.descriptor.faults import Path, shown

if TYPE_CHECKING:
    from collections.abc import Callable

DEEPEST = 32
"""Levels of nesting; descriptors need 12."""
MOST_NODES = 20_000
"""Values in one file: some two hundred services."""

_PARSER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_NUMBER_START = frozenset("-0123456789")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})(\.[0-9]{1,17})?([eE][+-]?[0-9]{1,3})?").fullmatch
"""Decimal numbers alone: ``010``, ``0x1f``, ``1_000`` and ``22:22`` mean different things to different readers
and stay text."""

_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the text that keeps it from being read; line and column count from one."""

    line: int
    column: int
    path: Path
    text: str


class YamlError(ValueError):
    """The text is not the YAML that descriptors are written in."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep every problem found before reading had to stop."""
        self.problems = problems
        super().__init__("; ".join(problem.text for problem in problems))


@dataclass(slots=True)
class Located:
    """Where the entries of a document stand, and how scalars are written there."""

    places: dict[Path, tuple[int, int]] = field(default_factory=dict)
    """Line and column of each key or list item, by path; the root is the empty path."""
    written: dict[Path, str] = field(default_factory=dict)
    """The text of each scalar, as written."""

    def nearest(self, path: Path) -> tuple[int, int]:
        """Return line and column of an entry, or of the nearest entry around it that exists."""
        prefixes = (path[:length] for length in range(len(path), -1, -1))
        return next((self.places[prefix] for prefix in prefixes if prefix in self.places), (1, 1))


def parse(text: str) -> object:
    """Return the document as dicts, lists, text, numbers, booleans and None.

    Args:
        text: The whole document, without a byte order mark.

    Raises:
        YamlError: Syntax, or something that descriptors must not contain.
    """
    builder = _Builder()
    try:
        parser = _PARSER(text)
        try:
            return builder.build(parser.get_event)
        finally:
            parser.dispose()
    except yaml.MarkedYAMLError as error:
        raise YamlError([*builder.problems, _syntax_problem(error)]) from None
    except yaml.YAMLError:
        raise YamlError([*builder.problems, _unreadable_problem(text)]) from None


class _StopReading(Exception):  # noqa: N818 leaves the event loop; never seen outside
    """Reading cannot usefully go on."""


class _Builder:
    """Builds values from events; containers under construction wait on a stack of our own."""

    __slots__ = ("box", "document", "documents", "key", "nodes", "problems", "stack")

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.stack: list[tuple[dict[str, object] | list[object] | None, str | None]] = []
        self.box: dict[str, object] | list[object] | None = None
        self.key: str | None = None
        self.document: object = None
        self.documents = 0
        self.nodes = 0

    def build(self, next_event: Callable[[], Any]) -> object:
        """Return the document that the events describe."""
        handlers: dict[type, Callable[[Any], None]] = {
            events.ScalarEvent: self._scalar,
            events.MappingStartEvent: self._mapping,
            events.SequenceStartEvent: self._sequence,
            events.MappingEndEvent: self._close,
            events.SequenceEndEvent: self._close,
            events.AliasEvent: self._alias,
            events.DocumentStartEvent: self._document_start,
            events.DocumentEndEvent: _ignore,
            events.StreamStartEvent: _ignore,
            events.StreamEndEvent: self._stream_end,
        }
        try:
            while (event := next_event()) is not None:
                handlers[type(event)](event)
        except _StopReading:
            pass
        if self.problems:
            raise YamlError(self.problems)
        return self.document

    def _scalar(self, event: Any) -> None:
        value: object = event.value
        if event.anchor is not None or event.tag is not None:
            self._refuse_marks(event)
        if event.implicit[0]:
            value = _resolve(event.value)
        box = self.box
        if type(box) is dict and self.key is None:
            self._take_key(event, value, box)
        else:
            self._put(event, value)

    def _take_key(self, event: Any, value: object, box: dict[str, object]) -> None:
        key = event.value
        if value == "<<" and event.implicit[0]:
            self._refuse(event, "merge keys (<<) are not read; write the entries out")
        if type(value) is not str:
            self._note(event, f"the key {shown(key)} is not text; write it in quotes")
        elif key in box:
            self._note(event, f"the key {shown(key)} stands here twice; keep one of them", key)
        self.key = key

    def _put(self, event: Any, value: object) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            self._refuse(event, f"more than {MOST_NODES:,} values; split the file")
        box = self.box
        if type(box) is list:
            box.append(value)
        elif type(box) is dict:
            assert self.key is not None
            box[self.key] = value
            self.key = None
        else:
            self.document = value

    def _mapping(self, event: Any) -> None:
        self._open(event, {})

    def _sequence(self, event: Any) -> None:
        self._open(event, [])

    def _open(self, event: Any, value: dict[str, object] | list[object]) -> None:
        if event.anchor is not None or event.tag is not None:
            self._refuse_marks(event)
        if type(self.box) is dict and self.key is None:
            self._refuse(event, "a mapping or list cannot be a key; keys are text")
        if len(self.stack) >= DEEPEST:
            self._refuse(event, f"more than {DEEPEST} levels of nesting; descriptors need far fewer")
        key = self.key
        self._put(event, value)
        self.stack.append((self.box, key))
        self.box, self.key = value, None

    def _close(self, event: Any) -> None:  # noqa: ARG002 every handler takes the event
        self.box = self.stack.pop()[0]
        self.key = None

    def _alias(self, event: Any) -> None:
        self._refuse(event, "aliases (*name) are not read; write the value out")

    def _document_start(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self._refuse(event, "a second document starts here; keep one in each file")

    def _stream_end(self, event: Any) -> None:
        if self.documents == 0:
            self._refuse(event, "the file is empty; it needs a descriptor")

    def _refuse_marks(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, "anchors (&name) are not read; write the value out where it is needed")
        self._refuse(event, f"tags ({shown(event.tag)}) are not read; leave the tag out")

    def _refuse(self, event: Any, text: str) -> None:
        self._note(event, text)
        raise _StopReading

    def _note(self, event: Any, text: str, key: str | None = None) -> None:
        mark = event.start_mark
        path = self._path() if key is None else (*self._path(), key)
        self.problems.append(Problem(line=mark.line + 1, column=mark.column + 1, path=path, text=text))

    def _path(self) -> Path:
        outer = [key if key is not None else _last_index(box) for box, key in self.stack[1:]]
        if self.box is None or not self.stack:
            return ()
        return (*outer, self.key) if self.key is not None else tuple(outer)


def locate(text: str) -> Located:
    """Return where everything stands in a document that ``parse`` accepts."""
    located = Located()
    root = yaml.compose(text, Loader=_PARSER)
    if root is not None:
        located.places[()] = (root.start_mark.line + 1, root.start_mark.column + 1)
        _locate_in(root, (), located)
    return located


def _locate_in(node: yaml.Node, path: Path, located: Located) -> None:
    if isinstance(node, yaml.ScalarNode):
        located.written[path] = node.value
        return
    entries: list[tuple[str | int, yaml.Mark, yaml.Node]]
    if isinstance(node, yaml.MappingNode):
        entries = [(key.value, key.start_mark, value) for key, value in node.value]
    else:
        entries = [(index, item.start_mark, item) for index, item in enumerate(node.value)]
    for step, mark, value in entries:
        inner = (*path, step)
        located.places[inner] = (mark.line + 1, mark.column + 1)
        _locate_in(value, inner, located)


def _resolve(text: str) -> object:
    """Return what a plain scalar means."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in _NUMBER_START and (number := _NUMBER(text)) is not None:
        return int(text) if number.lastindex is None else float(text)
    return text


def _last_index(box: object) -> int:
    return len(box) - 1 if isinstance(box, list) else 0


def _ignore(event: Any) -> None:
    """Take an event that says nothing about values."""


def _syntax_problem(error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line, column = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
    reason = " ".join(part for part in (error.problem, error.context) if part)
    return Problem(line=line, column=column, path=(), text=f"this is not YAML: {reason}")


def _unreadable_problem(text: str) -> Problem:
    """Name the first character that YAML does not allow."""
    found = _UNREADABLE.search(text)
    position = 0 if found is None else found.start()
    before = text[:position]
    column = position - (before.rfind("\n") + 1) + 1
    name = shown(text[position : position + 1])
    return Problem(before.count("\n") + 1, column, (), f"the character {name} is not allowed; remove it")
