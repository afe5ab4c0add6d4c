"""Reading YAML, but none that nests without end, repeats itself without measure, or says a key twice.

libyaml's reader recurses in C, where nothing catches it, and what an alias repeats costs a reader nothing but
everybody who walks what was read. Both show in the stream of events, which is read without recursion.
"""

import re
from collections.abc import Hashable
from typing import Any, Final

import yaml

DEEPEST: Final = 200
"""Levels of nesting; the deepest schemas in CustomResourceDefinitions have some 60."""
MOST_REPEATED: Final = 100_000
"""Values that all aliases of one text may stand for."""

_ANCHOR: Final = b"&"
_DOCUMENT: Final = b"\n---"
_MANY_OPENED: Final = 70
_INDENTED: Final = re.compile(rb"^[ \t\0?:-]{60}", re.MULTILINE)
"""A level of YAML without brackets costs a column, or half of one: this indentation is less than 130 levels."""


class SurprisingYamlError(yaml.MarkedYAMLError):
    """YAML, but none that is read."""


class UniqueKeyLoader(yaml.CSafeLoader):
    """Reads YAML, but nothing that says one key twice: readers differ in which of the two counts."""

    def construct_document(self, node: yaml.Node) -> Any:
        """Make what a document says.

        Raises:
            SurprisingYamlError: If it has a value that is not what it looks like, or is said to be.
        """
        try:
            return super().construct_document(node)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            problem = "a value that is not what it looks like, as the date 2026-02-30"
            raise SurprisingYamlError(problem=problem, problem_mark=node.start_mark) from error

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:  # noqa: FBT001, FBT002 - as the loader calls it
        """Make a mapping.

        Raises:
            SurprisingYamlError: If it says one key twice.
        """
        keys = [(key.tag, key.value) for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(keys)) < len(keys):
            twice = next(
                key for index, (key, _) in enumerate(node.value) if (key.tag, key.value) in keys[:index]
            )
            raise SurprisingYamlError(problem="a key that stands there twice", problem_mark=twice.start_mark)
        return super().construct_mapping(node, deep)


def read_yaml(text: bytes | str) -> Any:
    """Read the one document of a text; nothing where it holds none.

    Raises:
        yaml.YAMLError: If it is not YAML, not one document, or a surprise.
    """
    documents = read_yaml_documents(text)
    if len(documents) > 1:
        raise SurprisingYamlError(problem="several documents, where one is expected")
    return documents[0] if documents else None


def read_yaml_documents(text: bytes | str) -> list[Any]:
    """Read every document of a text.

    Raises:
        yaml.YAMLError: If it is not YAML, or a surprise.
    """
    refuse_surprises(text)
    return list(yaml.load_all(text, UniqueKeyLoader))


def refuse_surprises(text: bytes | str) -> None:
    """Refuse what would end or stall the process that reads it.

    Text in which neither can be is only glanced at.

    Raises:
        SurprisingYamlError: If the text is too deep, or its aliases stand for too much.
        yaml.YAMLError: If it is not YAML.
    """
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if _ANCHOR in raw or _INDENTED.search(raw) or _most_opened(raw) > _MANY_OPENED:
        parser = yaml.CSafeLoader(text)
        try:
            _follow(parser)
        finally:
            parser.dispose()


def _most_opened(raw: bytes) -> int:
    return max(each.count(b"[") + each.count(b"{") for each in raw.split(_DOCUMENT))


def _follow(parser: yaml.CSafeLoader) -> None:
    """Count levels, and what each alias stands for; collections that are open wait on a stack of our own."""
    open_: list[tuple[str | None, int]] = []
    sizes: dict[str, int] = {}
    seen = repeated = 0
    while (event := parser.get_event()) is not None:
        seen += 1
        if isinstance(event, yaml.DocumentStartEvent):
            sizes.clear()
        elif isinstance(event, yaml.CollectionStartEvent):
            open_.append((event.anchor, seen + repeated))
            if len(open_) > DEEPEST:
                raise _refused(event, f"nested deeper than {DEEPEST} levels")
        elif isinstance(event, yaml.CollectionEndEvent):
            anchor, before = open_.pop()
            if anchor:
                sizes[anchor] = seen + repeated - before
        elif isinstance(event, yaml.AliasEvent):
            if any(anchor == event.anchor for anchor, _ in open_):
                raise _refused(event, "an alias that stands for what it is part of")
            repeated += sizes.get(event.anchor or "", 0)
            if repeated > MOST_REPEATED:
                raise _refused(event, f"aliases that stand for more than {MOST_REPEATED:,} values")


def _refused(event: yaml.Event, problem: str) -> SurprisingYamlError:
    return SurprisingYamlError(problem=problem, problem_mark=event.start_mark)  # type: ignore[arg-type]  # libyaml's own marks say the same
