"""Rules about the user that a container runs as.

What is asked of root follows `k8s.io/pod-security-admission/policy`: from v1.35 on a pod with its own user namespace
may run as root inside it.
"""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Duty,
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
from pavedroad.governance.truth import NO
from policies.rules.pods.shapes import (
    EVERY_TIER,
    about_pods,
    each_part,
    in_ranges,
    in_user_namespace,
    versioned,
)

_NON_ROOT: Final = "securityContext.runAsNonRoot"
_USER: Final = "securityContext.runAsUser"
_USER_NAMESPACES_SINCE: Final = 35


def _run_as_non_root(*, relaxed: bool) -> Check[Pod]:
    def check(pod: Pod) -> Iterator[Duty]:
        excuse = pod.in_user_namespace if relaxed else NO
        of_pod = pod.spec.flag(_NON_ROOT)
        yield Duty(
            pod.workload,
            any_of(excuse, of_pod.equals(wanted=True, absent=True)),
            f"{pod.spec.path} must not set {_NON_ROOT} to false",
        )
        for container in pod.containers():
            own = container.flag(_NON_ROOT)
            yield Duty(
                pod.workload,
                any_of(excuse, own.or_else(of_pod).equals(wanted=True)),
                f"{container.path} must set {_NON_ROOT} to true, or its pod must",
            )

    return check


RUN_AS_NON_ROOT: Final = versioned(
    about_pods(
        "containers-run-as-non-root",
        "Every container refuses to start as root",
        why="Whoever breaks out of a container that runs as root is root on the node.",
        severity=Severity.HIGH,
        rows=(10,),
        fix="set securityContext.runAsNonRoot to true on the pod or on each container",
        references=(
            Reference("PSS", "restricted: runAsNonRoot"),
            Reference("CIS Kubernetes", "5.2.7"),
        ),
    ),
    {0: _run_as_non_root(relaxed=False), _USER_NAMESPACES_SINCE: _run_as_non_root(relaxed=True)},
)


def _not_user_zero(part: Properties) -> Truth:
    return part.number(_USER).satisfies(_above_root, absent=True)


def _above_root(number: float) -> bool:
    return number != 0


_NOT_USER_ZERO: Final = f"not set {_USER} to 0"

RUN_AS_USER: Final = versioned(
    about_pods(
        "containers-not-user-zero",
        "No pod and no container names user 0",
        why="User 0 is root whatever else is set.",
        severity=Severity.HIGH,
        rows=(11,),
        fix="leave securityContext.runAsUser out, or set it above 0",
        descriptor="set `run_as.user` to the image's own user, above 0",
        references=(Reference("PSS", "restricted: runAsUser"),),
    ),
    {
        23: each_part(_not_user_zero, _NOT_USER_ZERO),
        _USER_NAMESPACES_SINCE: each_part(_not_user_zero, _NOT_USER_ZERO, spared=in_user_namespace),
    },
)


class Users(Settings):
    """What may be set of the users that containers run as."""

    allowed_users: tuple[str, ...] = setting(
        ("10000-",), "The users that may be named, each a number or a range as 10000-19999 or 10000-."
    )
    user_required: bool = setting(default=True, meaning="Whether every container must name one, or its pod.")
    non_root_suffices: bool = setting(
        default=False, meaning="Whether one that names none may set runAsNonRoot instead."
    )


def _user_in_range(settings: Users) -> Check[Pod]:
    allowed = in_ranges(settings.allowed_users, "allowedUsers")
    required, non_root_suffices = settings.user_required, settings.non_root_suffices

    def check(pod: Pod) -> Iterator[Duty]:
        windows = pod.on_windows
        of_pod = pod.spec.number(_USER)
        for container in pod.containers():
            user = container.number(_USER).or_else(of_pod)
            met = any_of(windows, user.satisfies(allowed, absent=not required))
            if non_root_suffices:
                non_root = container.flag(_NON_ROOT).or_else(pod.spec.flag(_NON_ROOT)).equals(wanted=True)
                met = any_of(met, all_of(user.satisfies(lambda _: False, absent=True), non_root))
            yield Duty(pod.workload, met, f"{container.path} must set {_USER} to an allowed user")

    return check


USER_IN_RANGE: Final = PodRule.settable(
    about_pods(
        "containers-user-above-host-users",
        "Every container runs as a user that no account of a node has: 10000 or above",
        why="A process that breaks out has the powers of whichever account on the node shares its number.",
        severity=Severity.LOW,
        rows=(12,),
        fix="set securityContext.runAsUser to 10000 or above, on the pod or on each container",
        descriptor="set `run_as.user` to 10000 or above, if the image allows it",
        advisory_in=EVERY_TIER,
    ),
    Users(),
    _user_in_range,
)


RULES: Final = (
    RUN_AS_NON_ROOT,
    RUN_AS_USER,
    USER_IN_RANGE,
)
