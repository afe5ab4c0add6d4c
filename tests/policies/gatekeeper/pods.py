"""Gatekeeper's suites about pod security, and the controls that ask the same."""

from collections.abc import Iterable, Mapping
from typing import Any

from tests.support.conformance import Parameters, Suite

Settings = Mapping[str, object]

ANY_NUMBER = ["0-"]
SECCOMP_NAMES: Mapping[str, tuple[str, ...]] = {
    "RuntimeDefault": ("runtime/default", "docker/default"),
    "Unconfined": ("unconfined",),
    "not configured": ("",),
}


def _ranges(given: Iterable[Mapping[str, int]]) -> list[str]:
    return [f"{each['min']}-{each['max']}" for each in given]


def _allowed(rule: Mapping[str, Any]) -> list[str]:
    """Spell the numbers that a rule of PodSecurityPolicy allows: RunAsAny, MustRunAs, MayRunAs, MustRunAsNonRoot."""
    kind = rule.get("rule", "RunAsAny")
    if kind == "MustRunAsNonRoot":
        return ["1-"]
    return ANY_NUMBER if kind == "RunAsAny" else _ranges(rule.get("ranges", ()))


def _app_armor(parameters: Parameters) -> Settings:
    return {"allowedAppArmorProfiles": parameters["allowedProfiles"]}


def _capabilities(parameters: Parameters) -> Settings:
    return {
        "allowedCapabilities": parameters.get("allowedCapabilities", []),
        "requiredDropCapabilities": parameters.get("requiredDropCapabilities", []),
    }


def _flex_volumes(parameters: Parameters) -> Settings:
    return {"allowedFlexVolumeDrivers": [each["driver"] for each in parameters["allowedFlexVolumes"]]}


def _sysctls(parameters: Parameters) -> Settings:
    """A constraint without allowed ones allows all; with an empty list of them, none."""
    allowed, forbidden = parameters.get("allowedSysctls", ["*"]), parameters.get("forbiddenSysctls", [])
    return {"allowedSysctls": allowed, "forbiddenSysctls": forbidden if allowed else ["*"]}


def _fs_group(parameters: Parameters) -> Settings:
    return {"allowedFsGroups": _allowed(parameters), "fsGroupRequired": parameters.get("rule") == "MustRunAs"}


def _host_paths(parameters: Parameters) -> Settings:
    paths = parameters.get("allowedHostPaths", [])
    return {
        "allowedHostPaths": [each["pathPrefix"] for each in paths],
        "writableHostPaths": [each["pathPrefix"] for each in paths if not each.get("readOnly")],
    }


def _host_network(parameters: Parameters) -> Settings:
    low, high = parameters.get("min", 0), parameters.get("max", "")
    return {
        "hostNetworkAllowed": parameters.get("hostNetwork", False),
        "allowedHostPorts": [f"{low}-{high}"],
    }


def _seccomp(parameters: Parameters) -> Settings:
    """Spell the profiles as annotations do, where a constraint gives them as the fields do."""
    files = parameters.get("allowedLocalhostFiles", [])
    names = {**SECCOMP_NAMES, "Localhost": tuple(f"localhost/{file}" for file in files)}
    profiles = [spelled for each in parameters["allowedProfiles"] for spelled in names.get(each, (each,))]
    return {"allowedSeccompProfiles": profiles}


def _se_linux(parameters: Parameters) -> Settings:
    options = parameters["allowedSELinuxOptions"]
    return {
        f"allowedSeLinux{field.title()}s": [each[field] for each in options if field in each]
        for field in ("type", "user", "role")
    }


def _users(parameters: Parameters) -> Settings:
    user, group = parameters["runAsUser"], parameters["runAsGroup"]
    further, fs_group = parameters["supplementalGroups"], parameters["fsGroup"]
    return {
        "allowedUsers": _allowed(user),
        "userRequired": user["rule"] != "RunAsAny",
        "nonRootSuffices": user["rule"] == "MustRunAsNonRoot",
        "allowedGroups": _allowed(group),
        "groupRequired": group["rule"] == "MustRunAs",
        "allowedSupplementalGroups": _allowed(further),
        "supplementalGroupsRequired": further["rule"] == "MustRunAs",
        "allowedFsGroups": _allowed(fs_group),
        "fsGroupRequired": fs_group["rule"] == "MustRunAs",
    }


SUITES: Mapping[str, Suite] = {
    "general/automount-serviceaccount-token": Suite(("pods-without-service-account-token",)),
    "general/disallowinteractive": Suite(("containers-not-interactive",)),
    "pod-security-policy/allow-privilege-escalation": Suite(("containers-no-privilege-escalation",)),
    "pod-security-policy/apparmor": Suite(("containers-app-armor-profile-allowed",), _app_armor),
    "pod-security-policy/capabilities": Suite(("containers-drop-all-capabilities",), _capabilities),
    "pod-security-policy/flexvolume-drivers": Suite(("flex-volumes-of-allowed-drivers",), _flex_volumes),
    "pod-security-policy/forbidden-sysctls": Suite(("pods-set-safe-sysctls-only",), _sysctls),
    "pod-security-policy/fsgroup": Suite(("pods-fs-group-not-root",), _fs_group),
    "pod-security-policy/host-filesystem": Suite(
        ("host-paths-among-the-allowed", "host-path-mounts-read-only"), _host_paths
    ),
    "pod-security-policy/host-namespaces": Suite(("pods-without-host-pid", "pods-without-host-ipc")),
    "pod-security-policy/host-network-ports": Suite(
        ("pods-without-host-network", "containers-without-host-ports"), _host_network
    ),
    "pod-security-policy/host-probes-lifecycle": Suite(("probes-without-host",)),
    "pod-security-policy/host-process": Suite(("containers-not-host-processes",)),
    "pod-security-policy/privileged-containers": Suite(("containers-not-privileged",)),
    "pod-security-policy/proc-mount": Suite(("containers-proc-masked",)),
    "pod-security-policy/read-only-root-filesystem": Suite(("containers-read-only-root-filesystem",)),
    "pod-security-policy/seccomp": Suite(("containers-seccomp-profile-allowed",), _seccomp),
    "pod-security-policy/seccompv2": Suite(("containers-seccomp-profile-allowed",), _seccomp),
    "pod-security-policy/selinux": Suite(("selinux-labels-of-containers",), _se_linux),
    "pod-security-policy/users": Suite(
        (
            "containers-user-above-host-users",
            "containers-group-above-host-groups",
            "pods-supplemental-groups-not-root",
            "pods-fs-group-not-root",
        ),
        _users,
    ),
    "pod-security-policy/volumes": Suite(
        ("volumes-of-core-kinds",), lambda parameters: {"allowedVolumeTypes": parameters["volumes"]}
    ),
}
