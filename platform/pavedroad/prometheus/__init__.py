"""Prometheus in data: rules, PromQL and unit tests of rules, in the forms that Prometheus itself reads.

Pure: it knows nothing of descriptors, plans or Kubernetes, and reads no clock and no network. What it
renders is what ``promtool check rules`` and ``promtool test rules`` take.
"""

from pavedroad.prometheus.expressions import PromqlFault, fault_of, metrics_of
from pavedroad.prometheus.promql import duration, quoted, seconds, selector
from pavedroad.prometheus.rules import AlertingRule, RecordingRule, Rule, RuleGroup, rule_file
from pavedroad.prometheus.unit_tests import (
    AlertExpectation,
    Firing,
    QueryExpectation,
    Sample,
    Series,
    UnitTest,
    unit_test_file,
)

__all__ = [
    "AlertExpectation",
    "AlertingRule",
    "Firing",
    "PromqlFault",
    "QueryExpectation",
    "RecordingRule",
    "Rule",
    "RuleGroup",
    "Sample",
    "Series",
    "UnitTest",
    "duration",
    "fault_of",
    "metrics_of",
    "quoted",
    "rule_file",
    "seconds",
    "selector",
    "unit_test_file",
]
