"""Functions that Lambda would not run are faults at the line that made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pavedroad.descriptor import DescriptorFaults, load_project
from tests.support.files import write_project

if TYPE_CHECKING:
    from pathlib import Path

ENVIRONMENT = """\
apiVersion: pavedroad.dev/v1
kind: Environment
environment: local
tier: local
aws:
  account: "123456789012"
  region: eu-central-1
  owner: platform@example.com
  cost_centre: CC-1
  network: {cidr: 10.40.0.0/16}
clusters: {main: {kind: eks}}
providers: {function: lambda, sqs: sqs, sns: sns, kafka: strimzi, bucket: s3, dynamodb: dynamodb, postgres: cloudnative-pg}
secrets: {provider: secrets-manager}
"""

TEAM = """\
apiVersion: pavedroad.dev/v1
kind: Team
team: shop
owners: {email: shop@example.com}
topics:
  orders: {broker: sqs, visibility_timeout: 20s}
  news: {broker: sns}
  events: {broker: kafka}
services:
  charge:
    type: function
"""


def faults(root: Path, *lines: str, environment: str = ENVIRONMENT, code: bool = True) -> list[str]:
    """Load a project with one function of these lines; return its faults."""
    image = ["image: example/charge:1.0"] if code else []
    text = TEAM + "".join(f"    {line}\n" for line in (*image, *lines))
    write_project(root, text, environment=environment)
    try:
        load_project(root)
    except DescriptorFaults as found:
        return [str(fault) for fault in found.faults]
    return []


def test_the_function_that_these_tests_break_is_sound(tmp_path: Path) -> None:
    assert faults(tmp_path, "schedule: 0 3 * * *", "stores: {files: {engine: bucket, bucket: files}}") == []
    assert faults(tmp_path, "timeout: 20s", "subscribes: {orders: {}, news: {}}", "publishes: [news]") == []


BROKEN = {
    "timeout: 16m": "timeout: given 16m; expected at most 15m; what takes longer is a job",
    "memory: 64Mi": "memory: given 64Mi; expected from 128Mi to 10240Mi",
    "memory: 11Gi": "expected from 128Mi to 10240Mi",
    "environments: {local: {memory: 64Mi}}": "environments.local.memory: given 64Mi",
    "environments: {locl: {memory: 1Gi}}": "did you mean local?",
    "schedule: 0 3 1 * 5": "give days of the month or days of the week, and * for the other",
    "time_zone: Europe/Berlin": "time_zone belongs to a function with a schedule",
    "archive: {bucket: code-bucket, key: a.zip, runtime: python3.13, handler: a.b}": (
        "give exactly one of image and archive"
    ),
    "env: {AWS_REGION: eu-central-1}": "env.AWS_REGION: given 'AWS_REGION'; Lambda or the platform sets this one",
    "env: {PAVEDROAD_A: b}": "take another name",
    "env: {A: '${stores.fils.bucket}'}": "expected one of this function's stores (there is none)",
    "env: {A: '${pod.name}'}": "given '${pod.name}'; expected a function's own: environment, invokes, publishes, starts, stores, subscribes",
    "env: {A: '${environment.nam}'}": "expected one of the outputs name, tier; did you mean name?",
    "env: {A: '${stores'}": "a ${ without its }",
    "env: {TOKEN: ghp_0123456789abcdefghijklmnopqrstuvwxyz}": "looks like a secret; keep it in the vault",
    "stores: {ledger: {engine: postgres}}": "a function owns dynamodb and bucket; let a service own it, and tell that by a topic",
    "stores: {carts: {engine: dynamodb}}": "the function shop/charge owns carts, which names no tables",
    "publishes: [newz]": "publishes[0]: given 'newz'; expected a topic of this team, or team/topic; did you mean news?",
    "publishes: [events]": "publishes[0]: given a topic on kafka; a function has queues on SQS and topics on SNS",
    "subscribes: {events: {}}": "let a service read this one",
    "subscribes: {orders: {filter: {by: body, match: {a: [b]}}}}": "an sqs queue has no filters; remove it",
    "subscribes: {orders: {}}": "given a timeout of 30s; messages are given to another after 20s; give the queue a longer",
    "env: {A: '${publishes.news.arn}'}": "expected one of this function's publishes (there is none)",
    "http: {routes: [], issuer: https://id.example.com, audience: [a]}": "an API has at least one route and one audience",
    "http: {routes: [{path: /a}, {path: /a}], issuer: https://id.example.com, audience: [a]}": (
        "each route stands there once"
    ),
    "changes: {carts: {Items: {}}}": (
        "changes.carts: given 'carts'; expected one of this function's stores of tables (there is none)"
    ),
    "objects: {files: {}}": "objects.files: given 'files'; expected one of this function's buckets (there is none)",
    "invokes: [chrge]": (
        "invokes[0]: given 'chrge'; expected one of the team's functions (charge); did you mean charge?"
    ),
    "invokes: [charge]": "invokes[0]: given 'charge'; it would run itself without end",
    "starts: [pay]": "starts[0]: given 'pay'; expected one of the team's sagas (there is none)",
    "env: {A: '${invokes.other.arn}'}": "expected one of this function's invokes (there is none)",
    "memry: 1Gi": "memory",
    "calls: {other: {}}": "no service lets it in; tell the service by a topic",
    "egress: [example.com:443]": "nothing would hold a function to it: it reaches every host; remove it",
    "routes: [{expose: public}]": "no gateway leads to a function; give it http:",
}


@pytest.mark.parametrize(("line", "expected"), BROKEN.items())
def test_what_cannot_run_is_told_where_it_stands(tmp_path: Path, line: str, expected: str) -> None:
    assert expected in "\n".join(faults(tmp_path, line))


TABLES = (
    "stores: {carts: {engine: dynamodb, tables: {Items: {partition_key: {name: id}, stream: keys},"
    " Bare: {partition_key: {name: id}}}}, files: {engine: bucket, bucket: files}}"
)

BROKEN_EVENTS = {
    "changes: {cart: {Items: {}}}": "expected one of this function's stores of tables (carts); did you mean carts?",
    "changes: {files: {Items: {}}}": "changes.files: given 'files'; expected one of this function's stores of tables",
    "changes: {carts: {Item: {}}}": "changes.carts.Item: given 'Item'; expected one of the tables of carts (Bare, Items)",
    "changes: {carts: {Bare: {}}}": "changes.carts.Bare: the table has no stream, which would tell of its changes",
    "changes: {carts: {Items: {match: {a: [b]}}}}": "the table's stream tells of keys alone; give it stream: new or both",
    "changes: {carts: {Items: {batch_window: 6m}}}": "batch_window: given 6m; expected at most 5m",
    "changes: {carts: {Items: {max_age: 30s}}}": "max_age: given 30s; expected from 1m to 24h",
    "changes: {carts: {Items: {max_age: 2d}}}": "max_age: given 2d; expected from 1m to 24h",
    "changes: {carts: {Items: {parallel: 11}}}": "parallel",
    "changes: {carts: {Items: {kinds: [insert, insert]}}}": "each kind of change stands there once",
    "objects: {file: {}}": "expected one of this function's buckets (files); did you mean files?",
    "objects: {carts: {}}": "objects.carts: given 'carts'; expected one of this function's buckets (files)",
    "objects: {files: {events: [created, created]}}": "each event stands there once",
}


def test_changes_and_objects_of_own_stores_run_a_function(tmp_path: Path) -> None:
    assert faults(tmp_path, TABLES, "changes: {carts: {Items: {}}}", "objects: {files: {}}") == []


@pytest.mark.parametrize(("line", "expected"), BROKEN_EVENTS.items())
def test_what_nothing_tells_of_runs_no_function(tmp_path: Path, line: str, expected: str) -> None:
    (found,) = faults(tmp_path, TABLES, line)
    assert expected in found
    assert found.startswith("stacks/teams/shop.yaml:14:")


def test_all_that_is_wrong_with_events_is_said_at_once(tmp_path: Path) -> None:
    lines = ("changes: {carts: {Bare: {batch_window: 6m, max_age: 30s}, Item: {}}}", "objects: {file: {}}")
    assert len(faults(tmp_path, TABLES, *lines)) == 5


def test_a_variable_is_plain_or_secret(tmp_path: Path) -> None:
    found = faults(tmp_path, "env: {A: b}", "secrets: {A: {vault: kv/a, key: a}}")
    assert "env.A: given 'A'; secrets has this name too; keep one of them" in found[0]


def test_a_secret_output_of_a_store_is_refused_because_the_role_stands_in_for_it(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        "stores: {files: {engine: bucket, bucket: files}}",
        "env: {A: '${stores.files.secret_access_key}'}",
    )
    assert "a function's role stands in for it; remove it" in found[0]


def test_an_archive_has_no_command(tmp_path: Path) -> None:
    archive = "archive: {bucket: code-bucket, key: a.zip, runtime: python3.13, handler: a.b}"
    found = faults(tmp_path, archive, "command: [a]", code=False)
    assert "command and args belong to an image; an archive has its handler" in found[0]


def test_nobody_calls_a_function(tmp_path: Path) -> None:
    text = f"{TEAM}    image: example/charge:1.0\n  web: {{type: worker, image: example/web:1.0, calls: {{charge: {{}}}}}}\n"
    write_project(tmp_path, text, environment=ENVIRONMENT)
    with pytest.raises(
        DescriptorFaults, match="a function is run by a schedule, by messages or as a step of a saga"
    ):
        load_project(tmp_path)


def test_a_function_where_nobody_realises_functions_is_a_fault_of_the_environment(tmp_path: Path) -> None:
    found = faults(tmp_path, environment=ENVIRONMENT.replace("function: lambda, ", ""))
    assert "shop/charge needs function and nobody realises it here; add function:" in found[0]


def test_a_store_of_a_function_stands_where_it_takes_the_functions_role(tmp_path: Path) -> None:
    kept = "bucket: {endpoint: 'https://s3.example.com', credentials: {vault: kv/s3}}"
    environment = ENVIRONMENT.replace("bucket: s3", kept)
    found = faults(tmp_path, "stores: {files: {engine: bucket, bucket: files}}", environment=environment)
    assert "the function shop/charge owns files, and only s3 takes its role" in found[0]


def test_a_function_reads_its_secrets_from_secrets_manager(tmp_path: Path) -> None:
    environment = ENVIRONMENT.replace(
        "{provider: secrets-manager}", "{provider: kubernetes, namespace: vault}"
    )
    found = faults(tmp_path, "secrets: {A: {vault: kv/a, key: a}}", environment=environment)
    assert "the function shop/charge reads its secrets itself; keep them in secrets-manager" in found[0]


def test_a_request_is_answered_before_it_is_given_up(tmp_path: Path) -> None:
    front = "http: {routes: [{path: /a}], issuer: https://id.example.com, audience: [a]}"
    found = faults(tmp_path, "timeout: 1m", front)
    assert "timeout: given 1m; expected at most 30s, after which API Gateway gives a request up" in found[0]


def with_service(root: Path, *lines: str) -> list[str]:
    """Load a project with the function, sagas of both kinds, and a worker of these lines; return its faults."""
    worker = "".join(f"    {line}\n" for line in ("type: worker", "image: example/web:1.0", *lines))
    text = (
        f"{TEAM}    image: example/charge:1.0\n"
        "  stock: {type: service, image: example/stock:1.0, listens: {http: {port: 80}}}\n"
        f"  web:\n{worker}"
        "sagas:\n"
        "  pay: {steps: [{name: charge, invokes: charge}]}\n"
        "  ship: {steps: [{name: take, calls: stock}]}\n"
    )
    environment = ENVIRONMENT.replace("function: lambda", "function: lambda, saga: argo-workflows")
    write_project(root, text, environment=environment)
    try:
        load_project(root)
    except DescriptorFaults as found:
        return [str(fault) for fault in found.faults]
    return []


def test_a_service_runs_functions_and_starts_sagas_of_its_team(tmp_path: Path) -> None:
    env = "env: {CHARGE: '${invokes.charge.arn}', PAY: '${starts.pay.region}'}"
    assert with_service(tmp_path, "invokes: [charge]", "starts: [pay]", env) == []


def test_a_saga_that_argo_runs_is_started_by_no_service(tmp_path: Path) -> None:
    (found,) = with_service(tmp_path, "starts: [ship]")
    assert "starts[0]: given 'ship'; it calls services, so Argo Workflows runs it" in found


def test_what_a_service_runs_or_starts_there_is(tmp_path: Path) -> None:
    found = with_service(tmp_path, "invokes: [charg, stock]", "starts: [pays]")
    assert [fault.partition("; ")[2] for fault in found] == [
        "expected one of the team's functions (charge); did you mean charge?",
        "expected one of the team's functions (charge)",
        "expected one of the team's sagas (pay, ship); did you mean pay?",
    ]
