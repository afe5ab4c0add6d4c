"""Rules: a control together with the pure function that checks it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Self

from pavedroad.governance.canonical import canonical
from pavedroad.governance.controls import Control
from pavedroad.governance.findings import Check, Finding, Subject, Verdict, findings_of
from pavedroad.governance.kubernetes import Pod, pods_of
from pavedroad.governance.resources import Resource
from pavedroad.governance.settings import S, Settings, SettingsError, json_schema, read, read_both, setting
from pavedroad.governance.stack import Stack

Maker = Callable[[Any], Check[Subject]]
"""Makes a check from its control's settings."""


@dataclass(frozen=True, slots=True)
class _BaseRule(Generic[Subject]):
    """A control together with its check.

    Attributes:
        control: The control.
        check: Its check, as it is set now.
        settings: What may be set of it and how that is set; None where nothing may.
        make: Makes the check from the settings; None where there are none.
    """

    control: Control
    check: Check[Subject]
    settings: Settings | None = None
    make: Maker[Subject] | None = None

    @classmethod
    def settable(cls, control: Control, settings: S, make: Callable[[S], Check[Subject]]) -> Self:
        """Make a rule whose check depends on settings, of which ``settings`` are the defaults."""
        return cls(control, make(settings), settings, make)

    def settings_schema(self) -> dict[str, dict[str, Any]]:
        """Describe in JSON Schema what may be set, by its name in a configuration, and how it is set now."""
        return json_schema(self.settings) if self.settings else {}

    def set_to(self, given: Mapping[str, object]) -> Self:
        """Set what ``given`` names, by its name in a configuration.

        Raises:
            SettingsError: If a setting does not exist or has another type.
        """
        if self.settings is None or self.make is None:
            if given:
                raise SettingsError(f"nothing can be set of {self.control.identifier}")
            return self
        settings = read(self.settings, given)
        return replace(self, settings=settings, check=self.make(settings))


class ResourceRule(_BaseRule[Resource]):
    """A rule that needs to see one resource at a time."""

    __slots__ = ()

    def judge(self, resource: Resource) -> list[Finding]:
        """Judge one resource: nothing where the control does not speak about its type."""
        if not self.control.speaks_about(resource.type):
            return []
        return findings_of(self.control, self.check, (resource,), (resource,))

    def judge_in(self, stack: Stack) -> list[Finding]:
        """Judge every resource of ``stack`` that the control speaks about."""
        return [
            finding
            for resource in stack.of_types(self.control.resource_types)
            for finding in findings_of(self.control, self.check, (resource,), (resource,))
        ]


@dataclass(frozen=True, slots=True)
class PodRule(_BaseRule[Pod]):
    """A rule about pods, wherever a workload keeps one.

    Attributes:
        exempt_images: Images whose containers the rule does not look at: each the whole name, or its beginning
            and a `*`. Every rule about pods can be set so, by `exemptImages`.
    """

    exempt_images: tuple[str, ...] = ()

    def settings_schema(self) -> dict[str, dict[str, Any]]:
        """Describe in JSON Schema what may be set, by its name in a configuration, and how it is set now."""
        return _BaseRule.settings_schema(self) | json_schema(_Exempting(exempt_images=self.exempt_images))

    def set_to(self, given: Mapping[str, object]) -> Self:
        """Set what ``given`` names, `exemptImages` included.

        Raises:
            SettingsError: If a setting does not exist or has another type.
        """
        own, exempting = read_both(
            self.settings or Settings(), _Exempting(exempt_images=self.exempt_images), given
        )
        images = exempting.exempt_images
        if self.make is None:
            return replace(self, exempt_images=images)
        return replace(self, settings=own, check=self.make(own), exempt_images=images)

    def judge(self, resource: Resource) -> list[Finding]:
        """Judge every pod of one resource: nothing where it has none."""
        if resource.type not in self.control.resource_types:
            return []
        return self._judge_pods(resource, pods_of(resource))

    def judge_in(self, stack: Stack) -> list[Finding]:
        """Judge every pod of ``stack``."""
        return [
            finding
            for workload, pods in stack.pods().values()
            if workload.type in self.control.resource_types
            for finding in self._judge_pods(workload, pods)
        ]

    def _judge_pods(self, workload: Resource, pods: Sequence[Pod]) -> list[Finding]:
        if not pods:
            return []
        if self.exempt_images:
            pods = [pod.without_images(self._exempts) for pod in pods]
        return findings_of(self.control, self.check, pods, (workload,))

    def _exempts(self, image: str) -> bool:
        return any(
            image.startswith(each[:-1]) if each.endswith("*") else image == each
            for each in self.exempt_images
        )


class _Exempting(Settings):
    exempt_images: tuple[str, ...] = setting(
        (), "Images whose containers are not looked at: whole names, or beginnings that end in *."
    )


class StackRule(_BaseRule[Stack]):
    """A rule that needs to see the stack as a whole; its control's types are those that it gives a verdict on."""

    __slots__ = ()

    def judge(self, stack: Stack) -> list[Finding]:
        """Judge every resource of the stack that the control speaks about."""
        types = self.control.resource_types
        if not stack.has_any(types):
            return []
        return findings_of(self.control, self.check, (stack,), stack.of_types(types))

    judge_in = judge


Rule = ResourceRule | PodRule | StackRule


def judge(rules: Iterable[Rule], resources: Iterable[Resource] | Stack) -> list[Finding]:
    """Judge ``resources`` by every one of ``rules``, in the order of the rules."""
    stack = resources if isinstance(resources, Stack) else Stack(canonical(resources))
    return [finding for rule in rules for finding in rule.judge_in(stack)]


def is_broken_by(rule: Rule, resources: Iterable[Resource]) -> bool:
    """Whether ``resources`` surely break ``rule``: what is not known yet counts as nothing."""
    return any(finding.verdict is Verdict.FAIL for finding in judge([rule], resources))
