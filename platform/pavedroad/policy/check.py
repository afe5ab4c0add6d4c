"""Judging recorded resources by a policy pack, as the engine would, without the engine."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pulumi_policy import EnforcementLevel, Policy, ResourceValidationPolicy, StackValidationPolicy

from pavedroad.governance import (
    Enforcement,
    Finding,
    PodRule,
    Resource,
    ResourceRule,
    StackRule,
    Verdict,
    judge,
)
from pavedroad.policy.crossguard import judge_resources, judge_stack
from pavedroad.policy.pack import Pack, collect, own_modules
from pavedroad.testing.isolation import isolated

_ENFORCEMENTS: Final = {
    EnforcementLevel.DISABLED: Enforcement.OFF,
    EnforcementLevel.ADVISORY: Enforcement.ADVISORY,
    EnforcementLevel.MANDATORY: Enforcement.MANDATORY,
    EnforcementLevel.REMEDIATE: Enforcement.MANDATORY,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One finding, and what follows from it in the stack that was judged.

    Attributes:
        finding: What the control says about which resource.
        enforcement: Whether a failure is only said, or stops the update.
        severity: How bad a failure is; None where the policy does not say.
        pack: The name of the pack that the control belongs to.
    """

    finding: Finding
    enforcement: Enforcement
    severity: str | None
    pack: str

    @property
    def blocks(self) -> bool:
        """Whether the engine would refuse the update for this."""
        return self.finding.verdict is Verdict.FAIL and self.enforcement is Enforcement.MANDATORY


def check(folder: Path, resources: Iterable[Resource], *, project: str, stack: str) -> list[Judgement]:
    """Judge the resources of one stack by the policy pack in ``folder``.

    Rules that the pack adapted are asked directly and foreign CrossGuard policies by their ``validate``.
    Disabled policies are left out. Nothing that the pack does to the environment, to the module path or to
    Pulumi's settings outlasts the call.

    Args:
        folder: The pack's folder, which holds its PulumiPolicy.yaml.
        resources: Every resource of the stack.
        project: The project's name.
        stack: The stack's name, from which a pack may choose how strict it is.

    Returns:
        Every verdict, passes included, policies in the pack's order.

    Raises:
        PackError: If there is no pack for Python in the folder, or it cannot be started.
    """
    judged = tuple(resources)

    def run() -> list[Judgement]:
        with own_modules(folder):
            pack = collect(folder, project=project, stack=stack)
            return [each for policy in pack.policies for each in _judgements(pack, policy, judged)]

    return isolated(run)


def _judgements(pack: Pack, policy: Policy, resources: Sequence[Resource]) -> Iterable[Judgement]:
    enforcement = _ENFORCEMENTS[pack.level_of(policy)]
    if enforcement is Enforcement.OFF:
        return
    severity = policy.severity.value if policy.severity else None
    for finding in _findings(pack, policy, resources):
        yield Judgement(finding=finding, enforcement=enforcement, severity=severity, pack=pack.name)


def _findings(pack: Pack, policy: Policy, resources: Sequence[Resource]) -> list[Finding]:
    rule = getattr(policy, "rule", None)
    if isinstance(rule, ResourceRule | PodRule | StackRule):
        return judge([rule], resources)
    config = pack.config_of(policy)
    if isinstance(policy, ResourceValidationPolicy) and policy.has_validation():
        return judge_resources(policy, config, resources)
    if isinstance(policy, StackValidationPolicy):
        return judge_stack(policy, config, resources)
    return []
