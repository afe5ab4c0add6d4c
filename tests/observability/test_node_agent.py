"""The node agent in a real collector: what containers print comes out with its pod, its trace and its severity."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pavedroad.plan.observability.collectors.agent import agent_config
from pavedroad.plan.observability.collectors.model import HEALTH, Sink
from tests.observability.conftest import free_ports, on_this_machine
from tests.support.judges.receiving import Received, receiving
from tests.support.judges.running import eventually, running

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN = "00f067aa0ba902b7"
POD_UID = "b2f4b2b4-7c6a-4c5e-9d53-0b1c6f0a9f10"
LINES = {
    "convention": f'{{"message":"convention","level":"warn","trace_id":"{TRACE}","span_id":"{SPAN}"}}',
    "micrometer": f'{{"message":"micrometer","level":"ERROR","traceId":"{TRACE}","spanId":"{SPAN}"}}',
    "text": f"text of a request, trace_id={TRACE} and more",
    "nothing": "nothing to find here",
    "broken": '{"message": "broken", }',
}


@pytest.fixture(scope="module")
def printed(collector: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Received]:
    """What an agent sends of two containers' lines: one is taken apart, the other says that it prints text."""
    folder = tmp_path_factory.mktemp("node")
    logs = folder / "pods"
    files = [logs / f"shop_{name}-1_{POD_UID}" / name / "0.log" for name in ("orders", "legacy")]
    for file in files:
        file.parent.mkdir(parents=True)
        file.write_text(
            f"2026-11-23T09:00:00.0Z stdout F {file.parent.name} before there was an agent\n",
            encoding="utf-8",
        )
    with receiving() as received:
        sink = Sink(name="telemetry", endpoint=received.url)
        config = agent_config([("shop", "legacy")], sink, str(logs), str(folder / "state"))
        ports = free_ports()
        loaded = yaml.safe_load(on_this_machine(config, ports))
        loaded["exporters"][sink.exporter]["encoding"] = "json"
        del loaded["service"]["pipelines"]["metrics"]  # There is no kubelet here.
        file = folder / "agent.yaml"
        file.write_text(yaml.safe_dump(loaded), encoding="utf-8")
        command = [str(collector), "--config", str(file)]
        environment = {"K8S_NODE_NAME": "node-1", "K8S_NODE_IP": "127.0.0.1"}
        with running(command, folder / "agent", f"http://127.0.0.1:{ports[HEALTH]}", environment) as said:
            eventually(
                lambda: said.read_text(encoding="utf-8").count("Started watching file") >= len(files),
                why="both files are watched",
            )
            for one in files:
                with one.open("a", encoding="utf-8") as stream:
                    stream.writelines(
                        f"2026-11-23T10:00:00.{number}Z stdout F {line}\n"
                        for number, line in enumerate(LINES.values())
                    )
            eventually(
                lambda: len(received.log_records()) == len(files) * len(LINES), why="every line has come"
            )
        yield received


def record(printed: Received, container: str, word: str) -> dict[str, Any]:
    """Return the one record of a container in which a word stands."""
    [found] = [
        one
        for resource, one in printed.log_records()
        if resource["k8s.container.name"] == container and word in str(one["body"])
    ]
    return found


def test_each_line_says_which_container_of_which_pod_printed_it(printed: Received) -> None:
    for resource, _ in printed.log_records():
        assert resource["k8s.namespace.name"] == "shop"
        assert resource["k8s.pod.uid"] == POD_UID
        assert resource["k8s.pod.name"] == f"{resource['k8s.container.name']}-1"


@pytest.mark.parametrize("word", ["convention", "micrometer", "text"])
def test_a_line_that_names_a_trace_belongs_to_it(word: str, printed: Received) -> None:
    assert record(printed, "orders", word)["traceId"] == TRACE


@pytest.mark.parametrize(("word", "severity"), [("convention", 13), ("micrometer", 17)])
def test_a_json_line_is_as_bad_as_it_says(word: str, severity: int, printed: Received) -> None:
    assert record(printed, "orders", word)["severityNumber"] == severity


def test_a_json_line_is_taken_apart_so_that_its_keys_can_be_masked(printed: Received) -> None:
    assert "kvlistValue" in record(printed, "orders", "convention")["body"]


@pytest.mark.parametrize("word", ["nothing", "broken"])
def test_a_line_that_is_no_json_comes_as_it_is(word: str, printed: Received) -> None:
    assert record(printed, "orders", word)["body"] == {"stringValue": LINES[word]}


@pytest.mark.parametrize("word", ["convention", "micrometer"])
def test_a_service_that_prints_text_has_its_lines_left_alone(word: str, printed: Received) -> None:
    assert record(printed, "legacy", word)["body"] == {"stringValue": LINES[word]}
