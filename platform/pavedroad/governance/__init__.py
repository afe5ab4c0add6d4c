"""Governance: what is demanded, whether it holds, and what to do where it does not.

Promise: everything here is a pure function of its arguments (one reads an environment's file). A verdict never
improves because a value is not known, and no message quotes a value. Nothing here knows Pulumi, so the same rule
judges planned resources in process, under the real engine, and in an exported state.
"""

from pavedroad.governance.canonical import canonical
from pavedroad.governance.controls import EVERY_OBJECT, Control, Fix, Reference, Severity
from pavedroad.governance.findings import Check, Duty, Finding, Verdict
from pavedroad.governance.kubernetes import Pod
from pavedroad.governance.labelled import CLUSTER, Labelled, first_of, pods_by_label
from pavedroad.governance.properties import Opaque, Properties, Reading
from pavedroad.governance.references import refers_to
from pavedroad.governance.resources import Change, Resource
from pavedroad.governance.rules import PodRule, ResourceRule, Rule, StackRule, judge
from pavedroad.governance.settings import Settings, SettingsError, setting
from pavedroad.governance.stack import Stack
from pavedroad.governance.tiers import Enforcement, Tier, tier_of_stack
from pavedroad.governance.truth import Truth, all_of, any_of

__all__ = [
    "CLUSTER",
    "EVERY_OBJECT",
    "Change",
    "Check",
    "Control",
    "Duty",
    "Enforcement",
    "Finding",
    "Fix",
    "Labelled",
    "Opaque",
    "Pod",
    "PodRule",
    "Properties",
    "Reading",
    "Reference",
    "Resource",
    "ResourceRule",
    "Rule",
    "Settings",
    "SettingsError",
    "Severity",
    "Stack",
    "StackRule",
    "Tier",
    "Truth",
    "Verdict",
    "all_of",
    "any_of",
    "canonical",
    "first_of",
    "judge",
    "pods_by_label",
    "refers_to",
    "setting",
    "tier_of_stack",
]
