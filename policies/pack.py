"""The pack's contents: every rule that the index tells of, as CrossGuard policies.

Importing this starts nothing; `__main__.py` does.
"""

from pathlib import Path

from pulumi_policy import Policy

from policies.adapter import ResourceRulePolicy, StackRulePolicy
from policies.conditions import Conditions
from policies.exemptions import ExemptionsPolicy
from policies.index import Entry, IndexedRules, read_index
from policies.remediation import RemedyingPolicy


class PackPolicies:
    """Every policy of the pack, under the conditions of the stack that is judged."""

    def __init__(self, project: Path, stack: str = "") -> None:
        """Adapt every rule to CrossGuard; nothing is enforced more laxly than in production until a stack is known.

        Args:
            project: The folder of the project that the pack belongs to.
            stack: The stack that is judged; empty where it is not known yet.

        Raises:
            SettingsError: As `follow` does.
        """
        self._project = project
        self._rules = IndexedRules(read_index())
        self.conditions = Conditions()
        if stack:
            self.conditions.become_those_of(project, stack, self._rules)
        self.rules = [self._adapted(each) for each in self._rules.entries.values()]
        self.exemptions = ExemptionsPolicy(self.conditions, self._rules)

    @property
    def all(self) -> list[Policy]:
        """Every policy, the one about exemptions last."""
        return [*self.rules, self.exemptions]

    def follow(self, stack: str) -> None:
        """Take over what holds in ``stack``.

        Raises:
            SettingsError: If its files cannot be understood, or set what does not exist; every fault, one to a line.
        """
        self.conditions.become_those_of(self._project, stack, self._rules)
        for policy in self.rules:
            policy.follow()
        self.exemptions.follow()

    def _adapted(self, entry: Entry) -> ResourceRulePolicy | StackRulePolicy:
        """Make a rule a CrossGuard policy under the conditions."""
        if entry.over_stack:
            return StackRulePolicy(entry.control, self._rules, self.conditions)
        adapter = RemedyingPolicy if entry.control.remedies else ResourceRulePolicy
        return adapter(entry.control, self._rules, self.conditions)
