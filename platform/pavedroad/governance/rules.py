"""Rules: a control together with the pure function that checks it.

A rule yields *duties*: what one resource owes, and whether it holds. Turning them into findings, and into a
verdict when the function itself fails, is the same for every rule and happens here.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Generic, NamedTuple, Self, TypeVar

from pavedroad.governance.canonical import canonical
from pavedroad.governance.controls import Control
from pavedroad.governance.kubernetes import Pod, pods_of
from pavedroad.governance.resources import Resource
from pavedroad.governance.settings import S, Settings, SettingsError, json_schema, read, read_both, setting
from pavedroad.governance.stack import Stack
from pavedroad.governance.truth import Truth
from pavedroad.position import Position

_INTENT: Final = "pavedroad:"
_MANAGED_BY: Final = "app.kubernetes.io/managed-by"
_PAVEDROAD: Final = "pavedroad"
_PATHS_IN_MESSAGE: Final = 3


class Verdict(StrEnum):
    """What a control says about a resource."""

    PASS = "pass"  # noqa: S105 - a verdict, not a credential
    FAIL = "fail"
    NOT_EVALUATED = "not evaluated"
    """It hangs on a value that is not known yet; never to be counted as a pass."""
    EXEMPT = "exempt"


class Duty(NamedTuple):
    """What one resource owes to a control.

    Attributes:
        resource: Who owes it.
        met: Whether it does what it owes.
        demand: What that is, naming properties by their path and never quoting a value, which may be secret.
        position: Where people wrote what this is about; None for the resource's own position.
    """

    resource: Resource
    met: Truth
    demand: str
    position: Position | None = None


class Finding(NamedTuple):
    """One control's verdict on one resource, or on one of its duties where that is broken or open.

    Attributes:
        control: The control's identifier.
        verdict: What it says.
        type: The resource's type token; empty for a verdict on the stack as a whole.
        name: The resource's logical name; empty for a verdict on the stack as a whole.
        urn: The resource's URN; empty for a verdict on the stack as a whole.
        message: The resource, the duty and the fix, in one line; empty for a pass.
        unknown: Paths of the values that the verdict hangs on, where it is *not evaluated*.
        part: Path of the object that is judged, where one resource declares several; empty otherwise.
        position: Where people wrote it; None where no file is known.
        exemption: Why a failure is allowed, by whom and until when; empty unless it is *exempt*.
    """

    control: str
    verdict: Verdict
    type: str = ""
    name: str = ""
    urn: str = ""
    message: str = ""
    unknown: tuple[str, ...] = ()
    part: str = ""
    position: Position | None = None
    exemption: str = ""


Subject = TypeVar("Subject")
Check = Callable[[Subject], Iterable[Duty]]
"""A pure function: what every resource that it sees owes."""
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
        """Describe in JSON Schema what may be set, by its name in a configuration."""
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
        return _findings(self.control, self.check, (resource,), (resource,))

    def judge_in(self, stack: Stack) -> list[Finding]:
        """Judge every resource of ``stack`` that the control speaks about."""
        return [
            finding
            for resource in stack.of_types(self.control.resource_types)
            for finding in _findings(self.control, self.check, (resource,), (resource,))
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
        """Describe in JSON Schema what may be set, by its name in a configuration."""
        return _BaseRule.settings_schema(self) | json_schema(_EXEMPTING)

    def set_to(self, given: Mapping[str, object]) -> Self:
        """Set what ``given`` names, `exemptImages` included.

        Raises:
            SettingsError: If a setting does not exist or has another type.
        """
        own, exempting = read_both(self.settings or Settings(), _EXEMPTING, given)
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
        return _findings(self.control, self.check, pods, (workload,))

    def _exempts(self, image: str) -> bool:
        return any(
            image.startswith(each[:-1]) if each.endswith("*") else image == each
            for each in self.exempt_images
        )


@dataclass(frozen=True, slots=True)
class _Exempting(Settings):
    exempt_images: tuple[str, ...] = setting(
        (), "Images whose containers are not looked at: whole names, or beginnings that end in *."
    )


_EXEMPTING: Final = _Exempting()


class StackRule(_BaseRule[Stack]):
    """A rule that needs to see the stack as a whole; its control's types are those that it gives a verdict on."""

    __slots__ = ()

    def judge(self, stack: Stack) -> list[Finding]:
        """Judge every resource of the stack that the control speaks about."""
        types = self.control.resource_types
        subjects = stack.of_types(types)
        if not subjects and not stack.leaving(types):
            return []
        return _findings(self.control, self.check, (stack,), subjects)

    judge_in = judge


Rule = ResourceRule | PodRule | StackRule


def judge(rules: Iterable[Rule], resources: Iterable[Resource] | Stack) -> list[Finding]:
    """Judge ``resources`` by every one of ``rules``, in the order of the rules."""
    stack = resources if isinstance(resources, Stack) else Stack(canonical(resources))
    return [finding for rule in rules for finding in rule.judge_in(stack)]


def _findings(
    control: Control, check: Check[Subject], asked: Sequence[Subject], subjects: Sequence[Resource]
) -> list[Finding]:
    """Turn duties into findings: every one that is broken or open, and a pass for whoever has none of those."""
    try:
        unmet = [duty for each in asked for duty in check(each) if duty.met.holds is not True]
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a rule is a failed control, never a pass
        return [_broken_rule(control, error, subject) for subject in subjects]
    if not unmet:
        return [_passed(control, subject) for subject in subjects]
    findings = list(dict.fromkeys(_failure(control, duty) for duty in unmet if duty.met.holds is False))
    findings += _open(control, (duty for duty in unmet if duty.met.holds is None))
    unsettled = {duty.resource.key for duty in unmet}
    findings += [_passed(control, subject) for subject in subjects if subject.key not in unsettled]
    return findings


def _passed(control: Control, resource: Resource) -> Finding:
    return Finding(
        control.identifier,
        Verdict.PASS,
        resource.type,
        resource.name,
        resource.urn,
        part=resource.properties.path,
        position=resource.position,
    )


def _failure(control: Control, duty: Duty) -> Finding:
    resource = duty.resource
    message = f"{resource.name}: {duty.demand}; {_fix(control, resource)}"
    return _about(control, resource, Verdict.FAIL, message, position=duty.position)


def _open(control: Control, duties: Iterable[Duty]) -> Iterator[Finding]:
    """Say once of each resource what is not known about it, however many duties hang on that."""
    by_resource: dict[tuple[str, str], list[Duty]] = {}
    for duty in duties:
        by_resource.setdefault(duty.resource.key, []).append(duty)
    for group in by_resource.values():
        resource, paths = (
            group[0].resource,
            tuple(dict.fromkeys(path for duty in group for path in duty.met.unknown)),
        )
        message = f"{resource.name}: not known yet whether {group[0].demand}: it hangs on {_shortened(paths)}"
        yield _about(control, resource, Verdict.NOT_EVALUATED, message, paths, group[0].position)


def _shortened(paths: Sequence[str]) -> str:
    more = len(paths) - _PATHS_IN_MESSAGE
    return ", ".join(paths[:_PATHS_IN_MESSAGE]) + (f" and {more} more" if more > 0 else "")


def _about(  # noqa: PLR0913, PLR0917 - a finding has this many parts
    control: Control,
    resource: Resource,
    verdict: Verdict,
    message: str,
    unknown: tuple[str, ...] = (),
    position: Position | None = None,
) -> Finding:
    return Finding(
        control.identifier,
        verdict,
        resource.type,
        resource.name,
        resource.urn,
        message,
        unknown,
        resource.properties.path,
        position or resource.position,
    )


def _fix(control: Control, resource: Resource) -> str:
    """Choose the way to mend it: in a descriptor where that is what the resource was made from."""
    labels = resource.properties.at("metadata.labels")
    paved = resource.type.startswith(_INTENT) or labels.entry(_MANAGED_BY).text().value == _PAVEDROAD
    return (control.fix.descriptor if paved else "") or control.fix.pulumi


def _broken_rule(control: Control, error: Exception, resource: Resource) -> Finding:
    """Fail closed, naming the rule; the error's own text may quote a value and is left out."""
    message = (
        f"{resource.name}: the rule {control.identifier} itself failed with {type(error).__name__} "
        "and so counts as broken; mend the rule"
    )
    return _about(control, resource, Verdict.FAIL, message)
