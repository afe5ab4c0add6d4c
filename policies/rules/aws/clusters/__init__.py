"""Rules about EKS clusters, the nodes in them, and the images that they run."""

from typing import Final

from pavedroad.governance import Rule

RULES: Final[tuple[Rule, ...]] = ()
