"""Every alert of every environment passes promtool, and every kind fires, falls silent and stays silent below."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from pavedroad.plan.observability.alerts import SUBJECTS, alert_groups, platform_alerts, team_alerts
from pavedroad.plan.resolve import resolve
from pavedroad.prometheus import rule_file, unit_test_file
from tests.support import resolving
from tests.support.example import ACCOUNT
from tests.support.watched import ENVIRONMENTS, EXAMPLES, planned

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pavedroad.plan.environment import ClusterShare
    from pavedroad.plan.observability.alerts import Alert

METRIC = re.compile(r"([a-z_:]+)\{[^}]*\}")
KINDS = {kind.name for subject in SUBJECTS for kind in subject.kinds}


def alerts_of(*shares: ClusterShare) -> tuple[Alert, ...]:
    """Return every alert of clusters."""
    found: list[Alert] = []
    for share in shares:
        if share.platform.observability and share.platform.observability.watch:
            found += platform_alerts(share.platform, share.platform.observability.watch)
        for team in share.teams:
            found += team_alerts(team, team.watch) if team.watch else ()
    return tuple(found)


@pytest.mark.parametrize(
    ("providers", "watched"),
    [
        ({"kafka": "strimzi", "rabbitmq": "amazon-mq"}, {"kafka"}),
        ({"kafka": "msk", "rabbitmq": "rabbitmq-operator"}, {"rabbitmq"}),
    ],
)
def test_readers_are_watched_where_the_cluster_runs_their_broker(
    providers: dict[str, str], watched: set[str]
) -> None:
    topics = {"bells": {"broker": "rabbitmq"}, "bills": {"broker": "kafka"}}
    services: dict[str, dict[str, Any]] = {"hear": {"subscribes": {"bells": {}, "bills": {}}}}
    orders = resolving.team("orders", services, topics=topics)
    plan = resolve({"orders": orders}, resolving.environment("development", providers=providers, **ACCOUNT))
    (one,) = plan.teams
    assert one.watch is not None
    assert {consumer.broker for consumer in one.watch.consumers} == watched
    alerts = team_alerts(one, one.watch)
    asked = " ".join(alert.rule().expression for alert in alerts)
    metrics = {"kafka": "kafka_consumergroup_", "rabbitmq": "rabbitmq_detailed_"}
    assert {broker for broker, metric in metrics.items() if metric in asked} == watched


def promtool_says(promtool: Path, *arguments: object) -> str:
    """Run promtool and return what it prints; it has to end well."""
    done = subprocess.run(
        [str(promtool), *map(str, arguments)], capture_output=True, text=True, check=False, timeout=300
    )
    refused = [part for part in (done.stdout + done.stderr).split("\n\n") if "SUCCESS" not in part]
    assert done.returncode == 0, "\n".join(refused)
    return done.stdout


def write_rules(folder: Path, alerts: Iterable[Alert]) -> Path:
    file = folder / "rules.yaml"
    file.write_text(yaml.safe_dump(rule_file(alert_groups(alerts))), encoding="utf-8")
    return file


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_promtool_finds_nothing_to_say_about_the_rules_of_an_environment(
    promtool: Path, tmp_path: Path, environment: str
) -> None:
    alerts = alerts_of(*planned(environment).shares)
    said = promtool_says(
        promtool, "check", "rules", "--lint=all", "--lint-fatal", write_rules(tmp_path, alerts)
    )
    assert f"SUCCESS: {len(alerts)} rules found" in said


@pytest.mark.parametrize("environment", EXAMPLES)
def test_every_alert_fires_in_time_falls_silent_and_is_silent_just_below(
    promtool: Path, tmp_path: Path, environment: str
) -> None:
    files = [write_tests(tmp_path / str(index), one) for index, one in enumerate(new_in(environment))]
    assert promtool_says(promtool, "test", "rules", *files).count("SUCCESS") == len(files)


def write_tests(folder: Path, alert: Alert) -> Path:
    """Write an alert's rule and its unit tests, by themselves: promtool evaluates all rules of a file in each test."""
    folder.mkdir()
    file = folder / "tests.yaml"
    rules = write_rules(folder, [alert])
    file.write_text(yaml.safe_dump(unit_test_file(alert.tests(), [rules.name])), encoding="utf-8")
    return file


def new_in(environment: str) -> list[Alert]:
    """Return the alerts of an environment that ask something which none of those before it asks."""
    before = EXAMPLES[: EXAMPLES.index(environment)]
    asked = {_asked(alert) for one in before for alert in alerts_of(*planned(one).shares)}
    return list(
        {
            _asked(alert): alert
            for alert in alerts_of(*planned(environment).shares)
            if _asked(alert) not in asked
        }.values()
    )


def _asked(alert: Alert) -> tuple[str, str]:
    """Return what tells an alert from another of its kind: the same question of other metrics or of another engine."""
    return alert.kind.name, METRIC.sub(r"\1{", alert.rule().expression)


ENGINES = re.compile(r"\b(mysql|mongodb|memcached|kafka|rabbitmq|redis|cnpg)_\w+")


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_whose_metrics_an_alert_reads_is_asked_by_prometheus(environment: str) -> None:
    jobs = {"cnpg": "postgres", "kafka": "kafka-exporter"}
    for share in planned(environment).shares:
        assert share.platform.observability is not None
        asked = {target.name for target in share.platform.observability.scraping.targets}
        read = {engine for alert in alerts_of(share) for engine in ENGINES.findall(alert.rule().expression)}
        assert {jobs.get(engine, engine) for engine in read} <= asked


def test_every_kind_of_alert_is_tried() -> None:
    tried = {alert.kind.name for environment in EXAMPLES for alert in alerts_of(*planned(environment).shares)}
    assert tried == KINDS
