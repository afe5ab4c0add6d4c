"""Rules about updates: a new version takes over while the old one still answers."""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Reading,
    Resource,
    ResourceRule,
    Settings,
    Severity,
    Truth,
    all_of,
    any_of,
    setting,
)
from pavedroad.governance.kubernetes import pod_of
from pavedroad.governance.properties import State
from policies.rules.workloads.replicas import DEPLOYMENT

_SINGLE: Final = 1


class _Unavailable(Settings):
    most_percent: int = setting(50, "The highest share of the replicas that may be away during an update.")


def _gradual(settings: _Unavailable) -> Callable[[Resource], Iterator[Duty]]:
    def check(deployment: Resource) -> Iterator[Duty]:
        strategy = deployment.properties.at("spec.strategy")
        replicas = deployment.properties.number("spec.replicas")
        replicas = replicas.or_else(Reading(replicas.path, State.PRESENT, 1))
        alone_with_data = all_of(
            replicas.satisfies(lambda count: count <= _SINGLE), _keeps_data(pod_of(deployment).spec)
        )
        yield Duty(
            deployment,
            any_of(strategy.text("type").equals("RollingUpdate", absent=True), alone_with_data),
            "spec.strategy.type must be RollingUpdate",
        )
        away = strategy.at("rollingUpdate.maxUnavailable")
        yield Duty(
            deployment,
            _bounded(away, replicas, settings.most_percent),
            f"{away.path} must leave replicas that answer",
        )

    return check


def _keeps_data(spec: Properties) -> Truth:
    """Whether the pod mounts a claim, which two pods at once may not be able to."""
    return any_of(*(volume.anything("persistentVolumeClaim").present() for volume in spec.items("volumes")))


def _bounded(away: Properties, replicas: Reading[float], most_percent: int) -> Truth:
    if isinstance(away.value, str):
        return away.text().satisfies(lambda text: _percent(text) <= most_percent)
    count = away.number()
    number = count.value
    if number is None or number <= _SINGLE:
        return count.satisfies(lambda _: True, absent=True)
    return replicas.satisfies(lambda running: number < running)


def _percent(text: str) -> float:
    digits = text.removesuffix("%")
    return int(digits) if digits != text and digits.isdecimal() else float("inf")


GRADUAL: Final = ResourceRule.settable(
    Control(
        identifier="deployments-roll-out-gradually",
        sentence="Every Deployment replaces its replicas step by step",
        why="Recreate stops every old replica before the first new one starts, so each update is an outage; so does a "
        "rolling update that may take all of them away.",
        severity=Severity.LOW,
        resource_types=frozenset({DEPLOYMENT}),
        fix=Fix(
            descriptor="the platform rolls out step by step wherever the service has no volume",
            pulumi="set spec.strategy.type to RollingUpdate, with rollingUpdate.maxUnavailable below the replicas",
        ),
        rows=(54,),
    ),
    _Unavailable(),
    _gradual,
)

RULES: Final = (GRADUAL,)
