"""The whole way of telemetry on this machine: collectors, Prometheus, Loki and Jaeger, with generated configurations."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import yaml

from components.observability.prometheus import PROMOTED
from pavedroad.plan.observability.collectors.gateway import GatewaySettings, gateway_config
from pavedroad.plan.observability.collectors.model import HEALTH, OTLP_GRPC, OTLP_HTTP, OWN_METRICS, Sink
from pavedroad.plan.observability.collectors.sampling import SAMPLING, sampler_config
from pavedroad.plan.observability.logs import GRPC_PORT, LOKI_SIZES, PORT, LokiPlan, loki_config
from pavedroad.plan.observability.traces import (
    JAEGER_SIZES,
    Addresses,
    JaegerPlan,
    TraceStore,
    jaeger_config,
)
from tests.support.judges.running import free_port, running

LEFT_OUT = "k8s_attributes"
"""Needs the Kubernetes API; a test of its own has one."""

MASKED_BY_SERVICE = ((("shop", "orders"), (r"customer-\d+",)),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judges:
    """The executables that stand for the stack."""

    collector: Path
    prometheus: Path
    loki: Path
    jaeger: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Addresses of the running stack: where telemetry goes in, and where it can be asked for."""

    otlp: str
    metrics: str
    second_metrics: str
    logs: str
    traces: str
    folder: Path


def on_this_machine(config: str, ports: dict[int, int]) -> str:
    """Return a collector's configuration that listens on the loopback, on ports that are free."""
    for port, free in ports.items():
        config = config.replace(f"0.0.0.0:{port}\n", f"127.0.0.1:{free}\n")
    loaded = yaml.safe_load(config)
    [reader] = loaded["service"]["telemetry"]["metrics"]["readers"]
    reader["pull"]["exporter"]["prometheus"] = {"host": "127.0.0.1", "port": ports[OWN_METRICS]}
    loaded.get("processors", {}).pop(LEFT_OUT, None)
    for pipeline in loaded["service"]["pipelines"].values():
        pipeline["processors"] = [name for name in pipeline["processors"] if name != LEFT_OUT]
    return yaml.safe_dump(loaded)


def _collector(executable: Path, folder: Path, config: str, ports: dict[int, int]) -> ExitStack:
    stack = ExitStack()
    folder.mkdir(parents=True)
    file = folder / "collector.yaml"
    file.write_text(on_this_machine(config, ports), encoding="utf-8")
    command = [str(executable), "--config", str(file)]
    ready = f"http://127.0.0.1:{ports[HEALTH]}"
    stack.enter_context(running(command, folder, ready, {"K8S_POD_NAME": "telemetry-0"}))
    return stack


def free_ports() -> dict[int, int]:
    """Return a free port for each that a collector listens on."""
    return {port: free_port() for port in (OTLP_GRPC, OTLP_HTTP, HEALTH, OWN_METRICS)}


def _prometheus(executable: Path, folder: Path, stack: ExitStack) -> str:
    """Run a Prometheus with what its resource says of OTLP, and return its URL."""
    folder.mkdir(parents=True)
    file, port = folder / "prometheus.yml", free_port()
    otlp = {
        "promote_resource_attributes": PROMOTED,
        "keep_identifying_resource_attributes": True,
        "translation_strategy": "UnderscoreEscapingWithSuffixes",
    }
    storage = {"tsdb": {"out_of_order_time_window": "30m"}, "exemplars": {"max_exemplars": 1000}}
    file.write_text(yaml.safe_dump({"otlp": otlp, "storage": storage}), encoding="utf-8")
    url = f"http://127.0.0.1:{port}"
    command = [
        str(executable),
        f"--config.file={file}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--web.enable-otlp-receiver",
        "--enable-feature=exemplar-storage",
    ]
    stack.enter_context(running(command, folder, f"{url}/-/ready"))
    return url


def _loki(executable: Path, folder: Path, stack: ExitStack) -> str:
    """Run a Loki and return its URL."""
    folder.mkdir(parents=True)
    size, retention = LOKI_SIZES["local"]
    config = loki_config(LokiPlan(size=size, retention=retention), str(folder))
    port = free_port()
    here = {"http_listen_address": "127.0.0.1", "grpc_listen_address": "127.0.0.1"}
    moved = yaml.safe_load(yaml.safe_dump(config))
    assert (moved["server"]["http_listen_port"], moved["server"]["grpc_listen_port"]) == (PORT, GRPC_PORT)
    moved["server"] |= {**here, "http_listen_port": port, "grpc_listen_port": free_port()}
    moved["common"]["instance_addr"] = "127.0.0.1"
    file = folder / "loki.yaml"
    file.write_text(yaml.safe_dump(moved), encoding="utf-8")
    url = f"http://127.0.0.1:{port}"
    stack.enter_context(running([str(executable), f"-config.file={file}"], folder, f"{url}/ready"))
    return url


def _jaeger(executable: Path, folder: Path, metrics: str, stack: ExitStack) -> tuple[str, int]:
    """Run a Jaeger; return its URL and the port that it takes OTLP on."""
    folder.mkdir(parents=True)
    size, hours = JAEGER_SIZES["local"]
    ports = (free_port(), free_port(), free_port(), free_port(), free_port())
    plan = JaegerPlan(size=size, store=TraceStore(kind="badger"), retention_hours=hours)
    config = jaeger_config(plan, Addresses(folder=str(folder), metrics=metrics, ports=ports))
    file = folder / "jaeger.yaml"
    file.write_text(yaml.safe_dump(config).replace("0.0.0.0", "127.0.0.1"), encoding="utf-8")
    ready = f"http://127.0.0.1:{ports[3]}/status"
    stack.enter_context(running([str(executable), "--config", str(file)], folder, ready))
    return f"http://127.0.0.1:{ports[1]}", ports[0]


@pytest.fixture(scope="session")
def judges(collector: Path, prometheus: Path, loki: Path, jaeger: Path) -> Judges:
    """All executables, so that none is built while others run."""
    return Judges(collector=collector, prometheus=prometheus, loki=loki, jaeger=jaeger)


@pytest.fixture(scope="session")
def chain(judges: Judges, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """Everything between an application's OTLP and what a person looks at; of traces, only what must be is kept."""
    folder = tmp_path_factory.mktemp("chain")
    with ExitStack() as stack:
        metrics = _prometheus(judges.prometheus, folder / "prometheus-0", stack)
        second = _prometheus(judges.prometheus, folder / "prometheus-1", stack)
        logs = _loki(judges.loki, folder / "loki", stack)
        traces, traces_port = _jaeger(judges.jaeger, folder / "jaeger", metrics, stack)
        to_jaeger = Sink(name="traces", endpoint=f"127.0.0.1:{traces_port}", protocol="grpc")
        inner = free_ports()
        sampling = replace(SAMPLING["local"], percent=0, services=(("shop", "checkout", 100),))
        stack.enter_context(
            _collector(judges.collector, folder / "sampler", sampler_config(sampling, (to_jaeger,)), inner)
        )
        outer = free_ports()
        settings = GatewaySettings(
            metrics=tuple(
                Sink(name=f"metrics-{number}", endpoint=f"{url}/api/v1/otlp")
                for number, url in enumerate((metrics, second))
            ),
            logs=(Sink(name="logs", endpoint=f"{logs}/otlp"),),
            sampler="127.0.0.1",
            sampler_port=inner[OTLP_GRPC],
            least_severity="INFO",
            masked=MASKED_BY_SERVICE,
        )
        stack.enter_context(
            _collector(judges.collector, folder / "telemetry", gateway_config(settings), outer)
        )
        yield Chain(
            otlp=f"http://127.0.0.1:{outer[OTLP_HTTP]}",
            metrics=metrics,
            second_metrics=second,
            logs=logs,
            traces=traces,
            folder=folder,
        )
