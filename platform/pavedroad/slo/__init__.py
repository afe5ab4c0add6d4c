"""Service level objectives: what is promised, when its budget burns too fast, and the rules that tell.

Pure arithmetic over ``pavedroad.prometheus``; it knows nothing of descriptors, plans or Kubernetes.
"""

from __future__ import annotations

from pavedroad.prometheus import Rule, RuleGroup
from pavedroad.slo.alerts import ALERTS, alerts, spent_alert
from pavedroad.slo.model import Indicator, Sample, Slo, number
from pavedroad.slo.periods import Condition, Period
from pavedroad.slo.recordings import INTERVAL, PERIOD_INTERVAL, period_recordings, recordings
from pavedroad.slo.unit_tests import EVALUATION, unit_tests

__all__ = [
    "ALERTS",
    "EVALUATION",
    "Condition",
    "Indicator",
    "Period",
    "Sample",
    "Slo",
    "number",
    "rule_groups",
    "unit_tests",
]


def rule_groups(slo: Slo) -> tuple[RuleGroup, ...]:
    """Return everything that is recorded and alerted of an SLO.

    What is recorded and what is alerted of it stand in one group, so that alerts see what was just recorded.
    """
    name = f"{slo.service}-{slo.name}"
    watched: tuple[Rule, ...] = (*recordings(slo), *alerts(slo))
    spent: tuple[Rule, ...] = (*period_recordings(slo), spent_alert(slo))
    return (
        RuleGroup(name=name, interval=INTERVAL, rules=watched),
        RuleGroup(name=f"{name}-period", interval=PERIOD_INTERVAL, rules=spent),
    )
