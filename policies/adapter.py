"""Adapts rules to CrossGuard: one policy per control, the rule kept at hand for whoever runs it in process.

Where a verdict hangs on a value that is not known, the policy raises as CrossGuard's own would, but only after it
has reported the violations that are certain. The engine then says that the policy could not be evaluated.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from pulumi_policy import (
    EnforcementLevel,
    PolicyComplianceFramework,
    PolicyConfigSchema,
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
    PodRule,
    ResourceRule,
    Rule,
    Stack,
    StackRule,
    Verdict,
)
from pavedroad.governance.canonical import may_hold
from policies.conditions import Conditions
from policies.reading import read

LEVELS: Final = {
    Enforcement.OFF: EnforcementLevel.DISABLED,
    Enforcement.ADVISORY: EnforcementLevel.ADVISORY,
    Enforcement.MANDATORY: EnforcementLevel.MANDATORY,
    Enforcement.REMEDIATE: EnforcementLevel.REMEDIATE,
}
"""Enforcement in CrossGuard's words."""

_read_already: ContextVar[Stack | None] = ContextVar("read_already", default=None)


@contextmanager
def reading_once(stack: Stack) -> Iterator[None]:
    """Let every policy that is asked within the block judge ``stack``, instead of what it is handed."""
    token = _read_already.set(stack)
    try:
        yield
    finally:
        _read_already.reset(token)


class _Configured:
    """A rule that follows the conditions of a stack and what the engine is told to configure."""

    def __init__(self, rule: Rule, conditions: Conditions) -> None:
        self._own = rule
        self.conditions = conditions
        self.follow()

    def follow(self) -> None:
        """Take over what holds now."""
        self.rule = self.conditions.rule(self._own)
        self._given: Mapping[str, Any] = {}
        self._set = self.rule

    @property
    def level(self) -> EnforcementLevel:
        """How the control is enforced now, in CrossGuard's words."""
        return LEVELS[self.conditions.enforcement(self.rule)]

    def as_given(self, config: Mapping[str, Any]) -> Rule:
        """Give the rule set as the engine's configuration says; setting it again costs more than judging."""
        if config != self._given:
            self._given, self._set = dict(config), self.rule.set_to(config)
        return self._set


class ResourceRulePolicy(ResourceValidationPolicy):
    """A rule over one resource, or over its pods, as a CrossGuard policy."""

    def __init__(self, rule: ResourceRule | PodRule, conditions: Conditions) -> None:
        """Adapt ``rule`` under ``conditions``."""
        super().__init__(
            name=rule.control.identifier,
            description=rule.control.sentence,
            severity=Severity(rule.control.severity.value),
            framework=_framework(rule.control),
            remediation_steps=rule.control.fix.pulumi,
        )
        self.configured = _Configured(rule, conditions)

    @property
    def rule(self) -> Rule:
        """The rule, as the conditions set it."""
        return self.configured.rule

    def concerns(self, type_: str) -> bool:
        """Whether a resource that was declared as ``type_`` may hold something that the control speaks about."""
        held = may_hold(type_)
        return held is None or self.rule.control.speaks_about(held)

    def validate(self, args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        """Judge the resource and report what is broken."""
        if not self.concerns(args.resource_type):
            return
        stack = _read_already.get() or Stack(read([args]))
        _report(self.configured, args.get_config(), stack, report_violation)


class StackRulePolicy(StackValidationPolicy):
    """A rule over a whole stack, as a CrossGuard policy."""

    def __init__(self, rule: StackRule, conditions: Conditions) -> None:
        """Adapt ``rule`` under ``conditions``."""
        super().__init__(
            name=rule.control.identifier,
            description=rule.control.sentence,
            severity=Severity(rule.control.severity.value),
            framework=_framework(rule.control),
            remediation_steps=rule.control.fix.pulumi,
        )
        self.configured = _Configured(rule, conditions)

    @property
    def rule(self) -> Rule:
        """The rule, as the conditions set it."""
        return self.configured.rule

    def validate(self, args: StackValidationArgs, report_violation: ReportViolation) -> None:
        """Judge the stack and report what is broken, each at its resource."""
        stack = judged_stack(self.configured.conditions, args)
        _report(self.configured, args.get_config(), stack, report_violation)


def judged_stack(conditions: Conditions, args: StackValidationArgs) -> Stack:
    """Read the stack that a policy is asked about, unless that is done already."""
    return _read_already.get() or conditions.stack(read(args.resources))


def schema_of(rule: Rule) -> PolicyConfigSchema | None:
    """Describe what can be set of a rule; the engine takes what it does not set from the defaults in this."""
    schema = rule.settings_schema()
    return PolicyConfigSchema(schema) if schema else None


def _framework(control: Control) -> PolicyComplianceFramework | None:
    """Name the first framework; CrossGuard has room for one."""
    if not control.references:
        return None
    first = control.references[0]
    return PolicyComplianceFramework(name=first.framework, reference=first.clause)


def _report(
    configured: _Configured, config: Mapping[str, Any], stack: Stack, report_violation: ReportViolation
) -> None:
    """Report violations, then raise where another verdict hangs on what is not known.

    Raises:
        UnknownValueError: If it does, with the paths.
    """
    findings = configured.as_given(config).judge_in(stack)
    unknown: dict[str, None] = {}
    for finding in configured.conditions.excused(findings, stack):
        if finding.verdict is Verdict.FAIL:
            report_violation(finding.message, finding.urn)
        elif finding.verdict is Verdict.NOT_EVALUATED:
            unknown |= dict.fromkeys(f"{path} of {finding.name}" for path in finding.unknown)
    if unknown:
        raise UnknownValueError(UNKNOWN_OBJECT_VALUE, [", .".join(unknown)])
