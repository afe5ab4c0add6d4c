"""Over all pairs: a role may do something in the account exactly where an edge of a descriptor says so.

The evaluator reads the rendered policies and knows nothing of what renders them; what is expected is read from the
descriptors here, and knows nothing of policies. Whose a resource is, its component says.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pytest

from pavedroad.access.iam import Whereabouts
from pavedroad.descriptor.checks import check_project
from pavedroad.descriptor.environment import EnvironmentDescriptor
from pavedroad.descriptor.team import TeamDescriptor
from pavedroad.plan.resolve import resolve
from pavedroad.testing import Recorder
from stacks.program import declare
from tests.support.account_access import Use, World, wrong
from tests.support.declaring import settings
from tests.support.example import ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER: Final = ACCOUNT["aws"]["account"]
REGION: Final = ACCOUNT["aws"]["region"]
HERE: Final = Whereabouts(account=NUMBER, region=REGION)
ENVIRONMENT: Final = "prod"


def _service(**words: object) -> dict[str, object]:
    return {"type": "worker", "image": "example/app:1.0", **words}


TABLE: Final = {
    "partition_key": {"name": "id"},
    "stream": "keys",
    "indexes": {"by_x": {"partition_key": {"name": "x"}}},
}
TEAMS: Final[dict[str, dict[str, Any]]] = {
    "orders": {
        "topics": {
            "jobs": {"broker": "sqs", "open_to": ("shop/cart",)},
            "placed": {"broker": "sns", "open_to": ("shop",)},
            "idle": {"broker": "sqs"},
        },
        "services": {
            "api": _service(
                stores={
                    "ledger": {"engine": "dynamodb", "tables": {"Entries": TABLE}},
                    "papers": {"engine": "bucket", "bucket": "papers"},
                },
                publishes=("placed", "jobs"),
                secrets={"KEY": {"vault": "kv/orders", "key": "key"}},
            ),
            "mill": _service(subscribes={"jobs": {}}),
            "bare": _service(),
        },
    },
    "shop": {
        "services": {
            "cart": _service(
                publishes=("orders/jobs",),
                subscribes={"orders/placed": {}},
                stores={"items": {"engine": "dynamodb", "tables": {"Items": TABLE}}},
                secrets={"KEY": {"vault": "kv/shop", "key": "key"}},
            ),
            "mail": _service(subscribes={"orders/placed": {}}),
        },
    },
}
"""Two teams that use one another's topics, and as many ways to get it wrong as there are pairs."""

ITEMS: Final = (
    "GetItem",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
)
SEND: Final = ("SendMessage",)
RECEIVE: Final = ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility")
OWNING: Final = {
    "dynamodb": (
        "CreateTable",
        "DeleteTable",
        "UpdateTable",
        "UpdateContinuousBackups",
        "RestoreTableFromBackup",
    ),
    "s3": (
        "DeleteBucket",
        "PutBucketPolicy",
        "PutBucketVersioning",
        "PutObjectAcl",
        "BypassGovernanceRetention",
    ),
    "sqs": ("DeleteQueue", "SetQueueAttributes", "AddPermission", "PurgeQueue"),
    "sns": ("DeleteTopic", "SetTopicAttributes", "Subscribe", "AddPermission"),
    "secretsmanager": ("PutSecretValue", "DeleteSecret", "PutResourcePolicy"),
    "kms": ("ScheduleKeyDeletion", "PutKeyPolicy", "CreateGrant", "DisableKey"),
}
"""Actions that change the thing itself: none of them is for any service, whatever edges it has."""


@cache
def world() -> World:
    """Return the two teams in production, rendered."""
    teams = {
        name: TeamDescriptor.model_validate(
            {
                "apiVersion": "pavedroad.dev/v1",
                "kind": "Team",
                "team": name,
                "owners": {"email": f"{name}@example.com"},
                **words,
            }
        )
        for name, words in TEAMS.items()
    }
    environment = EnvironmentDescriptor.model_validate(
        {
            "apiVersion": "pavedroad.dev/v1",
            "kind": "Environment",
            "environment": ENVIRONMENT,
            "tier": "production",
            **ACCOUNT,
            "providers": {"dynamodb": "dynamodb", "bucket": "s3", "sqs": "sqs", "sns": "sns"},
        }
    )
    assert check_project(teams, {ENVIRONMENT: environment}) == []
    plan = resolve(teams, environment)
    recording = Recorder(preview=True).run(lambda: declare(plan, settings(plan)))
    return World.of(recording.resources, HERE)


def arn(service: str, resource: str) -> str:
    """Return an ARN of the account."""
    return HERE.arn(service, resource)


def uses() -> Iterator[Use]:
    """Yield everything that the two teams' descriptors are about, with who may do it."""
    for owner, table in (
        ("orders/api", "prod.orders.api.ledger.Entries"),
        ("shop/cart", "prod.shop.cart.items.Items"),
    ):
        whole = arn("dynamodb", f"table/{table}")
        may = frozenset({owner})
        yield from (Use(f"dynamodb:{action}", whole, may) for action in ITEMS)
        yield from (Use(f"dynamodb:{action}", f"{whole}/index/by_x", may) for action in ("Query", "Scan"))
        yield from (Use(f"dynamodb:{action}", whole, frozenset()) for action in OWNING["dynamodb"])
        yield Use("dynamodb:GetRecords", f"{whole}/stream/2026-11-23T00:00:00.000", may)
        yield Use("dynamodb:Query", f"{whole}/index/other", frozenset())
    yield from _buckets()
    yield from _messages()
    for team, reader in (("orders", "orders/platform"), ("shop", "shop/platform")):
        secret = arn("secretsmanager", f"secret:prod/kv/{team}-a1B2c3")
        yield Use("secretsmanager:GetSecretValue", secret, frozenset({reader}))
        yield from (
            Use(f"secretsmanager:{action}", secret, frozenset()) for action in OWNING["secretsmanager"]
        )


def _buckets() -> Iterator[Use]:
    bucket = arn("s3", _named("aws:s3/bucket:Bucket", "papers"))
    may = frozenset({"orders/api"})
    yield from (
        Use(f"s3:{action}", f"{bucket}/a", may) for action in ("GetObject", "PutObject", "DeleteObject")
    )
    yield Use("s3:ListBucket", bucket, may)
    yield from (Use(f"s3:{action}", bucket, frozenset()) for action in OWNING["s3"])


def _messages() -> Iterator[Use]:
    jobs, idle = (arn("sqs", _named("aws:sqs/queue:Queue", f"orders_{name}")) for name in ("jobs", "idle"))
    senders, receivers = frozenset({"orders/api", "shop/cart"}), frozenset({"orders/mill"})
    yield from (Use(f"sqs:{action}", jobs, senders) for action in SEND)
    yield from (Use(f"sqs:{action}", jobs, receivers) for action in RECEIVE)
    yield from (Use(f"sqs:{action}", idle, frozenset()) for action in (*SEND, *RECEIVE))
    topic = arn("sns", _named("aws:sns/topic:Topic", "placed"))
    yield Use("sns:Publish", topic, frozenset({"orders/api"}))
    yield from (Use(f"sns:{action}", topic, frozenset()) for action in OWNING["sns"])
    yield Use("sns:Publish", arn("sns", f"{ENVIRONMENT}_alarms"), frozenset())
    for reader in ("cart", "mail"):
        own = arn("sqs", _named("aws:sqs/queue:Queue", f"shop_{reader}"))
        yield from (Use(f"sqs:{action}", own, frozenset({f"shop/{reader}"})) for action in RECEIVE)
        yield from (Use(f"sqs:{action}", own, frozenset()) for action in SEND)
    yield from (
        Use(f"sqs:{action}", queue, frozenset()) for queue in (jobs, idle) for action in OWNING["sqs"]
    )


def _named(token: str, part: str) -> str:
    """Return the name of the one thing of a type whose name has this part, dead letters apart."""
    names = {
        str(one.inputs.get("name") or one.inputs.get("bucket"))
        for one in world().resources
        if one.type == token
    }
    (found,) = (name for name in names if part in name and "dead" not in name)
    return found


def test_a_service_may_do_exactly_what_an_edge_says() -> None:
    tried = list(uses())
    assert {use.action.partition(":")[0] for use in tried} == {
        "dynamodb",
        "s3",
        "secretsmanager",
        "sns",
        "sqs",
    }
    assert wrong(world(), tried) == {}


def test_what_has_no_edge_has_no_role() -> None:
    assert "orders/bare" not in world().roles
    assert {"orders/api", "orders/mill", "shop/cart", "shop/mail"} <= world().roles.keys()


KEYS: Final = {
    ("data", "dynamodb"): {"orders/api", "shop/cart"},
    ("data", "s3"): {"orders/api", "observability/loki"},
    ("messages", "sqs"): {"orders/api", "orders/mill", "shop/cart", "shop/mail"},
    ("messages", "sns"): {"orders/api"},
    ("secrets", "secretsmanager"): {"orders/platform", "shop/platform"},
}
"""Who may have something decrypted, by what the key is for and the service that asks for it."""


@pytest.mark.parametrize("purpose", ["data", "messages", "secrets", "logs", "registry"])
@pytest.mark.parametrize("service", ["dynamodb", "s3", "sqs", "sns", "secretsmanager", "rds"])
def test_a_key_serves_its_own_purpose_through_its_own_services(purpose: str, service: str) -> None:
    key = world().key(f"{ENVIRONMENT}/{purpose}")
    assert world().able(Use("kms:Decrypt", key, through=service)) == KEYS.get((purpose, service), set())
    assert not world().able(Use("kms:Decrypt", key)), "not by itself"
    for action in OWNING["kms"]:
        assert not world().able(Use(f"kms:{action}", key, through=service))


TOUCHING: Final = (
    "iam:CreateUser",
    "iam:AttachRolePolicy",
    "iam:PutRolePolicy",
    "organizations:LeaveOrganization",
)


def test_no_role_of_a_service_may_touch_identities() -> None:
    services = {owner: role for owner, role in world().roles.items() if owner.partition("/")[0] in TEAMS}
    touched = {
        (owner, action)
        for owner, role in services.items()
        for other in world().account.roles
        for action in (*TOUCHING, "iam:PassRole", "sts:AssumeRole")
        if world().may(role, Use(action, other, frozenset()))
    }
    assert touched == set()


def test_external_secrets_takes_on_the_readers_alone() -> None:
    controller = world().roles["external-secrets/external-secrets"]
    taken = {
        other for other in world().account.roles if world().may(controller, Use("sts:AssumeRole", other))
    }
    assert taken == set(world().readers.values())
