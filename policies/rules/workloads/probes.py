"""Rules about probes: how Kubernetes learns that a container is up, and that it is stuck.

They speak about pods that are meant to stay up: one that is not always restarted, as a Job's, ends by itself. To
Kubernetes the ports of a container are only information, so a pod without any may still take requests. A service of
this platform may not: nobody gets through to a port that it does not declare, so without one it need not say when it
is ready.
"""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Pod,
    PodRule,
    Properties,
    Settings,
    Severity,
    Truth,
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.kubernetes import WORKLOADS
from pavedroad.governance.truth import NO, YES
from policies.rules.workloads.checks import EVERY_TIER, of_each

_KINDS: Final = ("readinessProbe", "livenessProbe", "startupProbe")
_WITH_PORT: Final = ("grpc", "httpGet", "tcpSocket")
_SERVICE: Final = "pavedroad.dev/service"
_HANDLERS: Final = ("exec", "grpc", "httpGet", "tcpSocket")


class _Probes(Settings):
    probe_types: tuple[str, ...] = setting(_HANDLERS, "What a probe may do: it must do one of these.")
    every_pod: bool = setting(
        False, "Whether pods that end by themselves, as a Job's, and services without a port need one too."
    )


def _has_a(kind: str, spares: Callable[[Pod], Truth]) -> Callable[[_Probes], Callable[[Pod], Iterator[Duty]]]:
    """Make a maker of checks that every container has a probe of ``kind``, but for pods that it ``spares``."""

    def make(settings: _Probes) -> Callable[[Pod], Iterator[Duty]]:
        def check(pod: Pod) -> Iterator[Duty]:
            spared = NO if settings.every_pod else spares(pod)
            if spared.holds:
                return
            for container in pod.own_containers():
                probe = container.at(kind)
                asks = any_of(*(probe.anything(handler).present() for handler in settings.probe_types))
                yield Duty(
                    pod.workload,
                    any_of(spared, asks),
                    f"{container.path} must set {kind}, with {' or '.join(settings.probe_types)}",
                )

        return check

    return make


def _ends(pod: Pod) -> Truth:
    """Whether the pod is not always restarted; Kubernetes refuses a Job that does not say so."""
    return pod.spec.text("restartPolicy").satisfies(lambda policy: policy in ("Never", "OnFailure"))


def _ends_or_takes_nothing(pod: Pod) -> Truth:
    service = pod.metadata.at("labels").entry(_SERVICE).text().present()
    portless = (container.empty("ports") for container in pod.own_containers())
    return any_of(_ends(pod), all_of(service, *portless))


LIVENESS: Final = PodRule.settable(
    Control(
        identifier="containers-have-a-liveness-probe",
        sentence="Every container of a pod that stays up has a liveness probe",
        why="A process that hangs without ending is never restarted otherwise. A wrong one restarts replicas that "
        "are only busy, so where a process ends by itself when it is broken it is better left out: this is only advice.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(descriptor="set `probes.liveness`", pulumi="set livenessProbe on each container"),
        advisory_in=EVERY_TIER,
        rows=(44,),
    ),
    _Probes(),
    _has_a("livenessProbe", _ends),
)

READINESS: Final = PodRule.settable(
    Control(
        identifier="containers-have-a-readiness-probe",
        sentence="Every container of a pod that takes requests has a readiness probe",
        why="Without one, requests reach a process that has not started yet, and a rollout never notices that "
        "the new version does not answer.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(descriptor="set `probes.readiness`", pulumi="set readinessProbe on each container"),
        rows=(45,),
    ),
    _Probes(),
    _has_a("readinessProbe", _ends_or_takes_nothing),
)


def _differ(container: Properties) -> Truth:
    """Whether the two probes do not ask the same in the same way; a missing one asks nothing."""
    readiness, liveness = container.at("readinessProbe"), container.at("livenessProbe")
    if readiness.value is None or liveness.value is None:
        return YES
    return _some_difference(readiness, liveness)


def _some_difference(one: Properties, other: Properties) -> Truth:
    mine, theirs = one.value, other.value
    if isinstance(mine, dict) and isinstance(theirs, dict):
        names = dict.fromkeys([*mine, *theirs])
        return any_of(*(_some_difference(one.entry(name), other.entry(name)) for name in names))
    if isinstance(mine, list) and isinstance(theirs, list):
        if len(mine) != len(theirs):
            return YES
        return any_of(*map(_some_difference, one.items(), other.items()))
    if mine is None or theirs is None:
        return any_of(one.anything().present(), other.anything().present())
    return one.anything().differs_from(other.anything())


PROBES_DIFFER: Final = PodRule(
    Control(
        identifier="liveness-and-readiness-differ",
        sentence="No container's liveness probe is the same as its readiness probe",
        why="A replica that is only too busy to answer is then restarted instead of left alone, and the load that "
        "it carried pushes the next one over.",
        severity=Severity.LOW,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="give `probes.liveness` a higher `failure_threshold`, or a cheaper question",
            pulumi="give livenessProbe a higher failureThreshold, or a cheaper question",
        ),
        advisory_in=EVERY_TIER,
        rows=(46,),
    ),
    of_each(Pod.own_containers, _differ, "not ask the same by livenessProbe as by readinessProbe"),
)


def _ports_declared(pod: Pod) -> Iterator[Duty]:
    for container in pod.lasting_containers():
        ports = container.items("ports")
        for probed in _probed_ports(container):
            yield Duty(
                pod.workload,
                any_of(*(_is_port(probed, port) for port in ports)),
                f"{probed.path} must be the name or number of one of the container's ports",
            )


def _probed_ports(container: Properties) -> list[Properties]:
    probes = (container.at(kind) for kind in _KINDS)
    ports = (
        probe.at(f"{handler}.port") for probe in probes if probe.value is not None for handler in _WITH_PORT
    )
    return [port for port in ports if port.value is not None]


def _is_port(probed: Properties, port: Properties) -> Truth:
    number, name = probed.number(), probed.text()
    numbered = name.value is not None and name.value.isdigit()
    return any_of(
        number.same_as(port.number("containerPort")),
        name.same_as(port.text("name")),
        port.number("containerPort").equals(float(name.value)) if numbered and name.value else NO,
    )


PORTS_DECLARED: Final = PodRule(
    Control(
        identifier="probe-ports-declared",
        sentence="Every probe asks at a port that its container declares",
        why="A probe at the wrong port never passes, so the rollout hangs; or worse, another process answers.",
        severity=Severity.LOW,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="let `probes.<kind>.port` name one of `ports`",
            pulumi="let the probe's port be one of the container's ports[].containerPort, or its name",
        ),
        rows=(47,),
    ),
    _ports_declared,
)


class _Commands(Settings):
    forbidden: tuple[str, ...] = setting(
        ("jcmd", "ps", "ls", "sh", "bash", "ash", "dash", "zsh", "curl", "wget", "nc"),
        "Programs that a probe may not run, by their name without a folder.",
    )


def _commands_plain(settings: _Commands) -> Callable[[Pod], Iterator[Duty]]:
    forbidden = frozenset(settings.forbidden)

    def harmless(word: str) -> bool:
        return word.rpartition("/")[2] not in forbidden

    def check(pod: Pod) -> Iterator[Duty]:
        for container in pod.lasting_containers():
            for kind in _KINDS:
                command = container.at(f"{kind}.exec.command")
                if command.value is not None:
                    yield Duty(
                        pod.workload,
                        all_of(*(word.text().satisfies(harmless) for word in command.items()[:1])),
                        f"{command.path} must run a program of its own, not a shell or another forbidden command",
                    )

    return check


COMMANDS_PLAIN: Final = PodRule.settable(
    Control(
        identifier="probes-run-no-shell",
        sentence="No probe runs a shell or another command that is forbidden",
        why="A shell line forks several processes every few seconds, may hang without ending, and is a way to run "
        "anything at all in the container.",
        severity=Severity.LOW,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="use `http`, `grpc` or `tcp`, or an `exec` that runs the program itself",
            pulumi="use httpGet, grpc or tcpSocket, or an exec.command that runs the program itself",
        ),
        rows=(48,),
    ),
    _Commands(),
    _commands_plain,
)

RULES: Final = (LIVENESS, READINESS, PROBES_DIFFER, PORTS_DECLARED, COMMANDS_PLAIN)
