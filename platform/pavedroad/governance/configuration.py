"""Configuration of controls: what an environment says about how they are enforced and set.

Written under `controls:` in the environment's file: by control, or `all`, an `enforcement` and `settings`.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from pavedroad.governance.rules import Rule
from pavedroad.governance.settings import SettingsError
from pavedroad.governance.tiers import Enforcement
from pavedroad.near_misses import suggestion

EVERYTHING: Final = "all"
_ENFORCEMENT: Final = "enforcement"
_SETTINGS: Final = "settings"
_LEVELS: Final[Mapping[object, Enforcement]] = {level.value: level for level in Enforcement}


class Configuration(NamedTuple):
    """What is said of controls.

    Attributes:
        levels: How those are enforced of which it is said, by identifier.
        rules: Those of which something is set, as they are set, by identifier.
    """

    levels: Mapping[str, Enforcement] = MappingProxyType({})
    rules: Mapping[str, Rule] = MappingProxyType({})

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
        raise SettingsError(f"expected a mapping from controls, or {EVERYTHING}, to what is said of them")
    levels: dict[str, Enforcement] = {}
    changed: dict[str, Rule] = {}
    faults: list[str] = []
    for name, said in given.items():
        wrong = list(_faults(name, said, rules))
        faults += (f"{name}: {fault}" for fault in wrong)
        if wrong:
            continue
        if said.get(_ENFORCEMENT):
            levels[name] = _LEVELS[said[_ENFORCEMENT]]
        if settings := said.get(_SETTINGS):
            try:
                changed[name] = rules[name].set_to(settings)
            except SettingsError as error:
                faults += (f"{name}: {fault}" for fault in str(error).splitlines())
    if faults:
        raise SettingsError("\n".join(faults))
    return Configuration(levels, changed)


def _faults(name: str, said: object, rules: Mapping[str, Rule]) -> Iterator[str]:
    if name not in rules and name != EVERYTHING:
        yield "; ".join(filter(None, ["there is no such control", suggestion(str(name), rules)]))
    if not isinstance(said, Mapping) or not said.keys() <= {_ENFORCEMENT, _SETTINGS}:
        yield f"expected a mapping with {_ENFORCEMENT} or {_SETTINGS}"
        return
    level = said.get(_ENFORCEMENT)
    if level is not None and level not in _LEVELS:
        yield f"there is no enforcement {level!r}; there are: {', '.join(map(str, _LEVELS))}"
    if level == Enforcement.REMEDIATE and name in rules and not rules[name].control.remedies:
        yield "nothing is safe to set for everyone, so it cannot be remediated; say mandatory"
    if not isinstance(said.get(_SETTINGS) or {}, Mapping):
        yield f"{_SETTINGS} must be a mapping from settings to values"
    if name == EVERYTHING and (said.get(_SETTINGS) or level == Enforcement.REMEDIATE):
        yield "of all controls only this can be said: enforcement off, advisory or mandatory"
