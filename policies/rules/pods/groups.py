"""Rules about the groups that a pod runs in, and the group that its volumes belong to."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import Duty, Pod, PodRule, Settings, Severity, any_of, setting
from pavedroad.governance.findings import Check
from policies.rules.pods.shapes import EVERY_TIER, about_pods, each_part, in_ranges

_GROUP: Final = "securityContext.runAsGroup"
_SUPPLEMENTAL: Final = "securityContext.supplementalGroups"
_FS_GROUP: Final = "securityContext.fsGroup"
_ABOVE_ROOT: Final = ("1-",)


class Groups(Settings):
    """What may be set of the primary groups that containers run in."""

    allowed_groups: tuple[str, ...] = setting(
        ("10000-",), "The groups that may be named, each a number or a range as 10000-19999 or 10000-."
    )
    group_required: bool = setting(default=True, meaning="Whether every container must name one, or its pod.")


def _group_in_range(settings: Groups) -> Check[Pod]:
    allowed = in_ranges(settings.allowed_groups, "allowedGroups")
    required = settings.group_required

    def check(pod: Pod) -> Iterator[Duty]:
        windows = pod.on_windows
        of_pod = pod.spec.number(_GROUP)
        for container in pod.containers():
            group = container.number(_GROUP).or_else(of_pod)
            met = any_of(windows, group.satisfies(allowed, absent=not required))
            yield Duty(pod.workload, met, f"{container.path} must set {_GROUP} to an allowed group")

    return check


GROUP_IN_RANGE: Final = PodRule.settable(
    about_pods(
        "containers-group-above-host-groups",
        "Every container runs in a group that no node has: 10000 or above",
        why="A process that breaks out may read what belongs to whichever group of the node shares its number.",
        severity=Severity.LOW,
        rows=(12,),
        fix="set securityContext.runAsGroup to 10000 or above, on the pod or on each container",
        descriptor="set `run_as.group` to 10000 or above, if the image allows it",
        advisory_in=EVERY_TIER,
    ),
    Groups(),
    _group_in_range,
)

GROUP_NAMED: Final = PodRule.settable(
    about_pods(
        "containers-name-a-group",
        "Every container names the group that it runs in, and that is not root's",
        why="An image that names no group runs in group 0, to which files are opened more often than people know.",
        severity=Severity.MEDIUM,
        rows=(13,),
        fix="set securityContext.runAsGroup above 0, on the pod or on each container",
        descriptor="set `run_as.group` to the image's own group, above 0",
    ),
    Groups(allowed_groups=_ABOVE_ROOT),
    _group_in_range,
)

GROUP_NOT_ROOT: Final = PodRule(
    about_pods(
        "containers-not-group-zero",
        "No pod and no container names group 0",
        why="Group 0 is root's: whatever is readable or writable to it on a volume or a node is theirs.",
        severity=Severity.MEDIUM,
        rows=(13,),
        fix="leave securityContext.runAsGroup out, or set it above 0",
        descriptor="set `run_as.group` to the image's own group, above 0",
    ),
    each_part(
        lambda part: part.number(_GROUP).satisfies(lambda number: number != 0, absent=True),
        f"not set {_GROUP} to 0",
    ),
)


class SupplementalGroups(Settings):
    """What may be set of the further groups of a pod."""

    allowed_supplemental_groups: tuple[str, ...] = setting(
        _ABOVE_ROOT, "The groups that may be named, each a number or a range as 1000-1999 or 1-."
    )
    supplemental_groups_required: bool = setting(
        default=False, meaning="Whether every pod must name at least one."
    )


def _supplemental_groups_in_range(settings: SupplementalGroups) -> Check[Pod]:
    allowed = in_ranges(settings.allowed_supplemental_groups, "allowedSupplementalGroups")
    required = settings.supplemental_groups_required

    def check(pod: Pod) -> Iterator[Duty]:
        groups = [item.number() for item in pod.spec.items(_SUPPLEMENTAL)]
        for group in groups:
            yield Duty(pod.workload, group.satisfies(allowed), f"{group.path} must be an allowed group")
        if required and not groups:
            given = pod.spec.anything(_SUPPLEMENTAL).satisfies(lambda _: False)
            yield Duty(pod.workload, given, f"{pod.spec.path} must name a group in {_SUPPLEMENTAL}")

    return check


SUPPLEMENTAL_GROUPS: Final = PodRule.settable(
    about_pods(
        "pods-supplemental-groups-not-root",
        "No further group of a pod is root's",
        why="Group 0 is root's: whatever is readable or writable to it on a volume or a node is theirs.",
        severity=Severity.MEDIUM,
        rows=(13,),
        fix="remove 0 from securityContext.supplementalGroups",
    ),
    SupplementalGroups(),
    _supplemental_groups_in_range,
)


class FsGroup(Settings):
    """What may be set of the group that a pod's volumes belong to."""

    allowed_fs_groups: tuple[str, ...] = setting(
        _ABOVE_ROOT, "The groups that may be named, each a number or a range as 1000-1999 or 1-."
    )
    fs_group_required: bool = setting(default=False, meaning="Whether every pod must name one.")


def _fs_group_in_range(settings: FsGroup) -> Check[Pod]:
    allowed = in_ranges(settings.allowed_fs_groups, "allowedFsGroups")
    absent = not settings.fs_group_required
    return lambda pod: (
        Duty(
            pod.workload,
            pod.spec.number(_FS_GROUP).satisfies(allowed, absent=absent),
            f"{pod.spec.path} must set {_FS_GROUP} to an allowed group",
        ),
    )


FS_GROUP: Final = PodRule.settable(
    about_pods(
        "pods-fs-group-not-root",
        "The volumes of no pod belong to root's group",
        why="Files of group 0 are open to every process that runs in it, in this pod and in others on the volume.",
        severity=Severity.MEDIUM,
        rows=(13,),
        fix="set securityContext.fsGroup above 0, or leave it out",
        descriptor="set `run_as.group` to the image's own group, above 0",
    ),
    FsGroup(),
    _fs_group_in_range,
)

RULES: Final = (
    GROUP_IN_RANGE,
    GROUP_NAMED,
    GROUP_NOT_ROOT,
    SUPPLEMENTAL_GROUPS,
    FS_GROUP,
)
