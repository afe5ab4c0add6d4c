"""A service that burns: a real Prometheus sees it, a real Alertmanager tells the right receiver, with its key."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import yaml

from pavedroad.plan.observability.alertmanager_file import configuration_text
from pavedroad.plan.observability.alerts import team_alerts
from pavedroad.plan.observability.receivers import KEYS_FOLDER
from pavedroad.plan.resolve import resolve
from pavedroad.prometheus import RuleGroup, rule_file
from tests.support.judges.running import eventually, free_port, running
from tests.support.oncall import ON_CALL
from tests.support.resolving import environment, team

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BURNING = """\
kube_deployment_status_replicas_available{namespace="shop", deployment="worker"} 0
kube_deployment_spec_replicas{namespace="shop", deployment="worker"} 3
"""
"""What kube-state-metrics tells of a service without a replica."""

KEY = "a-made-up-token"


@dataclass
class Outside:
    """An exporter and a receiver in one: what is told to it, and with which authorisation."""

    port: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    authorisations: list[str] = field(default_factory=list)


@contextmanager
def outside() -> Iterator[Outside]:
    """Serve metrics and take messages on the loopback until the block ends."""
    seen = Outside()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(BURNING.encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            seen.messages.append(json.loads(body))
            seen.authorisations.append(self.headers["Authorization"])
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        seen.port = server.server_address[1]
        Thread(target=server.serve_forever, daemon=True).start()
        yield seen
        server.shutdown()


def test_a_burning_service_reaches_its_teams_receiver_with_labels_links_and_key(
    prometheus: Path, alertmanager: Path, tmp_path: Path
) -> None:
    owners = {"email": "shop@example.com", "channel": "#shop", "on_call": "shop"}
    teams = {one: team(one, {"worker": {}}, owners=owners) for one in ("orders", "shop")}
    plan = resolve(teams, environment(on_call=ON_CALL))
    (shop,) = (one for one in plan.teams if one.name == "shop")
    assert shop.watch is not None
    assert plan.platform.observability is not None
    (alert,) = (one for one in team_alerts(shop, shop.watch) if one.kind.name == "WorkloadUnavailable")
    told = configuration_text(plan.platform.observability.on_call)
    with outside() as seen:
        ports = free_port(), free_port()
        write_prometheus(tmp_path, replace(alert.rule(), hold=None), seen.port, ports[1])
        write_alertmanager(tmp_path, told, seen.port)
        with (
            running(alertmanager_command(alertmanager, tmp_path, ports[1]), tmp_path / "a", ready(ports[1])),
            running(prometheus_command(prometheus, tmp_path, ports[0]), tmp_path / "p", ready(ports[0])),
        ):
            eventually(lambda: seen.messages, why="the receiver is told")
    message = seen.messages[0]
    assert message["receiver"] == "shop/page/1"
    assert message["groupLabels"] == {"alertname": "WorkloadUnavailable", "service": "worker"}
    (fired,) = message["alerts"]
    assert fired["status"] == "firing"
    assert fired["labels"] == {"alertname": "WorkloadUnavailable", **alert.rule().labels}
    assert fired["annotations"] == alert.rule().annotations
    assert set(seen.authorisations) == {f"Bearer {KEY}"}


def ready(port: int) -> str:
    return f"http://127.0.0.1:{port}/-/ready"


def write_prometheus(folder: Path, rule: Any, exporter: int, alertmanager_port: int) -> None:
    """Write what Prometheus scrapes, evaluates and tells."""
    group = RuleGroup(name="burning", rules=(rule,), interval="1s")
    (folder / "rules.yaml").write_text(yaml.safe_dump(rule_file([group])), encoding="utf-8")
    config = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(folder / "rules.yaml")],
        "scrape_configs": [
            {"job_name": "kube-state-metrics", "static_configs": [{"targets": [f"127.0.0.1:{exporter}"]}]}
        ],
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager_port}"]}]}]
        },
    }
    (folder / "prometheus.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")


def write_alertmanager(folder: Path, text: str, receiver: int) -> None:
    """Write the generated configuration with its receiver on the loopback, its key in a folder here, and no patience."""
    here = {
        "https://hooks.example.com/alerts": f"http://127.0.0.1:{receiver}/alerts",
        KEYS_FOLDER: str(folder / "keys"),
        "group_wait: 1m": "group_wait: 1s",
    }
    for there, instead in here.items():
        assert there in text
        text = text.replace(there, instead)
    (folder / "keys").mkdir()
    (folder / "keys" / "hook").write_text(KEY, encoding="utf-8")
    (folder / "alertmanager.yaml").write_text(text, encoding="utf-8")


def prometheus_command(executable: Path, folder: Path, port: int) -> list[str]:
    return [
        str(executable),
        f"--config.file={folder / 'prometheus.yaml'}",
        f"--storage.tsdb.path={folder / 'metrics'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]


def alertmanager_command(executable: Path, folder: Path, port: int) -> list[str]:
    return [
        str(executable),
        f"--config.file={folder / 'alertmanager.yaml'}",
        f"--storage.path={folder / 'told'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
