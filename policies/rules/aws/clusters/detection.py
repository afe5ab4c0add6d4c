"""Rules about GuardDuty watching EKS clusters."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import Control, Duty, Fix, Resource, ResourceRule, Severity, any_of
from policies.rules.aws.joins import Elsewhere, completed
from policies.rules.aws.shapes import any_part, both, flag, fsbp, one_of, owes

_DETECTORS: Final = frozenset({"aws:guardduty/detector:Detector"})
_FEATURE: Final = "aws:guardduty/detectorFeature:DetectorFeature"
_FOR_ALL: Final = "aws:guardduty/organizationConfigurationFeature:OrganizationConfigurationFeature"
_WATCHING_EKS: Final = frozenset({"EKS_AUDIT_LOGS", "EKS_RUNTIME_MONITORING", "RUNTIME_MONITORING"})
_RUNTIME: Final = one_of("name", "RUNTIME_MONITORING", "EKS_RUNTIME_MONITORING")
_ON: Final = one_of("status", "ENABLED")
_FOR_NEW: Final = one_of("autoEnable", "ALL", "NEW")
_AGENT: Final = any_part("additionalConfigurations[]", both(one_of("name", "EKS_ADDON_MANAGEMENT"), _ON))

ENABLED: Final = ResourceRule(
    Control(
        identifier="guardduty-enabled",
        sentence="A GuardDuty detector is on",
        why="One that is suspended watches nothing.",
        severity=Severity.MEDIUM,
        resource_types=_DETECTORS,
        fix=Fix(pulumi="leave enable out, or set enable=True"),
        rows=(150,),
    ),
    owes(flag("enable", absent=True)),
)

AUDIT_LOGS: Final = completed(
    Control(
        identifier="guardduty-watches-eks-audit-logs",
        sentence="GuardDuty reads the audit logs of EKS clusters",
        why="It finds stolen credentials and odd requests that nobody reads the logs for.",
        severity=Severity.MEDIUM,
        resource_types=_DETECTORS,
        fix=Fix(pulumi="declare a guardduty.DetectorFeature EKS_AUDIT_LOGS with status='ENABLED'"),
        references=(fsbp("GuardDuty.5"),),
        rows=(150,),
    ),
    "have a DetectorFeature EKS_AUDIT_LOGS that is on",
    Elsewhere(_FEATURE, "detectorId", ("id",), both(one_of("name", "EKS_AUDIT_LOGS"), _ON)),
    here=flag("datasources.kubernetes.auditLogs.enable"),
)

RUNTIME: Final = completed(
    Control(
        identifier="guardduty-watches-eks-runtime",
        sentence="GuardDuty watches what runs on EKS nodes, by an agent that it looks after itself",
        why="What happens inside a container shows in no log of the API.",
        severity=Severity.MEDIUM,
        resource_types=_DETECTORS,
        fix=Fix(
            pulumi="declare a guardduty.DetectorFeature RUNTIME_MONITORING with status='ENABLED' and the "
            "additional configuration EKS_ADDON_MANAGEMENT enabled"
        ),
        references=(fsbp("GuardDuty.7"),),
        rows=(150,),
    ),
    "have a DetectorFeature RUNTIME_MONITORING that is on, with EKS_ADDON_MANAGEMENT",
    Elsewhere(_FEATURE, "detectorId", ("id",), both(_RUNTIME, _ON, _AGENT)),
)


def _is_on(feature: Resource) -> Iterator[Duty]:
    about_others = feature.properties.text("name").satisfies(lambda name: name not in _WATCHING_EKS)
    demand = _ON if feature.type == _FEATURE else _FOR_NEW
    yield Duty(feature, any_of(about_others, demand.met(feature.properties)), f"it must {demand.words}")


FEATURES_ON: Final = ResourceRule(
    Control(
        identifier="guardduty-eks-features-on",
        sentence="No feature of GuardDuty that watches EKS is switched off",
        why="Whoever wants to stay unseen switches it off first.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_FEATURE, _FOR_ALL}),
        fix=Fix(pulumi="set status='ENABLED', or auto_enable='ALL' for an organization"),
        references=(fsbp("GuardDuty.5"), fsbp("GuardDuty.7")),
        rows=(150,),
    ),
    _is_on,
)

RULES: Final = (ENABLED, AUDIT_LOGS, RUNTIME, FEATURES_ON)
