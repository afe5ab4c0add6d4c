"""Adapts rules to CrossGuard: one policy per control, the rule kept at hand for whoever runs it in process.

CrossGuard stops a policy at the first unknown value that it reads. Here the whole property map is copied first,
with a mark in place of each unknown value, so that a rule sees everything that is known; only when its verdict
hangs on an unknown value does the policy raise, after reporting the violations that are certain. The engine then
says that the policy could not be evaluated.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

from pulumi_policy import (
    EnforcementLevel,
    PolicyComplianceFramework,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UNKNOWN_OBJECT_VALUE, UnknownValueError

from pavedroad.governance import (
    Control,
    Enforcement,
    Finding,
    Opaque,
    PodRule,
    Properties,
    Resource,
    ResourceRule,
    Rule,
    Stack,
    StackRule,
    Tier,
    Verdict,
    canonical,
)

_LEVELS: Final = {
    Enforcement.OFF: EnforcementLevel.DISABLED,
    Enforcement.ADVISORY: EnforcementLevel.ADVISORY,
    Enforcement.MANDATORY: EnforcementLevel.MANDATORY,
}


class ResourceRulePolicy(ResourceValidationPolicy):
    """A rule over one resource, as a CrossGuard policy."""

    rule: ResourceRule | PodRule

    def __init__(self, rule: ResourceRule | PodRule) -> None:
        """Adapt ``rule``; how it is enforced is the pack's own default until someone says."""
        control = rule.control
        super().__init__(
            name=control.identifier,
            description=control.sentence,
            severity=Severity(control.severity.value),
            framework=_framework(control),
            remediation_steps=control.fix.pulumi,
        )
        self.rule = rule

    def validate(self, args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        """Judge the resource and report what is broken."""
        findings = [finding for form in canonical([_resource(args)]) for finding in self.rule.judge(form)]
        _report(findings, report_violation)


class StackRulePolicy(StackValidationPolicy):
    """A rule over a whole stack, as a CrossGuard policy."""

    rule: StackRule

    def __init__(self, rule: StackRule) -> None:
        """Adapt ``rule``; how it is enforced is the pack's own default until someone says."""
        control = rule.control
        super().__init__(
            name=control.identifier,
            description=control.sentence,
            severity=Severity(control.severity.value),
            framework=_framework(control),
            remediation_steps=control.fix.pulumi,
        )
        self.rule = rule

    def validate(self, args: StackValidationArgs, report_violation: ReportViolation) -> None:
        """Judge the stack and report what is broken, each at its resource."""
        _report(self.rule.judge(Stack(canonical(map(_resource, args.resources)))), report_violation)


RulePolicy: TypeAlias = ResourceRulePolicy | StackRulePolicy


def adapt(rule: Rule) -> RulePolicy:
    """Make ``rule`` a CrossGuard policy."""
    return StackRulePolicy(rule) if isinstance(rule, StackRule) else ResourceRulePolicy(rule)


def level_in(control: Control, tier: Tier) -> EnforcementLevel:
    """Say in CrossGuard's words how ``control`` is enforced in ``tier``."""
    return _LEVELS[control.enforcement(tier)]


def _framework(control: Control) -> PolicyComplianceFramework | None:
    """Name the first framework; CrossGuard has room for one."""
    if not control.references:
        return None
    first = control.references[0]
    return PolicyComplianceFramework(name=first.framework, reference=first.clause)


def _resource(seen: ResourceValidationArgs | PolicyResource) -> Resource:
    return Resource(
        type=seen.resource_type,
        name=seen.name,
        urn=seen.urn,
        properties=Properties(_readable(seen.props)),
        parent=seen.opts.parent,
        protect=seen.opts.protect,
        references=_references(seen) if isinstance(seen, PolicyResource) else {},
    )


def _references(seen: PolicyResource) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(each.urn for each in made_from) for name, made_from in seen.property_dependencies.items()
    }


def _readable(value: object) -> object:
    """Copy what CrossGuard hands out, whose every access may raise, with marks for what is not known."""
    if isinstance(value, Mapping):
        return {name: _readable(_guarded(value, name)) for name in value}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_readable(_guarded(value, index)) for index in range(len(value))]
    return value


class _Container(Protocol):
    """A mapping or a list."""

    def __getitem__(self, key: Any, /) -> object: ...


def _guarded(container: _Container, key: object) -> object:
    try:
        return container[key]
    except UnknownValueError:
        return Opaque.UNKNOWN


def _report(findings: Iterable[Finding], report_violation: ReportViolation) -> None:
    """Report violations, then raise where another verdict hangs on what is not known.

    Raises:
        UnknownValueError: If it does, with the paths.
    """
    unknown: dict[str, None] = {}
    for finding in findings:
        if finding.verdict is Verdict.FAIL:
            report_violation(finding.message, finding.urn)
        elif finding.verdict is Verdict.NOT_EVALUATED:
            unknown |= dict.fromkeys(f"{path} of {finding.name}" for path in finding.unknown)
    if unknown:
        raise UnknownValueError(UNKNOWN_OBJECT_VALUE, [", .".join(unknown)])
