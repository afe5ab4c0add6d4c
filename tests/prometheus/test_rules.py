"""Rules and their unit tests in the forms that Prometheus and promtool read."""

from __future__ import annotations

from pavedroad.prometheus import (
    AlertExpectation,
    AlertingRule,
    Firing,
    QueryExpectation,
    RecordingRule,
    RuleGroup,
    Sample,
    Series,
    UnitTest,
    rule_file,
    unit_test_file,
)


def test_a_rule_file_holds_groups_of_rules_and_nothing_that_was_not_said() -> None:
    group = RuleGroup(
        name="orders",
        interval="1m",
        rules=(
            RecordingRule(
                record="orders:errors:ratio", expression="a / b", labels={"team": "shop", "slo": "ok"}
            ),
            RecordingRule(record="orders:rate5m", expression="a"),
            AlertingRule(
                alert="Broken", expression="a > 1", hold="2m", annotations={"summary": "It is broken"}
            ),
        ),
    )

    assert rule_file([group]) == {
        "groups": [
            {
                "name": "orders",
                "interval": "1m",
                "rules": [
                    {
                        "record": "orders:errors:ratio",
                        "expr": "a / b",
                        "labels": {"slo": "ok", "team": "shop"},
                    },
                    {"record": "orders:rate5m", "expr": "a"},
                    {
                        "alert": "Broken",
                        "expr": "a > 1",
                        "for": "2m",
                        "annotations": {"summary": "It is broken"},
                    },
                ],
            }
        ]
    }


def test_a_test_that_expects_no_alert_says_so() -> None:
    test = UnitTest(
        name="quiet",
        series=(Series(name="a", labels={"job": 'x"y'}, values="0x10"),),
        alerts=(
            AlertExpectation(at="5m", alert="Broken"),
            AlertExpectation(at="9m", alert="Broken", firing=(Firing(labels={"team": "shop"}),)),
        ),
        queries=(QueryExpectation(at="5m", expression="a", samples=(Sample(value=0, labels='a{job="x"}'),)),),
    )

    document = unit_test_file([test], ["rules.yaml"])

    assert document["rule_files"] == ["rules.yaml"]
    assert document["tests"] == [
        {
            "name": "quiet",
            "interval": "1m",
            "input_series": [{"series": 'a{job="x\\"y"}', "values": "0x10"}],
            "alert_rule_test": [
                {"eval_time": "5m", "alertname": "Broken", "exp_alerts": []},
                {
                    "eval_time": "9m",
                    "alertname": "Broken",
                    "exp_alerts": [{"exp_labels": {"team": "shop"}, "exp_annotations": {}}],
                },
            ],
            "promql_expr_test": [
                {"expr": "a", "eval_time": "5m", "exp_samples": [{"labels": 'a{job="x"}', "value": 0}]}
            ],
        }
    ]
