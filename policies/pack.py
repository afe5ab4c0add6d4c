"""The pack's contents: every rule, listed by hand, as CrossGuard policies.

Importing this starts nothing; `__main__.py` does.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pulumi_policy import Policy

from pavedroad.governance import Rule, StackRule
from policies.adapter import ResourceRulePolicy, StackRulePolicy, schema_of
from policies.conditions import Conditions
from policies.exemptions import ExemptionsPolicy
from policies.remediation import RemedyingPolicy
from policies.rules import (
    aws,
    credentials,
    data,
    images,
    intent,
    mesh,
    objects,
    pods,
    rbac,
    store,
    traffic,
    workloads,
)

AREAS: Final[Mapping[str, tuple[Rule, ...]]] = {
    "Pods": pods.RULES,
    "Workloads": workloads.RULES,
    "Images": images.RULES,
    "Secrets": credentials.RULES,
    "Stores": store.RULES,
    "Traffic": traffic.RULES,
    "Mesh": mesh.RULES,
    "Objects": objects.RULES,
    "Permissions in Kubernetes": rbac.RULES,
    "AWS": aws.RULES,
    "Data": data.RULES,
    "Intent": intent.RULES,
}
"""Every rule, by the area that people look for it in."""

RULES: Final[tuple[Rule, ...]] = tuple(rule for rules in AREAS.values() for rule in rules)

RULE_BY_CONTROL: Final[Mapping[str, Rule]] = {rule.control.identifier: rule for rule in RULES}


class PackPolicies:
    """Every policy of the pack, under the conditions of the stack that is judged."""

    def __init__(self, project: Path) -> None:
        """Adapt every rule to CrossGuard; nothing is enforced more laxly than in production until a stack is known.

        Args:
            project: The folder of the project that the pack belongs to.
        """
        self._project = project
        self.conditions = Conditions()
        self.rules = [_adapted(rule, self.conditions) for rule in RULES]
        self.exemptions = ExemptionsPolicy(self.conditions, RULE_BY_CONTROL)
        self._enforce()

    @property
    def all(self) -> list[Policy]:
        """Every policy, the one about exemptions last."""
        return [*self.rules, self.exemptions]

    def follow(self, stack: str) -> None:
        """Take over what holds in ``stack``.

        Raises:
            SettingsError: If its files cannot be understood, or set what does not exist; every fault, one to a line.
        """
        self.conditions.become_those_of(self._project, stack, RULE_BY_CONTROL)
        self._enforce()

    def _enforce(self) -> None:
        for policy in self.rules:
            policy.configured.follow()
            policy.enforcement_level = policy.configured.level
            policy.config_schema = schema_of(policy.rule)
        self.exemptions.follow()


def _adapted(rule: Rule, conditions: Conditions) -> ResourceRulePolicy | StackRulePolicy:
    """Make ``rule`` a CrossGuard policy under ``conditions``."""
    if isinstance(rule, StackRule):
        return StackRulePolicy(rule, conditions)
    return (RemedyingPolicy if rule.control.remedies else ResourceRulePolicy)(rule, conditions)
