"""Rules about EKS clusters, the nodes in them, and the images that they run."""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.aws.clusters import control_plane, detection, images, nodes, roles, user_data

RULES: Final[tuple[Rule, ...]] = (
    *control_plane.RULES,
    *nodes.RULES,
    *user_data.RULES,
    *roles.RULES,
    *images.RULES,
    *detection.RULES,
)
