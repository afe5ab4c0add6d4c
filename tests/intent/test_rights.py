"""Rights are what the plan opens and grants, neither more nor less, each with the lines that say so."""

from __future__ import annotations

import json
import re
import shutil
import textwrap
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import pytest

from pavedroad.descriptor import Project, load_project
from pavedroad.intent import Right, Rights, rights_of
from pavedroad.plan.edges import EGRESS_GATEWAY, IDENTITY_AGENT
from pavedroad.plan.naming import SAGA_LABEL, SERVICE_LABEL
from pavedroad.plan.resolve import resolve
from tests.support.example import EXAMPLE, account_example

if TYPE_CHECKING:
    from collections.abc import Callable

    from pavedroad.plan.environment import EnvironmentPlan
    from pavedroad.plan.flows import Flow
    from pavedroad.plan.sagas.model import SagaPlan
    from pavedroad.plan.workload import WorkloadPlan

ROOT = Path(__file__).parents[2]

KINDS = {"call": "call", "store": "use", "publish": "publish to", "subscribe": "subscribe to"}
"""What a flow of each kind is for."""

Opened = tuple[str, str, int]
"""A service, what it does, and a port on which it does it."""


@cache
def project(root: Path) -> Project:
    return load_project(root)


@cache
def rights(root: Path, environment: str) -> Rights:
    return rights_of(project(root), environment)


@cache
def account_project() -> Path:
    """Write the example that uses every word, in an account, as a project."""
    root, example = Path(mkdtemp()), account_example("production")
    texts = {f"stacks/teams/{name}.yaml": json.dumps(team) for name, team in example.teams.items()}
    texts["stacks/environments/showcase.yaml"] = json.dumps(example.environment, default=str)
    texts["Pulumi.yaml"] = "name: shop\nruntime: python\n"
    for file, text in texts.items():
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    shutil.copytree(EXAMPLE / "stacks" / "teams" / "files", root / "stacks" / "teams" / "files")
    return root


def shown(path: str) -> Right:
    """Return the right that a place of the example gives; the first of several."""
    return next(right for right in rights(EXAMPLE, "showcase") if right.path == path)


def lines(right: Right, root: Path = EXAMPLE) -> list[str]:
    """Read the lines that a right says it is written at, from its column on."""
    return [
        (root / place.file).read_text().splitlines()[place.line - 1][place.column - 1 :]
        for place in right.written_at
    ]


def flows_of(plan: EnvironmentPlan) -> set[Flow]:
    return {flow for team in plan.teams for flow in team.flows}


def opened(plan: EnvironmentPlan) -> set[Opened]:
    """List what a plan opens for the pods of services and sagas, and from gateways to them.

    Left out is the agent that hands pods their role: the report names the role.
    """
    named: dict[tuple[str, str], WorkloadPlan | SagaPlan] = {}
    for team in plan.teams:
        named |= {(each.namespace, each.name): each for each in team.workloads}
        named |= {(each.namespace, each.name): each for each in team.sagas}
    found = set()
    for flow in flows_of(plan):
        source, target = flow.source, flow.destination
        if flow.kind == "route":
            who, verb = named[target.namespace or "", target.service or ""], "enter"
        elif (
            dict(source.selector).keys() <= {SERVICE_LABEL, SAGA_LABEL}
            and target != IDENTITY_AGENT
            and source.selector
        ):
            who = named[source.namespace or "", source.selector[0][1]]
            verb = "outside" if target == EGRESS_GATEWAY else KINDS.get(flow.kind, "ask")
        else:
            continue
        found |= {(f"{who.team}/{who.display_name}", verb, port) for port in flow.ports}
    return found


def listed(given: Rights, plan: EnvironmentPlan) -> set[Opened]:
    """List the same from rights."""
    entered = {
        (f"{each.team}/{each.display_name}", route.port): port.port
        for team in plan.teams
        for each in team.workloads
        for route in each.routes
        for port in each.ports
        if port.service_port == route.port
    }
    api_ports = {
        port for flow in flows_of(plan) if flow.destination.name == "kubernetes-api" for port in flow.ports
    }
    found: set[Opened] = set()
    for right in given:
        if right in given.account:
            continue
        ports = [int(port) for how in right.how if how.startswith("TCP ") for port in how[4:].split(", ")]
        found |= {(right.who, right.may, port) for port in ports}
        outside = (
            [right.what] if right.may == "reach" else [how for how in right.how if "egress gateway" in how]
        )
        hosts = [text.partition(",")[0] for text in outside if ":" in text]
        if "stores." not in right.who:
            found |= {(right.who, "outside", int(host.rpartition(":")[2])) for host in hosts}
        if right.may == "ask":
            found |= {(right.who, "ask", port) for port in api_ports}
        if right.may == "enter" and right.service:
            number = int(right.how[0].rpartition(" ")[2])
            found.add((right.service, "enter", entered[right.service, number]))
    return found


@pytest.mark.parametrize(
    ("place", "environment"),
    [
        (lambda: EXAMPLE, "showcase"),
        (account_project, "showcase"),
        (lambda: ROOT, "local"),
        (lambda: ROOT, "production"),
    ],
    ids=["every word", "every word in an account", "local", "production"],
)
def test_rights_are_what_the_plan_opens_and_nothing_else(place: Callable[[], Path], environment: str) -> None:
    root = place()
    loaded = project(root)
    plan = resolve(loaded.teams, loaded.environments[environment], loaded.files)
    assert opened(plan)
    assert listed(rights(root, environment), plan) == opened(plan)


@pytest.mark.parametrize(
    ("path", "who", "may", "what", "written"),
    [
        ("showcase/shop.calls.packer", "showcase/shop", "call", "showcase/packer", ["packer: {port: http}"]),
        ("showcase/shop.stores.ledger", "showcase/shop", "use", "postgres ledger", ["ledger:"]),
        (
            "showcase/shop.publishes.0",
            "showcase/shop",
            "publish to",
            "kafka shop.order-placed",
            ["order-placed, tasks, news, history]"],
        ),
        ("showcase/shop.egress.0", "showcase/shop", "reach", "api.stripe.com:443", ["api.stripe.com:443]"]),
        (
            "showcase/shop.secrets.STRIPE_KEY",
            "showcase/shop",
            "read",
            "secret kv-showcase, key stripe",
            ["STRIPE_KEY: {vault: kv/showcase, key: stripe}"],
        ),
        (
            "showcase/shop.kubernetes_api.configmaps",
            "showcase/shop",
            "ask",
            "the Kubernetes API for configmaps in exhibition",
            ["configmaps: [get, list, watch]"],
        ),
    ],
)
def test_a_right_names_the_line_that_gives_it(
    path: str, who: str, may: str, what: str, written: list[str]
) -> None:
    right = shown(path)
    assert (right.who, right.may, right.what, lines(right)) == (who, may, what, written)


def test_a_call_of_another_team_is_written_at_both_ends() -> None:
    assert lines(shown("partner/billing.calls.showcase/shop")) == [
        "showcase/shop: {port: grpc}}",
        "partner, partner/billing]",
        "partner/billing]",
    ]


def test_a_topic_of_another_team_is_written_at_both_ends() -> None:
    assert lines(shown("partner/billing.subscribes.showcase/order-placed")) == [
        "showcase/order-placed: {}",
        "partner/billing]",
    ]


def test_what_a_broker_lets_a_service_do_is_said() -> None:
    assert shown("showcase/shop.publishes.0").how == (
        "TCP 9092",
        "Describe, Write on topic shop.order-placed",
    )
    subscribed = shown("partner/billing.subscribes.showcase/order-placed")
    assert subscribed.how == (
        "TCP 9092",
        "Read on group partner.billing",
        "Describe, Read on topic shop.order-placed",
    )
    queue = shown("showcase/shop.publishes.1")
    assert queue.how[0] == "TCP 5672"
    assert queue.how[1].startswith("write ^(")


def test_a_store_that_backs_up_says_who_reaches_where() -> None:
    reaching = [
        right
        for right in rights(EXAMPLE, "showcase")
        if right.path == "showcase/shop.stores.ledger" and right.may == "reach"
    ]
    assert [(right.who, right.what) for right in reaching] == [
        ("showcase/shop.stores.ledger (store-front-accounts)", "objects.example.com:443")
    ]


def test_secrets_of_backups_are_the_stores_and_those_of_an_end_point_the_services() -> None:
    read = {
        (right.who, right.what.partition(",")[0])
        for right in rights(EXAMPLE, "showcase")
        if right.may == "read"
    }
    assert read == {
        ("showcase/shop", "secret kv-showcase"),
        ("showcase/shop.stores.ledger", "secret kv-backups"),
        ("showcase/shop.stores.catalog", "secret kv-backups"),
        ("showcase/packer", "secret kv-objects"),
    }


def test_a_service_knows_who_may_come_to_it() -> None:
    shop = next(each for each in rights(EXAMPLE, "showcase").services if each.name == "showcase/shop")
    assert shop.principal == "cluster.local/ns/exhibition/sa/store-front"
    assert {(right.who, right.may) for right in shop.open_to} == {
        ("partner/billing", "call"),
        ("showcase/buy", "call"),
        ("showcase/report", "call"),
        ("showcase/seed", "call"),
        ("the public gateway", "enter"),
        ("the internal gateway", "enter"),
    }
    entered = [right for right in shop.open_to if right.may == "enter"]
    assert [(right.what, right.how) for right in entered] == [
        ("shop.showcase.example.com/", ("service port 80", "everyone may")),
        ("api.showcase.example.com/shop.v1.Shop/Buy", ("service port 9090", "the application decides")),
        ("store-front.internal.example.com/admin", ("service port 80",)),
    ]


ENVIRONMENT = """\
apiVersion: pavedroad.dev/v1
kind: Environment
environment: cloud
tier: development
aws:
  account: "123456789012"
  region: eu-central-1
  owner: platform@example.com
  cost_centre: CC-0001
  sandbox: true
  network: {cidr: 10.40.0.0/16}
clusters:
  main: {kind: eks}
providers: {postgres: cloudnative-pg, bucket: s3, dynamodb: dynamodb, sns: sns, function: lambda}
secrets: {provider: secrets-manager}
domains: {public: shop.example.com, internal: internal.example.com}
certificates: self-signed
"""
TEAM = """\
apiVersion: pavedroad.dev/v1
kind: Team
team: shop
owners: {email: shop@example.com}
services:
  pictures:
    type: worker
    image: example/pictures:1
    secrets:
      SIGNING: {vault: kv/pictures, key: signing}
    stores:
      originals: {engine: bucket, bucket: originals}
      thumbnails: {engine: bucket, bucket: thumbnails}
    publishes: [painted]
    invokes: [frame]
    starts: [show]
  idle:
    type: worker
    image: example/idle:1
  frame:
    type: function
    image: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/frame:1
    secrets:
      VARNISH: {vault: kv/frame, key: varnish}
    schedule: 0 6 * * *
  hang:
    type: function
    image: 123456789012.dkr.ecr.eu-central-1.amazonaws.com/hang:1
    stores:
      walls: {engine: dynamodb, tables: {Walls: {partition_key: {name: id}, stream: both}}}
      nails: {engine: bucket, bucket: nails}
    changes: {walls: {Walls: {}}}
    objects: {nails: {}}
sagas:
  show: {steps: [{name: hang, invokes: hang}]}
topics:
  painted:
    broker: sns
    webhooks: [https://hooks.example.com/painted]
"""


def line_of(text: str) -> str:
    """Return where a text begins in the descriptor above."""
    number, line = next((i, line) for i, line in enumerate(TEAM.splitlines(), 1) if text in line)
    return f"stacks/teams/shop.yaml:{number}:{line.index(text) + 1}"


@pytest.fixture
def in_the_account(tmp_path: Path) -> Rights:
    """Rights in an environment that stands in an account."""
    for file, text in (
        ("Pulumi.yaml", "name: shop\nruntime: python\n"),
        ("stacks/environments/cloud.yaml", ENVIRONMENT),
        ("stacks/teams/shop.yaml", TEAM),
    ):
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
    return rights_of(load_project(tmp_path), "cloud")


def test_what_a_role_is_granted_stands_once_with_the_store_that_it_is_for(in_the_account: Rights) -> None:
    pictures = next(each for each in in_the_account.services if each.name == "shop/pictures")
    assert pictures.role
    used = [right for right in pictures.may if right.may == "use"]
    assert [right.path for right in used] == [
        "shop/pictures.stores.originals",
        "shop/pictures.stores.thumbnails",
    ]
    for right in used:
        store = right.path.rpartition(".")[2]
        resources = [resource for grant in right.grants for resource in grant.resources]
        assert any(store in resource for resource in resources)
        assert all(store in resource or ":kms:" in resource for resource in resources)


def test_a_service_without_edges_has_no_role_and_may_nothing(in_the_account: Rights) -> None:
    idle = next(each for each in in_the_account.services if each.name == "shop/idle")
    assert (idle.role, idle.may, idle.open_to) == (None, (), ())


def test_who_reads_secrets_for_a_team_is_written_at_the_secrets(in_the_account: Rights) -> None:
    reader = [right for right in in_the_account.account if right.who == "role cloud.shop.secret-reader"]
    assert reader
    assert all(str(right.written_at[0]) == line_of("SIGNING:") for right in reader)


def test_a_function_says_when_it_runs_and_what_it_reads(in_the_account: Rights) -> None:
    frame = next(each for each in in_the_account.services if each.name == "shop/frame")
    assert frame.principal is None
    (run,) = (right for right in frame.open_to if right.who != "shop/pictures")
    assert (run.may, run.path, str(run.written_at[0])) == ("run", "shop/frame.schedule", line_of("schedule:"))
    assert run.grants[0].actions == ("lambda:InvokeFunction",)
    read = next(right for right in frame.may if right.may == "read")
    assert (read.what, str(read.written_at[0])) == ("secret cloud/kv/frame, key varnish", line_of("VARNISH:"))


def test_what_a_function_owns_that_runs_it_is_said_where_it_is_written(in_the_account: Rights) -> None:
    hang = next(each for each in in_the_account.services if each.name == "shop/hang")
    own = [right for right in hang.open_to if right.who != "shop/show"]
    assert [(right.may, right.who, right.path) for right in own] == [
        ("run", "changes of shop/hang.stores.walls.Walls", "shop/hang.changes.walls.Walls"),
        ("run", "objects of shop/hang.stores.nails", "shop/hang.objects.nails"),
    ]
    (changes,) = (right for right in hang.may if right.path == "shop/hang.changes.walls.Walls")
    assert [grant.actions for grant in changes.grants] == [("dynamodb:ListStreams",)]
    assert str(changes.written_at[0]) == line_of("Walls: {}}")


def test_who_runs_a_function_or_starts_a_saga_is_said_at_both_ends(in_the_account: Rights) -> None:
    found = {each.name: each for each in in_the_account.services}
    for may, what, action in (
        ("run", "shop/frame", "lambda:InvokeFunction"),
        ("start", "shop/show", "states:StartExecution"),
    ):
        (right,) = (each for each in found["shop/pictures"].may if each.may == may)
        assert (right.what, right.grants[0].actions) == (what, (action,))
        assert right in found[what].open_to
        assert str(right.written_at[0]).startswith(line_of("invokes: [f" if may == "run" else "starts:")[:26])


def test_what_every_function_is_granted_stands_at_the_function(in_the_account: Rights) -> None:
    frame = next(each for each in in_the_account.services if each.name == "shop/frame")
    logs = next(right for right in frame.may if right.what == "logs")
    assert (logs.path, str(logs.written_at[0])) == ("shop/frame", line_of("frame:"))


def test_a_topic_of_aws_is_reached_at_its_api_and_granted_by_its_arn(in_the_account: Rights) -> None:
    pictures = next(each for each in in_the_account.services if each.name == "shop/pictures")
    published = next(right for right in pictures.may if right.may == "publish to")
    assert published.how == ("sns.eu-central-1.amazonaws.com:443, by the egress gateway",)
    assert "sns:Publish" in published.grants[0].actions
    assert published.grants[0].resources[0].startswith("arn:aws:sns:eu-central-1:123456789012:")


def test_where_a_topic_sends_to_the_outside_is_said(in_the_account: Rights) -> None:
    (hook,) = (right for right in in_the_account.account if right.may == "reach")
    assert hook.what == "https://hooks.example.com/painted"
    assert str(hook.written_at[0]).startswith(line_of("webhooks:").rpartition(":")[0])


def test_a_saga_may_ask_the_services_of_its_steps_and_of_what_undoes_them() -> None:
    buy = next(each for each in rights(EXAMPLE, "showcase").services if each.name == "showcase/buy")
    called = [(right.what, right.how[0], right.path) for right in buy.may if right.may == "call"]
    assert ("partner/billing", "TCP 8080", "showcase.sagas.buy.steps.1") in called
    assert any(path.endswith(".compensation") for _, _, path in called)
    asked = next(right for right in buy.may if right.path == "showcase.sagas.buy.steps.1")
    assert len(asked.written_at) == 2, "the step, and the line with which the other team opens its service"


def test_what_an_operator_may_is_the_platforms_own(in_the_account: Rights) -> None:
    operators = [right for right in in_the_account.account if ".external-secrets." in right.who]
    assert operators
    assert all((right.path, right.written_at) == ("", ()) for right in operators)


Statement = tuple[frozenset[str], frozenset[str]]
"""Actions and resources of one statement that allows."""

NAMED_WHEN_MADE = re.compile(r"[\w-]+'s clusterResourceId")
"""An id that AWS gives a cluster; the report, which knows none, says the pattern that they all fit."""


def test_no_role_of_the_account_and_no_statement_of_one_is_missing() -> None:
    given = rights(account_project(), "showcase")
    declared = account_example("production").declared()
    assert declared is not None
    expected: dict[str, set[Statement]] = {}
    for (type_, _), inputs in declared.items():
        if type_ == "aws:iam/role:Role":
            expected.setdefault(inputs["name"], set())
        if type_ == "aws:iam/rolePolicy:RolePolicy":
            said = json.loads(NAMED_WHEN_MADE.sub("cluster-*", inputs["policy"]))["Statement"]
            expected.setdefault(inputs["role"], set()).update(
                (frozenset(each["Action"]), frozenset(each["Resource"])) for each in said
            )
    roles = {each.name: each.role for each in given.services}
    found: dict[str, set[Statement]] = {role: set() for role in roles.values() if role}
    for right in given:
        role = roles.get(right.who) or right.who.rpartition("role ")[2].rstrip(")")
        if right.grants or right.who.startswith("role "):
            found.setdefault(role, set()).update(
                (frozenset(grant.actions), frozenset(grant.resources)) for grant in right.grants
            )
    assert found == expected
