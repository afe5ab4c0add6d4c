"""Opening a policy pack: its own entry point runs, and what it would serve is collected instead.

A pack is found as Pulumi finds it, by its PulumiPolicy.yaml, and is never imported as a package.
"""

import os
import runpy
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final
from unittest.mock import patch

import pulumi
import pulumi_policy
import yaml
from pulumi_policy import EnforcementLevel, Policy

from pavedroad.governance import Control, PodRule, ResourceRule, Rule, StackRule
from pavedroad.policy.errors import PackError
from pavedroad.yaml_surprises import read_yaml

PACK_FILE: Final = "PulumiPolicy.yaml"

_Configured = Mapping[str, EnforcementLevel | Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Pack:
    """What a policy pack would serve to the engine.

    Attributes:
        name: The pack's name.
        policies: Its policies, in its own order.
        enforcement_level: Of the policies that name none themselves.
        initial_config: By policy name, or `all`: another level, or the policy's configuration.
    """

    name: str
    policies: tuple[Policy, ...]
    enforcement_level: EnforcementLevel
    initial_config: _Configured

    def level_of(self, policy: Policy) -> EnforcementLevel:
        """Find how a policy of this pack is enforced."""
        configured = self.initial_config.get(policy.name, self.initial_config.get("all"))
        if isinstance(configured, Mapping):
            configured = configured.get("enforcementLevel")
        return configured or policy.enforcement_level or self.enforcement_level

    def config_of(self, policy: Policy) -> dict[str, Any]:
        """Find a policy's configuration: its schema's defaults, and over them what the pack sets."""
        schema = policy.config_schema.properties if policy.config_schema else {}
        configured = self.initial_config.get(policy.name)
        given = configured if isinstance(configured, Mapping) else {}
        defaults = {name: field["default"] for name, field in schema.items() if "default" in field}
        return defaults | {name: value for name, value in given.items() if name != "enforcementLevel"}


def collect(folder: Path, *, project: str, stack: str) -> Pack:
    """Run a pack's entry point for one stack and give what it would serve.

    The pack sees what the engine would tell it, and leaves that behind in the environment and in Pulumi's
    settings; `pavedroad.policy.check` keeps it in.

    Args:
        folder: The pack's folder, which holds its PulumiPolicy.yaml.
        project: The project that the pack will judge, as ``pulumi.get_project()`` gives it.
        stack: The stack that the pack will judge, as ``pulumi.get_stack()`` gives it.

    Raises:
        PackError: If there is no pack for Python in the folder, or it cannot be started.
    """
    program = _entry_point(folder)
    os.environ.update({"PULUMI_PROJECT": project, "PULUMI_STACK": stack, "PULUMI_DRY_RUN": "true"})
    pulumi.runtime.configure(pulumi.runtime.Settings(project=project, stack=stack, dry_run=True))
    with (
        patch.object(pulumi_policy, "PolicyPack", _CollectingPack),
        patch.object(pulumi_policy.policy, "PolicyPack", _CollectingPack),
    ):
        try:
            runpy.run_path(str(program), run_name="__main__")
        except _CollectedError as collected:
            return collected.pack
        except (Exception, SystemExit) as error:
            raise PackError(_why(error, folder)) from error
    raise PackError(f"{folder}: the policy pack's program ended without making a PolicyPack")


def control_of(policy: Policy) -> Control | None:
    """Give the control that a policy checks; foreign policies carry none."""
    control = getattr(policy, "control", None)
    return control if isinstance(control, Control) else None


def rule_of(policy: Policy) -> Rule | None:
    """Give the rule that a policy was adapted from; foreign policies carry none.

    Raises:
        PackError: If the pack cannot load it.
    """
    try:
        rule = getattr(policy, "rule", None)
    except Exception as error:
        reason = " ".join(str(error).split())
        raise PackError(f"{policy.name} cannot be loaded: {type(error).__name__}: {reason}") from error
    return rule if isinstance(rule, ResourceRule | PodRule | StackRule) else None


@contextmanager
def own_modules(folder: Path) -> Iterator[None]:
    """Let the modules in a pack's folder be its own: two packs may each have one of the same name."""
    place = folder.resolve()
    path, others = list(sys.path), _modules_below(place)
    for name in others:
        del sys.modules[name]
    try:
        yield
    finally:
        for name in _modules_below(place):
            del sys.modules[name]
        sys.modules.update(others)
        sys.path[:] = path


def _modules_below(folder: Path) -> dict[str, ModuleType]:
    return {
        name: module
        for name, module in sys.modules.items()
        if (file := getattr(module, "__file__", None)) and Path(file).is_relative_to(folder)
    }


def _entry_point(folder: Path) -> Path:
    file = folder / PACK_FILE
    try:
        content = read_yaml(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PackError(
            f"{file}: cannot be read as the file of a policy pack ({type(error).__name__})"
        ) from error
    project = content if isinstance(content, dict) else {}
    runtime = project.get("runtime")
    language = runtime.get("name") if isinstance(runtime, dict) else runtime
    if language != "python":
        raise PackError(
            f"{file}: only packs whose runtime is python run in process; the engine runs the others"
        )
    return folder / str(project.get("main", "."))


def _why(error: BaseException, folder: Path) -> str:
    """Say why a pack does not start: in its own words where it gave some, as it would to a terminal."""
    if isinstance(error, SystemExit) and isinstance(error.code, str):
        return error.code
    reason = " ".join(str(error).split())
    return f"{folder}: the policy pack failed to start: {type(error).__name__}: {reason}"


class _CollectedError(BaseException):
    """Ends a pack's entry point once it has handed over its policies, where it would serve until stopped."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack


class _CollectingPack:
    """Stands in for `pulumi_policy.PolicyPack`: keeps what it is given and stops the program there."""

    def __init__(
        self,
        name: str,
        policies: list[Policy],
        enforcement_level: EnforcementLevel | None = None,
        initial_config: _Configured | None = None,
        *_details: object,
        **_named_details: object,
    ) -> None:
        level = enforcement_level or EnforcementLevel.ADVISORY
        raise _CollectedError(Pack(name, tuple(policies), level, initial_config or {}))
