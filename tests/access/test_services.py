"""What host names lead to, as Kubernetes documents its DNS and Services."""

import pytest

from pavedroad.access import Address, Cluster, Resolution
from tests.support.access import cluster, namespace, pod, service

STATEFUL = """
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: store, namespace: bank}
    spec:
      template:
        metadata: {labels: {app: store}}
        spec: {containers: [{name: main, ports: [{name: db, containerPort: 5432}]}]}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: store, namespace: bank}
    spec: {clusterIP: None, selector: {app: store}, ports: [{port: 5432}]}
"""
ALIASES = """
    apiVersion: v1
    kind: Service
    metadata: {name: alias, namespace: shop}
    spec: {type: ExternalName, externalName: ledger.bank.svc.cluster.local}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: payments, namespace: shop}
    spec: {type: ExternalName, externalName: api.stripe.com}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: ping, namespace: shop}
    spec: {type: ExternalName, externalName: pong.shop.svc.cluster.local}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: pong, namespace: shop}
    spec: {type: ExternalName, externalName: ping.shop.svc.cluster.local}
"""
MANUAL = """
    apiVersion: v1
    kind: Service
    metadata: {name: mainframe, namespace: bank}
    spec: {ports: [{port: 80, targetPort: 8080}]}
    ---
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata: {name: mainframe-1, namespace: bank, labels: {kubernetes.io/service-name: mainframe}}
    endpoints: [{addresses: [192.0.2.10]}]
"""


@pytest.fixture(scope="module")
def names() -> Cluster:
    return cluster(
        namespace("shop"),
        namespace("bank"),
        pod("shop/web", ports={"http": 8080}),
        pod("bank/ledger", ports={"http": 9090}),
        service("shop/web", "web", "http:80:http"),
        service("bank/ledger", "ledger", "http:80:http", "plain:81:7000"),
        service("bank/ghost", "nobody", "http:80"),
        STATEFUL,
        ALIASES,
        MANUAL,
    )


def ends(resolution: Resolution) -> set[tuple[str, int]]:
    return {(str(target.endpoint), target.port) for target in resolution.targets}


@pytest.mark.parametrize(
    "host",
    [
        "ledger.bank",
        "ledger.bank.svc",
        "ledger.bank.svc.cluster.local",
        "ledger.bank.svc.cluster.local.",
        "LEDGER.bank",
        "alias",
        "alias.shop",
    ],
)
def test_a_service_answers_to_its_qualified_names_and_aliases(names: Cluster, host: str) -> None:
    assert ends(names.resolve(host, 80, "shop")) == {("bank/Pod/ledger", 9090)}


def test_a_short_name_is_one_of_the_callers_namespace(names: Cluster) -> None:
    assert ends(names.resolve("web", 80, "shop")) == {("shop/Pod/web", 8080)}
    elsewhere = names.resolve("web", 80, "bank")
    assert not elsewhere.found
    assert elsewhere.external == "web"


def test_a_name_with_a_final_dot_is_not_searched_for(names: Cluster) -> None:
    assert not names.resolve("web.", 80, "shop").found


def test_a_numeric_target_port_is_taken_as_it_is(names: Cluster) -> None:
    assert ends(names.resolve("ledger", 81, "bank")) == {("bank/Pod/ledger", 7000)}


def test_a_port_that_the_service_lacks_leads_nowhere_and_says_so(names: Cluster) -> None:
    resolution = names.resolve("ledger", 8080, "bank")
    assert not resolution.found
    assert resolution.detail == "Service bank/ledger has no port 8080; it has 80, 81"


def test_a_service_without_pods_leads_nowhere_and_says_so(names: Cluster) -> None:
    assert names.resolve("ghost", 80, "bank").detail == "Service bank/ghost has nothing behind it"


def test_a_headless_service_translates_no_port_and_knows_its_pods_by_name(names: Cluster) -> None:
    assert ends(names.resolve("store", 5432, "bank")) == {("bank/StatefulSet/store", 5432)}
    assert ends(names.resolve("store-0.store", 5432, "bank")) == {("bank/StatefulSet/store", 5432)}
    assert ends(names.resolve("store-2.store.bank.svc.cluster.local", 7, "shop")) == {
        ("bank/StatefulSet/store", 7)
    }
    assert not names.resolve("other-0.store.bank.svc.cluster.local", 5432, "bank").found
    assert not names.resolve("ledger-0.ledger.bank.svc.cluster.local", 80, "bank").found


def test_an_external_name_is_followed_out_of_the_cluster(names: Cluster) -> None:
    resolution = names.resolve("payments", 443, "shop")
    assert (resolution.found, resolution.external) == (False, "api.stripe.com")


def test_external_names_that_lead_in_a_circle_end(names: Cluster) -> None:
    resolution = names.resolve("ping", 80, "shop")
    assert not resolution.found
    assert "leads back" in resolution.detail


def test_a_name_of_the_outside_is_left_to_others(names: Cluster) -> None:
    assert names.resolve("api.stripe.com", 443, "shop").external == "api.stripe.com"


def test_a_cluster_name_that_nobody_has_is_not_left_to_others(names: Cluster) -> None:
    resolution = names.resolve("nobody.bank.svc.cluster.local", 80, "shop")
    assert (resolution.found, resolution.external) == (False, "")


def test_a_service_without_a_selector_leads_to_its_end_points(names: Cluster) -> None:
    resolution = names.resolve("mainframe.bank", 80, "shop")
    assert [(target.endpoint, target.port) for target in resolution.targets] == [
        (Address("192.0.2.10"), 8080)
    ]


@pytest.mark.parametrize(
    ("port", "http"),
    [
        ("{name: http, port: 80}", True),
        ("{name: grpc-web-api, port: 80}", True),
        ("{name: grpc, port: 80}", True),
        ("{name: http-admin, port: 80}", True),
        ("{name: httpbin, port: 80}", None),
        ("{name: tcp-x, port: 80}", False),
        ("{name: https, port: 443}", False),
        ("{name: redis, port: 6379}", False),
        ("{name: web, port: 80}", None),
        ("{port: 3306}", False),
        ("{name: web, port: 80, appProtocol: http}", True),
        ("{name: http, port: 80, appProtocol: tcp}", False),
        ("{name: x, port: 80, appProtocol: kubernetes.io/h2c}", True),
    ],
)
def test_the_mesh_reads_a_ports_protocol_from_its_name(port: str, *, http: bool | None) -> None:
    named = cluster(
        namespace("shop"),
        pod("shop/web"),
        f"""
        apiVersion: v1
        kind: Service
        metadata: {{name: web, namespace: shop}}
        spec: {{selector: {{app: web}}, ports: [{port}]}}
        """,
    )
    web = named.pod("shop", "Pod/web")
    number = next(iter(named.services.ports_of(web)))
    assert named.services.http(web, number) is http


def test_services_that_name_a_ports_protocol_differently_leave_it_open() -> None:
    named = cluster(
        pod("shop/web"), service("shop/one", "web", "http:80"), service("shop/two", "web", "tcp:80")
    )
    assert named.services.http(named.pod("shop", "Pod/web"), 80) is None
