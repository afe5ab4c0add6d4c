"""What is generated for collectors, Loki and Jaeger is what these programs take."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from pavedroad.plan.cloud.account import AccountPlan
from pavedroad.plan.observability.collectors.agent import agent_config
from pavedroad.plan.observability.collectors.gateway import LEAST_SEVERITY, GatewaySettings, gateway_config
from pavedroad.plan.observability.collectors.model import OTLP_GRPC, Sink
from pavedroad.plan.observability.collectors.sampling import SAMPLING, sampler_config
from pavedroad.plan.observability.log_store import resolve_log_store
from pavedroad.plan.observability.logs import LOKI_SIZES, LokiPlan, loki_config, loki_sink
from pavedroad.plan.observability.traces import (
    JAEGER_SIZES,
    JAEGER_STORES,
    JaegerPlan,
    TraceStore,
    jaeger_config,
    jaeger_sink,
)

TIERS = tuple(SAMPLING)
PROMETHEUS = Sink(name="metrics-0", endpoint="http://prometheus-0:9090/api/v1/otlp")
OUTSIDE = Sink(
    name="elsewhere",
    endpoint="https://otlp.example.com",
    tls=True,
    headers=(("authorization", "OTLP_AUTHORIZATION"),),
)
GATEWAY = GatewaySettings(metrics=(PROMETHEUS, OUTSIDE), logs=(loki_sink(),))

CONFIGS = {
    "agent": agent_config(plain=[("orders", "legacy")]),
    "gateway": gateway_config(GATEWAY),
    "gateway, with what a service wants masked": gateway_config(
        replace(GATEWAY, masked=((("orders", "orders"), (r'customer-"?\d{6}\b$',)),))
    ),
    **{
        f"gateway, {tier}": gateway_config(replace(GATEWAY, least_severity=LEAST_SEVERITY[tier]))
        for tier in TIERS
    },
    **{f"sampler, {tier}": sampler_config(SAMPLING[tier], (jaeger_sink(),)) for tier in TIERS},
    "sampler, with a service's own share": sampler_config(
        replace(SAMPLING["production"], services=(("orders", "orders", 50), ("cart", "basket", 0))),
        (jaeger_sink(),),
    ),
}
ENVIRONMENT = {
    "K8S_NODE_NAME": "node-1",
    "K8S_NODE_IP": "10.0.0.1",
    "K8S_POD_NAME": "telemetry-0",
    "OTLP_AUTHORIZATION": "a-secret",
}


def validated(collector: Path, config: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Let a collector read a configuration without starting; only a pod has a service account's certificate."""
    file = folder / "collector.yaml"
    kubelet = "auth_type: serviceAccount\n    endpoint: https://"
    file.write_text(config.replace(kubelet, "auth_type: none\n    endpoint: http://"), encoding="utf-8")
    return subprocess.run(
        [str(collector), "validate", "--config", str(file)],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", CONFIGS)
def test_a_real_collector_takes_every_configuration(name: str, collector: Path, tmp_path: Path) -> None:
    done = validated(collector, CONFIGS[name], tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_real_collector_refuses_what_is_wrong(collector: Path, tmp_path: Path) -> None:
    wrong = CONFIGS["gateway"].replace("routing_key: traceID", "routing_key: colour")
    done = validated(collector, wrong, tmp_path)
    assert done.returncode != 0
    assert "colour" in done.stdout + done.stderr


@pytest.mark.parametrize("name", CONFIGS)
def test_every_pipeline_refuses_before_memory_runs_out(name: str) -> None:
    pipelines = yaml.safe_load(CONFIGS[name])["service"]["pipelines"]
    assert {pipeline["processors"][0] for pipeline in pipelines.values()} == {"memory_limiter"}


@pytest.mark.parametrize("name", CONFIGS)
def test_every_exporter_has_a_queue_and_tries_again(name: str) -> None:
    exporters = yaml.safe_load(CONFIGS[name])["exporters"]
    assert exporters
    for config in exporters.values():
        assert config["sending_queue"]["enabled"] is True
        assert config["retry_on_failure"]["enabled"] is True


def test_a_key_of_an_end_point_outside_is_named_and_never_written() -> None:
    config = yaml.safe_load(CONFIGS["gateway"])["exporters"]["otlp_http/elsewhere"]
    assert config["headers"] == {"authorization": "${env:OTLP_AUTHORIZATION}"}
    assert "tls" not in config


def test_spans_are_counted_before_any_is_left_out() -> None:
    pipelines = yaml.safe_load(CONFIGS["gateway"])["service"]["pipelines"]
    assert set(pipelines["traces"]["exporters"]) == {"span_metrics", "load_balancing"}
    assert "tail_sampling" not in CONFIGS["gateway"]


def test_each_prometheus_gets_every_sample() -> None:
    pipelines = yaml.safe_load(CONFIGS["gateway"])["service"]["pipelines"]
    for name in ("metrics", "metrics/spans"):
        assert pipelines[name]["exporters"] == ["otlp_http/metrics-0", "otlp_http/elsewhere"]


@pytest.mark.parametrize("tier", TIERS)
def test_errors_and_slow_traces_are_kept_in_every_tier(tier: str) -> None:
    policies = yaml.safe_load(CONFIGS[f"sampler, {tier}"])["processors"]["tail_sampling"]["policies"]
    assert [policy["type"] for policy in policies[:2]] == ["status_code", "latency"]


LOKI_STORE = resolve_log_store(
    AccountPlan(environment="example", account="123456789012", region="eu-central-1", sandbox=False),
    days=30,
)
LOKI_PLANS: dict[str, LokiPlan] = {
    **{
        f"volume, {tier}": LokiPlan(size=replace(size, replicas=1), retention=retention)
        for tier, (size, retention) in LOKI_SIZES.items()
    },
    "bucket": LokiPlan(
        size=replace(LOKI_SIZES["production"][0], replicas=1), retention="30d", bucket=LOKI_STORE
    ),
    "bucket, three replicas": LokiPlan(size=LOKI_SIZES["production"][0], retention="30d", bucket=LOKI_STORE),
    "retention of one team": LokiPlan(
        size=LOKI_SIZES["local"][0], retention="2d", retention_by_namespace=(("orders", "90d"),)
    ),
}


@pytest.mark.parametrize("name", LOKI_PLANS)
def test_a_real_loki_takes_every_configuration(name: str, loki: Path, tmp_path: Path) -> None:
    file = tmp_path / "loki.yaml"
    file.write_text(yaml.safe_dump(loki_config(LOKI_PLANS[name], str(tmp_path))), encoding="utf-8")
    command = [str(loki), "-verify-config", "-config.expand-env=true", f"-config.file={file}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


JAEGER_PLANS: dict[str, JaegerPlan] = {
    **{
        str(tier): JaegerPlan(size=size, store=JAEGER_STORES[tier], retention_hours=hours)
        for tier, (size, hours) in JAEGER_SIZES.items()
    },
    "elasticsearch": JaegerPlan(
        size=JAEGER_SIZES["production"][0],
        store=TraceStore(kind="elasticsearch", servers=("https://search.example.com:9200",), login=True),
        retention_hours=336,
    ),
    "cassandra": JaegerPlan(
        size=JAEGER_SIZES["production"][0],
        store=TraceStore(kind="cassandra", servers=("cassandra.example.com:9042",), login=True),
        retention_hours=336,
    ),
}


@pytest.mark.parametrize("name", JAEGER_PLANS)
def test_a_real_jaeger_takes_every_configuration(name: str, jaeger: Path, tmp_path: Path) -> None:
    file = tmp_path / "jaeger.yaml"
    file.write_text(JAEGER_PLANS[name].config, encoding="utf-8")
    done = subprocess.run(
        [str(jaeger), "validate", "--config", str(file)],
        env={"STORE_USER": "jaeger", "STORE_PASSWORD": "a-secret"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_login_is_named_and_never_written() -> None:
    config = jaeger_config(JAEGER_PLANS["cassandra"])
    assert "${env:STORE_PASSWORD}" in str(config)


def test_the_sampling_tier_is_found_by_its_own_port() -> None:
    resolver = yaml.safe_load(CONFIGS["gateway"])["exporters"]["load_balancing"]["resolver"]["dns"]
    receiver = yaml.safe_load(CONFIGS["sampler, local"])["receivers"]["otlp"]["protocols"]["grpc"]
    assert resolver["port"] == str(OTLP_GRPC)
    assert receiver["endpoint"].endswith(f":{OTLP_GRPC}")


def test_a_trace_waits_no_longer_than_its_place_in_memory_lasts() -> None:
    for plan in SAMPLING.values():
        expected = yaml.safe_load(sampler_config(plan, (jaeger_sink(),)))["processors"]["tail_sampling"]
        assert expected["expected_new_traces_per_sec"] * plan.wait_s <= expected["num_traces"]
