"""The policy about exemptions themselves: each is in force, was granted by who may, and is needed."""

from collections.abc import Mapping

from pulumi_policy import ReportViolation, StackValidationArgs, StackValidationPolicy

from pavedroad.governance import Finding, Rule, Stack, judge
from pavedroad.governance.exemptions import EXEMPTIONS_EXACT, Exemption
from policies.adapter import LEVELS, ControlPolicy, judged_stack
from policies.conditions import Conditions


class ExemptionsPolicy(ControlPolicy, StackValidationPolicy):
    """Says what is wrong with exemptions, and which are not needed."""

    def __init__(self, conditions: Conditions, rules: Mapping[str, Rule]) -> None:
        """Hold the exemptions of ``conditions`` to what they may excuse of ``rules``."""
        super().__init__(EXEMPTIONS_EXACT)
        self._conditions = conditions
        self._rules = rules
        self.follow()

    @property
    def exemptions(self) -> tuple[Exemption, ...]:
        """Every exemption that was granted in the stack that is judged."""
        return self._conditions.exemptions

    def follow(self) -> None:
        """Be enforced as the conditions ask."""
        self.enforcement_level = LEVELS[self.control.enforcement(self._conditions.tier)]

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
        rules = [self._conditions.rule(name, self._rules) for name in named if name in self._rules]
        return judge(rules, stack)
