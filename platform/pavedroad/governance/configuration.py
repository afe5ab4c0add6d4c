"""Configuration of controls: what an environment says about how they are enforced and set.

Written in Pulumi's own words, under `controls:` in the environment's file: by control, or `all`, a level
(`advisory`, `mandatory`, `disabled`), or a mapping of settings with perhaps an `enforcementLevel`.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from pavedroad.governance.rules import Rule
from pavedroad.governance.settings import SettingsError
from pavedroad.governance.tiers import Enforcement

EVERYTHING: Final = "all"
_LEVEL: Final = "enforcementLevel"
_LEVELS: Final[Mapping[object, Enforcement]] = {
    "advisory": Enforcement.ADVISORY,
    "disabled": Enforcement.OFF,
    "mandatory": Enforcement.MANDATORY,
}


@dataclass(frozen=True, slots=True)
class Configuration:
    """What is said of controls.

    Attributes:
        levels: How those are enforced of which it is said, by identifier.
        rules: Those of which something is set, as they are set, by identifier.
    """

    levels: Mapping[str, Enforcement] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)

    def enforcement(self, control: str) -> Enforcement | None:
        """Say how a control is enforced, where anything is said about that."""
        return self.levels.get(control, self.levels.get(EVERYTHING))


def configured(given: object, rules: Mapping[str, Rule]) -> Configuration:
    """Read a configuration.

    Args:
        given: What stands under `controls`; None where nothing does.
        rules: Every rule that there is, by its control's identifier.

    Raises:
        SettingsError: If it names a control, a level or a setting that does not exist; every fault, one to a line.
    """
    if given is None:
        return Configuration()
    if not isinstance(given, Mapping):
        raise SettingsError("expected a mapping from controls, or all, to a level or to settings")
    levels: dict[str, Enforcement] = {}
    changed: dict[str, Rule] = {}
    faults: list[str] = []
    for name, value in given.items():
        said = value if isinstance(value, Mapping) else {_LEVEL: value}
        faults += (f"{name}: {fault}" for fault in _faults(str(name), said, rules))
        if said.get(_LEVEL) in _LEVELS:
            levels[str(name)] = _LEVELS[said[_LEVEL]]
        settings = {str(key): item for key, item in said.items() if key != _LEVEL}
        if settings and name in rules:
            try:
                changed[str(name)] = rules[str(name)].set_to(settings)
            except SettingsError as error:
                faults += (f"{name}: {fault}" for fault in str(error).splitlines())
    if faults:
        raise SettingsError("\n".join(faults))
    return Configuration(levels, changed)


def _faults(name: str, said: Mapping[object, object], rules: Mapping[str, Rule]) -> Iterator[str]:
    if name not in rules and name != EVERYTHING:
        near = difflib.get_close_matches(name, rules, n=1)
        yield "there is no such control" + (f"; did you mean {near[0]}?" if near else "")
    if _LEVEL in said and said[_LEVEL] not in _LEVELS:
        yield f"there is no such level; there are: {', '.join(map(str, _LEVELS))}"
    if name == EVERYTHING and set(said) != {_LEVEL}:
        yield "only a level can be said of all controls"
