"""What a service promises: its service level objectives."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from pavedroad.descriptor.values import Duration, Many, Meaning, Reference, Spec, Text

Objective = Annotated[
    float,
    Field(gt=0, lt=100, allow_inf_nan=False, strict=False),
]
SloWindow = Annotated[
    str,
    StringConstraints(pattern=r"^([1-9][0-9]{0,3}d|week|month|quarter)$"),
    Meaning("7d to 90d for the last days at any moment, or week, month or quarter from its start"),
]
Promql = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, pattern=r"^[^\x00]+$"),
    Meaning("an expression in PromQL"),
]
"""An expression in PromQL, on one line or several."""

Patience = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]{0,4}[mhd]$"),
    Meaning("a whole number of minutes, hours or days, such as 30m or 1d"),
]

SloSource = Literal["mesh", "gateway", "application", "spans", "messaging"]


class SloSpec(Spec):
    """What every objective can say."""

    objective: Objective
    """Percent of events, or of time, that have to be good: above 0 and below 100."""
    window: SloWindow = "30d"
    """The time over which it is promised: 7d to 90d, rolling, or the calendar's week, month or quarter (UTC)."""
    absent_after: Patience = "1h"
    """How long nothing may be measured before that is an alert of its own."""
    budget_policy: Literal["freeze", "notify"] = "notify"
    """What a spent budget means: its team is told, or `freeze`: releases wait as well."""


class EventSloSpec(SloSpec):
    """What objectives about events can say."""

    least_events: Annotated[int, Field(ge=0, le=1_000_000)] = 10
    """Fewer requests or messages than this within an alert's long window are too few to alert about."""


class AvailabilitySlo(EventSloSpec):
    """The share of requests or messages that are answered without a fault of the service's."""

    type: Literal["availability"]
    measured_by: SloSource | None = None
    """Who counts. Default: the mesh; for what listens on no HTTP or gRPC port, the `messaging` metrics it sends."""
    works_without: Many[Reference] = ()
    """Of what it calls, services without which it keeps its promise."""


class LatencySlo(EventSloSpec):
    """The share of requests or messages that take no longer than a threshold."""

    type: Literal["latency"]
    threshold: Duration
    """How long one may take: a boundary of the histogram that measures it."""
    measured_by: SloSource | None = None
    """Who measures. Default: the mesh; for what listens on no HTTP or gRPC port, the `messaging` metrics it sends."""


class FreshnessSlo(SloSpec):
    """The share of time in which the last success is not too long ago."""

    type: Literal["freshness"]
    max_age: Duration
    """How long ago the last success may be."""
    timestamp: Promql | None = None
    """PromQL for the time of the last success, in seconds since 1970. Default: the last success of a scheduled job."""


class QueueAgeSlo(SloSpec):
    """The share of time in which the oldest waiting message is not too old."""

    type: Literal["queue-age"]
    topic: Reference
    """The Kafka topic or RabbitMQ queue, one that this service subscribes to."""
    max_age: Duration
    """How old the oldest waiting message may be; at least 2m."""


class CustomSlo(EventSloSpec):
    """An indicator in the team's own PromQL, with `$window` for the range: `rate(x_total[$window])`."""

    type: Literal["custom"]
    promise: Text
    """What is promised, in words: they stand in alerts."""
    good: Promql | None = None
    """Good events; give this or `bad`, with `total`."""
    bad: Promql | None = None
    """Bad events; give this or `good`, with `total`."""
    total: Promql | None = None
    """All events."""
    error_ratio: Promql | None = None
    """Instead of events: the ratio of errors, from 0 to 1."""

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        events = [word for word in ("good", "bad", "total") if getattr(self, word) is not None]
        if self.error_ratio is not None and events:
            raise ValueError(f"error_ratio stands alone; remove {' and '.join(events)}")
        if self.error_ratio is not None and "least_events" in self.model_fields_set:
            raise ValueError("error_ratio counts no events; remove least_events, or give bad and total")
        if self.error_ratio is None and ("total" not in events or len(events) != 2):  # noqa: PLR2004 a pair
            raise ValueError("give total with one of good and bad, or error_ratio alone")
        return self


Slo = Annotated[
    AvailabilitySlo | LatencySlo | FreshnessSlo | QueueAgeSlo | CustomSlo, Field(discriminator="type")
]
"""One objective, told apart by its ``type``."""


SLO_EXPRESSIONS = ("timestamp", "good", "bad", "total", "error_ratio")
"""Words of objectives that hold PromQL."""
