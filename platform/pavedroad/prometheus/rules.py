"""Recording and alerting rules, and the file form that holds them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingRule:
    """An expression whose result is kept as a series of its own."""

    record: str
    """Name of the series, as ``level:metric:operations``."""
    expression: str
    """PromQL."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels that are added to each sample."""

    def manifest(self) -> dict[str, Any]:
        """Return the rule as Prometheus reads it."""
        return _filled({"record": self.record, "expr": self.expression, "labels": _sorted(self.labels)})


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertingRule:
    """An expression each of whose samples is an alert."""

    alert: str
    """Name of the alert."""
    expression: str
    """PromQL."""
    hold: str | None = None
    """How long the expression has to hold before the alert fires (Prometheus' ``for``). None: at once."""
    keep_firing: str | None = None
    """How long the alert goes on after the expression has ceased to hold. None: not at all."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Labels that are added to each alert."""
    annotations: Mapping[str, str] = field(default_factory=dict)
    """Texts for people."""

    def manifest(self) -> dict[str, Any]:
        """Return the rule as Prometheus reads it."""
        return _filled(
            {
                "alert": self.alert,
                "expr": self.expression,
                "for": self.hold,
                "keep_firing_for": self.keep_firing,
                "labels": _sorted(self.labels),
                "annotations": _sorted(self.annotations),
            }
        )


Rule = RecordingRule | AlertingRule


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleGroup:
    """Rules that are evaluated one after the other, at one time."""

    name: str
    """Unique in its file."""
    rules: tuple[Rule, ...]
    """In the order of evaluation: a rule sees what those before it recorded."""
    interval: str | None = None
    """Time between evaluations. None: Prometheus' own default."""

    def manifest(self) -> dict[str, Any]:
        """Return the group as Prometheus reads it."""
        rules = [rule.manifest() for rule in self.rules]
        return _filled({"name": self.name, "interval": self.interval, "rules": rules})


def rule_file(groups: Iterable[RuleGroup]) -> dict[str, Any]:
    """Return the content of a rule file, which is also the ``spec`` of a PrometheusRule."""
    return {"groups": [group.manifest() for group in groups]}


def _sorted(labels: Mapping[str, str]) -> dict[str, str]:
    return {name: labels[name] for name in sorted(labels)}


def _filled(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value not in (None, {})}
