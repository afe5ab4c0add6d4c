"""Rules about disruption budgets: nodes come and go, and neither may every replica go with one nor none at all."""

import math
from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    any_of,
)
from pavedroad.governance.kubernetes import namespace_of, pod_of
from pavedroad.governance.labelled import Labelled
from pavedroad.governance.truth import NO, YES, truth
from policies.rules.workloads.replicas import REPLICATED, Replicas

_BUDGET: Final = "kubernetes:policy/v1:PodDisruptionBudget"
_BUDGETS: Final = frozenset({_BUDGET})
_TWO: Final = 2
_PERCENT: Final = 100


class _Budgeted:
    """Which budget selects which workload's pods, found once for all rules."""

    def __init__(self, stack: Stack) -> None:
        pods = Labelled(
            (workload, namespace_of(workload), pod_of(workload).metadata.at("labels"))
            for workload in stack.of_types(REPLICATED)
        )
        self._of_workload: dict[tuple[str, str], list[Truth]] = {}
        self._of_budget: dict[tuple[str, str], list[tuple[Resource, Truth]]] = {}
        for budget in stack.of_types(_BUDGETS):
            found = pods.selected(budget.properties.at("spec.selector"), namespace_of(budget))
            selected = [(workload, is_it) for workload, is_it in found if is_it.holds is not False]
            self._of_budget[budget.key] = selected
            for workload, is_it in selected:
                self._of_workload.setdefault(workload.key, []).append(is_it)

    def covers(self, workload: Resource) -> Truth:
        """Whether a budget selects the workload's pods."""
        return any_of(*self._of_workload.get(workload.key, ()))

    def selected_by(self, budget: Resource) -> list[tuple[Resource, Truth]]:
        """List the workloads whose pods ``budget`` may select."""
        return self._of_budget[budget.key]


def _has_budget(stack: Stack) -> Iterator[Duty]:
    budgeted = stack.derived(_Budgeted)
    for workload in stack.of_types(REPLICATED):
        alone = Replicas(stack, workload).all_satisfy(lambda replicas: replicas < _TWO)
        yield Duty(
            workload,
            any_of(alone, budgeted.covers(workload), stack.missing("spec.template.metadata.labels")),
            "it runs two or more replicas, so a PodDisruptionBudget in its namespace must select its pods",
        )


HAS_BUDGET: Final = StackRule(
    Control(
        identifier="replicated-workloads-have-a-disruption-budget",
        sentence="Whatever runs two or more replicas has a PodDisruptionBudget that selects its pods",
        why="Without one, draining nodes may stop every replica at once.",
        severity=Severity.MEDIUM,
        resource_types=REPLICATED,
        fix=Fix(
            descriptor="the platform makes one wherever `scale.min` is two or more, so declare the service there",
            pulumi="declare a PodDisruptionBudget whose selector matches the pod template's labels",
        ),
        rows=(50,),
    ),
    _has_budget,
)


def _lets_go(stack: Stack) -> Iterator[Duty]:
    budgeted = stack.derived(_Budgeted)
    for budget in stack.of_types(_BUDGETS):
        unavailable = budget.properties.at("spec.maxUnavailable")
        yield Duty(
            budget,
            any_of(unavailable.anything().satisfies(lambda _: False, absent=True), _above_zero(unavailable)),
            "spec.maxUnavailable must be above zero",
        )
        available = budget.properties.at("spec.minAvailable")
        if available.value is not None:
            yield Duty(
                budget,
                _below_replicas(stack, available, budgeted.selected_by(budget)),
                "spec.minAvailable must be below the replicas that the workload it selects keeps",
            )


def _above_zero(allowed: Properties) -> Truth:
    share = allowed.text()
    if share.value is not None:
        return share.satisfies(lambda text: (_percent(text) or 0) > 0)
    return allowed.number().satisfies(lambda count: count > 0)


def _below_replicas(stack: Stack, available: Properties, selected: list[tuple[Resource, Truth]]) -> Truth:
    """Whether one replica may go; the API rounds a share of the replicas up."""
    share = available.text()
    if share.value is not None:
        percent = _percent(share.value)
        if percent is None or percent >= _PERCENT:
            return NO
        return _leaves_one(stack, selected, lambda replicas: math.ceil(replicas * percent / _PERCENT))
    count = available.number()
    needed = count.value
    if needed is None:
        return count.satisfies(lambda _: False)
    return _leaves_one(stack, selected, lambda _: needed)


def _percent(text: str) -> int | None:
    digits = text.removesuffix("%")
    return int(digits) if digits != text and digits.isdecimal() else None


def _leaves_one(
    stack: Stack, selected: list[tuple[Resource, Truth]], needed: Callable[[float], float]
) -> Truth:
    """Whether more replicas run than are ``needed`` of so many; a workload scaled to zero counts as one."""
    if not selected:
        return YES
    running = [(Replicas(stack, workload), sure) for workload, sure in selected]
    if len(running) == 1:
        replicas, sure = running[0]
        enough = replicas.fewest_satisfies(lambda count: max(count, 1) > needed(max(count, 1)))
        return enough if sure.holds else any_of(enough, sure)
    unsure = next((sure for _, sure in running if not sure.holds), None)
    if unsure:
        return unsure
    counts = [replicas.fewest() for replicas, _ in running]
    total = 0.0
    for count in counts:
        if count.value is None:
            return count.satisfies(lambda _: False)
        total += count.value
    return truth(holds=total > needed(total))


LETS_GO: Final = StackRule(
    Control(
        identifier="disruption-budgets-allow-a-disruption",
        sentence="Every PodDisruptionBudget lets at least one replica go",
        why="One that allows none blocks every drain: nodes are not replaced, and security updates of them wait.",
        severity=Severity.HIGH,
        resource_types=_BUDGETS,
        fix=Fix(
            descriptor="set `scale.min` to two or more",
            pulumi="set spec.maxUnavailable to 1, or spec.minAvailable below the number of replicas",
        ),
        rows=(51,),
    ),
    _lets_go,
)


def _says_how_many(budget: Resource) -> Iterator[Duty]:
    spec = budget.properties.at("spec")
    yield Duty(
        budget,
        any_of(*(spec.anything(name).present() for name in ("maxUnavailable", "minAvailable"))),
        "spec.maxUnavailable or spec.minAvailable must be set",
    )


SAYS_HOW_MANY: Final = ResourceRule(
    Control(
        identifier="disruption-budgets-say-how-many",
        sentence="Every PodDisruptionBudget says how many replicas may go, or must stay",
        why="Where it says neither, Kubernetes takes it to need one replica, which a single one can never give up.",
        severity=Severity.LOW,
        resource_types=_BUDGETS,
        fix=Fix(pulumi="set spec.maxUnavailable to 1"),
        rows=(51,),
    ),
    _says_how_many,
)


def _evicts_unhealthy(budget: Resource) -> Iterator[Duty]:
    yield Duty(
        budget,
        budget.properties.text("spec.unhealthyPodEvictionPolicy").satisfies(
            lambda policy: policy in ("AlwaysAllow", "IfHealthyBudget")
        ),
        "spec.unhealthyPodEvictionPolicy must be set",
    )


EVICTS_UNHEALTHY: Final = ResourceRule(
    Control(
        identifier="disruption-budgets-say-what-happens-to-unhealthy-pods",
        sentence="Every PodDisruptionBudget says whether pods that are not ready may be evicted",
        why="By default a pod that crashes at every start counts as needed, and blocks the drain of its node for good.",
        severity=Severity.LOW,
        resource_types=_BUDGETS,
        fix=Fix(
            descriptor="the platform sets it on every budget that it makes",
            pulumi="set spec.unhealthyPodEvictionPolicy to AlwaysAllow",
        ),
        rows=(52,),
    ),
    _evicts_unhealthy,
)

RULES: Final = (HAS_BUDGET, LETS_GO, SAYS_HOW_MANY, EVICTS_UNHEALTHY)
