"""Rules about containers, wherever a workload keeps its pod.

What is allowed follows the Pod Security Standards, profile *restricted*, policy version v1.37
(`k8s.io/pod-security-admission/policy`): Windows pods need not say what only Linux knows, and a pod with its own
user namespace may run as root inside it.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Pod,
    PodRule,
    Properties,
    Reference,
    Severity,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.kubernetes import WORKLOADS

_BY_ITSELF: Final = (
    "the platform sets this for every service, worker and job, so declare the workload in a descriptor"
)


def _for_each_container(
    allowed: Callable[[Pod, Properties], Truth], demand: str
) -> Callable[[Pod], Iterator[Duty]]:
    """Make a check that asks the same of every container of a pod."""

    def check(pod: Pod) -> Iterator[Duty]:
        for container in pod.containers():
            yield Duty(pod.workload, allowed(pod, container), f"{container.path} must {demand}")

    return check


def _run_as_non_root(pod: Pod) -> Iterator[Duty]:
    of_pod = pod.spec.flag("securityContext.runAsNonRoot")
    yield Duty(
        pod.workload,
        any_of(pod.in_user_namespace, of_pod.equals(wanted=True, absent=True)),
        f"{pod.spec.path} must not set securityContext.runAsNonRoot to false",
    )
    for container in pod.containers():
        own = container.flag("securityContext.runAsNonRoot")
        yield Duty(
            pod.workload,
            any_of(pod.in_user_namespace, own.or_else(of_pod).equals(wanted=True)),
            f"{container.path} must set securityContext.runAsNonRoot to true, or its pod must",
        )


RUN_AS_NON_ROOT: Final = PodRule(
    Control(
        identifier="containers-run-as-non-root",
        sentence="Every container refuses to start as root",
        why="Whoever breaks out of a container that runs as root is root on the node.",
        severity=Severity.HIGH,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor=_BY_ITSELF,
            pulumi="set securityContext.runAsNonRoot to true on the pod or on each container",
        ),
        references=(
            Reference("PSS", "restricted: runAsNonRoot"),
            Reference("CIS Kubernetes", "5.2.7"),
        ),
    ),
    _run_as_non_root,
)


def _run_as_user(pod: Pod) -> Iterator[Duty]:
    for part in (pod.spec, *pod.containers()):
        user = part.number("securityContext.runAsUser")
        yield Duty(
            pod.workload,
            any_of(pod.in_user_namespace, user.satisfies(lambda number: number != 0, absent=True)),
            f"{part.path} must not set securityContext.runAsUser to 0",
        )


RUN_AS_USER: Final = PodRule(
    Control(
        identifier="containers-not-user-zero",
        sentence="No pod and no container names user 0",
        why="User 0 is root whatever else is set.",
        severity=Severity.HIGH,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="set `run_as.user` to the image's own user, above 0",
            pulumi="leave securityContext.runAsUser out, or set it above 0",
        ),
        references=(Reference("PSS", "restricted: runAsUser"),),
    ),
    _run_as_user,
)

NOT_PRIVILEGED: Final = PodRule(
    Control(
        identifier="containers-not-privileged",
        sentence="No container is privileged",
        why="A privileged container has every device and every capability of its node.",
        severity=Severity.CRITICAL,
        resource_types=WORKLOADS,
        fix=Fix(descriptor=_BY_ITSELF, pulumi="leave securityContext.privileged out"),
        references=(
            Reference("PSS", "baseline: privileged"),
            Reference("CIS Kubernetes", "5.2.2"),
            Reference("CIS EKS", "4.2.1"),
        ),
    ),
    _for_each_container(
        lambda _, container: container.flag("securityContext.privileged").equals(wanted=False, absent=True),
        "not set securityContext.privileged to true",
    ),
)

NO_PRIVILEGE_ESCALATION: Final = PodRule(
    Control(
        identifier="containers-no-privilege-escalation",
        sentence="No process can gain more privileges than its parent has",
        why="Otherwise a set-user-ID program in the image makes any user root.",
        severity=Severity.HIGH,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor=_BY_ITSELF,
            pulumi="set securityContext.allowPrivilegeEscalation to false on each container",
        ),
        references=(
            Reference("PSS", "restricted: allowPrivilegeEscalation"),
            Reference("CIS Kubernetes", "5.2.6"),
            Reference("CIS EKS", "4.2.5"),
        ),
    ),
    _for_each_container(
        lambda pod, container: any_of(
            pod.on_windows, container.flag("securityContext.allowPrivilegeEscalation").equals(wanted=False)
        ),
        "set securityContext.allowPrivilegeEscalation to false",
    ),
)

READ_ONLY_ROOT: Final = PodRule(
    Control(
        identifier="containers-read-only-root-filesystem",
        sentence="Every container's root file system is read-only",
        why="Whoever gets in can neither replace a program nor leave one behind.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="remove `run_as.writable_root` and declare scratch space where the process writes",
            pulumi="set securityContext.readOnlyRootFilesystem to true and mount an emptyDir for what is written",
        ),
        references=(Reference("NSA", "immutable container file systems"),),
    ),
    _for_each_container(
        lambda _, container: container.flag("securityContext.readOnlyRootFilesystem").equals(wanted=True),
        "set securityContext.readOnlyRootFilesystem to true",
    ),
)


def _capabilities_dropped(pod: Pod, container: Properties) -> Truth:
    dropped = any_of(
        *(item.text().equals("ALL") for item in container.items("securityContext.capabilities.drop"))
    )
    added = all_of(
        *(
            item.text().equals("NET_BIND_SERVICE")
            for item in container.items("securityContext.capabilities.add")
        )
    )
    return any_of(pod.on_windows, all_of(dropped, added))


CAPABILITIES_DROPPED: Final = PodRule(
    Control(
        identifier="containers-drop-all-capabilities",
        sentence="Every container drops all capabilities and adds none but NET_BIND_SERVICE",
        why="A capability is a part of root's power; almost no service needs any.",
        severity=Severity.HIGH,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="ask for `run_as.low_ports` where a port below 1024 is needed; nothing else can be added",
            pulumi="set securityContext.capabilities.drop to [ALL] and add at most NET_BIND_SERVICE",
        ),
        references=(
            Reference("PSS", "restricted: capabilities"),
            Reference("CIS Kubernetes", "5.2.9"),
        ),
    ),
    _for_each_container(
        _capabilities_dropped,
        "drop ALL in securityContext.capabilities and add nothing but NET_BIND_SERVICE",
    ),
)

_BOUNDS: Final = ("requests.cpu", "requests.memory", "limits.memory")


def _resources_bounded(pod: Pod) -> Iterable[Duty]:
    return (
        Duty(
            pod.workload,
            container.anything(f"resources.{bound}").present(),
            f"{container.path} must set resources.{bound}",
        )
        for container in pod.lasting_containers()
        for bound in _BOUNDS
    )


RESOURCES_BOUNDED: Final = PodRule(
    Control(
        identifier="containers-bound-resources",
        sentence="Every container requests CPU and memory and limits its memory",
        why="One container without bounds starves or evicts its neighbours. A CPU limit is not asked for: it "
        "throttles a service while the node is idle.",
        severity=Severity.MEDIUM,
        resource_types=WORKLOADS,
        fix=Fix(
            descriptor="set `size`, or `resources` by hand",
            pulumi="set resources.requests.cpu, resources.requests.memory and resources.limits.memory",
        ),
        references=(Reference("NSA", "resource policies"),),
    ),
    _resources_bounded,
)

RULES: Final = (
    RUN_AS_NON_ROOT,
    RUN_AS_USER,
    NOT_PRIVILEGED,
    NO_PRIVILEGE_ESCALATION,
    READ_ONLY_ROOT,
    CAPABILITIES_DROPPED,
    RESOURCES_BOUNDED,
)
