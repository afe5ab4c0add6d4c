"""The program that ``pulumi up`` runs: one environment, or one slice of it, from the descriptors."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from stacks.program import deploy
from stacks.settings import read_settings

deploy(read_settings(ROOT))
