"""Fixtures that give the executables of judges; each is built when the first test asks for it, once per user."""

from pathlib import Path

import pytest

from tests.support.judges import recipes
from tests.support.judges.building import collector_executable, executable


@pytest.fixture(scope="session")
def promtool() -> Path:
    """Promtool: checks rules and configurations, and runs unit tests of rules."""
    return executable(recipes.PROMETHEUS, "promtool")


@pytest.fixture(scope="session")
def prometheus() -> Path:
    """Prometheus 3, which takes metrics by OTLP and by scraping."""
    return executable(recipes.PROMETHEUS, "prometheus")


@pytest.fixture(scope="session")
def amtool() -> Path:
    """Amtool: checks configurations of Alertmanager and says where an alert is routed."""
    return executable(recipes.AMTOOL, "amtool")


@pytest.fixture(scope="session")
def alertmanager() -> Path:
    """Alertmanager, without its web page."""
    return executable(recipes.ALERTMANAGER, "alertmanager")


@pytest.fixture(scope="session")
def loki() -> Path:
    """Loki."""
    return executable(recipes.LOKI, "loki")


@pytest.fixture(scope="session")
def jaeger() -> Path:
    """Jaeger v2."""
    return executable(recipes.JAEGER, "jaeger")


@pytest.fixture(scope="session")
def cloudwatch_exporter() -> Path:
    """The exporter of CloudWatch's metrics."""
    return executable(recipes.CLOUDWATCH_EXPORTER, "yace")


@pytest.fixture(scope="session")
def collector() -> Path:
    """An OpenTelemetry collector with the components that this project's configurations use, and no other."""
    return collector_executable()
