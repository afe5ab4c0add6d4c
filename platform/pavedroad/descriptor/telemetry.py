"""What a service says about its telemetry, where what every service gets does not fit."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from pavedroad.descriptor.values import Many, Port, RoutePath, Spec

_PERL_ONLY = re.compile(r"\(\?(?:[=!>]|<[=!]|P=|\()|(?<!\\)(?:\\\\)*\\[1-9]")
"""What Python's expressions know and those of Go (RE2) do not: looking around, atoms, conditions, references back."""


def _expression(text: str) -> str:
    """Return a regular expression that Go takes too."""
    try:
        compiled = re.compile(text)
    except re.error as error:
        raise ValueError(f"is no regular expression: {error}") from None
    if _PERL_ONLY.search(text):
        raise ValueError("looks around or refers back, which the collectors' expressions (RE2) cannot")
    if compiled.match(""):
        raise ValueError("matches the empty text, so everything would be masked")
    return text


Expression = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_expression)]
"""A regular expression in the common part of Python's and Go's spelling."""


def _language(value: object) -> object:
    """Return a language that can be instrumented from outside; say why where that is known not to be."""
    if value == "go":
        raise ValueError(
            "is compiled into one program, which only a privileged side-car could look into; use the SDK"
        )
    return value


Language = Annotated[Literal["java", "python", "nodejs", "dotnet"], BeforeValidator(_language)]
"""A language whose programs take an agent from outside when they start."""


class ScrapeSpec(Spec):
    """A port on which the application tells its own metrics, in Prometheus' format."""

    port: Port
    """The port, on any container of the pod; it need not stand under `listens`."""
    path: RoutePath = "/metrics"
    """Where it answers."""


class TracingSpec(Spec):
    """Which traces are kept of those in which nothing happened; errors and slow ones always are."""

    sample: Annotated[int, Field(ge=0, le=100)] | None = None
    """Percent of the traces that this service takes part in. Default: by tier (100, in staging 25, in production 5)."""


class LoggingSpec(Spec):
    """How what the containers print is read."""

    format: Literal["auto", "text"] = "auto"
    """`auto` takes lines apart that are JSON; `text` leaves every line as it is."""


class TelemetrySpec(Spec):
    """What is special about a service's telemetry; every service sends and is watched without saying anything."""

    instrument: Language | None = None
    """Language of the main container, which gets OpenTelemetry's agent when it starts. Default: none; it has its own."""
    metrics: ScrapeSpec | None = None
    """Where Prometheus asks for metrics of its own. Default: nowhere; it may send them by OTLP."""
    traces: TracingSpec = Field(default_factory=TracingSpec)
    """Its traces."""
    logs: LoggingSpec = Field(default_factory=LoggingSpec)
    """Its logs."""
    redact: Many[Expression] = ()
    """Regular expressions of what is masked in its logs and spans, beside secrets and personal data, which always are."""
