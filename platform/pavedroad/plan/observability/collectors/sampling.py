"""Which traces are kept, and the tier of collectors that decides it.

All spans of a trace come to the same collector of this tier, which waits until the trace is there and then keeps it
for what happened in it: errors and slow ones always, of the rest a share.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.observability.collectors.model import (
    MEMORY_LIMITER,
    OTLP_GRPC,
    OTLP_RECEIVER,
    SAMPLER,
    CollectorPlan,
    Pipeline,
    Section,
    Sink,
    rendered,
)

if TYPE_CHECKING:
    from pavedroad.descriptor.environment import Tier
    from pavedroad.plan.observability.collectors.model import Json
    from pavedroad.plan.observability.stack import PartSize


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingPlan:
    """Which traces are kept.

    Attributes:
        percent: Share of traces in which nothing happened, in percent.
        slow_ms: From how long a trace is kept for that, in milliseconds.
        wait_s: How long a trace is waited for, in seconds.
        traces: How many are waited for at once.
        services: Other shares for traces that a service takes part in: namespace, service, percent.
    """

    percent: int
    slow_ms: int
    wait_s: int
    traces: int
    services: tuple[tuple[str, str, int], ...] = ()


SAMPLING: Final[dict[Tier, SamplingPlan]] = {
    "local": SamplingPlan(percent=100, slow_ms=1000, wait_s=2, traces=5_000),
    "development": SamplingPlan(percent=100, slow_ms=1000, wait_s=5, traces=20_000),
    "staging": SamplingPlan(percent=25, slow_ms=1000, wait_s=10, traces=50_000),
    "production": SamplingPlan(percent=5, slow_ms=1000, wait_s=10, traces=100_000),
}
"""What is kept in each tier, where no service says otherwise."""


def tail_sampling(plan: SamplingPlan) -> Section:
    """Return the processor that decides; one policy that says yes is enough."""
    others: Json = _of_services([(namespace, service) for namespace, service, _ in plan.services])
    rest: Section = {
        "name": "share",
        "type": "probabilistic",
        "probabilistic": {"sampling_percentage": plan.percent},
    }
    if plan.services:
        unless: Section = {"name": "others", "type": "not", "not": {"not_sub_policy": others}}
        rest = {
            "name": "share",
            "type": "and",
            "and": {"and_sub_policy": [unless, {**rest, "name": "chance"}]},
        }
    return {
        "decision_wait": f"{plan.wait_s}s",
        "num_traces": plan.traces,
        "expected_new_traces_per_sec": max(plan.traces // plan.wait_s // 4, 100),
        "decision_cache": {"sampled_cache_size": plan.traces * 2, "non_sampled_cache_size": plan.traces * 2},
        "policies": [
            {"name": "errors", "type": "status_code", "status_code": {"status_codes": ["ERROR"]}},
            {"name": "slow", "type": "latency", "latency": {"threshold_ms": plan.slow_ms}},
            *(_share_of(namespace, service, percent) for namespace, service, percent in plan.services),
            rest,
        ],
    }


def _of_services(services: list[tuple[str, str]]) -> Section:
    """Return the policy that finds traces which any of some services takes part in."""
    conditions: list[Json] = [
        f'resource.attributes["service.name"] == "{service}"'
        f' and resource.attributes["k8s.namespace.name"] == "{namespace}"'
        for namespace, service in services
    ]
    return {
        "name": "whose",
        "type": "ottl_condition",
        "ottl_condition": {"error_mode": "ignore", "span": conditions},
    }


def _share_of(namespace: str, service: str, percent: int) -> Section:
    """Return the policy that keeps a share of the traces which one service takes part in."""
    chance: Section = {
        "name": "chance",
        "type": "probabilistic",
        "probabilistic": {"sampling_percentage": percent},
    }
    whose = _of_services([(namespace, service)])
    return {
        "name": f"share-{namespace}-{service}",
        "type": "and",
        "and": {"and_sub_policy": [whose, chance]},
    }


def sampler_config(plan: SamplingPlan, sinks: tuple[Sink, ...]) -> str:
    """Return the sampling tier's configuration.

    Args:
        plan: Which traces are kept.
        sinks: Where they go.
    """
    return rendered(
        {
            "receivers": {"otlp": OTLP_RECEIVER},
            "processors": {"memory_limiter": MEMORY_LIMITER, "tail_sampling": tail_sampling(plan)},
            "exporters": {sink.exporter: sink.exporter_config() for sink in sinks},
        },
        {
            "traces": Pipeline(
                receivers=("otlp",),
                processors=("memory_limiter", "tail_sampling"),
                exporters=tuple(sink.exporter for sink in sinks),
            )
        },
    )


def sampler(size: PartSize, plan: SamplingPlan, sinks: tuple[Sink, ...]) -> CollectorPlan:
    """Return the sampling tier, resolved."""
    return CollectorPlan(
        party=SAMPLER,
        per_node=False,
        size=size,
        config=sampler_config(plan, sinks),
        ports=(("otlp-grpc", OTLP_GRPC),),
    )
