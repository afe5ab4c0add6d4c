"""The index of rules: what is told of each before any is loaded, so that the pack starts soon.

`index.json` is made from the rules by `python scripts/index_controls.py`. A module of rules is loaded when the first
of them is asked for, and refused where the index says something else of them: what would then be judged is not what
the engine was told.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

from pavedroad.governance import Control, Fix, Reference, Rule, Severity, StackRule, Tier
from pavedroad.governance.remedies import Remedy

INDEX: Final = Path(__file__).with_name("index.json")


class OutdatedIndexError(Exception):
    """The index says something else of rules than they do themselves."""


class Entry(NamedTuple):
    """One rule, as it is told of.

    Attributes:
        module: The name of the module that lists it.
        control: Its control.
        over_stack: Whether it needs to see the stack as a whole.
        settings: JSON Schema of what may be set of it, by its name in a configuration.
    """

    module: str
    control: Control
    over_stack: bool
    settings: dict[str, dict[str, Any]]


class IndexedRules(Mapping[str, Rule]):
    """Every rule by its control's identifier, loaded when it is asked for.

    Attributes:
        entries: What is told of each, by the same identifier.
    """

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Offer the rules that ``entries`` tell of."""
        self.entries = {each.control.identifier: each for each in entries}
        self._loaded: dict[str, Rule] = {}
        self._loading = Lock()

    def __getitem__(self, identifier: str) -> Rule:
        """Give the rule of a control.

        Raises:
            KeyError: If there is no such control.
            OutdatedIndexError: If the index is not of the rules that are there.
        """
        if identifier not in self._loaded:
            self._load(self.entries[identifier].module)
        return self._loaded[identifier]

    def __iter__(self) -> Iterator[str]:
        """Go through the identifiers."""
        return iter(self.entries)

    def __len__(self) -> int:
        """Count the rules."""
        return len(self.entries)

    def _load(self, module: str) -> None:
        with (
            self._loading
        ):  # the engine asks from several threads, and modules of two areas import one another's parts
            rules: tuple[Rule, ...] = import_module(module).RULES
        told = [each.control for each in self.entries.values() if each.module == module]
        if [rule.control for rule in rules] != told:
            raise OutdatedIndexError(
                f"{INDEX.name} is not of the rules in {module}: run python scripts/index_controls.py"
            )
        self._loaded |= {rule.control.identifier: rule for rule in rules}


def read_index() -> list[Entry]:
    """Read the index, in the order of the pack."""
    index = json.loads(INDEX.read_bytes())
    types = [frozenset(each) for each in index["resource_types"]]
    return [_entry(module, data, types) for module, rules in index["rules"].items() for data in rules]


def index_of(modules: Mapping[str, Sequence[Rule]]) -> str:
    """Write the index of rules by the name of the module that lists them, a rule to a line.

    Many rules speak about the same types, which are written once and referred to by their place.
    """
    types = sorted(
        {tuple(sorted(rule.control.resource_types)) for rules in modules.values() for rule in rules}
    )
    places = {frozenset(each): place for place, each in enumerate(types)}
    lines = {name: [_data(rule, places) for rule in rules] for name, rules in modules.items()}
    rules = ",\n".join(f"{json.dumps(name)}: {_listed(data)}" for name, data in lines.items())
    return f'{{"resource_types": {_listed(types)},\n"rules": {{\n{rules}\n}}}}\n'


def _listed(items: Iterable[object]) -> str:
    return "[\n" + ",\n".join(map(json.dumps, items)) + "\n]"


def _data(rule: Rule, places: Mapping[frozenset[str], int]) -> dict[str, Any]:
    control = rule.control
    return {
        "identifier": control.identifier,
        "sentence": control.sentence,
        "why": control.why,
        "severity": control.severity,
        "resource_types": places[control.resource_types],
        "fix": control.fix,
        "references": control.references,
        "off_in": sorted(control.off_in),
        "mandatory_in": sorted(control.mandatory_in),
        "advisory_in": sorted(control.advisory_in),
        "remedies": control.remedies,
        "rows": control.rows,
        "over_stack": isinstance(rule, StackRule),
        "settings": rule.settings_schema(),
    }


def _entry(module: str, data: Mapping[str, Any], types: Sequence[frozenset[str]]) -> Entry:
    control = Control(
        identifier=data["identifier"],
        sentence=data["sentence"],
        why=data["why"],
        severity=Severity(data["severity"]),
        resource_types=types[data["resource_types"]],
        fix=Fix(*data["fix"]),
        references=tuple(Reference(*each) for each in data["references"]),
        off_in=frozenset(map(Tier, data["off_in"])),
        mandatory_in=frozenset(map(Tier, data["mandatory_in"])),
        advisory_in=frozenset(map(Tier, data["advisory_in"])),
        remedies=tuple(Remedy(*each) for each in data["remedies"]),
        rows=tuple(data["rows"]),
    )
    return Entry(module, control, data["over_stack"], data["settings"])
