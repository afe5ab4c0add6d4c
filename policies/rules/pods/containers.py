"""Rules about how a container is run: what it may write, what it listens on, and what it should not be."""

from collections.abc import Callable, Iterator
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
from policies.rules.pods.shapes import EVERY_TIER, about_pods, each_container, in_ranges

_CONTEXT: Final = "securityContext"
_SSH: Final = 22

READ_ONLY_ROOT: Final = PodRule(
    about_pods(
        "containers-read-only-root-filesystem",
        "Every container's root file system is read-only",
        why="Whoever gets in can neither replace a program nor leave one behind.",
        severity=Severity.MEDIUM,
        rows=(27,),
        fix="set securityContext.readOnlyRootFilesystem to true and mount an emptyDir for what is written",
        descriptor="remove `run_as.writable_root` and declare scratch space where the process writes",
        references=(Reference("NSA", "immutable container file systems"),),
    ),
    each_container(
        lambda container: container.flag("securityContext.readOnlyRootFilesystem").equals(wanted=True),
        "set securityContext.readOnlyRootFilesystem to true",
    ),
)


def _says_something(part: Properties) -> Truth:
    said = NO
    for _, value in part.entries(_CONTEXT):
        said = any_of(said, value.anything().present())
        if said.holds:
            break
    return said


def _secured(pod: Pod) -> Iterator[Duty]:
    of_pod = _says_something(pod.spec)
    if of_pod.holds is not True:
        met = any_of(of_pod, all_of(*map(_says_something, pod.containers())))
        yield Duty(pod.workload, met, f"{pod.spec.path} must set {_CONTEXT}, or each of its containers must")


POD_CONTEXT: Final = PodRule(
    about_pods(
        "pods-have-a-security-context",
        "Every pod says how it is to be secured, by itself or by each of its containers",
        why="Where nothing is said, Kubernetes' defaults hold, and those are made to let everything run.",
        severity=Severity.MEDIUM,
        rows=(28,),
        fix="set securityContext on the pod",
        references=(Reference("CIS Kubernetes", "5.6.3"),),
    ),
    _secured,
)

CONTAINER_CONTEXT: Final = PodRule(
    about_pods(
        "containers-have-a-security-context",
        "Every container says how it is to be secured",
        why="Privileges, capabilities and the root file system can be bounded on the container alone, not on its pod.",
        severity=Severity.MEDIUM,
        rows=(28,),
        fix="set securityContext on each container",
        references=(Reference("CIS Kubernetes", "5.6.3"),),
    ),
    each_container(_says_something, f"set {_CONTEXT}"),
)


def _each_port(allowed: Callable[[float], bool], demand: str) -> Check[Pod]:
    def check(pod: Pod) -> Iterator[Duty]:
        for container in pod.containers():
            for port in container.items("ports"):
                number = port.number("containerPort")
                yield Duty(
                    pod.workload,
                    number.satisfies(allowed, absent=True),
                    f"{port.path}.containerPort must {demand}",
                )

    return check


class Ports(Settings):
    """What may be set of the low ports that containers listen on."""

    allowed_low_ports: tuple[str, ...] = setting(
        (), "Ports below 1024 that may be listened on all the same, each a number or a range as 80-443."
    )


HIGH_PORTS: Final = PodRule.settable(
    about_pods(
        "containers-listen-on-high-ports",
        "Containers listen on ports from 1024 on",
        why="A port below takes root, a capability or a kernel parameter; a Service can show any port to clients.",
        severity=Severity.MEDIUM,
        rows=(32,),
        fix="have the process listen on 1024 or above, and map the port in the Service",
        descriptor="have the image listen on 1024 or above, and say so in the port's `port`; `service_port` stays",
        advisory_in=EVERY_TIER,
    ),
    Ports(),
    lambda settings: _each_port(
        in_ranges((*settings.allowed_low_ports, "1024-"), "allowedLowPorts"), "be 1024 or above"
    ),
)

NO_SSH: Final = PodRule(
    about_pods(
        "containers-without-ssh",
        "No container listens for SSH",
        why="A login into a container is an entrance that neither the API server's access control nor its audit sees.",
        severity=Severity.MEDIUM,
        rows=(32,),
        fix="remove the SSH server, and use kubectl exec or an ephemeral container",
    ),
    _each_port(lambda port: port != _SSH, "not be that of SSH"),
)

NO_EPHEMERAL: Final = PodRule(
    about_pods(
        "pods-without-ephemeral-containers",
        "No pod is declared with ephemeral containers",
        why="They are for a person who looks into a running pod; declared, they are a back door that nobody reviews.",
        severity=Severity.MEDIUM,
        rows=(33,),
        fix="remove ephemeralContainers, and use kubectl debug where it is needed",
    ),
    lambda pod: (
        Duty(
            pod.workload,
            pod.spec.empty("ephemeralContainers"),
            f"{pod.spec.path} must hold nothing in ephemeralContainers",
        ),
    ),
)

NOT_INTERACTIVE: Final = PodRule(
    about_pods(
        "containers-not-interactive",
        "No container waits for a person at a terminal",
        why="With stdin or a terminal open, whoever may attach to the container types into its process.",
        severity=Severity.LOW,
        rows=(34,),
        fix="remove stdin and tty",
    ),
    each_container(
        lambda container: all_of(
            container.flag("stdin").equals(wanted=False, absent=True),
            container.flag("tty").equals(wanted=False, absent=True),
        ),
        "set neither stdin nor tty to true",
    ),
)

RULES: Final = (
    READ_ONLY_ROOT,
    POD_CONTEXT,
    CONTAINER_CONTEXT,
    HIGH_PORTS,
    NO_SSH,
    NO_EPHEMERAL,
    NOT_INTERACTIVE,
)
