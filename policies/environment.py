"""What an environment's file sets of controls, and what is wrong in it.

A file that is there and cannot be understood stops the pack: its settings may be the strict ones.
"""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from pavedroad.governance import Rule, SettingsError, Tier
from pavedroad.governance.configuration import Configuration, configured
from pavedroad.yaml_surprises import read_yaml

ENVIRONMENTS: Final = Path("stacks", "environments")
"""The folder of environments' files, in a project."""

TEAMS: Final = Path("stacks", "teams")
"""The folder of teams' descriptors; many a project has none."""

EXEMPTIONS_FILE: Final = "policy-exemptions.yaml"
"""Where a project without descriptors keeps its exemptions."""

_CONTROLS: Final = "controls"
_EXEMPTIONS: Final = "exemptions"
_TIER: Final = "tier"
_LARGEST: Final = 1024 * 1024
"""Bytes."""


def configuration_in(project: Path, environment: str, rules: Mapping[str, Rule]) -> Configuration:
    """Read what an environment's file sets of controls; nothing where there is no file.

    Args:
        project: The folder of the project.
        environment: The environment's name.
        rules: Every rule that there is, by its control's identifier.

    Raises:
        SettingsError: If the file cannot be read, or names a tier, a control, a level or a setting that does not
            exist; every fault, one to a line, at its place.
    """
    file = ENVIRONMENTS / f"{environment}.yaml"
    text = _text(project / file, file)
    content = _parsed(text, file)
    faults = [*_unread(content, described=(project / TEAMS).is_dir()), *_tier_faults(content)]
    configuration = Configuration()
    try:
        configuration = configured(content.get(_CONTROLS), rules)
    except SettingsError as error:
        faults += (f"{_CONTROLS}: {fault}" for fault in str(error).splitlines())
    if faults:
        raise SettingsError("\n".join(_placed(faults, text, file)))
    return configuration


def _text(path: Path, file: Path) -> str:
    if not path.exists():
        return ""
    try:
        if path.stat().st_size > _LARGEST:
            raise SettingsError(f"{file}: larger than {_LARGEST // 1024:,} KiB")
        return path.read_bytes().decode("utf-8").removeprefix("\ufeff")
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file}: not UTF-8; save it as UTF-8") from error


def _parsed(text: str, file: Path) -> Mapping[Any, Any]:
    """Read YAML fast; whatever that stumbles over is told by the reader of descriptors, which is slow to import."""
    try:
        content = read_yaml(text)
    except yaml.YAMLError as error:
        from pavedroad.descriptor.yaml_source import YamlError, parse  # noqa: PLC0415 - as said above

        try:
            parse(text)
        except YamlError as found:
            problems = (f"{file}:{each.line}:{each.column}: {each.text}" for each in found.problems)
            raise SettingsError("\n".join(problems)) from error
        raise SettingsError(f"{file}: not YAML that can be read ({type(error).__name__})") from error
    if content is None:
        return {}
    if not isinstance(content, Mapping):
        raise SettingsError(f"{file}:1:1: expected a mapping, with {_TIER} and {_CONTROLS}")
    return content


def _unread(content: Mapping[Any, Any], *, described: bool) -> Iterator[str]:
    """Find fields that the pack would pass over; those that come near none of its own are for somebody else."""
    if _EXEMPTIONS in content and not described:
        yield f"{_EXEMPTIONS}: without descriptors of teams they stand in {EXEMPTIONS_FILE}"
    for field in content.keys() - {_CONTROLS, _TIER}:
        if near := difflib.get_close_matches(str(field), (_CONTROLS, _TIER), n=1, cutoff=0.75):
            yield f"{field}: the pack does not read this; did you mean {near[0]}?"


def _tier_faults(content: Mapping[Any, Any]) -> Iterator[str]:
    tier = content.get(_TIER)
    if tier is not None and tier not in list(Tier):
        yield f"{_TIER}: there is no tier {tier!r}; there are: {', '.join(Tier)}"


def _placed(faults: list[str], text: str, file: Path) -> Iterator[str]:
    """Put each fault, which starts with its path, at its line and column."""
    from pavedroad.descriptor.yaml_source import locate  # noqa: PLC0415 - slow, and for faults only

    located = locate(text)
    places = sorted((located.nearest(tuple(fault.split(": ")[:2])), fault) for fault in faults)
    yield from (f"{file}:{line}:{column}: {fault}" for (line, column), fault in places)
