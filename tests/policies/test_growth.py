"""No rule looks at every pair: twice as many resources are twice the work."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from benchmarks.governed import objects
from pavedroad.governance import Properties, Resource, Rule
from policies.areas import RULES
from tests.support.examples import Declared, Example, every_example, resources
from tests.support.work import lines_run, work_of

SMALL, LARGE = 12, 24
MOST = 2.4
"""Times the work for twice the resources: 2 is linear, 4 is quadratic."""

AGAINST_PATTERNS = frozenset(
    {
        "image-contents-attested",
        "image-provenance-verified",
        "image-scans-attested",
        "image-signatures-verified",
        "rds-in-backup-plan",
    }
)
"""Controls that hold resources against patterns and tags of anywhere, which no index finds and which are few."""


def test_work_is_counted_in_turns_of_loops() -> None:
    def pairs(number: int) -> list[tuple[int, int]]:
        return [(one, other) for one in range(number) for other in range(number)]

    assert lines_run(lambda: pairs(40)) == pytest.approx(4 * lines_run(lambda: pairs(20)), rel=0.2)
    assert lines_run(lambda: list(range(40))) == lines_run(lambda: list(range(20)))


def services(number: int) -> list[Resource]:
    return [
        Resource(type=each.type, name=each.name, urn=each.urn, properties=Properties(each.properties))
        for each in objects(number, namespaces=1)
    ]


FEW, MANY = services(3 * SMALL), services(3 * LARGE)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.control.identifier)
def test_a_namespace_of_twice_as_many_services_is_at_most_twice_the_work(rule: Rule) -> None:
    assert work_of(rule, MANY) <= MOST * max(work_of(rule, FEW), 100)


def texts(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for part in tree.values():
            yield from texts(part)
    elif isinstance(tree, list):
        for part in tree:
            yield from texts(part)
    elif isinstance(tree, str):
        yield tree


def shared(declared: tuple[Declared, ...]) -> set[str]:
    """Texts by which resources may point at each other, their names and their namespaces."""
    found = Counter(text for each in declared for text in set(texts(dict(each.properties))))
    named = (
        Properties(each.properties).text(path).value
        for each in declared
        for path in ("name", "metadata.namespace")
    )
    return {text for text, count in found.items() if count > 1} | set(filter(None, named))


def renamed(tree: Any, names: set[str], number: int) -> Any:
    if isinstance(tree, dict):
        return {name: renamed(part, names, number) for name, part in tree.items()}
    if isinstance(tree, list):
        return [renamed(part, names, number) for part in tree]
    return f"{tree}-{number}" if isinstance(tree, str) and tree in names else tree


def brought_up(declared: Declared, number: int) -> Declared:
    """Give a resource of AWS the names that AWS gives it."""
    if not declared.type.startswith("aws:"):
        return declared
    given = dict.fromkeys(("id", "arn"), f"{declared.type}/{declared.name}/{number}")
    return replace(declared, properties=given | dict(declared.properties))


def copies(declared: tuple[Declared, ...], count: int) -> list[Resource]:
    """Make copies of what an example declares that have nothing to do with each other."""
    names = shared(declared)
    found: list[Resource] = []
    for number in range(count):
        fresh = (replace(each, properties=renamed(dict(each.properties), names, number)) for each in declared)
        found += resources(tuple(brought_up(each, number) for each in fresh), f"{number}-")
    return found


@pytest.mark.parametrize(
    "example",
    [each for each in every_example() if each.control not in AGAINST_PATTERNS],
    ids=lambda example: example.control,
)
def test_twice_as_many_of_an_example_are_at_most_twice_the_work(example: Example) -> None:
    for declared in (example.declared, example.broken()):
        few, many = (copies(declared, count) for count in (SMALL, LARGE))
        work_of(example.rule, many)  # so that what is remembered of texts is remembered for both
        assert work_of(example.rule, many) <= MOST * max(work_of(example.rule, few), 100)
