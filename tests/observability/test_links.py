"""Every name that a link between signals uses is made by something: data sources, labels, Services, ports."""

from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from pavedroad.plan.observability.collectors.gateway import span_metrics
from pavedroad.plan.observability.grafana import TRACE_LABELS, resolve_grafana
from pavedroad.plan.observability.logs import INDEX_ATTRIBUTES
from tests.support.observing import everything, find
from tests.support.resolving import context

SOURCES = {one.uid: one for one in resolve_grafana(context()).data_sources}


def uids(value: Any) -> set[str]:
    """Return every data source that settings refer to."""
    if isinstance(value, dict):
        own = {value["datasourceUid"]} if "datasourceUid" in value else set()
        return own.union(*(uids(item) for item in value.values()))
    return set().union(*(uids(item) for item in value)) if isinstance(value, list) else set()


@pytest.mark.parametrize("uid", SOURCES)
def test_every_data_source_that_is_linked_to_is_there(uid: str) -> None:
    assert uids(SOURCES[uid].settings) <= set(SOURCES)


def test_labels_by_which_logs_of_a_span_are_looked_for_are_those_that_loki_is_indexed_by() -> None:
    [config] = find("ConfigMap", "loki-config")["data"].values()
    otlp = yaml.safe_load(config)["limits_config"]["otlp_config"]["resource_attributes"]
    [rule] = otlp["attributes_config"]
    assert rule["action"] == "index_label"
    assert tuple(rule["attributes"]) == INDEX_ATTRIBUTES
    for attribute, label in TRACE_LABELS:
        assert attribute in INDEX_ATTRIBUTES
        assert label == attribute.replace(".", "_")


def test_labels_by_which_metrics_of_a_span_are_looked_for_are_promoted_and_kept() -> None:
    promoted = find("Prometheus", "main")["spec"]["otlp"]["promoteResourceAttributes"]
    kept = span_metrics()["resource_metrics_key_attributes"]
    assert isinstance(kept, list)
    for attribute, _ in TRACE_LABELS:
        assert attribute in promoted
        assert attribute in kept


@pytest.mark.parametrize("uid", SOURCES)
def test_every_data_source_asks_a_service_that_stands_on_a_port_that_it_has(uid: str) -> None:
    where = urlsplit(SOURCES[uid].url)
    name, namespace = (where.hostname or "").split(".")[:2]
    service = everything()["kubernetes:core/v1:Service", f"{namespace}/{name}"]
    assert where.port in {port["port"] for port in service["spec"]["ports"]}


@pytest.mark.parametrize("uid", SOURCES)
def test_grafana_may_ask_every_data_source(uid: str) -> None:
    where = urlsplit(SOURCES[uid].url)
    name = (where.hostname or "").split(".")[0]
    policy = everything()[
        "kubernetes:security.istio.io/v1:AuthorizationPolicy", f"observability/{name}.from.grafana"
    ]
    ports = {
        port for rule in policy["spec"]["rules"] for to in rule["to"] for port in to["operation"]["ports"]
    }
    assert str(where.port) in ports
