"""The policy about exemptions themselves: each is in force, was granted by who may, and is needed."""

from collections.abc import Mapping

from pulumi_policy import ReportViolation, Severity, StackValidationArgs, StackValidationPolicy

from pavedroad.governance import Finding, Rule, Stack, judge
from pavedroad.governance.exemptions import EXEMPTIONS_EXACT, Exemption
from policies.adapter import LEVELS, judged_stack
from policies.conditions import Conditions


class ExemptionsPolicy(StackValidationPolicy):
    """Says what is wrong with exemptions, and which are not needed."""

    control = EXEMPTIONS_EXACT
    """What it checks, for whoever lists controls."""

    def __init__(self, conditions: Conditions, rules: Mapping[str, Rule]) -> None:
        """Hold the exemptions of ``conditions`` to what they may excuse of ``rules``."""
        super().__init__(
            name=EXEMPTIONS_EXACT.identifier,
            description=EXEMPTIONS_EXACT.sentence,
            severity=Severity(EXEMPTIONS_EXACT.severity.value),
            remediation_steps=EXEMPTIONS_EXACT.fix.pulumi,
        )
        self._conditions = conditions
        self._rules = rules

    @property
    def exemptions(self) -> tuple[Exemption, ...]:
        """Every exemption that was granted in the stack that is judged."""
        return self._conditions.exemptions

    def follow(self) -> None:
        """Be enforced as the conditions ask."""
        self.enforcement_level = LEVELS[EXEMPTIONS_EXACT.enforcement(self._conditions.tier)]

    def validate(self, args: StackValidationArgs, report_violation: ReportViolation) -> None:
        """Report what is wrong with each exemption; which are idle only a whole environment can tell."""
        stack = judged_stack(self._conditions, args)
        force = self._conditions.force
        findings = force.apply(self._affected(stack), stack.all()) if self._conditions.whole else force.faults
        for finding in findings:
            if finding.control == self.name:
                report_violation(finding.message, None)

    def _affected(self, stack: Stack) -> list[Finding]:
        """Judge the stack by the rules that exemptions name."""
        named = dict.fromkeys(each.control for each in self.exemptions)
        rules = [self._conditions.rule(self._rules[name]) for name in named if name in self._rules]
        return judge(rules, stack)
