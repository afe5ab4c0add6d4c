"""Rules about the kernel as a container sees it: SELinux labels, /proc, and its parameters.

What is allowed, and since which version, follows `k8s.io/pod-security-admission/policy`.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from pavedroad.governance import (
    Duty,
    Pod,
    PodRule,
    Properties,
    Reading,
    Reference,
    Severity,
    Truth,
    all_of,
    setting,
)
from pavedroad.governance.findings import Check
from pavedroad.governance.truth import YES
from policies.rules.pods.shapes import (
    OfVersion,
    about_pods,
    each_container,
    each_part,
    in_user_namespace,
    matching,
    newest_until,
    versioned,
)

_OPTIONS: Final = "securityContext.seLinuxOptions"
_TYPES: Final[Mapping[int, frozenset[str]]] = {
    0: frozenset({"container_t", "container_init_t", "container_kvm_t"}),
    31: frozenset({"container_t", "container_init_t", "container_kvm_t", "container_engine_t"}),
}
"""The SELinux types of containers, by the minor version of the standards that first allows them."""

_ADDED_SYSCTLS: Final[Mapping[int, frozenset[str]]] = {
    0: frozenset(
        {
            "kernel.shm_rmid_forced",
            "net.ipv4.ip_local_port_range",
            "net.ipv4.ip_unprivileged_port_start",
            "net.ipv4.ping_group_range",
            "net.ipv4.tcp_syncookies",
        }
    ),
    27: frozenset({"net.ipv4.ip_local_reserved_ports"}),
    29: frozenset(
        {
            "net.ipv4.tcp_fin_timeout",
            "net.ipv4.tcp_keepalive_intvl",
            "net.ipv4.tcp_keepalive_probes",
            "net.ipv4.tcp_keepalive_time",
        }
    ),
    32: frozenset({"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"}),
    37: frozenset({"net.ipv4.tcp_notsent_lowat", "net.ipv4.tcp_slow_start_after_idle"}),
}
"""The kernel parameters that a pod may set, by the minor version of the standards that added them."""


class SELinux(OfVersion):
    """What may be set of SELinux labels."""

    allowed_se_linux_types: tuple[str, ...] = setting(
        (), "The types that may be named; none for those of the version of the standards."
    )
    allowed_se_linux_users: tuple[str, ...] = setting((), "The users that may be named.")
    allowed_se_linux_roles: tuple[str, ...] = setting((), "The roles that may be named.")


def _container_label(settings: SELinux) -> Check[Pod]:
    of_version = _TYPES[newest_until(settings.minor, _TYPES) or 0]
    allowed = {
        f"{_OPTIONS}.type": frozenset(settings.allowed_se_linux_types) or of_version,
        f"{_OPTIONS}.user": frozenset(settings.allowed_se_linux_users),
        f"{_OPTIONS}.role": frozenset(settings.allowed_se_linux_roles),
    }

    def met(part: Properties) -> Truth:
        if part.at(_OPTIONS).value is None:
            return YES
        return all_of(*(_empty_or_among(part.text(path), names) for path, names in allowed.items()))

    return each_part(met, f"name in {_OPTIONS} only a type of containers, and neither user nor role")


def _empty_or_among(reading: Reading[str], names: frozenset[str]) -> Truth:
    return reading.satisfies(lambda name: not name or name in names, absent=True)


SELINUX_OF_CONTAINERS: Final = PodRule.settable(
    about_pods(
        "selinux-labels-of-containers",
        "SELinux labels name only types that are meant for containers, and neither a user nor a role",
        why="Another type, user or role takes a container out of the confinement that the node's policy has for it.",
        severity=Severity.MEDIUM,
        rows=(21,),
        fix="leave securityContext.seLinuxOptions out, or set only its type, to container_t",
        references=(Reference("PSS", "baseline: seLinuxOptions"),),
    ),
    SELinux(),
    _container_label,
)


def _masked(container: Properties) -> Truth:
    return container.text("securityContext.procMount").equals("Default", absent=True)


_MASK: Final = "leave securityContext.procMount at Default"

PROC_MASKED: Final = versioned(
    about_pods(
        "containers-proc-masked-on-the-node",
        "No container of the node's own user namespace sees all of /proc",
        why="The files that are masked in /proc tell of the kernel and let root change it.",
        severity=Severity.MEDIUM,
        rows=(22,),
        fix="leave securityContext.procMount out, or set hostUsers to false on the pod",
        references=(Reference("PSS", "baseline: procMount"),),
    ),
    {0: each_container(_masked, _MASK), 35: each_container(_masked, _MASK, spared=in_user_namespace)},
)

PROC_ALWAYS_MASKED: Final = PodRule(
    about_pods(
        "containers-proc-masked",
        "No container sees all of /proc, not even in a user namespace of its own",
        why="The files that are masked in /proc tell of the kernel, whoever root is.",
        severity=Severity.MEDIUM,
        rows=(22,),
        fix="leave securityContext.procMount out",
        references=(Reference("PSS", "restricted: procMount_restricted"),),
    ),
    each_container(_masked, _MASK),
)


class Sysctls(OfVersion):
    """What may be set of kernel parameters."""

    allowed_sysctls: tuple[str, ...] = setting(
        (),
        "The kernel parameters that may be set, or their beginnings and a *; none for those of the version of the "
        "standards.",
    )
    forbidden_sysctls: tuple[str, ...] = setting(
        (), "Those that may not be set though they are allowed, or their beginnings and a *."
    )


def _safe(settings: Sysctls) -> Check[Pod]:
    minor = settings.minor
    of_version = (name for since, names in _ADDED_SYSCTLS.items() if since <= minor for name in names)
    allowed = matching(settings.allowed_sysctls or of_version)
    forbidden = matching(settings.forbidden_sysctls)

    def check(pod: Pod) -> Iterator[Duty]:
        for sysctl in pod.spec.items("securityContext.sysctls"):
            yield Duty(
                pod.workload,
                sysctl.text("name").satisfies(lambda name: allowed(name) and not forbidden(name)),
                f"{sysctl.path} must name a kernel parameter that is safe",
            )

    return check


SAFE_SYSCTLS: Final = PodRule.settable(
    about_pods(
        "pods-set-safe-sysctls-only",
        "No pod sets a kernel parameter that reaches beyond it",
        why="Most kernel parameters belong to the whole node, so that one pod slows or stops the others.",
        severity=Severity.MEDIUM,
        rows=(23,),
        fix="remove from securityContext.sysctls what is not in the safe set, and set it on the node if it must be",
        references=(Reference("PSS", "baseline: sysctls"),),
    ),
    Sysctls(),
    _safe,
)

RULES: Final = (
    SELINUX_OF_CONTAINERS,
    PROC_MASKED,
    PROC_ALWAYS_MASKED,
    SAFE_SYSCTLS,
)
