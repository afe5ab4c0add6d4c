"""Objectives to try, and their rules under promtool."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from pavedroad.prometheus import rule_file, unit_test_file
from pavedroad.slo import EVALUATION, Indicator, Period, Sample, Slo, indicators, rule_groups

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pavedroad.prometheus import UnitTest

TOTAL = Sample("orders_total", {"job": "orders"}, 1, 1)
WRONG = Sample("orders_wrong_total", {"job": "orders"}, 0, 1)
RIGHT = Sample("orders_right_total", {"job": "orders"}, 1, 0)
EMPTY = Sample("shelves_empty_ratio", {"job": "orders"}, 0, 1, "gauge")
LAST = Sample("last_success_timestamp_seconds", {"job": "orders"}, 0, -1e9, "clock")


def _fed(indicator: Indicator, *samples: Sample) -> Indicator:
    return replace(indicator, samples=samples)


KINDS: dict[str, Indicator] = {
    "mesh-http": indicators.mesh("web", "shop", grpc=False).availability(),
    "mesh-grpc": indicators.mesh("web", "shop", grpc=True).availability(),
    "mesh-latency": indicators.mesh("web", "shop", grpc=False).latency(250),
    "gateway": indicators.gateway("shop", ("web-public", "web-api")).availability(),
    "gateway-latency": indicators.gateway("shop", ("web-public",)).latency(1000),
    "application-http": indicators.http("web", "shop").availability(),
    "application-http-latency": indicators.http("web", "shop").latency(250),
    "application-grpc": indicators.grpc("web", "shop").availability(),
    "application-grpc-latency": indicators.grpc("web", "shop").latency(1000),
    "spans": indicators.spans("web", "shop", "SPAN_KIND_SERVER").availability(),
    "spans-latency": indicators.spans("web", "shop", "SPAN_KIND_CONSUMER").latency(500),
    "messaging": indicators.messaging("web", "shop").availability(),
    "messaging-latency": indicators.messaging("web", "shop").latency(5000),
    "job-freshness": indicators.scheduled_job("nightly", "shop", 7200),
    "worker-freshness": _fed(indicators.freshness("last_success_timestamp_seconds", 7200), LAST),
    "kafka-queue-age": indicators.kafka_queue("orders", "shop.web", "10m"),
    "rabbitmq-queue-age": indicators.rabbitmq_queue("orders", "/", "10m"),
    "custom-bad": _fed(
        indicators.custom("rate(orders_wrong_total[$window])", None, "rate(orders_total[$window])", None),
        TOTAL,
        WRONG,
    ),
    "custom-good": _fed(
        indicators.custom(None, "rate(orders_right_total[$window])", "rate(orders_total[$window])", None),
        TOTAL,
        RIGHT,
    ),
    "custom-ratio": _fed(
        indicators.custom(None, None, None, "avg_over_time(shelves_empty_ratio[$window])"), EMPTY
    ),
}
"""One indicator of every kind, with the series that feed it."""


def an_slo(indicator: Indicator, *, objective: str = "99", days: int = 30) -> Slo:
    """Return an objective over an indicator."""
    return Slo(
        team="shop",
        service="web",
        name="kept",
        tier="production",
        kind="availability",
        promise=f"that {objective}% of it is good",
        indicator=indicator,
        objective=Fraction(objective),
        period=Period(days),
        least_events=10,
        absent_after="1h",
        policy="freeze",
        links={"SloBurnsFast": {"runbook_url": "docs/runbooks/slo-burns-fast.md"}},
    )


def check(promtool: Path, folder: Path, slos: Iterable[Slo]) -> None:
    """Write the rules of objectives, and let promtool check them with every lint there is."""
    groups = [group for slo in slos for group in rule_groups(slo)]
    (folder / "rules.yaml").write_text(json.dumps(rule_file(groups)))
    run(promtool, "check", "rules", "--lint=all", "--lint-fatal", str(folder / "rules.yaml"))


def run_tests(promtool: Path, folder: Path, tests: Iterable[UnitTest]) -> None:
    """Run unit tests of the rules that ``check`` wrote."""
    groups = [group["name"] for group in json.loads((folder / "rules.yaml").read_text())["groups"]]
    document = unit_test_file(tests, ["rules.yaml"], EVALUATION, groups)
    (folder / "tests.yaml").write_text(json.dumps(document))
    run(promtool, "test", "rules", str(folder / "tests.yaml"))


def run(promtool: Path, *arguments: str) -> None:
    """Run promtool; what it finds wrong is the assertion's message."""
    done = subprocess.run([promtool, *arguments], capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
