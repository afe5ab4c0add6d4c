"""Unit tests of rules as data: what ``promtool test rules`` runs.

See https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pavedroad.prometheus.promql import selector

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Samples that a test feeds in, one for each interval of the test."""

    name: str
    """Name of the metric."""
    values: str
    """Samples in promtool's notation: ``0+60x10`` is 0 and ten samples more, each 60 above the last."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels of the series."""

    def manifest(self) -> dict[str, str]:
        """Return the series as promtool reads it."""
        return {"series": selector(self.name, self.labels), "values": self.values}


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """One alert that fires."""

    labels: Mapping[str, str]
    """All its labels but ``alertname``."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """All its annotations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertExpectation:
    """What of one alert fires at one moment: exactly this, nothing where nothing is said."""

    at: str
    """Time since the start of the test, as a duration."""
    alert: str
    """Name of the alert."""
    firing: tuple[Firing, ...] = ()

    def manifest(self) -> dict[str, Any]:
        """Return the expectation as promtool reads it."""
        expected = [
            {"exp_labels": dict(one.labels), "exp_annotations": dict(one.annotations)} for one in self.firing
        ]
        return {"eval_time": self.at, "alertname": self.alert, "exp_alerts": expected}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One sample of a query's result."""

    value: float
    labels: str = "{}"
    """The series, name included, in PromQL's notation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryExpectation:
    """What a query returns at one moment: exactly these samples."""

    at: str
    """Time since the start of the test, as a duration."""
    expression: str
    samples: tuple[Sample, ...] = ()

    def manifest(self) -> dict[str, Any]:
        """Return the expectation as promtool reads it."""
        samples = [{"labels": sample.labels, "value": sample.value} for sample in self.samples]
        return {"expr": self.expression, "eval_time": self.at, "exp_samples": samples}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitTest:
    """One run of the rules over given series."""

    name: str
    """What it shows."""
    series: tuple[Series, ...]
    interval: str = "1m"
    """Time between samples of the series."""
    alerts: tuple[AlertExpectation, ...] = ()
    queries: tuple[QueryExpectation, ...] = ()

    def manifest(self) -> dict[str, Any]:
        """Return the test as promtool reads it."""
        return {
            "name": self.name,
            "interval": self.interval,
            "input_series": [series.manifest() for series in self.series],
            "alert_rule_test": [alert.manifest() for alert in self.alerts],
            "promql_expr_test": [query.manifest() for query in self.queries],
        }


def unit_test_file(
    tests: Iterable[UnitTest],
    rule_files: Iterable[str],
    evaluation_interval: str = "1m",
    group_order: Iterable[str] = (),
) -> dict[str, Any]:
    """Return the content of a test file.

    Args:
        tests: What to run.
        rule_files: Paths of the rule files, relative to the test file.
        evaluation_interval: Time between evaluations of every group.
        group_order: Names of groups that see what those before them recorded; without it the order is any.
    """
    return {
        "rule_files": list(rule_files),
        "evaluation_interval": evaluation_interval,
        "group_eval_order": list(group_order),
        "tests": [test.manifest() for test in tests],
    }
