"""Our controls for each check of Pod Security Admission, by the check's identifier."""

from collections.abc import Mapping

CONTROLS: Mapping[str, tuple[str, ...]] = {
    "allowPrivilegeEscalation": ("containers-no-privilege-escalation",),
    "appArmorProfile": ("apparmor-not-switched-off",),
    "capabilities_baseline": ("containers-add-default-capabilities-only",),
    "capabilities_restricted": ("containers-drop-all-capabilities",),
    "hostNamespaces": ("pods-without-host-ipc", "pods-without-host-network", "pods-without-host-pid"),
    "hostPathVolumes": ("pods-without-host-paths",),
    "hostPorts": ("containers-without-host-ports",),
    "hostProbesAndHostLifecycle": ("probes-without-host",),
    "privileged": ("containers-not-privileged",),
    "procMount": ("containers-proc-masked-on-the-node",),
    "procMount_restricted": ("containers-proc-masked",),
    "restrictedVolumes": ("volumes-of-core-kinds",),
    "runAsNonRoot": ("containers-run-as-non-root",),
    "runAsUser": ("containers-not-user-zero",),
    "seLinuxOptions": ("selinux-labels-of-containers",),
    "seccompProfile_baseline": ("seccomp-not-switched-off",),
    "seccompProfile_restricted": ("containers-name-a-seccomp-profile",),
    "sysctls": ("pods-set-safe-sysctls-only",),
    "windowsHostProcess": ("containers-not-host-processes",),
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
