"""Loading manifests, asking about all pairs, and what the package may import."""

import ast
import sys
import time
from pathlib import Path

import pytest

import pavedroad.access
from pavedroad.access import Address, Cluster, ExternalPod, ManifestError, Verdict
from tests.support.access import authorization, cluster, namespace, network_policy, pod, service

PACKAGE = Path(pavedroad.access.__file__).parent


def test_the_package_imports_nothing_but_itself_yaml_and_the_standard_library() -> None:
    imported = {
        name
        for path in PACKAGE.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in _imported(node)
    }
    foreign = {
        name
        for name in imported
        if name.split(".")[0] not in {*sys.stdlib_module_names, "yaml"}
        and not name.startswith("pavedroad.access")
    }
    assert "yaml" in imported
    assert foreign == set()


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or "."] if isinstance(node, ast.ImportFrom) else []


def test_all_public_names_exist() -> None:
    assert sorted(pavedroad.access.__all__) == list(pavedroad.access.__all__)
    assert all(hasattr(pavedroad.access, name) for name in pavedroad.access.__all__)


def test_a_folder_is_read_whatever_its_layout(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "pods.yaml").write_text(f"{pod('shop/web')}---\n{pod('shop/cart')}---\n")
    (tmp_path / "_cluster").mkdir()
    listed = (
        "{apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Namespace, metadata: {name: shop}}]}"
    )
    (tmp_path / "_cluster" / "namespace.yml").write_text(listed)
    (tmp_path / "notes.txt").write_text("kind: [")
    loaded = Cluster.load(tmp_path)
    assert [str(item) for item in loaded.pods] == ["shop/Pod/web", "shop/Pod/cart"]
    assert not loaded.pods[0].namespace_labels.partial


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kind: [", "not YAML"),
        ("- 1", "no Kubernetes object"),
        ("just text", "no Kubernetes object"),
        ("{apiVersion: v1, kind: Pod}", "a Pod has no metadata.name"),
    ],
)
def test_a_file_that_is_no_manifest_is_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "bad.yaml").write_text(text)
    with pytest.raises(ManifestError, match=message) as error:
        Cluster.load(tmp_path)
    assert "bad.yaml" in str(error.value)


@pytest.mark.parametrize(
    ("document", "title"),
    [
        (network_policy("n/p", "{podSelector: [], ingress: [7]}"), "NetworkPolicy n/p"),
        (network_policy("n/p", "{ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/99}}]}]}"), "NetworkPolicy n/p"),
        (network_policy("n/p", "{ingress: [{ports: [{port: 1, endPort: x}]}]}"), "NetworkPolicy n/p"),
        (authorization("n/p", "{rules: [{when: [{values: [x]}]}]}"), "AuthorizationPolicy n/p"),
        (authorization("n/p", "{rules: [{from: [{source: {ipBlocks: [x]}}]}]}"), "AuthorizationPolicy n/p"),
        (
            "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: n}, spec: {ports: [{}]}}",
            "Service n/s",
        ),
        (
            "{apiVersion: v1, kind: Pod, metadata: {name: x, namespace: n}, spec: {containers: [{ports: [{}]}]}}",
            "Pod n/x",
        ),
        (
            "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: g, namespace: n}, spec: {listeners: [{}]}}",
            "Gateway n/g",
        ),
        (
            "{apiVersion: v1, kind: Endpoints, metadata: {name: e, namespace: n}, subsets: [{addresses: [{ip: x}]}]}",
            "Endpoints n/e",
        ),
    ],
)
def test_a_malformed_object_is_named(document: str, title: str) -> None:
    with pytest.raises(ManifestError, match=f"^{title}: malformed"):
        cluster(document)


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="nowhere: not a folder"):
        Cluster.load(tmp_path / "nowhere")


def test_every_kind_of_workload_makes_pods() -> None:
    template = "template: {metadata: {labels: {app: x}}, spec: {serviceAccountName: me, containers: []}}"
    kinds = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job")
    documents = [
        f"{{apiVersion: apps/v1, kind: {kind}, metadata: {{name: x, namespace: n}}, spec: {{{template}}}}}"
        for kind in kinds
    ]
    cron = f"{{apiVersion: batch/v1, kind: CronJob, metadata: {{name: x, namespace: n}}, spec: {{jobTemplate: {{spec: {{{template}}}}}}}}}"
    made = cluster(*documents, cron).pods
    assert [item.name for item in made] == [f"{kind}/x" for kind in (*kinds, "CronJob")]
    assert {(item.service_account, item.labels.values["app"]) for item in made} == {("me", "x")}


def test_a_side_car_that_starts_as_an_init_container_has_ports() -> None:
    mixed = cluster("""
        apiVersion: v1
        kind: Pod
        metadata: {name: x, namespace: n}
        spec:
          initContainers:
          - {name: once, ports: [{containerPort: 1}]}
          - {name: stays, restartPolicy: Always, ports: [{containerPort: 2}]}
          containers: [{name: main, ports: [{containerPort: 3, protocol: UDP}]}]
    """)
    assert {(port.number, port.protocol) for port in mixed.pods[0].ports} == {(2, "TCP"), (3, "UDP")}


def test_asking_for_a_pod_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError, match="shop/Pod/web"):
        cluster().pod("shop", "Pod/web")


def test_an_address_must_be_one() -> None:
    with pytest.raises(ValueError, match="does not appear to be"):
        Address("example.com")


def small() -> Cluster:
    return cluster(
        namespace("shop", istio_injection="enabled"),
        namespace("bank", istio_injection="enabled"),
        pod("shop/web", ports={"http": 80}),
        pod("shop/cart", ports={"http": 80, "debug": 81}),
        pod("bank/ledger"),
        service("bank/ledger", "ledger", "tcp:5432"),
        network_policy("shop/deny", "{podSelector: {}}"),
        network_policy(
            "shop/cart",
            "{podSelector: {matchLabels: {app: cart}}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 80}]}]}",
        ),
        network_policy(
            "shop/block",
            "{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 81}]}]}",
        ),
        authorization("bank/known", "{rules: [{from: [{source: {serviceAccounts: [shop/cart]}}]}]}"),
    )


def test_the_matrix_holds_every_access_that_is_not_refused() -> None:
    matrix = small().matrix()
    assert {str(access) for access in matrix.allowed} == {
        "shop/Pod/web -> shop/Pod/cart:80",
        "shop/Pod/cart -> bank/Pod/ledger:5432",
    }
    assert {str(access) for access in matrix.not_evaluated} == {
        f"{source} -> shop/Pod/cart:81" for source in ("shop/Pod/web", "shop/Pod/cart", "bank/Pod/ledger")
    }


def test_the_matrix_says_what_decide_says() -> None:
    every = small()
    matrix = every.matrix(ports=[9999])
    for source in every.pods:
        for destination in every.pods:
            for port in (80, 81, 5432, 9999):
                verdict = every.decide(source, destination, port).verdict
                text = f"{source} -> {destination}:{port}"
                declared = port == 9999 or (destination.name, port) in {
                    ("Pod/web", 80),
                    ("Pod/cart", 80),
                    ("Pod/cart", 81),
                    ("Pod/ledger", 5432),
                }
                assert (text in map(str, matrix.allowed)) == (declared and verdict is Verdict.ALLOWED)
                assert (text in map(str, matrix.not_evaluated)) == (
                    declared and verdict is Verdict.NOT_EVALUATED
                )


def test_the_matrix_asks_about_pods_and_addresses_that_no_manifest_describes() -> None:
    resolver, outside = ExternalPod("kube-system", ports={"dns": 53}, name="dns"), Address("203.0.113.1")
    matrix = small().matrix(others=[resolver, outside])
    texts = {str(access) for access in matrix.allowed}
    assert "shop/Pod/web -> kube-system/dns:53" in texts
    assert "203.0.113.1 -> kube-system/dns:53" in texts
    assert "kube-system/dns -> shop/Pod/cart:80" not in texts


def test_all_pairs_of_three_hundred_pods_take_seconds() -> None:
    documents = []
    for number in range(300):
        place = f"team-{number % 20}/service-{number}"
        home, name = place.split("/")
        caller = f"cluster.local/ns/{home}/sa/service-{number - 20}"
        documents += [
            pod(place, ports={"http": 8080}),
            network_policy(
                f"{place}-in",
                f"{{podSelector: {{matchLabels: {{app: {name}}}}}, ingress: [{{from: [{{podSelector: {{matchLabels: {{app: service-{number - 20}}}}}}}]}}]}}",
            ),
            authorization(
                place,
                f"{{selector: {{matchLabels: {{app: {name}}}}}, rules: [{{from: [{{source: {{principals: [{caller}]}}}}]}}]}}",
            ),
        ]
    documents += [namespace(f"team-{number}", istio_injection="enabled") for number in range(20)]
    large = cluster(*documents)
    start = time.process_time()
    matrix = large.matrix()
    assert len(matrix.allowed) == 280
    assert not matrix.not_evaluated
    assert time.process_time() - start < 20
