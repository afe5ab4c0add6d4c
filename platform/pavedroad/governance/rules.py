"""Rules: a control together with the pure function that checks it.

A rule yields *duties*: what one resource owes, and whether it holds. Turning them into findings, and into a
verdict when the function itself fails, is the same for every rule and happens here.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from pavedroad.governance.controls import Control
from pavedroad.governance.resources import Resource, Stack
from pavedroad.governance.truth import Truth


class Verdict(StrEnum):
    """What a control says about a resource."""

    PASS = "pass"  # noqa: S105 - a verdict, not a credential
    FAIL = "fail"
    NOT_EVALUATED = "not evaluated"
    """It hangs on a value that is not known yet; never to be counted as a pass."""
    EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class Duty:
    """What one resource owes to a control.

    Attributes:
        resource: Who owes it.
        met: Whether it does what it owes.
        demand: What that is, naming properties by their path and never quoting a value, which may be secret.
    """

    resource: Resource
    met: Truth
    demand: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One control's verdict on one resource, or on one of its duties where that is broken or open.

    Attributes:
        control: The control's identifier.
        verdict: What it says.
        type: The resource's type token; empty for a verdict on the stack as a whole.
        name: The resource's logical name; empty for a verdict on the stack as a whole.
        urn: The resource's URN; empty for a verdict on the stack as a whole.
        message: The resource, the duty and the fix, in one line; empty for a pass.
        unknown: Paths of the values that the verdict hangs on, where it is *not evaluated*.
    """

    control: str
    verdict: Verdict
    type: str = ""
    name: str = ""
    urn: str = ""
    message: str = ""
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceRule:
    """A rule that needs to see one resource at a time."""

    control: Control
    check: Callable[[Resource], Iterable[Duty]]

    def judge(self, resource: Resource) -> list[Finding]:
        """Judge one resource: nothing where the control does not speak about its type."""
        if resource.type not in self.control.resource_types:
            return []
        return _findings(self.control, lambda: self.check(resource), [resource])


@dataclass(frozen=True, slots=True)
class StackRule:
    """A rule that needs to see the stack as a whole; its control's types are those that it gives a verdict on."""

    control: Control
    check: Callable[[Stack], Iterable[Duty]]

    def judge(self, stack: Stack) -> list[Finding]:
        """Judge every resource of the stack that the control speaks about."""
        subjects = stack.of_types(self.control.resource_types)
        return _findings(self.control, lambda: self.check(stack), subjects) if subjects else []


Rule = ResourceRule | StackRule


def judge(rules: Iterable[Rule], resources: Iterable[Resource]) -> list[Finding]:
    """Judge ``resources`` by every one of ``rules``, in the order of the rules."""
    stack = Stack(resources)
    return [
        finding
        for rule in rules
        for finding in (
            rule.judge(stack)
            if isinstance(rule, StackRule)
            else [each for one in stack.of_types(rule.control.resource_types) for each in rule.judge(one)]
        )
    ]


def _findings(
    control: Control, check: Callable[[], Iterable[Duty]], subjects: list[Resource]
) -> list[Finding]:
    """Turn duties into findings: every one that is broken or open, and a pass for whoever has none of those."""
    try:
        duties = list(check())
    except Exception as error:  # noqa: BLE001 - whatever goes wrong in a rule is a failed control, never a pass
        return [_broken_rule(control, error, subject) for subject in subjects]
    findings = list(dict.fromkeys(finding for duty in duties for finding in _unmet(control, duty)))
    unsettled = {finding.urn for finding in findings}
    findings += [
        Finding(
            control=control.identifier,
            verdict=Verdict.PASS,
            type=subject.type,
            name=subject.name,
            urn=subject.urn,
        )
        for subject in subjects
        if subject.urn not in unsettled
    ]
    return findings


def _unmet(control: Control, duty: Duty) -> Iterator[Finding]:
    if duty.met.holds is True:
        return
    resource = duty.resource
    failed = duty.met.holds is False
    yield Finding(
        control=control.identifier,
        verdict=Verdict.FAIL if failed else Verdict.NOT_EVALUATED,
        type=resource.type,
        name=resource.name,
        urn=resource.urn,
        message=f"{resource.name}: {duty.demand}; {control.fix.descriptor}"
        if failed
        else f"{resource.name}: not known yet whether {duty.demand}: it hangs on {', '.join(duty.met.unknown)}",
        unknown=duty.met.unknown,
    )


def _broken_rule(control: Control, error: Exception, resource: Resource) -> Finding:
    """Fail closed, naming the rule; the error's own text may quote a value and is left out."""
    return Finding(
        control=control.identifier,
        verdict=Verdict.FAIL,
        type=resource.type,
        name=resource.name,
        urn=resource.urn,
        message=f"{resource.name}: the rule {control.identifier} itself failed with {type(error).__name__} "
        "and so counts as broken; mend the rule",
    )
