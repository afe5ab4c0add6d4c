"""Examples of controls: resources that keep one, and the single change that breaks it.

Each area of rules lists its examples in a file of `tests/policies/examples`; the tests of every control take
them all from there.
"""

import copy
import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from pavedroad.governance import (
    Change,
    Finding,
    Opaque,
    Properties,
    Resource,
    Rule,
    Verdict,
    canonical,
    judge,
)
from pavedroad.governance.stack import Stack
from policies.areas import RULES

Place = tuple[str | int, ...]

FOLDER = Path(__file__).parents[1] / "policies" / "examples"
RULE_BY_CONTROL: Mapping[str, Rule] = {rule.control.identifier: rule for rule in RULES}


class Removed:
    """Stands for a field that is taken away."""


REMOVED = Removed()


@dataclass(frozen=True, kw_only=True)
class Declared:
    """One resource of an example, as plain data."""

    type: str
    properties: Mapping[str, Any]
    name: str = "thing"
    protect: bool = False
    secrets: frozenset[str] | None = None
    change: Change | None = None


@dataclass(frozen=True, kw_only=True)
class Example:
    """Resources that keep a control, and one change to one of them that breaks it.

    The first resource is the one that the control gives its verdict on.
    """

    control: str
    declared: tuple[Declared, ...]
    breaks: Place | str
    """Path of the one field to change: a tuple, or names joined by dots where none contains one; or `protect`,
    `change` or `secrets`, which are not properties, as ("@protect",)."""
    to: Any
    """What to set it to; `REMOVED` takes it away."""
    of: int = 0
    """Which of the resources to change."""
    settings: Mapping[str, object] = field(default_factory=dict)
    """The control's settings, where the example needs others than the defaults."""
    whole: bool = True

    @property
    def rule(self) -> Rule:
        """The rule, set as the example needs it."""
        rule = RULE_BY_CONTROL[self.control]
        return rule.set_to(self.settings) if self.settings else rule

    @property
    def place(self) -> Place:
        """The path of the field to change."""
        return _place(self.breaks) if isinstance(self.breaks, str) else self.breaks

    def broken(self) -> tuple[Declared, ...]:
        """Make the resources with the one change."""
        return tuple(
            changed(each, self.place, self.to) if index == self.of else each
            for index, each in enumerate(self.declared)
        )


def _place(path: str) -> Place:
    return tuple(int(name) if name.isdigit() else name for name in path.split("."))


def changed(declared: Declared, place: Place, value: object) -> Declared:
    """Make a copy with one field set, or taken away."""
    first = str(place[0])
    if first.startswith("@"):
        option: dict[str, Any] = {first[1:]: value}
        return replace(declared, **option)
    tree = copy.deepcopy(dict(declared.properties))
    above: Any = tree
    for name in place[:-1]:
        above = above[name]
    if value is REMOVED:
        del above[place[-1]]
    elif isinstance(above, list) and place[-1] == len(above):
        above.append(value)
    else:
        above[place[-1]] = value
    return replace(declared, properties=tree)


def resources(declared: tuple[Declared, ...], prefix: str = "") -> list[Resource]:
    """Make resources of declarations, each with a URN of its own."""
    return [
        Resource(
            type=each.type,
            name=f"{prefix}{each.name}",
            urn=f"urn:pulumi:prod::shop::{each.type}::{prefix}{index}-{each.name}",
            properties=Properties(each.properties),
            protect=each.protect,
            secrets=each.secrets,
            change=each.change,
        )
        for index, each in enumerate(declared)
    ]


def judged(example: Example, declared: tuple[Declared, ...]) -> list[Finding]:
    """Judge declarations by the example's rule."""
    return judge([example.rule], Stack(canonical(resources(declared)), whole=example.whole))


def verdict_on_first(example: Example, declared: tuple[Declared, ...]) -> Verdict | None:
    """Give the worst verdict on the first resource; None where there is none."""
    urn = resources(declared)[0].urn
    order = [Verdict.PASS, Verdict.EXEMPT, Verdict.NOT_EVALUATED, Verdict.FAIL]
    found = [each.verdict for each in judged(example, declared) if each.urn == urn]
    return max(found, key=order.index) if found else None


def leaves(tree: object, place: Place = ()) -> Iterator[Place]:
    """List the path of every leaf of a tree."""
    named: Any = (
        tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else None
    )
    if not named:
        yield place
        return
    for name, part in named:
        yield from leaves(part, (*place, name))


def unknown_at(
    example: Example, declared: tuple[Declared, ...]
) -> Iterator[tuple[Place, tuple[Declared, ...]]]:
    """Make every copy in which one leaf of one resource is not known."""
    for index, each in enumerate(declared):
        for place in leaves(dict(each.properties)):
            if place:
                hazy = changed(each, place, Opaque.UNKNOWN)
                yield (index, *place), (*declared[:index], hazy, *declared[index + 1 :])


@cache
def every_example() -> tuple[Example, ...]:
    """Collect the examples of every area."""
    found: list[Example] = []
    for file in sorted(FOLDER.glob("*.py")):
        found += importlib.import_module(f"tests.policies.examples.{file.stem}").EXAMPLES
    return tuple(found)
