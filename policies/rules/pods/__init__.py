"""Rules about the security of pods, wherever a workload keeps one.

They follow the Pod Security Standards (`k8s.io/pod-security-admission/policy`, up to version v1.37), and beyond those
what the NSA, CIS and the field's scanners agree on. Where these differ, the standards win.
"""

from typing import Final

from pavedroad.governance import Rule
from policies.rules.pods import (
    accounts,
    components,
    containers,
    groups,
    host,
    host_paths,
    kernel,
    privileges,
    profiles,
    users,
    volumes,
)

RULES: Final[tuple[Rule, ...]] = (
    *privileges.RULES,
    *users.RULES,
    *groups.RULES,
    *host.RULES,
    *host_paths.RULES,
    *volumes.RULES,
    *profiles.RULES,
    *kernel.RULES,
    *containers.RULES,
    *accounts.RULES,
    *components.RULES,
)
