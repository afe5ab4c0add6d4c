"""Rules about the profiles that bound what a container may ask of the kernel: seccomp and AppArmor.

What the standards allow follows `k8s.io/pod-security-admission/policy`: a profile that is bad anywhere is refused, on
the pod too, where a container says something better. Which profile a container ends up with is asked apart from that;
it follows the kubelet's order of precedence, and annotations of clusters that predate the fields.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from pavedroad.governance import (
    Duty,
    Pod,
    PodRule,
    Properties,
    Reading,
    Reference,
    Settings,
    Severity,
    Truth,
    any_of,
    setting,
)
from pavedroad.governance.findings import Check
from pavedroad.governance.properties import UNREADABLE
from pavedroad.governance.truth import NO, truth
from policies.rules.pods.shapes import about_pods, each_part, matching, none_given, versioned

_SECCOMP: Final = "securityContext.seccompProfile"
_APPARMOR: Final = "securityContext.appArmorProfile"
_POD_SECCOMP: Final = "seccomp.security.alpha.kubernetes.io/pod"
_CONTAINER_SECCOMP: Final = "container.seccomp.security.alpha.kubernetes.io/"
_CONTAINER_APPARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
_CONFINED: Final = frozenset({"RuntimeDefault", "Localhost"})
_LOCALHOST: Final = "Localhost"
_SPELLED: Final[Mapping[str, str]] = {"RuntimeDefault": "runtime/default", "Unconfined": "unconfined"}
"""The profiles of the fields, as annotations spell them; those of files are `localhost/` and the file."""
_NONE: Final = ""
_FIELDS_SINCE: Final = 19
_WINDOWS_SINCE: Final = 25

_confined_annotation = matching(("runtime/default", "docker/default", "localhost/*"))
_confined_apparmor = matching((_NONE, "runtime/default", "localhost/*"))


def _confined_where_given(field: str) -> Callable[[Properties], Truth]:
    def allowed(part: Properties) -> Truth:
        profile = part.at(field)
        return any_of(none_given(profile), _confined(profile))

    return allowed


def _confined(profile: Properties) -> Truth:
    return profile.text("type").satisfies(_CONFINED.__contains__)


def _annotation(pod: Pod, name: str) -> Reading[str]:
    return pod.metadata.at("annotations").entry(name).text()


def _of_container(pod: Pod, container: Properties, prefix: str) -> Reading[str]:
    """Read the annotation of a container; where its name is not known, nor is its annotation."""
    name = container.text("name")
    return name if name.value is None else _annotation(pod, f"{prefix}{name.value}")


def _confined_annotations(pod: Pod) -> Iterator[Duty]:
    readings = [
        _annotation(pod, _POD_SECCOMP),
        *(_of_container(pod, container, _CONTAINER_SECCOMP) for container in pod.containers()),
    ]
    for reading in readings:
        yield Duty(
            pod.workload,
            reading.satisfies(_confined_annotation, absent=True),
            f"{reading.path} must name a seccomp profile that confines",
        )


_CONFINE: Final = f"not set {_SECCOMP}.type to anything but RuntimeDefault or Localhost"

SECCOMP_NOT_OFF: Final = versioned(
    about_pods(
        "seccomp-not-switched-off",
        "No pod and no container switches seccomp off",
        why="Without seccomp a container may call all of the kernel, also the parts where breakouts are found.",
        severity=Severity.HIGH,
        rows=(19,),
        fix="set securityContext.seccompProfile.type to RuntimeDefault or Localhost",
        references=(Reference("PSS", "baseline: seccompProfile_baseline"),),
    ),
    {0: _confined_annotations, _FIELDS_SINCE: each_part(_confined_where_given(_SECCOMP), _CONFINE)},
)


def _seccomp_named(*, spares_windows: bool) -> Check[Pod]:
    def check(pod: Pod) -> Iterator[Duty]:
        excuse = pod.on_windows if spares_windows else NO
        where_given = _confined_where_given(_SECCOMP)
        yield Duty(pod.workload, any_of(excuse, where_given(pod.spec)), f"{pod.spec.path} must {_CONFINE}")
        of_pod = pod.spec.at(_SECCOMP)
        for container in pod.containers():
            own = container.at(_SECCOMP)
            met = _confined(of_pod if own.value is None else own)
            yield Duty(
                pod.workload,
                any_of(excuse, met),
                f"{container.path} must set {_SECCOMP}.type to RuntimeDefault or Localhost, or its pod must",
            )

    return check


SECCOMP_NAMED: Final = versioned(
    about_pods(
        "containers-name-a-seccomp-profile",
        "Every container runs under a seccomp profile that it or its pod names",
        why="A pod that names none runs without any, unless the kubelet of its node happens to be set otherwise.",
        severity=Severity.MEDIUM,
        rows=(18,),
        fix="set securityContext.seccompProfile.type to RuntimeDefault on the pod",
        references=(
            Reference("PSS", "restricted: seccompProfile_restricted"),
            Reference("CIS Kubernetes", "5.6.2"),
        ),
    ),
    {
        _FIELDS_SINCE: _seccomp_named(spares_windows=False),
        _WINDOWS_SINCE: _seccomp_named(spares_windows=True),
    },
)


def _spelled(profile: Properties, allowed: Callable[[str], bool]) -> Truth:
    """Whether a profile is allowed, once it is spelled as in an annotation."""
    kind = profile.text("type")
    if kind.value == _LOCALHOST:
        return profile.text("localhostProfile").satisfies(lambda file: allowed(f"localhost/{file}"))
    return kind.satisfies(lambda name: allowed(_SPELLED.get(name, name)))


class SeccompProfiles(Settings):
    """What may be set of the seccomp profiles that containers end up with."""

    allowed_seccomp_profiles: tuple[str, ...] = setting(
        ("runtime/default", "docker/default", "localhost/*"),
        "The profiles that a container may end up with: runtime/default, unconfined, localhost/FILE, beginnings "
        "that end in *, and an empty text for none.",
    )


def _seccomp_allowed(settings: SeccompProfiles) -> Check[Pod]:
    allowed = matching(settings.allowed_seccomp_profiles)

    def met(pod: Pod, container: Properties) -> Truth:
        for part in (container, pod.spec):
            profile = part.at(_SECCOMP)
            if profile.value is not None:
                return _spelled(profile, allowed)
        named = _of_container(pod, container, _CONTAINER_SECCOMP).or_else(_annotation(pod, _POD_SECCOMP))
        return named.satisfies(allowed, absent=allowed(_NONE))

    return _each_container_ends_up(met, "seccomp")


def _each_container_ends_up(met: Callable[[Pod, Properties], Truth], kind: str) -> Check[Pod]:
    def check(pod: Pod) -> Iterator[Duty]:
        for container in pod.containers():
            yield Duty(
                pod.workload,
                any_of(pod.on_windows, met(pod, container)),
                f"{container.path} must end up with an allowed profile of {kind}",
            )

    return check


SECCOMP_ALLOWED: Final = PodRule.settable(
    about_pods(
        "containers-seccomp-profile-allowed",
        "Every container ends up with a seccomp profile that the platform allows",
        why="Which profile holds is decided by the container, its pod and their annotations together; a file may hold "
        "anything.",
        severity=Severity.MEDIUM,
        rows=(18,),
        fix="set securityContext.seccompProfile.type to RuntimeDefault on the pod",
    ),
    SeccompProfiles(),
    _seccomp_allowed,
)


def _apparmor_not_off(pod: Pod) -> Iterator[Duty]:
    yield from _apparmor_fields(pod)
    for name, value in pod.metadata.entries("annotations"):
        if name == UNREADABLE or name.startswith(_CONTAINER_APPARMOR):
            yield Duty(
                pod.workload,
                value.text().satisfies(_confined_apparmor, absent=True),
                f"{value.path} must name an AppArmor profile that confines",
            )


_apparmor_fields = each_part(
    _confined_where_given(_APPARMOR),
    f"not set {_APPARMOR}.type to anything but RuntimeDefault or Localhost",
)

APPARMOR_NOT_OFF: Final = PodRule(
    about_pods(
        "apparmor-not-switched-off",
        "No pod and no container switches AppArmor off, by a field or by an annotation",
        why="Where nodes have AppArmor, its default profile keeps containers from mounting, and from files of /proc "
        "and /sys.",
        severity=Severity.MEDIUM,
        rows=(20,),
        fix="leave securityContext.appArmorProfile and its annotations out, or name RuntimeDefault",
        references=(Reference("PSS", "baseline: appArmorProfile"),),
    ),
    _apparmor_not_off,
)


class AppArmorProfiles(Settings):
    """What may be set of the AppArmor profiles that containers end up with."""

    allowed_app_armor_profiles: tuple[str, ...] = setting(
        ("runtime/default", "localhost/*"),
        "The profiles that a container may end up with: runtime/default, which it has where nothing is said, "
        "unconfined, localhost/PROFILE, and beginnings that end in *.",
    )


def _apparmor_allowed(settings: AppArmorProfiles) -> Check[Pod]:
    allowed = matching(settings.allowed_app_armor_profiles)

    def met(pod: Pod, container: Properties) -> Truth:
        own = container.at(_APPARMOR)
        if own.value is not None:
            return _spelled(own, allowed)
        annotation = _of_container(pod, container, _CONTAINER_APPARMOR)
        of_pod = pod.spec.at(_APPARMOR)
        otherwise = (
            truth(holds=allowed("runtime/default")) if of_pod.value is None else _spelled(of_pod, allowed)
        )
        unnamed = annotation.satisfies(lambda _: False, absent=True)
        return any_of(annotation.satisfies(allowed), otherwise if unnamed.holds else NO)

    return _each_container_ends_up(met, "AppArmor")


APPARMOR_ALLOWED: Final = PodRule.settable(
    about_pods(
        "containers-app-armor-profile-allowed",
        "Every container ends up with an AppArmor profile that the platform allows",
        why="Which profile holds is decided by the container, its annotation and its pod together; one that is loaded "
        "on a node may allow anything.",
        severity=Severity.MEDIUM,
        rows=(20,),
        fix="leave securityContext.appArmorProfile and its annotations out, or name RuntimeDefault",
    ),
    AppArmorProfiles(),
    _apparmor_allowed,
)

RULES: Final = (
    SECCOMP_NOT_OFF,
    SECCOMP_NAMED,
    SECCOMP_ALLOWED,
    APPARMOR_NOT_OFF,
    APPARMOR_ALLOWED,
)
