"""Entry point of the policy pack: the only place that starts one, since `PolicyPack` serves until it is stopped."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import pulumi
from pulumi_policy import PolicyPack

from policies.pack import PackPolicies
from policies.serving import serving

POLICIES = PackPolicies(ROOT)
if pulumi.get_stack():
    POLICIES.follow(pulumi.get_stack())

with serving(POLICIES):
    PolicyPack(name="pavedroad", policies=POLICIES.all)
