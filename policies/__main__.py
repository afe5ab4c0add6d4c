"""Entry point of the policy pack: the only place that starts one, since `PolicyPack` serves until it is stopped."""

import gc
import sys
from importlib.util import find_spec
from pathlib import Path

gc.set_threshold(
    50_000, 20, 100
)  # nearly all of a pack lives as long as its process: looking for garbage costs more
ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

if not find_spec("pavedroad"):
    sys.exit(
        f"the policy pack needs pavedroad, which is not installed in the Python that runs it: {sys.executable}"
    )

import pulumi
from pulumi_policy import PolicyPack

from pavedroad.governance import SettingsError
from policies.pack import PackPolicies
from policies.serving import serving

try:
    POLICIES = PackPolicies(ROOT, pulumi.get_stack())
except SettingsError as error:
    sys.exit(str(error))

with serving(POLICIES):
    PolicyPack(name="pavedroad", policies=POLICIES.all)
