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
    Policy,
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

from pavedroad.governance import Control, Enforcement, Rule, Stack, Verdict
from pavedroad.governance.canonical import may_hold
from policies.conditions import Conditions
from policies.index import IndexedRules
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


class ControlPolicy(Policy):
    """A policy that holds one control, and tells of it in CrossGuard's words.

    Attributes:
        control: The control.
    """

    def __init__(self, control: Control) -> None:
        """Tell of ``control``; CrossGuard has room for the first of its references."""
        first = next(iter(control.references), None)
        super().__init__(
            name=control.identifier,
            description=control.sentence,
            severity=Severity(control.severity.value),
            framework=first and PolicyComplianceFramework(name=first.framework, reference=first.clause),
            remediation_steps=control.fix.pulumi,
        )
        self.control = control


class RulePolicy(ControlPolicy):
    """A rule that follows the conditions of a stack and what the engine is told to configure."""

    def __init__(self, control: Control, rules: IndexedRules, conditions: Conditions) -> None:
        """Adapt the rule of ``control`` under ``conditions``."""
        super().__init__(control)
        self.conditions = conditions
        self._rules = rules
        self.follow()

    def follow(self) -> None:
        """Take over what holds now."""
        self.enforcement_level = LEVELS[self.conditions.enforcement(self.control)]
        schema = self.conditions.settings_schema(self._rules.entries[self.name])
        self.config_schema = PolicyConfigSchema(schema) if schema else None
        self._given: Mapping[str, Any] | None = None

    @property
    def rule(self) -> Rule:
        """The rule, as the conditions set it; loaded when it is first asked for."""
        return self.conditions.rule(self.name, self._rules)

    def as_given(self, config: Mapping[str, Any]) -> Rule:
        """Give the rule set as the engine's configuration says; setting it again costs more than judging."""
        if config != self._given:
            self._set, self._given = self.rule.set_to(config), dict(config)
        return self._set

    def report(self, config: Mapping[str, Any], stack: Stack, report_violation: ReportViolation) -> None:
        """Report violations, then raise where another verdict hangs on what is not known.

        Raises:
            UnknownValueError: If it does, with the paths.
        """
        findings = self.as_given(config).judge_in(stack)
        unknown: dict[str, None] = {}
        for finding in self.conditions.excused(findings, stack):
            if finding.verdict is Verdict.FAIL:
                report_violation(finding.message, finding.urn)
            elif finding.verdict is Verdict.NOT_EVALUATED:
                unknown |= dict.fromkeys(f"{path} of {finding.name}" for path in finding.unknown)
        if unknown:
            raise UnknownValueError(UNKNOWN_OBJECT_VALUE, [", .".join(unknown)])


class ResourceRulePolicy(RulePolicy, ResourceValidationPolicy):
    """A rule over one resource, or over its pods, as a CrossGuard policy."""

    def concerns(self, type_: str) -> bool:
        """Whether a resource that was declared as ``type_`` may hold something that the control speaks about."""
        held = may_hold(type_)
        return held is None or self.control.speaks_about(held)

    def validate(self, args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        """Judge the resource and report what is broken."""
        if self.concerns(args.resource_type):
            stack = _read_already.get() or Stack(read([args]))
            self.report(args.get_config(), stack, report_violation)


class StackRulePolicy(RulePolicy, StackValidationPolicy):
    """A rule over a whole stack, as a CrossGuard policy."""

    def validate(self, args: StackValidationArgs, report_violation: ReportViolation) -> None:
        """Judge the stack and report what is broken, each at its resource."""
        stack = judged_stack(self.conditions, args)
        if stack.has_any(self.control.resource_types):
            self.report(args.get_config(), stack, report_violation)


def judged_stack(conditions: Conditions, args: StackValidationArgs) -> Stack:
    """Read the stack that a policy is asked about, unless that is done already."""
    return _read_already.get() or conditions.stack(read(args.resources))
