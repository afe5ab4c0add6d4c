"""Gatekeeper's suites about resources, staying up and images, and the controls that ask the same."""

from collections.abc import Mapping

from tests.support.conformance import Parameters, Suite


def _ceilings(parameters: Parameters) -> Mapping[str, object]:
    """Read the highest CPU and memory, where -1 stands for any."""
    return {
        name: None if parameters.get(name, "-1") == "-1" else parameters[name] for name in ("cpu", "memory")
    }


def _ratios(parameters: Parameters) -> Mapping[str, object]:
    cpu = parameters.get("cpuRatio")
    return {"memoryRatio": float(parameters["ratio"]), "cpuRatio": None if cpu is None else float(cpu)}


_SAYING: Mapping[tuple[str, str], str] = {
    ("requests", "cpu"): "containers-request-cpu",
    ("requests", "memory"): "containers-request-memory",
    ("limits", "cpu"): "containers-limit-cpu",
    ("limits", "memory"): "containers-limit-memory",
}
"""The control that asks a container to say something, for each thing that it may say."""


def _to_be_said(parameters: Parameters) -> set[str]:
    return {_SAYING[group, name] for group in ("limits", "requests") for name in parameters.get(group, ())}


def _with_ceiling(group: str) -> Suite:
    """Map a suite that asks for what it bounds: what the field calls a ceiling is two demands here."""
    ceiling = f"container-{group}-within-ceiling"
    saying = {name: _SAYING[group, name] for name in ("cpu", "memory")}
    return Suite(
        (*saying.values(), ceiling),
        _ceilings,
        lambda parameters: {
            ceiling,
            *(saying[name] for name, most in _ceilings(parameters).items() if most is not None),
        },
    )


def _range(parameters: Parameters) -> Mapping[str, object]:
    (only,) = parameters["ranges"]
    return {"fewest": only["min_replicas"], "most": only["max_replicas"]}


def _autoscaling(parameters: Parameters) -> Mapping[str, object]:
    return {**_range(parameters), "spread": parameters["minimumReplicaSpread"]}


SUITES: Mapping[str, Suite] = {
    "general/containerlimits": _with_ceiling("limits"),
    "general/containerrequests": _with_ceiling("requests"),
    "general/containerresourceratios": Suite(("container-limits-near-requests",), _ratios),
    "general/containerresources": Suite(tuple(_SAYING.values()), asked=_to_be_said),
    "general/ephemeralstoragelimit": Suite(
        ("containers-limit-ephemeral-storage",),
        lambda parameters: {"ceiling": parameters["ephemeral-storage"]},
    ),
    "general/requiredprobes": Suite(
        ("containers-have-a-liveness-probe", "containers-have-a-readiness-probe"),
        lambda parameters: {"probeTypes": parameters["probeTypes"], "everyPod": True},
    ),
    "general/replicalimits": Suite(("workloads-run-enough-replicas",), _range),
    "general/horizontalpodautoscaler": Suite(
        ("autoscalers-keep-enough-replicas", "autoscalers-have-room", "autoscalers-have-a-target"),
        _autoscaling,
    ),
    "general/poddisruptionbudget": Suite(("disruption-budgets-allow-a-disruption",)),
    "general/storageclass": Suite(
        ("volumes-name-a-storage-class",),
        lambda parameters: {"allowed": parameters.get("allowedStorageClasses", []), "declaredHere": True},
    ),
    "general/disallowedtags": Suite(("images-tagged",), lambda parameters: {"tags": parameters["tags"]}),
    "general/imagedigests": Suite(("images-pinned-by-digest",)),
    "general/allowedrepos": Suite(
        ("images-from-allowed-registries",), lambda parameters: {"registries": parameters["repos"]}
    ),
    "general/allowedreposv2": Suite(
        ("images-from-allowed-registries",), lambda parameters: {"registries": parameters["allowedImages"]}
    ),
    "general/disallowedrepos": Suite(
        ("images-not-from-denied-registries",), lambda parameters: {"registries": parameters["repos"]}
    ),
}
