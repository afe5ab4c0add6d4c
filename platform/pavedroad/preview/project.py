"""A Pulumi Python project as Pulumi itself finds it: Pulumi.yaml and the stacks' configuration beside it.

Beyond what Pulumi reads, one thing is known: an environment may be cut into slices, which share its configuration
where they have none of their own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from pavedroad.preview.errors import UnreadableProjectError
from pavedroad.preview.slices import stacks_of_environment
from pavedroad.stack_names import environment_of
from pavedroad.yaml_surprises import read_yaml

SECRET_PLACEHOLDER: Final = "[secret]"  # noqa: S105  # the mark of a secret, not one
"""Stands for an encrypted configuration value: a preview has no key, and needs none."""


@dataclass(frozen=True, slots=True)
class ConfigValue:
    """One configuration value as Pulumi hands it to a program: always text."""

    text: str
    secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A Pulumi project.

    Attributes:
        root: The folder of Pulumi.yaml.
        name: The project's name.
        program: What Pulumi runs: a folder with ``__main__.py``, or a file.
        config_dir: Where the ``Pulumi.<stack>.yaml`` files stand.
        defaults: The configuration that Pulumi.yaml gives to every stack.
    """

    root: Path
    name: str
    program: Path
    config_dir: Path
    defaults: Mapping[str, ConfigValue]

    def stacks(self) -> list[str]:
        """Return the names of all stacks that have configuration, of their own or their environment's, sorted."""
        files = self.config_dir.glob("Pulumi.*.yaml")
        names = [file.name.removeprefix("Pulumi.").removesuffix(".yaml") for file in files if file.is_file()]
        return sorted({stack for name in names for stack in stacks_of_environment(self.root, name)})

    def stacks_of(self, environment: str) -> list[str]:
        """Return the stacks of an environment: the one of its name and its slices ``<environment>.<slice>``."""
        return [
            stack for stack in self.stacks() if stack == environment or stack.startswith(f"{environment}.")
        ]

    def config(self, stack: str) -> dict[str, ConfigValue]:
        """Return a stack's configuration by full key; an encrypted value is a secret placeholder.

        Raises:
            UnreadableProjectError: If neither the stack nor its environment has a file, or it is not a Pulumi
                stack file.
        """
        file = self.config_dir / f"Pulumi.{stack}.yaml"
        if not file.is_file():
            file = self.config_dir / f"Pulumi.{environment_of(stack)}.yaml"
        if not file.is_file():
            known = ", ".join(self.stacks()) or "none"
            raise UnreadableProjectError(f"there is no stack {stack!r} ({file} is missing); stacks: {known}")
        given = _mapping(_read(file).get("config"), file, "config")
        own = {_full_key(key, self.name): _config_value(value) for key, value in given.items()}
        return {**self.defaults, **own}


def load_project(root: Path) -> Project:
    """Read the project whose Pulumi.yaml stands in ``root``.

    Raises:
        UnreadableProjectError: If there is none, or it is not a Python project.
    """
    root = root.resolve()
    file = root / "Pulumi.yaml"
    if not file.is_file():
        raise UnreadableProjectError(f"there is no Pulumi project in {root}: Pulumi.yaml is missing")
    content = _read(file)
    name, runtime = content.get("name"), content.get("runtime")
    language = runtime.get("name") if isinstance(runtime, dict) else runtime
    if not isinstance(name, str) or language != "python":
        raise UnreadableProjectError(
            f"{file}: expected a name and the runtime python, got {name!r}, {language!r}"
        )
    config = content.get("config")
    config_dir = content.get("stackConfigDir") or (config if isinstance(config, str) else "")
    defaults = {} if isinstance(config, str) else _mapping(config, file, "config")
    return Project(
        root=root,
        name=name,
        program=root / (content.get("main") or ""),
        config_dir=root / config_dir,
        defaults={
            _full_key(key, name): value
            for key, declared in defaults.items()
            if (value := _default_value(declared)) is not None
        },
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        content = read_yaml(file.read_bytes().decode("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise UnreadableProjectError(f"{file} cannot be read: {' '.join(str(error).split())}") from error
    return _mapping(content, file, "the file")


def _mapping(value: object, file: Path, what: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UnreadableProjectError(f"{file}: expected {what} to be a mapping, got {type(value).__name__}")
    return {str(key): item for key, item in value.items()}


def _full_key(key: str, project: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _default_value(declared: Any) -> ConfigValue | None:
    """Return the value that Pulumi.yaml gives: in short form as it stands, in long form its default, if any."""
    if not isinstance(declared, dict):
        return _config_value(declared)
    value = declared.get("value", declared.get("default"))
    if value is None:
        return None
    text = _config_value(value)
    return ConfigValue(text.text, secret=text.secret or bool(declared.get("secret")))


def _config_value(value: Any) -> ConfigValue:
    opened, secret = _opened(value)
    if isinstance(opened, str):
        return ConfigValue(opened, secret)
    return ConfigValue("" if opened is None else json.dumps(opened), secret)


def _opened(value: Any) -> tuple[Any, bool]:
    """Return a value with placeholders for its encrypted parts, and whether there are any."""
    if isinstance(value, dict):
        if set(value) == {"secure"}:
            return SECRET_PLACEHOLDER, True
        parts = {str(key): _opened(item) for key, item in value.items()}
        return {key: part for key, (part, _) in parts.items()}, any(secret for _, secret in parts.values())
    if isinstance(value, list):
        items = [_opened(item) for item in value]
        return [item for item, _ in items], any(secret for _, secret in items)
    return value, False
