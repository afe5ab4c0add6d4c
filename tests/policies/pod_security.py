"""Our controls for each check of Pod Security Admission, by the check's identifier."""

from collections.abc import Mapping

CONTROLS: Mapping[str, tuple[str, ...]] = {
    "allowPrivilegeEscalation": ("containers-no-privilege-escalation",),
    "capabilities_restricted": ("containers-drop-all-capabilities",),
    "privileged": ("containers-not-privileged",),
    "runAsNonRoot": ("containers-run-as-non-root",),
    "runAsUser": ("containers-not-user-zero",),
}

RESTRICTED_ONLY = frozenset(
    {
        "allowPrivilegeEscalation",
        "capabilities_restricted",
        "procMount_restricted",
        "restrictedVolumes",
        "runAsNonRoot",
        "runAsUser",
        "seccompProfile_restricted",
    }
)
"""The checks that only the profile `restricted` has."""

OVERRIDDEN_BY: Mapping[str, str] = {
    "capabilities_baseline": "capabilities_restricted",
    "hostPathVolumes": "restrictedVolumes",
    "procMount": "procMount_restricted",
    "seccompProfile_baseline": "seccompProfile_restricted",
}
"""The check of the profile `restricted` that may report in place of the one named."""
