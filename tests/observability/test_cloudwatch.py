"""What AWS runs is measured, alerted and drawn as everything else: by the real exporter, against an account of moto's."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from moto.cloudwatch.models import MetricDatum, cloudwatch_backends
from moto.server import ThreadedMotoServer

from pavedroad.plan.cloud.alarms import AlarmPlan
from pavedroad.plan.functions.model import RolloutPlan
from pavedroad.plan.observability.alerts import platform_alerts, team_alerts
from pavedroad.plan.observability.alerts.managed import MANAGED
from pavedroad.plan.observability.cloudwatch import EXPORTER, PORT, dimension_label, series_name
from pavedroad.plan.observability.measured import Metric
from pavedroad.plan.resolve import resolve
from tests.support import resolving
from tests.support.aws import ACCOUNT as ACCOUNT_ID
from tests.support.aws import REGION
from tests.support.declaring import declared
from tests.support.example import ACCOUNT
from tests.support.judges.running import eventually, free_port, get, running
from tests.support.watched import planned

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pavedroad.plan.environment import EnvironmentPlan
    from pavedroad.plan.observability.alerts import Alert
    from pavedroad.plan.observability.cloudwatch import CloudwatchPlan

IN_AN_ACCOUNT = ("an account in production", "all of AWS in production", "aws-sandbox")
SAMPLE = re.compile(r"^(\w+)\{(.*)\} (\S+)$", re.MULTILINE)
LABEL = re.compile(r'(\w+)=(~?)"([^"]*)"')

Series = tuple[str, frozenset[tuple[str, str]]]
"""A metric and its dimensions, as Prometheus knows them."""


def exporter_of(plan: EnvironmentPlan) -> CloudwatchPlan:
    assert plan.platform.cloudwatch is not None
    return plan.platform.cloudwatch


def jobs_of(plan: EnvironmentPlan) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = yaml.safe_load(exporter_of(plan).config)["static"]
    return loaded


def series_of(plan: EnvironmentPlan) -> set[Series]:
    """Return the series that the exporter's configuration asks for."""
    return {
        (
            series_name(job["namespace"], Metric(metric["name"], metric["statistics"][0])),
            frozenset((dimension_label(one["name"]), one["value"]) for one in job["dimensions"]),
        )
        for job in jobs_of(plan)
        for metric in job["metrics"]
    }


def managed_alerts(plan: EnvironmentPlan) -> list[Alert]:
    assert plan.platform.observability is not None
    assert plan.platform.observability.watch is not None
    found = list(platform_alerts(plan.platform, plan.platform.observability.watch))
    for team in plan.teams:
        found += team_alerts(team, team.watch) if team.watch else ()
    return [alert for alert in found if alert.subject == MANAGED.name]


def alarms_in(part: object) -> Iterator[AlarmPlan]:
    """Yield every alarm of a plan but those of a version that is being rolled out, whose number is known late."""
    if isinstance(part, AlarmPlan):
        yield part
    elif is_dataclass(part) and not isinstance(part, RolloutPlan):
        for field in fields(part):
            yield from alarms_in(getattr(part, field.name))
    elif isinstance(part, tuple):
        for one in part:
            yield from alarms_in(one)


@pytest.mark.parametrize(
    ("namespace", "metric", "statistic", "name"),
    [
        ("AWS/RDS", "CPUUtilization", "Average", "aws_rds_cpuutilization_average"),
        ("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", "aws_sqs_approximate_age_of_oldest_message_maximum"),
        ("AWS/Kafka", "KafkaDataLogsDiskUsed", "Maximum", "aws_kafka_data_logs_disk_used_maximum"),
        ("AWS/DocDB", "DBClusterReplicaLagMaximum", "Maximum", "aws_docdb_dbcluster_replica_lag_maximum_maximum"),
        ("AWS/AmazonMQ", "RabbitMQMemUsed", "Maximum", "aws_amazonmq_rabbit_mqmem_used_maximum"),
    ],
)  # fmt: skip
def test_series_are_called_as_the_exporter_calls_them(
    namespace: str, metric: str, statistic: Any, name: str
) -> None:
    assert series_name(namespace, Metric(metric, statistic)) == name


@pytest.mark.parametrize("environment", IN_AN_ACCOUNT)
def test_every_alarm_of_the_account_is_an_alert_as_well(environment: str) -> None:
    plan = planned(environment)
    asked = series_of(plan)
    alerted = {alert.rule().expression for alert in managed_alerts(plan)}
    found = list(alarms_in(plan))
    assert found
    for alarm in found:
        name = series_name(alarm.namespace, Metric(alarm.watch.metric, alarm.watch.statistic))
        dimensions = {(dimension_label(key), value) for key, value in alarm.dimensions}
        assert (name, frozenset(dimensions)) in asked, alarm.name
        sign = "<" if alarm.watch.below else ">"
        assert [one for one in alerted if f"({name}{{" in one and f"{sign} {round(alarm.watch.limit)}" in one]


@pytest.mark.parametrize("environment", IN_AN_ACCOUNT)
def test_alerts_are_about_series_that_are_asked_for_and_no_two_are_the_same(environment: str) -> None:
    plan = planned(environment)
    asked = series_of(plan)
    alerts = managed_alerts(plan)
    for alert in alerts:
        name, matchers = re.findall(r"\((\w+)\{(.*)\}\)", alert.rule().expression)[0]
        wanted = LABEL.findall(matchers)
        assert [one for one in asked if one[0] == name and _fits(dict(one[1]), wanted)], alert.kind.name
    told = [(alert.kind.name, tuple(sorted(alert.labels.items()))) for alert in alerts]
    assert len(told) == len(set(told))


def _fits(dimensions: dict[str, str], wanted: list[tuple[str, str, str]]) -> bool:
    return all(
        re.fullmatch(value if regular else re.escape(value), dimensions.get(key, ""))
        for key, regular, value in wanted
    )


def test_the_exporter_may_read_values_and_nothing_else() -> None:
    role = exporter_of(planned("aws-sandbox")).role
    assert [grant.actions for grant in role.grants] == [("cloudwatch:GetMetricStatistics",)]
    assert (role.namespace, role.service_account) == (EXPORTER.namespace, EXPORTER.service_account)
    assert role in planned("aws-sandbox").platform.roles


def test_only_things_with_a_name_are_asked_for_once_in_five_minutes() -> None:
    plan = planned("all of AWS in production")
    metrics = [metric for job in jobs_of(plan) for metric in job["metrics"]]
    assert all(job["dimensions"] for job in jobs_of(plan))
    assert {metric["period"] for metric in metrics} == {300}
    assert exporter_of(plan).series == len(metrics) == len(series_of(plan))


def test_what_nobody_watches_and_what_stands_in_no_account_has_no_exporter() -> None:
    orders = resolving.team("orders", {"hear": {}})
    without = resolve({"orders": orders}, resolving.environment("production"))
    unwatched = resolve(
        {"orders": orders}, resolving.environment("production", **{**ACCOUNT, "observability": "none"})
    )
    assert [plan.platform.cloudwatch for plan in (without, unwatched)] == [None, None]
    assert not [name for name in declared(without) if EXPORTER.name in str(name)]


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an account, with credentials for it in the environment."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in (
        ("AWS_ENDPOINT_URL", f"http://{host}:{port}"),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_REGION", REGION),
        ("AWS_EC2_METADATA_DISABLED", "true"),
    ):
        monkeypatch.setenv(name, value)
    yield f"http://{host}:{port}"
    server.stop()


def test_the_real_exporter_tells_every_series_that_is_asked_for(
    cloudwatch_exporter: Path, account: str, tmp_path: Path
) -> None:
    assert account
    plan = planned("all of AWS in production")
    backend = cloudwatch_backends[ACCOUNT_ID][REGION]
    backend.metric_data += [
        MetricDatum(
            namespace=job["namespace"],
            name=metric["name"],
            value=7.0,
            dimensions=[{"Name": one["name"], "Value": one["value"]} for one in job["dimensions"]],
            timestamp=datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=60),
        )
        for job in jobs_of(plan)
        for metric in job["metrics"]
    ]
    (tmp_path / "cloudwatch.yaml").write_text(exporter_of(plan).config, encoding="utf-8")
    port = free_port()
    container = _container(declared(plan))
    said = [word.replace("/etc/pavedroad/", f"{tmp_path}/") for word in container["args"]]
    command = [
        str(cloudwatch_exporter),
        *(word.replace(f"0.0.0.0:{PORT}", f"127.0.0.1:{port}") for word in said),
    ]
    with running(
        command, tmp_path, f"http://127.0.0.1:{port}{container['readinessProbe']['httpGet']['path']}"
    ):
        told = eventually(
            lambda: _told(get(f"http://127.0.0.1:{port}/metrics").text), why="CloudWatch is asked"
        )
    assert set(told) == series_of(plan)
    assert set(told.values()) == {7.0}


def _container(everything: dict[Any, Any]) -> dict[str, Any]:
    (found,) = (
        props
        for props in everything.values()
        if props.get("kind") == "Deployment" and props["metadata"]["name"] == EXPORTER.name
    )
    container: dict[str, Any] = found["spec"]["template"]["spec"]["containers"][0]
    return container


def _told(text: str) -> dict[Series, float]:
    """Return what the exporter tells: each series by its dimensions; those that others of its name have are empty."""
    return {
        (
            name,
            frozenset(
                (key, value)
                for key, _, value in LABEL.findall(labels)
                if key.startswith("dimension_") and value
            ),
        ): float(value)
        for name, labels, value in SAMPLE.findall(text)
        if name.startswith("aws_")
    }
