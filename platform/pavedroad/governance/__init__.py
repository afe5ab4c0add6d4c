"""Governance: what is demanded, whether it holds, and what to do where it does not.

Promise: everything here is a pure function of its arguments (one reads an environment's file). A verdict never
improves because a value is not known, and no message quotes a value. Nothing here knows Pulumi, so the same rule
judges planned resources in process, under the real engine, and in an exported state.
"""

from pavedroad.governance.controls import Control, Fix, Reference, Severity
from pavedroad.governance.properties import Opaque, Properties, Reading
from pavedroad.governance.resources import Resource, Stack
from pavedroad.governance.rules import Duty, Finding, ResourceRule, Rule, StackRule, Verdict, judge
from pavedroad.governance.tiers import Enforcement, Tier, tier_of_stack
from pavedroad.governance.truth import Truth, all_of, any_of

__all__ = [
    "Control",
    "Duty",
    "Enforcement",
    "Finding",
    "Fix",
    "Opaque",
    "Properties",
    "Reading",
    "Reference",
    "Resource",
    "ResourceRule",
    "Rule",
    "Severity",
    "Stack",
    "StackRule",
    "Tier",
    "Truth",
    "Verdict",
    "all_of",
    "any_of",
    "judge",
    "tier_of_stack",
]
