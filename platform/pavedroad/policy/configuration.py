"""What Pulumi's option `--policy-pack-config` says of a pack's policies: how they are enforced, and what is set."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeAlias

from pulumi_policy import EnforcementLevel, Policy

from pavedroad.governance import PodRule, ResourceRule, SettingsError, StackRule
from pavedroad.near_misses import suggestion
from pavedroad.policy.errors import ConfigurationError, SourceError
from pavedroad.policy.pack import Pack

Configuration: TypeAlias = Mapping[str, Any]
"""By policy name, or `all`: a level, or settings with perhaps an `enforcementLevel`."""

_EVERYTHING: Final = "all"
_LEVEL: Final = "enforcementLevel"
_LEVELS: Final = {level.value: level for level in EnforcementLevel}
_LARGEST: Final = 4 * 1024 * 1024
"""Bytes."""


def read_configuration(file: Path) -> Configuration:
    """Read a file of JSON.

    Raises:
        SourceError: If it cannot be read, is not JSON, says one name twice, or is not a mapping.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise SourceError(f"{file}: larger than {_LARGEST // 2**20} MiB")
        content = json.loads(file.read_bytes(), object_pairs_hook=_once)
    except OSError as error:
        raise SourceError(f"{file}: cannot be read: {error.strerror}") from error
    except json.JSONDecodeError as error:
        raise SourceError(f"{file}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise SourceError(f"{file}: not JSON that can be read ({type(error).__name__})") from error
    except _TwiceError as error:
        raise SourceError(f"{file}: {error.args[0]!r} stands there twice; keep one of them") from error
    if not isinstance(content, dict):
        raise SourceError(f"{file}: expected a mapping from policy names, or all, to levels or settings")
    return content


class _TwiceError(Exception):
    """A name that stands twice in one mapping."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, value in pairs:
        if name in content:
            raise _TwiceError(name)
        content[name] = value
    return content


def configured(pack: Pack, configuration: Configuration) -> Pack:
    """Lay ``configuration`` over a pack's own.

    Raises:
        ConfigurationError: If it names a policy, a level or a setting that does not exist; every fault, one to a
            line.
    """
    policies = {policy.name: policy for policy in pack.policies}
    faults = [
        f"{name}: {fault}"
        for name, value in configuration.items()
        for fault in _faults(name, value, policies, pack.name)
    ]
    if faults:
        raise ConfigurationError("\n".join(faults))
    said = {name: _typed(value) for name, value in configuration.items()}
    return replace(pack, initial_config={**pack.initial_config, **said})


def _faults(name: str, value: object, policies: Mapping[str, Policy], pack: str) -> Iterator[str]:
    if name not in policies and name != _EVERYTHING:
        unknown = f"the pack {pack} has no such policy"
        yield "; ".join(filter(None, [unknown, suggestion(name, policies)]))
        return
    settings = {key: item for key, item in value.items() if key != _LEVEL} if isinstance(value, dict) else {}
    level = value.get(_LEVEL, EnforcementLevel.ADVISORY.value) if isinstance(value, dict) else value
    if not isinstance(level, str) or level not in _LEVELS:
        yield f"there is no level {level!r}; there are: {', '.join(_LEVELS)}"
    if settings and name == _EVERYTHING:
        yield "of all policies only a level can be said"
    rule = getattr(policies.get(name), "rule", None)
    if settings and isinstance(rule, ResourceRule | PodRule | StackRule):
        try:
            rule.set_to(settings)
        except SettingsError as error:
            yield from str(error).splitlines()


def _typed(value: str | Mapping[str, Any]) -> EnforcementLevel | dict[str, Any]:
    if isinstance(value, str):
        return _LEVELS[value]
    return {key: _LEVELS[item] if key == _LEVEL else item for key, item in value.items()}
