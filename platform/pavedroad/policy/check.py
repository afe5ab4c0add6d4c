"""Judging resources by a policy pack, as the engine would, without the engine."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final, NamedTuple

from pulumi_policy import EnforcementLevel, Policy, ResourceValidationPolicy, StackValidationPolicy

from pavedroad.governance import (
    Enforcement,
    Finding,
    Properties,
    Resource,
    Rule,
    SettingsError,
    Stack,
    Verdict,
    canonical,
    judge,
)
from pavedroad.governance.exemptions import in_force
from pavedroad.governance.remedies import remedied
from pavedroad.governance.rules import is_broken_by
from pavedroad.policy.configuration import Configuration, configured
from pavedroad.policy.crossguard import judge_resources, judge_stack
from pavedroad.policy.errors import PackError
from pavedroad.policy.pack import Pack, collect, control_of, own_modules, rule_of
from pavedroad.policy.sources import unseen
from pavedroad.testing.isolation import isolated

_ENFORCEMENTS: Final = {
    EnforcementLevel.DISABLED: Enforcement.OFF,
    EnforcementLevel.ADVISORY: Enforcement.ADVISORY,
    EnforcementLevel.MANDATORY: Enforcement.MANDATORY,
    EnforcementLevel.REMEDIATE: Enforcement.REMEDIATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is judged together.

    Attributes:
        project: The project's name.
        stack: The stack's name, from which a pack may choose how strict it is; of an environment in slices, the
            environment's.
        resources: Everything in it.
        whole: Whether that is all there is; not so for one slice of an environment.
        own: Whether it is all that the environment's exemptions can be needed for: its own program, and what
            people wrote for it.
    """

    project: str
    stack: str
    resources: tuple[Resource, ...]
    whole: bool = True
    own: bool = True


class Judgement(NamedTuple):
    """One finding, and what follows from it in the stack that was judged.

    Attributes:
        finding: What the control says about which resource.
        enforcement: Whether a failure is only said, or stops the update.
        severity: How bad a failure is; None where the policy does not say.
        pack: The name of the pack that the control belongs to.
        old: Whether the base of a comparison breaks it just as much, so that no change is to blame.
    """

    finding: Finding
    enforcement: Enforcement
    severity: str | None
    pack: str
    old: bool = False

    @property
    def blocks(self) -> bool:
        """Whether the check fails for this."""
        failed = self.finding.verdict is Verdict.FAIL
        return failed and self.enforcement is not Enforcement.ADVISORY and not self.old


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One policy of a pack, for reports.

    Attributes:
        control: Its name.
        sentence: What it demands.
        severity: How bad a failure is; None where the policy does not say.
        fix: What to do about a failure; empty where the policy does not say.
        enforcement: How it is enforced where it was asked.
        why: What happens where it is not kept; empty where the policy does not say.
    """

    control: str
    sentence: str
    severity: str | None
    fix: str
    enforcement: Enforcement
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remediation:
    """What a control sets by itself, since it is missing and safe to set.

    Attributes:
        control: The control.
        urn: The resource.
        name: The resource's logical name.
        paths: The properties that are set.
    """

    control: str
    urn: str
    name: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """All that a pack says about one subject.

    Attributes:
        name: The subject's name.
        judgements: Every verdict, passes included, policies in the pack's order.
        policies: Every policy of the pack, those that are off included.
        remediations: What controls set by themselves; the judgements are of what comes of it.
        unseen: URNs of resources that bring objects nobody could look into, as Helm releases do.
    """

    name: str
    judgements: tuple[Judgement, ...]
    policies: tuple[Described, ...]
    remediations: tuple[Remediation, ...] = ()
    unseen: tuple[str, ...] = ()

    @property
    def off(self) -> list[str]:
        """The controls that were not asked."""
        return [each.control for each in self.policies if each.enforcement is Enforcement.OFF]


def check(
    folder: Path, subject: Subject, configuration: Configuration | None = None, *, as_of: date
) -> Judged:
    """Judge ``subject`` by the policy pack in ``folder``.

    Rules that the pack adapted are asked directly and foreign CrossGuard policies by their ``validate``.
    Disabled policies are not asked. Nothing that the pack does to the environment, to the module path or to
    Pulumi's settings outlasts the call.

    Args:
        folder: The pack's folder, which holds its PulumiPolicy.yaml.
        subject: What is judged.
        configuration: Laid over the pack's own.
        as_of: The day on which exemptions must hold.

    Raises:
        PackError: If there is no pack for Python in the folder, or it cannot be started or configured.
    """

    def run() -> Judged:
        with own_modules(folder):
            pack = collect(folder, project=subject.project, stack=subject.stack)
            return _judged(configured(pack, configuration or {}), subject, as_of)

    return isolated(run)


def _judged(pack: Pack, subject: Subject, as_of: date) -> Judged:
    described = {policy.name: _described(pack, policy) for policy in pack.policies}
    remediating = [
        each for each in pack.policies if described[each.name].enforcement is Enforcement.REMEDIATE
    ]
    resources, remediations = _remediated(subject.resources, remediating)
    stack = Stack(canonical(resources), whole=subject.whole)
    findings = [
        finding
        for policy in pack.policies
        if described[policy.name].enforcement is not Enforcement.OFF
        for finding in _findings(pack, policy, stack, resources)
    ]
    judgements = (
        Judgement(finding, about.enforcement, about.severity, pack.name)
        for finding in _excused(pack, findings, stack, subject, as_of)
        if (about := described[finding.control]).enforcement is not Enforcement.OFF
    )
    return Judged(
        name=subject.stack,
        judgements=tuple(judgements),
        policies=tuple(described.values()),
        remediations=remediations,
        unseen=tuple(each.urn for each in unseen(subject.resources)),
    )


def _remediated(
    resources: Sequence[Resource], policies: Iterable[Policy]
) -> tuple[list[Resource], tuple[Remediation, ...]]:
    """Set what the rules of ``policies`` set by themselves where they are broken, one after the other, as the engine would."""
    result, remediations = list(resources), list[Remediation]()
    rules = [rule for policy in policies if (rule := rule_of(policy)) and rule.control.remedies]
    for rule in rules:
        control = rule.control
        for index, resource in enumerate(result):
            value = resource.properties.value
            if not control.speaks_about(resource.declared_type) or not isinstance(value, dict):
                continue
            if not is_broken_by(rule, [resource]):
                continue
            properties, paths = remedied(value, control.remedies)
            if paths:
                result[index] = replace(resource, properties=Properties(properties, resource.properties.path))
                remediations.append(
                    Remediation(
                        control=control.identifier, urn=resource.urn, name=resource.name, paths=tuple(paths)
                    )
                )
    return result, tuple(remediations)


def _excused(
    pack: Pack, findings: list[Finding], stack: Stack, subject: Subject, as_of: date
) -> list[Finding]:
    """Excuse what the pack's exemptions cover, and judge those; only of a whole environment it is known which are idle."""
    exemptions = [each for policy in pack.policies for each in getattr(policy, "exemptions", ())]
    if not exemptions:
        return findings
    controls = filter(None, map(control_of, pack.policies))
    severities = {control.identifier: control.severity for control in controls}
    force = in_force(exemptions, severities, as_of)
    if subject.whole and subject.own:
        return force.apply(findings, stack.all())
    return [*force.excuse(findings, stack.all()), *force.faults]


def _described(pack: Pack, policy: Policy) -> Described:
    return Described(
        control=policy.name,
        sentence=policy.description,
        severity=policy.severity.value if policy.severity else None,
        fix=policy.remediation_steps or "",
        enforcement=_ENFORCEMENTS[pack.level_of(policy)],
        why=control.why if (control := control_of(policy)) else "",
    )


def _findings(pack: Pack, policy: Policy, stack: Stack, resources: Sequence[Resource]) -> list[Finding]:
    if hasattr(policy, "exemptions"):
        return []
    config = pack.config_of(policy)
    if rule := rule_of(policy):
        return judge([_set(rule, config)], stack)
    if isinstance(policy, ResourceValidationPolicy) and policy.has_validation():
        return judge_resources(policy, config, resources)
    if isinstance(policy, StackValidationPolicy):
        return judge_stack(policy, config, resources)
    return []


def _set(rule: Rule, config: Configuration) -> Rule:
    try:
        return rule.set_to(config) if config else rule
    except SettingsError as error:
        faults = str(error).splitlines()
        raise PackError("\n".join(f"{rule.control.identifier}: {fault}" for fault in faults)) from error
