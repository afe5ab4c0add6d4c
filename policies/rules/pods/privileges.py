"""Rules about the powers of a container: privileges, capabilities, and who it runs beside on Windows.

What is allowed follows `k8s.io/pod-security-admission/policy`; lists of capabilities are those of Linux' manual page
capabilities(7).
"""

from collections.abc import Callable
from typing import Final

from pavedroad.governance import (
    Pod,
    PodRule,
    Properties,
    Reference,
    Settings,
    Severity,
    Truth,
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.findings import Check
from pavedroad.governance.truth import YES
from policies.rules.pods.shapes import OfVersion, about_pods, each_container, each_part, on_windows, versioned

_ADD: Final = "securityContext.capabilities.add"
_DROP: Final = "securityContext.capabilities.drop"
_ALL: Final = "ALL"
_ANY: Final = "*"
_DEFAULT: Final = frozenset(
    {
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    }
)
"""What container runtimes give by themselves, but for NET_RAW."""
_WHOLE_NODE: Final = frozenset({_ALL, "SYS_ADMIN", "SYS_MODULE"})
_RAW: Final = frozenset({_ALL, "NET_RAW"})
_DROPPING_SINCE: Final = 22
_WINDOWS_SINCE: Final = 25

NOT_PRIVILEGED: Final = PodRule(
    about_pods(
        "containers-not-privileged",
        "No container is privileged",
        why="A privileged container has every device and every capability of its node.",
        severity=Severity.CRITICAL,
        rows=(1,),
        fix="leave securityContext.privileged out",
        references=(
            Reference("PSS", "baseline: privileged"),
            Reference("CIS Kubernetes", "5.2.2"),
            Reference("CIS EKS", "4.2.1"),
        ),
    ),
    each_container(
        lambda container: container.flag("securityContext.privileged").equals(wanted=False, absent=True),
        "not set securityContext.privileged to true",
    ),
)


def _keeps_privileges(container: Properties) -> Truth:
    return container.flag("securityContext.allowPrivilegeEscalation").equals(wanted=False)


_KEEP_PRIVILEGES: Final = "set securityContext.allowPrivilegeEscalation to false"

NO_PRIVILEGE_ESCALATION: Final = versioned(
    about_pods(
        "containers-no-privilege-escalation",
        "No process can gain more privileges than its parent has",
        why="Otherwise a set-user-ID program in the image makes any user root.",
        severity=Severity.HIGH,
        rows=(9,),
        fix="set securityContext.allowPrivilegeEscalation to false on each container",
        references=(
            Reference("PSS", "restricted: allowPrivilegeEscalation"),
            Reference("CIS Kubernetes", "5.2.6"),
            Reference("CIS EKS", "4.2.5"),
        ),
    ),
    {
        8: each_container(_keeps_privileges, _KEEP_PRIVILEGES),
        _WINDOWS_SINCE: each_container(_keeps_privileges, _KEEP_PRIVILEGES, spared=on_windows),
    },
)


def _adds_only(container: Properties, allowed: Callable[[str], bool]) -> Truth:
    return all_of(*(item.text().satisfies(allowed) for item in container.items(_ADD)))


def _drops(container: Properties, capability: str) -> Truth:
    return any_of(
        *(item.text().satisfies(lambda name: name in (_ALL, capability)) for item in container.items(_DROP))
    )


DEFAULT_CAPABILITIES: Final = PodRule(
    about_pods(
        "containers-add-default-capabilities-only",
        "No container adds a capability that container runtimes do not give by themselves",
        why="Every further capability is a part of root's power over the node.",
        severity=Severity.HIGH,
        rows=(14,),
        fix="remove from securityContext.capabilities.add what container runtimes do not give by default",
        references=(
            Reference("PSS", "baseline: capabilities_baseline"),
            Reference("CIS Kubernetes", "5.2.9"),
        ),
    ),
    each_container(
        lambda container: _adds_only(container, _DEFAULT.__contains__),
        "add in securityContext.capabilities only what container runtimes give by default",
    ),
)


class Capabilities(OfVersion):
    """What may be set of the capabilities that containers drop and add."""

    allowed_capabilities: tuple[str, ...] = setting(
        ("NET_BIND_SERVICE",), "The capabilities that may be added; * is any."
    )
    required_drop_capabilities: tuple[str, ...] = setting(
        (_ALL,), "The capabilities that must be dropped; dropping ALL drops each of them."
    )


def _capabilities_dropped(settings: Capabilities) -> Check[Pod]:
    allowed, required = frozenset(settings.allowed_capabilities), settings.required_drop_capabilities
    minor = settings.minor

    def kept_small(container: Properties) -> Truth:
        added = YES if _ANY in allowed else _adds_only(container, allowed.__contains__)
        return all_of(added, *(_drops(container, each) for each in required))

    if minor < _DROPPING_SINCE:
        return lambda _: ()
    return each_container(
        kept_small,
        "drop ALL in securityContext.capabilities and add nothing but NET_BIND_SERVICE, or what the control's "
        "settings ask instead",
        spared=on_windows if minor >= _WINDOWS_SINCE else None,
    )


CAPABILITIES_DROPPED: Final = PodRule.settable(
    about_pods(
        "containers-drop-all-capabilities",
        "Every container drops all capabilities and adds none but NET_BIND_SERVICE",
        why="A capability is a part of root's power; almost no service needs any.",
        severity=Severity.HIGH,
        rows=(15,),
        fix="set securityContext.capabilities.drop to [ALL] and add at most NET_BIND_SERVICE",
        descriptor="ask for `run_as.low_ports` where a port below 1024 is needed; nothing else can be added",
        references=(
            Reference("PSS", "restricted: capabilities_restricted"),
            Reference("CIS Kubernetes", "5.2.9"),
        ),
    ),
    Capabilities(),
    _capabilities_dropped,
)

NET_RAW_DROPPED: Final = PodRule(
    about_pods(
        "containers-drop-net-raw",
        "Every container drops the capability NET_RAW",
        why="With it a container forges packets of its neighbours, and answers their DNS and ARP queries.",
        severity=Severity.HIGH,
        rows=(16,),
        fix="name ALL or NET_RAW in securityContext.capabilities.drop, and do not add NET_RAW",
        references=(Reference("CIS Kubernetes", "5.2.8"),),
    ),
    each_container(
        lambda container: all_of(
            any_of(*(item.text().satisfies(_is_raw) for item in container.items(_DROP))),
            _adds_only(container, lambda name: not _is_raw(name)),
        ),
        "drop NET_RAW in securityContext.capabilities, and not add it",
        spared=on_windows,
    ),
)


def _is_raw(capability: str) -> bool:
    return _bare(capability) in _RAW


def _bare(capability: str) -> str:
    """Spell a capability as runtimes compare it: in capitals, without its prefix."""
    return capability.upper().removeprefix("CAP_")


class Forbidden(Settings):
    """What may be set of the capabilities that nobody may add."""

    forbidden_capabilities: tuple[str, ...] = setting(
        tuple(sorted(_WHOLE_NODE)), "The capabilities that no container may add."
    )


def _not_over_node(settings: Forbidden) -> Check[Pod]:
    forbidden = frozenset(map(_bare, settings.forbidden_capabilities))
    return each_container(
        lambda container: _adds_only(container, lambda name: _bare(name) not in forbidden),
        "not add a capability in securityContext.capabilities that rules the whole node",
    )


NO_NODE_CAPABILITIES: Final = PodRule.settable(
    about_pods(
        "containers-without-node-capabilities",
        "No container has a capability that rules the whole node: SYS_ADMIN, SYS_MODULE or ALL",
        why="SYS_ADMIN mounts the node's disks and SYS_MODULE loads code into its kernel: both are root on the node.",
        severity=Severity.CRITICAL,
        rows=(17,),
        fix="remove SYS_ADMIN, SYS_MODULE and ALL from securityContext.capabilities.add",
    ),
    Forbidden(),
    _not_over_node,
)

NOT_HOST_PROCESS: Final = PodRule(
    about_pods(
        "containers-not-host-processes",
        "No Windows container is a process of its host",
        why="A HostProcess container is not isolated at all: it runs as a user of the node, often its administrator.",
        severity=Severity.CRITICAL,
        rows=(25,),
        fix="leave securityContext.windowsOptions.hostProcess out of the pod and of each container",
        references=(
            Reference("PSS", "baseline: windowsHostProcess"),
            Reference("CIS Kubernetes", "5.2.10"),
        ),
    ),
    each_part(
        lambda part: part.flag("securityContext.windowsOptions.hostProcess").equals(
            wanted=False, absent=True
        ),
        "not set securityContext.windowsOptions.hostProcess to true",
    ),
)

RULES: Final = (
    NOT_PRIVILEGED,
    NO_PRIVILEGE_ESCALATION,
    DEFAULT_CAPABILITIES,
    CAPABILITIES_DROPPED,
    NET_RAW_DROPPED,
    NO_NODE_CAPABILITIES,
    NOT_HOST_PROCESS,
)
