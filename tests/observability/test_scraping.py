"""What Prometheus asks: everything that stands and tells something, in a manner that its port understands."""

from typing import Any

import pytest

from pavedroad.plan.environment import EnvironmentPlan
from pavedroad.plan.observability.scraping import SIDE_CAR_PORT
from pavedroad.plan.observability.stack import PROMETHEUS
from pavedroad.plan.observability.targets import TargetPlan
from pavedroad.plan.resolve import resolve
from tests.support.example import ACCOUNT
from tests.support.observing import find
from tests.support.resolving import environment, team


def plan(services: dict[str, dict[str, Any]], **words: Any) -> EnvironmentPlan:
    return resolve({"orders": team("orders", services)}, environment("development", **words))


def targets(found: EnvironmentPlan) -> dict[str, TargetPlan]:
    assert found.platform.observability is not None
    return {target.name: target for target in found.platform.observability.scraping.targets}


def asked(found: EnvironmentPlan) -> set[tuple[str | None, int]]:
    assert found.platform.observability is not None
    return {
        (flow.destination.namespace, port)
        for flow in found.platform.observability.scraping.flows
        for port in flow.ports
    }


@pytest.mark.parametrize(
    ("engine", "port"),
    [("postgres", 9187), ("redis", 9121), ("mysql", 9104), ("mongodb", 9216), ("memcached", 9150)],
)
def test_stores_are_asked_where_there_are_any(engine: str, port: int) -> None:
    without, one = plan({"pay": {}}), plan({"pay": {"stores": {"db": {"engine": engine}}}})
    assert engine not in targets(without)
    assert targets(one)[engine].port == port
    assert asked(one) - asked(without) == {("orders", port)}


def test_brokers_are_asked_where_there_are_any() -> None:
    services: dict[str, dict[str, Any]] = {
        "pay": {"publishes": ["bells"]},
        "tell": {"subscribes": {"bells": {}}},
    }
    topics = {"bells": {"broker": "rabbitmq"}}
    with_queue = resolve({"orders": team("orders", services, topics=topics)}, environment("development"))
    assert targets(with_queue)["rabbitmq"].namespace == "rabbitmq"
    assert ("rabbitmq", 15692) in asked(with_queue)
    assert targets(with_queue)["rabbitmq-queues"].path == "/metrics/detailed"
    assert not {"rabbitmq", "rabbitmq-queues", "kafka-exporter"} & targets(plan({"pay": {}})).keys()
    on_kafka = {"bells": {"broker": "kafka"}}
    with_topic = resolve({"orders": team("orders", services, topics=on_kafka)}, environment("development"))
    assert targets(with_topic)["kafka-exporter"].port == 9404
    assert ("kafka", 9404) in asked(with_topic)
    in_account = environment("development", providers={"rabbitmq": "amazon-mq"}, **ACCOUNT)
    elsewhere = resolve({"orders": team("orders", services, topics=topics)}, in_account)
    assert "rabbitmq" not in targets(elsewhere), "AWS tells of a broker that it runs by CloudWatch"
    assert ("rabbitmq", 15692) not in asked(elsewhere)


def test_side_cars_of_services_and_of_the_ways_in_and_out_are_asked() -> None:
    outside = {"secrets": {"provider": "kubernetes", "namespace": "vault"}, "backups": None}
    found = plan({"pay": {}}, **outside)
    further = plan({"pay": {"egress": ["api.example.com:443"]}}, **outside)
    namespaces, more = (
        {namespace for namespace, port in asked(one) if port == SIDE_CAR_PORT} for one in (found, further)
    )
    assert namespaces == {"orders"}
    assert more == {"orders", "egress"}
    assert targets(found)["side-cars"].namespace is None


def test_what_is_asked_under_the_meshs_tls_is_let_in_by_identity_and_what_is_asked_in_the_clear_is_not() -> (
    None
):
    found = plan({"pay": {"stores": {"db": {"engine": "postgres"}}}})
    assert found.platform.observability is not None
    scraping = found.platform.observability.scraping
    manners = {target.port: target.manner for target in scraping.targets}
    for flow in scraping.flows:
        assert flow.source == PROMETHEUS
        for port in flow.ports:
            if port in manners:
                assert flow.authorised == (manners[port] == "mesh"), port


def test_every_port_that_a_monitor_names_is_open_to_prometheus_and_the_other_way_round() -> None:
    found = plan({"pay": {"stores": {"db": {"engine": "postgres"}, "cache": {"engine": "redis"}}}})
    named = {target.port for target in targets(found).values()}
    opened = {port for _, port in asked(found)}
    assert named - {9090} == opened - {10250}, "itself needs no permission; kubelets are found by nodes"


def test_a_monitor_speaks_as_its_class_says() -> None:
    state, mesh = (find("PodMonitor", name, "local")["spec"] for name in ("kube-state-metrics", "istiod"))
    assert (state["scrapeClass"], state["podMetricsEndpoints"][0]["scheme"]) == ("mesh", "https")
    assert (mesh["scrapeClass"], mesh["podMetricsEndpoints"][0]["scheme"]) == ("plain", "http")
    classes = {one["name"]: one for one in find("Prometheus", "main", "local")["spec"]["scrapeClasses"]}
    assert classes["mesh"]["tlsConfig"]["certFile"].endswith("cert-chain.pem")
    assert "tlsConfig" not in classes["plain"]


def test_series_say_whose_pod_they_are_about_unless_they_are_about_others() -> None:
    def labels(name: str) -> set[str]:
        (endpoint,) = find("PodMonitor", name, "local")["spec"]["podMetricsEndpoints"]
        return {one["targetLabel"] for one in endpoint["relabelings"]}

    assert labels("side-cars") == {"team", "service", "store", "job"}
    assert labels("kube-state-metrics") == {"job"}


def test_nothing_is_asked_without_a_bound() -> None:
    for name in ("side-cars", "prometheus"):
        assert find("PodMonitor", name, "local")["spec"]["sampleLimit"] == 50_000
    assert find("ScrapeConfig", "containers", "local")["spec"]["sampleLimit"] == 50_000
