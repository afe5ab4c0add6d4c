"""Cross-checks: each thing that does not fit together is a fault at the line that made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pavedroad.descriptor import DescriptorFaults, load_project
from tests.support.files import ENVIRONMENT, write_project

if TYPE_CHECKING:
    from pathlib import Path

ORDERS = """\
apiVersion: pavedroad.dev/v1
kind: Team
team: orders
owners: {email: orders@example.com}
topics:
  placed: {broker: kafka}
  tasks: {broker: rabbitmq}
services:
  orders:
    type: service
    image: example/orders:1.0
    listens: {http: {port: 8080}, grpc: {port: 9090, protocol: grpc}}
    stores: {ledger: {engine: postgres}}
    publishes: [placed]
  mailer:
    type: worker
    image: example/mailer:1.0
    subscribes: {placed: {}, tasks: {}}
  clean:
    type: job
    image: example/clean:1.0
"""

SHOP = """\
apiVersion: pavedroad.dev/v1
kind: Team
team: shop
owners: {email: shop@example.com}
services:
  ui:
    type: service
    image: example/ui:1.0
    listens: {http: {port: 8080}}
"""


def orders_with(line: str, service: str = "orders") -> str:
    """Return the team with one more line in a service."""
    head, found, tail = ORDERS.partition(f"  {service}:\n")
    assert found
    return f"{head}{found}    {line}\n{tail}"


def faults_of(root: Path, *teams: str, environment: str = ENVIRONMENT) -> list[str]:
    write_project(root, *teams, environment=environment)
    with pytest.raises(DescriptorFaults) as found:
        load_project(root)
    assert all(fault.line for fault in found.value.faults)
    return [str(fault) for fault in found.value.faults]


def test_the_project_that_these_tests_break_is_sound(tmp_path: Path) -> None:
    project = load_project(write_project(tmp_path, ORDERS, SHOP))
    assert list(project.teams) == ["orders", "shop"]


ONE_LINE = {
    # calls
    (
        "calls: {orderz: {}}",
        "mailer",
    ): "given 'orderz'; expected a service of this team, or team/service; did you mean orders?",
    (
        "calls: {ui: {}}",
        "mailer",
    ): "services.mailer.calls.ui: given 'ui'; expected a service of this team, or team/service; did you mean shop/ui?",
    (
        "calls: {shop/ui: {}}",
        "mailer",
    ): "shop has not opened it to orders/mailer; shop can add open_to: [orders/mailer] (stacks/teams/shop.yaml: services.ui.open_to",
    ("calls: {clean: {}}", "mailer"): "it listens on no port, so nobody can call it",
    ("calls: {orders: {}}", "mailer"): "given no port; expected one of grpc, http; add port:",
    (
        "calls: {orders: {port: htp}}",
        "mailer",
    ): "services.mailer.calls.orders.port: given 'htp'; expected one of grpc, http; did you mean http?",
    # topics
    (
        "publishes: [place]",
        "mailer",
    ): "services.mailer.publishes[0]: given 'place'; expected a topic of this team, or team/topic; did you mean placed?",
    ("subscribes: {orders/placd: {}}", "clean"): "did you mean orders/placed?",
    (
        "scale: {backlog: {place: 10}}",
        "mailer",
    ): "scale.backlog.place: given 'place'; expected a subscribed topic (placed, tasks); did you mean placed?",
    ("environments: {local: {scale: {backlog: {x: 1}}}}", "mailer"): "environments.local.scale.backlog.x",
    ("subscribes: {tasks: {group: g}}", "orders"): "a queue has no groups; remove it",
    ("subscribes: {placed: {routing_key: g}}", "orders"): "a kafka topic has no routing keys; remove it",
    # open_to
    (
        "open_to: [shp]",
        "orders",
    ): "services.orders.open_to[0]: given 'shp'; expected a team, team/service of another team, or everyone; did you mean shop?",
    ("open_to: [shop/web]", "orders"): "given 'shop/web'",
    # references
    (
        "env: {A: '${stores.ledgr.host}'}",
        "orders",
    ): "services.orders.env.A: given '${stores.ledgr.host}'; expected one of this workload's stores: ledger; did you mean ledger?",
    (
        "env: {A: '${stores.ledger.hots}'}",
        "orders",
    ): "expected one of the outputs database, host, password, port, uri, username; did you mean host?",
    ("env: {A: '${calls.ui.host}'}", "orders"): "expected an entry of calls, and this workload has none",
    (
        "env: {A: '${publishes.placed.queue}'}",
        "orders",
    ): "one of the outputs bootstrap_servers, password, sasl_mechanism, security_protocol, topic, username",
    ("env: {A: '${subscribes.placed.groop}'}", "mailer"): "did you mean group?",
    ("env: {A: '${pod.nam}'}", "orders"): "did you mean name?",
    ("env: {A: '${environment.region}'}", "orders"): "expected one of the outputs name, tier",
    (
        "env: {A: '${HOME}'}",
        "orders",
    ): "a reference starts with stores, calls, publishes, subscribes, invokes, starts, pod or environment; write $${",
    ("env: {A: '${stores.ledger}'}", "orders"): "a reference has three parts: ${stores.name.output}",
    ("env: {A: '${stores.ledger.host'}", "orders"): "a ${ without its }",
    (
        "sidecars: {s: {image: a/b:1, env: {A: '${stores.x.host}'}}}",
        "orders",
    ): "services.orders.sidecars.s.env.A",
    (
        "init: [{name: s, image: a/b:1, env: {A: '${stores.x.host}'}}]",
        "orders",
    ): "services.orders.init[0].env.A",
    (
        "environments: {local: {env: {A: '${stores.x.host}'}}}",
        "orders",
    ): "services.orders.environments.local.env.A",
    (
        "config: {/etc/a: {content: '${stores.ledger.password}'}}",
        "orders",
    ): "services.orders.config./etc/a.content: given '${stores.ledger.password}'; it is secret; put it in env",
    ("config: {/etc/a: {content: '${pod.ip}'}}", "orders"): "it is known only when the pod starts",
    # pods
    (
        "sidecars: {s: {image: a/b:1, listens: {x: {port: 8080}}}}",
        "orders",
    ): "given 8080; orders.http listens on it already; take another",
    (
        "sidecars: {s: {image: a/b:1, listens: {x: {port: 81, service_port: 8080}}}}",
        "orders",
    ): "given 8080; callers reach orders.http by it already",
    (
        "sidecars: {s: {image: a/b:1, listens: {http: {port: 81}}}}",
        "orders",
    ): "orders.http has this name already",
    ("sidecars: {orders: {image: a/b:1}}", "orders"): "another container of the pod has this name",
    (
        "init: [{name: orders, image: a/b:1}]",
        "orders",
    ): "services.orders.init[0]: given 'orders'; another container",
    (
        "probes: {readiness: {http: /, port: web}}",
        "orders",
    ): "services.orders.probes.readiness.port: given 'web'; expected one of grpc, http",
    ("probes: {liveness: {grpc: true}}", "orders"): "port http speaks http, not grpc",
    ("probes: {liveness: {tcp: true}}", "mailer"): "this container listens on nothing",
    ("routes: [{expose: public, port: web}]", "orders"): "services.orders.routes[0].port: given 'web'",
    ("routes: [{expose: public, grpc_service: a.B}]", "orders"): "port http speaks http; use path",
    ("routes: [{expose: public, port: grpc, path: /a}]", "orders"): "port grpc speaks grpc; use grpc_service",
    ("routes: [{expose: public, port: grpc, grpc_method: a}]", "orders"): "a method needs its grpc_service",
    ("scale: {min: 5, max: 4}", "orders"): "services.orders.scale.min: given min 5 and max 4",
    (
        "environments: {local: {scale: {min: 5, max: 4}}}",
        "orders",
    ): "environments.local.scale.min: given min 5 and max 4",
    (
        "resources: {memory: 1Gi, memory_limit: 512Mi}",
        "orders",
    ): "memory_limit: given 512Mi; expected at least the request, 1Gi",
    (
        'resources: {cpu: "1", cpu_limit: 500m}',
        "orders",
    ): "cpu_limit: given 500m; expected at least the request, 1",
    (
        'resources: {cpu: "1", memory: 1Gi}\n    size: large',
        "orders",
    ): "size: given 'large'; resources says CPU and memory, so the size has no effect",
    (
        "resources: {memory: 1Gi, memory_limit: 1Gi}\n    environments: {local: {resources: {memory: 2Gi}}}",
        "orders",
    ): "environments.local.resources.memory_limit: given 1Gi; expected at least the request, 2Gi",
    (
        "routes: [{expose: public, port: grpc, timeout: 1s}]",
        "orders",
    ): "routes[0].timeout: gRPC routes have no time limit",
    ("registry: private", "orders"): "given 'private'; expected one of the team's registries (there is none)",
    ("volumes: {data: {mount: /data, size: 1Gi}}", "orders"): "add stable_identity: true or shared: true",
    ("volumes: {data: {mount: /data, size: 1Gi}}", "clean"): "keep their name; add shared: true",
    (
        "config: {/a/b: {content: x}}\n    scratch: {/a/b: {}}",
        "orders",
    ): "given '/a/b'; scratch./a/b is mounted there already",
    ("scratch: {/a/b: {}, /a: {}}", "orders"): "given '/a'; it would hide scratch./a/b",
    # names
    ("env: {PAVEDROAD_X: y}", "orders"): "names with PAVEDROAD_ belong to the platform",
    ("env: {A: b}\n    secrets: {A: {vault: kv/a, key: a}}", "orders"): "secrets has this name too",
    (
        "calls: {orders: {port: http, alias: clean}}",
        "mailer",
    ): "calls.orders.alias: given 'clean'; in the namespace this is the name of service orders/clean",
    (
        "stores: {db: {engine: redis, alias: orders}}",
        "clean",
    ): "stores.db.alias: given 'orders'; in the namespace this is the name of service orders/orders",
    (
        "formerly: [clean]",
        "orders",
    ): "services.orders.formerly[0]: given 'clean'; something has this name today",
    # overrides
    (
        "environments: {locl: {}}",
        "orders",
    ): "given 'locl'; expected one of the environments local; did you mean local?",
    (
        "environments: {local: {stores: {ledgr: {}}}}",
        "orders",
    ): "given 'ledgr'; expected one of the stores of this workload (ledger); did you mean ledger?",
    # outside
    ("egress: ['db.shop.svc.cluster.local:5432']", "orders"): "this name is inside the platform",
    ("egress: ['169.254.169.254:80']", "orders"): "an address has no name to check a certificate against",
    ("egress: ['api.example.com:70000']", "orders"): "expected a port from 1 to 65535",
    (
        "env: {AWS: AKIAIOSFODNN7EXAMPLE}",
        "orders",
    ): "services.orders.env.AWS: looks like a secret; keep it in the vault and use secrets:",
    (
        "args: [--token=ghp_0123456789abcdefghijABCDEFGHIJ012345]",
        "orders",
    ): "services.orders.args[0]: looks like a secret",
    (
        "config: {/etc/a: {content: '-----BEGIN RSA PRIVATE KEY-----'}}",
        "orders",
    ): "config./etc/a.content: holds what looks like a secret",
}


@pytest.mark.parametrize(("line", "service"), ONE_LINE)
def test_one_wrong_line_is_one_fault_at_that_line(tmp_path: Path, line: str, service: str) -> None:
    text = orders_with(line, service)
    if line.startswith("subscribes") and service != "clean":
        text = text.replace("    subscribes: {placed: {}, tasks: {}}\n", "")
    if line.startswith("publishes"):
        text = text.replace("    publishes: [placed]\n", "")
    expected = ONE_LINE[line, service]
    (fault,) = faults_of(tmp_path, text, SHOP)
    assert expected in fault
    first = text.splitlines().index(f"    {line.splitlines()[0]}") + 1
    place = int(fault.split(":")[1])
    assert first <= place <= first + line.count("\n")


def test_stores_and_services_that_would_share_a_name_are_told_apart(tmp_path: Path) -> None:
    twin = "  orders-ledger: {type: worker, image: a/b:1}\n"
    (fault,) = faults_of(tmp_path, ORDERS + twin)
    assert (
        "services.orders.stores.ledger: given 'orders-ledger'; in the namespace this is the name of service"
        in fault
    )


@pytest.mark.parametrize("words", ["timeout: 1s", "retries: 1", "circuit_breaker: {}"])
def test_words_about_requests_stand_only_where_the_mesh_sees_them(tmp_path: Path, words: str) -> None:
    team = orders_with("listens: {raw: {port: 7000, protocol: tcp}}", "mailer")
    team = team.replace("    publishes: [placed]\n", f"    calls: {{mailer: {{{words}}}}}\n")
    word = words.partition(":")[0]
    assert [fault for fault in faults_of(tmp_path, team) if f"calls.mailer.{word}: " in fault] != []


def test_a_former_name_is_idle_where_a_name_is_given(tmp_path: Path) -> None:
    team = ORDERS.replace("{broker: kafka}", "{broker: kafka, name: shop.placed, formerly: [ordered]}")
    (fault,) = faults_of(tmp_path, team)
    assert "topics.placed.formerly: name keeps it shop.placed on the broker" in fault


def test_what_a_team_uses_stands_where_the_team_does(tmp_path: Path) -> None:
    ui = SHOP + "    calls: {orders/orders: {port: http}}\n"
    orders = orders_with("open_to: [shop]")
    load_project(write_project(tmp_path, orders, ui))
    (fault,) = faults_of(tmp_path, orders, ui, environment=ENVIRONMENT + "teams: [shop]\n")
    assert "shop/ui uses orders/orders, and orders does not stand here; add orders" in fault


def test_a_service_cannot_have_the_name_of_the_replicas_of_another(tmp_path: Path) -> None:
    pods = "  mailer-pods:\n    type: worker\n    image: a/b:1\n"
    (fault,) = faults_of(tmp_path, orders_with("stable_identity: true", "mailer") + pods)
    assert "given 'mailer-pods'; in the namespace this is the name of service orders/mailer-pods" in fault


def test_an_alias_cannot_be_the_name_that_a_renamed_service_keeps(tmp_path: Path) -> None:
    team = orders_with("formerly: [till]").replace(
        "    subscribes:", "    calls: {clock: {alias: till}}\n    subscribes:"
    )
    clock = "  clock:\n    type: service\n    image: a/b:1\n    listens: {http: {port: 80}}\n"
    (fault,) = faults_of(tmp_path, team + clock)
    assert "alias: given 'till'; in the namespace this is the name of service orders/orders" in fault


def test_two_topics_cannot_share_a_name_on_the_broker(tmp_path: Path) -> None:
    text = ORDERS.replace("  tasks:", "  other: {broker: kafka, name: orders_placed}\n  tasks:")
    (fault,) = faults_of(tmp_path, text)
    assert "topics.other.name: given 'orders_placed'; on kafka this is the name of orders/placed" in fault


def test_a_name_given_up_by_two_belongs_to_one(tmp_path: Path) -> None:
    text = orders_with("formerly: [old]", "clean").replace("  mailer:\n", "  mailer:\n    formerly: [old]\n")
    (fault,) = faults_of(tmp_path, text)
    assert "given 'old'; mailer had this name too" in fault


@pytest.mark.parametrize("opening", ["everyone", "shop", "shop/ui"])
def test_an_edge_between_teams_stands_once_both_sides_say_so(tmp_path: Path, opening: str) -> None:
    text = orders_with(f"open_to: [{opening}]")
    caller = SHOP + "    calls: {orders/orders: {port: http}}\n"
    assert load_project(write_project(tmp_path, text, caller)).teams["shop"].workloads["ui"].calls


def test_opening_to_one_service_does_not_open_to_its_team(tmp_path: Path) -> None:
    text = orders_with("open_to: [shop/ui]")
    caller = SHOP + "  web: {type: worker, image: a/b:1, calls: {orders/orders: {port: http}}}\n"
    (fault,) = faults_of(tmp_path, text, caller)
    assert "orders has not opened it to shop/web" in fault


def test_a_topic_of_another_team_must_be_open_too(tmp_path: Path) -> None:
    caller = SHOP + "    subscribes: {orders/placed: {}}\n"
    (fault,) = faults_of(tmp_path, ORDERS, caller)
    assert "orders can add open_to: [shop/ui] (stacks/teams/orders.yaml: topics.placed.open_to" in fault


def test_two_routes_cannot_answer_the_same_address(tmp_path: Path) -> None:
    text = orders_with("routes: [{expose: public, host: shop}]")
    other = SHOP + "    routes: [{expose: public, host: shop}]\n"
    (fault,) = faults_of(tmp_path, text, other)
    assert "orders/orders has the public host shop with the same path" in fault
    load_project(write_project(tmp_path, text, other.replace("host: shop", "host: shop, path: /ui")))


@pytest.mark.parametrize(
    ("was", "now", "fault"),
    [
        ("postgres: cloudnative-pg, ", "", "providers.postgres: orders/orders.stores.ledger needs postgres"),
        ("kafka: strimzi, ", "", "providers.kafka: orders/topics.placed needs kafka"),
        (
            "tier: local",
            "tier: production",
            "backups: given nothing; orders/orders.stores.ledger is backed up",
        ),
        ("tier: local", "tier: local\nteams: [orders, shp]", "teams[1]: given 'shp'"),
        ("public: shop.example.com, ", "", "domains.public: given nothing; shop/ui has public routes"),
    ],
)
def test_an_environment_realises_what_stands_in_it(tmp_path: Path, was: str, now: str, fault: str) -> None:
    shop = SHOP + "    routes: [{expose: public}]\n"
    assert was in ENVIRONMENT
    (found,) = faults_of(tmp_path, ORDERS, shop, environment=ENVIRONMENT.replace(was, now))
    assert fault in found
    assert found.startswith("stacks/environments/local.yaml:")


@pytest.mark.parametrize("name", ["kafka", "kube-system", "platform", "kube-x"])
def test_reserved_names_of_teams_are_refused(tmp_path: Path, name: str) -> None:
    (fault,) = faults_of(tmp_path, SHOP.replace("team: shop", f"team: {name}"))
    assert f":3:1: team: given '{name}'; this name is reserved" in fault


def test_a_team_cannot_keep_a_reserved_name_from_the_past(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, SHOP.replace("team: shop", "team: shop\nformerly: [keda]"))
    assert "formerly: given 'keda'; this name is reserved" in fault


@pytest.mark.parametrize(("namespace", "holder"), [("shop", "team shop"), ("gateways", "the platform")])
def test_the_namespace_of_secrets_belongs_to_nobody_else(tmp_path: Path, namespace: str, holder: str) -> None:
    environment = ENVIRONMENT.replace("namespace: vault", f"namespace: {namespace}")
    (fault,) = faults_of(tmp_path, SHOP, environment=environment)
    assert f"secrets.namespace: given '{namespace}'; this is a namespace of {holder}; take another" in fault


def test_a_word_that_a_store_does_not_have_cannot_be_overridden(tmp_path: Path) -> None:
    text = orders_with("environments: {local: {stores: {ledger: {instances: 3}}}}")
    load_project(write_project(tmp_path, text))
    cached = text.replace("engine: postgres", "engine: memcached").replace("instances: 3", "storage: 1Gi")
    environment = ENVIRONMENT.replace("postgres: cloudnative-pg", "memcached: memcached")
    (fault,) = faults_of(tmp_path, cached, environment=environment)
    assert "environments.local.stores.ledger.storage: memcached has no storage; remove it" in fault


@pytest.mark.parametrize(
    "line",
    [
        "env: {AWS_ACCESS_KEY_ID: key, AWS_SECRET_ACCESS_KEY: secret, PASSWORD: password}",
        "env: {TOKEN_PATH: /var/run/secrets/kubernetes.io/serviceaccount/token}",
        "env: {JAVA_OPTS: '-Xms64m -Xmx128m -XX:+UseG1GC -Djava.security.egd=file:/dev/urandom'}",
        "env: {COMMIT: 1a28474f2461459f42e6b393db59e7d1434d4aec}",
        "env: {A: '$${NOT_OURS} costs $5'}",
        "env: {PASSWORD: '${stores.ledger.password}', DSN: 'postgres://${stores.ledger.username}@x'}",
    ],
)
def test_harmless_values_can_be_said(tmp_path: Path, line: str) -> None:
    load_project(write_project(tmp_path, orders_with(line)))


def test_a_literal_secret_is_refused_and_not_repeated(tmp_path: Path) -> None:
    secret = "q7Zx0Lw3Vt9Kd2Rm8Bn5Yc1H"
    (fault,) = faults_of(tmp_path, orders_with(f"env: {{DB_PASSWORD: {secret}}}"))
    assert "services.orders.env.DB_PASSWORD: looks like a secret" in fault
    assert secret not in fault
