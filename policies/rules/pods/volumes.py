"""Rules about the kinds of volumes that a pod has, as `k8s.io/pod-security-admission/policy` tells them apart."""

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
from policies.rules.pods.shapes import about_pods, none_given

_HOST_PATH: Final = "hostPath"
_EMPTY_DIR: Final = "emptyDir"
_FLEX: Final = "flexVolume"
_CORE_TYPES: Final = (
    "configMap",
    "csi",
    "downwardAPI",
    _EMPTY_DIR,
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
)
_ANY: Final = "*"


NO_HOST_PATHS: Final = PodRule(
    about_pods(
        "pods-without-host-paths",
        "No pod mounts a directory of its node",
        why="Files of the node outlive the pod, belong to other pods or to the node itself, and are a way out.",
        severity=Severity.HIGH,
        rows=(6,),
        fix="replace hostPath by emptyDir, a PersistentVolumeClaim, or a CSI driver",
        references=(Reference("PSS", "baseline: hostPathVolumes"), Reference("CIS Kubernetes", "5.2.11")),
    ),
    lambda pod: (
        Duty(pod.workload, none_given(volume.at(_HOST_PATH)), f"{volume.path} must not be a hostPath")
        for volume in pod.spec.items("volumes")
    ),
)


class VolumeTypes(Settings):
    """What may be set of the kinds of volumes."""

    allowed_volume_types: tuple[str, ...] = setting(
        _CORE_TYPES, "The kinds of volumes that a pod may have, by the name of their field; * is any."
    )


def _of_allowed_type(settings: VolumeTypes) -> Check[Pod]:
    allowed = frozenset(settings.allowed_volume_types)

    def check(pod: Pod) -> Iterator[Duty]:
        for volume in pod.spec.items("volumes"):
            yield Duty(pod.workload, _is_one_of(volume, allowed), f"{volume.path} must be of an allowed kind")

    return (lambda _: ()) if _ANY in allowed else check


def _is_one_of(volume: Properties, allowed: frozenset[str]) -> Truth:
    """Whether a volume is of an allowed kind; one that names no kind is an emptyDir."""
    given = [(name, part) for name, part in volume.entries() if name != "name"]
    listed = [part.anything().present() for name, part in given if name in allowed]
    unnamed = volume.entry(_EMPTY_DIR).anything().satisfies(lambda _: False, absent=_EMPTY_DIR in allowed)
    return all_of(
        any_of(*listed) if listed else unnamed,
        *(none_given(part) for name, part in given if name not in allowed),
    )


CORE_VOLUME_TYPES: Final = PodRule.settable(
    about_pods(
        "volumes-of-core-kinds",
        "Every volume is of a kind that Kubernetes keeps apart from the node and from remote storage",
        why="Other kinds reach the node's files or name a storage server directly, past quotas and access control of "
        "PersistentVolumes.",
        severity=Severity.MEDIUM,
        rows=(24,),
        fix="use configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected or secret",
        references=(Reference("PSS", "restricted: restrictedVolumes"),),
    ),
    VolumeTypes(),
    _of_allowed_type,
)


class FlexVolumes(Settings):
    """What may be set of FlexVolumes."""

    allowed_flex_volume_drivers: tuple[str, ...] = setting((), "The drivers that a FlexVolume may name.")


def _of_allowed_driver(settings: FlexVolumes) -> Check[Pod]:
    allowed = frozenset(settings.allowed_flex_volume_drivers)
    return lambda pod: (
        Duty(
            pod.workload,
            any_of(
                none_given(volume.at(_FLEX)),
                volume.text("flexVolume.driver").satisfies(allowed.__contains__),
            ),
            f"{volume.path} must not be a flexVolume of a driver that is not allowed",
        )
        for volume in pod.spec.items("volumes")
    )


FLEX_VOLUME_DRIVERS: Final = PodRule.settable(
    about_pods(
        "flex-volumes-of-allowed-drivers",
        "No volume is a FlexVolume of a driver that is not allowed",
        why="A FlexVolume runs a program on the node, as root, that whoever installed the driver wrote.",
        severity=Severity.MEDIUM,
        rows=(24,),
        fix="replace the flexVolume by a CSI driver",
    ),
    FlexVolumes(),
    _of_allowed_driver,
)


RULES: Final = (
    NO_HOST_PATHS,
    CORE_VOLUME_TYPES,
    FLEX_VOLUME_DRIVERS,
)
