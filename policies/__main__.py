"""Entry point of the policy pack: the only place that starts one, since `PolicyPack` serves until it is stopped."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import pulumi
from pulumi_policy import PolicyPack

from pavedroad.governance import tier_of_stack
from policies.following import following_stack
from policies.pack import hold_to, policies_for

ENVIRONMENTS = ROOT / "stacks" / "environments"
POLICIES = policies_for(tier_of_stack(pulumi.get_stack(), ENVIRONMENTS))

with following_stack(lambda stack: hold_to(POLICIES, tier_of_stack(stack, ENVIRONMENTS))):
    PolicyPack(name="pavedroad", policies=[*POLICIES])
