"""Findings: what comes of a rule's duties, and of a rule that fails itself.

A rule yields *duties*: what one resource owes, and whether it holds. Turning them into findings is the same for every
rule and happens here.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final, NamedTuple, TypeVar

from pavedroad.governance.controls import Control
from pavedroad.governance.resources import Resource
from pavedroad.governance.truth import Truth
from pavedroad.position import Position

Subject = TypeVar("Subject")
Check = Callable[[Subject], Iterable["Duty"]]
"""A pure function: what every resource that it sees owes."""

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


def findings_of(
    control: Control, check: Check[Subject], asked: Sequence[Subject], subjects: Sequence[Resource]
) -> list[Finding]:
    """Turn duties into findings: every one that is broken or open, and a pass for whoever has none of those.

    Args:
        control: The control that is asked.
        check: Its check.
        asked: What the check is asked of: a resource, its pods, or a stack.
        subjects: The resources that get a verdict.
    """
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
    """Make a pass: nearly every verdict is one, so nothing is passed by name."""
    part, position = resource.properties.path, resource.position
    return Finding._make(
        (
            control.identifier,
            Verdict.PASS,
            resource.type,
            resource.name,
            resource.urn,
            "",
            (),
            part,
            position,
            "",
        )
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
        resource = group[0].resource
        paths = tuple(dict.fromkeys(path for duty in group for path in duty.met.unknown))
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
