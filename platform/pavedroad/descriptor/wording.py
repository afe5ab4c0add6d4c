"""Turning what pydantic reports into faults that people can act on.

Everything said about a place comes from the JSON Schema there, so messages and editors cannot disagree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pavedroad.descriptor.faults import LONGEST_GIVEN, MOST_FAULTS, Fault, Path, shown
from pavedroad.descriptor.functions import REFUSED_WORDS
from pavedroad.descriptor.sites import Site, find_site, meanings
from pavedroad.descriptor.stores import REFUSED_ENGINES
from pavedroad.descriptor.topics import REFUSED_BROKERS
from pavedroad.near_misses import listed, suggestion
from pavedroad.secret_literals import looks_like_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from pavedroad.descriptor.schema import Kind
    from pavedroad.descriptor.yaml_source import Located

_PRIVATE = frozenset({"args", "command", "config", "env", "exec", "headers", "secrets"})
"""Words below which values are never printed."""
_YES = frozenset({"yes", "on", "y"})
_NO = frozenset({"no", "off", "n"})
_FILL = "fill it or leave the line out"


@dataclass(frozen=True, slots=True)
class _Case:
    """One error: where it stands, what pydantic says, and how the value is written in the file."""

    site: Site
    details: ErrorDetails
    written: str

    @property
    def kind(self) -> str:
        return self.details["type"]

    @property
    def value(self) -> object:
        return self.details["input"]

    @property
    def private(self) -> bool:
        words = {str(step) for step in self.site.path}
        return not _PRIVATE.isdisjoint(words) or looks_like_token(self.written)


def explain(error: ValidationError, *, kind: Kind, file: str, located: Located) -> list[Fault]:
    """Return one fault for each place that is wrong, without positions, in the order of lines.

    Past the most that are told, faults are only counted: finding words takes longer than finding faults.

    Args:
        error: What the model reported.
        kind: Which model it was.
        file: How faults call the file.
        located: How scalars are written in it.
    """
    cases: dict[Path, _Case] = {}
    for details in error.errors(include_url=False):
        if details["type"] == "literal_error" and isinstance(details["input"], dict):
            continue  # the other alternative of a union says more
        if details["type"] == "too_short" and len(details["input"]) >= details["ctx"]["min_length"]:
            continue  # pydantic counts right items only; what is wrong with the others says more
        site = find_site(details["loc"], kind)
        written = located.written.get(site.path, str(details["input"])[:LONGEST_GIVEN])
        cases.setdefault(site.path, _Case(site, details, written))
    ordered = sorted(cases.values(), key=lambda case: located.nearest(case.site.path))
    told, counted = ordered[:MOST_FAULTS], ordered[MOST_FAULTS:]
    return [_fault(case, file) for case in told] + [Fault(file=file, path=case.site.path) for case in counted]


def _fault(case: _Case, file: str) -> Fault:
    if case.kind in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_alternative(case, file)
    if case.kind == "value_error":
        return Fault(file=file, path=case.site.path, change=str(case.details["ctx"]["error"]))
    change = _CHANGES[case.kind](case) if case.kind in _CHANGES else ""
    return Fault(file=file, path=case.site.path, given=_given(case), expected=_expected(case), change=change)


def _given(case: _Case) -> str | None:
    if case.kind == "missing":
        return "nothing"
    if case.site.of_key or case.kind == "extra_forbidden":
        return f"the key {shown(case.site.name)}"
    if case.value is None or isinstance(case.value, (dict, list)):
        return shown(case.value)
    if case.private:
        return None
    return shown(case.written) if isinstance(case.value, str) else case.written


def _expected(case: _Case) -> str:
    site = case.site
    if site.of_key:
        return _expected_key(case)
    match case.kind:
        case "extra_forbidden":
            return f"one of {listed(site.siblings, most=40)}"
        case "missing":
            text = str(site.schema.get("description", site.name)).split(". ")[0].rstrip(".")
            return text[:1].lower() + text[1:]
        case "string_too_long" | "too_long":
            return f"at most {_amount(case, 'max_length')}"
        case "string_too_short" | "too_short":
            return f"at least {_amount(case, 'min_length')}"
    return site.allowed()


def _expected_key(case: _Case) -> str:
    context = case.details.get("ctx", {})
    return meanings().get(context.get("pattern", ""), f"at most {context.get('max_length')} characters")


def _amount(case: _Case, limit: str) -> str:
    count = case.details["ctx"][limit]
    one, several = ("character", "characters") if case.kind.startswith("string") else ("entry", "entries")
    return f"{count:,} {one if count == 1 else several}"


def _unknown_alternative(case: _Case, file: str) -> Fault:
    """Say that an ``engine``, ``broker``, ``kind``, ``type`` or ``provider`` is missing or unknown."""
    choices = case.site.choices()
    block = case.value if isinstance(case.value, dict) else {}
    broker_known = "kind" in choices and block.get("broker") in choices.get("broker", ())
    word = "kind" if broker_known else next(iter(choices))
    value = block.get(word)
    if value is None:
        change = f"add {word}:"
    elif value in _refused(word):
        change = f"{value} cannot be realised anywhere; use {_refused(word)[value]}"
    else:
        change = suggestion(str(value), choices[word])
    return Fault(
        file=file,
        path=(*case.site.path, word),
        given=shown(value),
        expected=f"one of {', '.join(choices[word])}",
        change=change,
    )


def _refused(word: str) -> dict[str, str]:
    return {"engine": REFUSED_ENGINES, "broker": REFUSED_BROKERS}.get(word, {})


def _rename(case: _Case) -> str:
    kind = case.site.around.get("properties", {}).get("type", {}).get("const")
    if kind == "function" and case.site.name in REFUSED_WORDS:
        return REFUSED_WORDS[case.site.name]
    return suggestion(case.site.name, case.site.siblings, otherwise="remove it")


def _choose(case: _Case) -> str:
    words = re.findall(r"'([^']*)'", case.details["ctx"]["expected"])
    if not isinstance(case.value, str) and case.written in words:
        return f'quote it: {case.site.name}: "{case.written}"'
    return suggestion(case.written, words)


def _quote(case: _Case) -> str:
    if case.value is None:
        return 'write "" for empty text, or leave the line out'
    if isinstance(case.value, (bool, int, float)):
        return "put it in quotes" if case.private else f'quote it: "{case.written}"'
    return ""


def _count(case: _Case) -> str:
    if isinstance(case.value, str) and case.value.isascii() and case.value.isdigit():
        return "leave the quotes out"
    return f"such as {case.site.name}: {case.site.target.get('minimum', 1)}"


def _decide(case: _Case) -> str:
    text = case.written.lower()
    if text in _YES:
        return f"write {case.site.name}: true"
    return f"write {case.site.name}: false" if text in _NO else ""


def _list(case: _Case) -> str:
    if case.value is None:
        return _FILL
    return "put it in brackets" if case.private or isinstance(case.value, dict) else f"write [{case.written}]"


def _fill(case: _Case) -> str:
    return _FILL if case.value is None else ""


_CHANGES: dict[str, Callable[[_Case], str]] = {
    "missing": lambda case: f"add {case.site.name}:",
    "extra_forbidden": _rename,
    "literal_error": _choose,
    "string_type": _quote,
    "int_type": _count,
    "greater_than_equal": lambda case: f"write {case.site.name}: {case.details['ctx']['ge']}",
    "less_than_equal": lambda case: f"write {case.site.name}: {case.details['ctx']['le']}",
    "bool_type": _decide,
    "tuple_type": _list,
    "dict_type": _fill,
    "model_type": _fill,
    "model_attributes_type": _fill,
}
