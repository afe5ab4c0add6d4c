"""What an environment declares in its account lets each role do what its edges say, and nothing else.

The policies are read from what is declared, by an evaluator that knows nothing of what declares them. What is right
stands in the descriptors and in whose a resource is by its tags.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest

from pavedroad.access.iam import (
    Account,
    Caller,
    Document,
    Policies,
    Request,
    Whereabouts,
    decide,
    policies_of,
)
from pavedroad.access.iam.declared import Directory
from tests.support.account_access import things_of
from tests.support.example import ACCOUNT, account_example

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.account_access import Thing

HERE = Whereabouts(account=ACCOUNT["aws"]["account"], region=ACCOUNT["aws"]["region"])
ENVIRONMENT: Final = "showcase"
TLS: Final = {"aws:SecureTransport": "true"}


class Kind(NamedTuple):
    """What may be done to a kind of resource."""

    service: str
    used: tuple[str, ...]
    """What an owner does."""
    inner: str
    """What stands behind the ARN of what is used; the resource itself where empty."""
    managed: tuple[str, ...]
    """What nobody does but who manages it."""


KINDS: Final = {
    "aws:dynamodb/table:Table": Kind(
        "dynamodb",
        ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem", "dynamodb:Query"),
        "",
        ("dynamodb:DeleteTable", "dynamodb:UpdateTable", "dynamodb:PutResourcePolicy"),
    ),
    "aws:s3/bucket:Bucket": Kind(
        "s3",
        ("s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
        "/some/object",
        ("s3:PutBucketPolicy", "s3:DeleteBucket", "s3:GetObjectVersion", "s3:BypassGovernanceRetention"),
    ),
}
"""Every kind of resource that a store may be in the account."""


@cache
def things() -> tuple[Thing, ...]:
    """Return everything that the example declares."""
    declared = account_example("production").declared()
    assert declared is not None
    return things_of(declared)


@cache
def account() -> Account:
    return policies_of(things(), HERE)


@cache
def unbounded() -> Account:
    """Return the same account without boundaries: what roles are given has to be little enough by itself."""
    roles = {arn: replace(role, boundary=None) for arn, role in account().roles.items()}
    return replace(account(), roles=roles)


@cache
def stores() -> tuple[tuple[Thing, str], ...]:
    """Return every store in the account, with its ARN."""
    directory = Directory(things(), HERE)
    found = [(each, directory.arn(each)) for each in things() if each.type in KINDS and each.owner]
    return tuple((each, arn) for each, arn in found if arn)


@cache
def in_pods() -> dict[tuple[str, str], str]:
    """Return the roles of services, workers and jobs, by namespace and name."""
    owners = {each.owner for each in things() if each.type == "aws:iam/role:Role" and each.owner}
    return {
        (who.namespace, who.name): role
        for who, role in account().service_accounts.items()
        if (who.namespace, who.name) in owners
    }


@cache
def functions() -> dict[tuple[str, str], str]:
    """Return the roles of functions, by namespace and name."""
    directory = Directory(things(), HERE)
    return {
        each.owner: directory.referred(each, "role")
        for each in things()
        if each.type == "aws:lambda/function:Function" and each.owner
    }


def bounded() -> list[str]:
    """Return the roles that end at the environment's boundary: all but the platform's own, which run the cluster."""
    return [
        f"arn:aws:iam::{HERE.account}:role/{each.inputs['name']}"
        for each in named("Role")
        if str(each.inputs.get("permissionsBoundary")).endswith(f"/{ENVIRONMENT}.boundary")
    ]


def workloads() -> dict[tuple[str, str], str]:
    """Return the roles of everything that a team runs."""
    return in_pods() | functions()


def named(kind: str) -> list[Thing]:
    return [each for each in things() if each.type.endswith(f":{kind}")]


def test_the_example_has_stores_of_every_kind_and_of_several_services() -> None:
    assert {store.type for store, _ in stores()} == KINDS.keys()
    assert len({store.owner for store, _ in stores()}) > 2
    assert workloads().keys() >= {store.owner for store, _ in stores()}


def test_an_owner_uses_its_stores_and_nobody_else_does() -> None:
    for (who, role), (store, arn) in product(workloads().items(), stores()):
        kind = KINDS[store.type]
        for action in kind.used:
            decision = account().decide(role, action, arn + kind.inner, TLS)
            assert decision.allowed is (who == store.owner), f"{who} {action} {arn}: {decision}"


def granted(role: str) -> Iterator[tuple[str, str, dict[str, str | tuple[str, ...]]]]:
    """Yield one request for each action and resource that a role's own policy allows, as its conditions want it."""
    for each in named("RolePolicy"):
        if each.inputs["role"] != role.rpartition("/")[2]:
            continue
        for statement in json.loads(each.inputs["policy"])["Statement"]:
            keys: dict[str, str | tuple[str, ...]] = dict(TLS)
            for operator, conditions in statement.get("Condition", {}).items():
                many = operator.startswith("For")
                keys |= {key: tuple(values) if many else values[0] for key, values in conditions.items()}
            for action, resource in product(statement["Action"], statement["Resource"]):
                yield action, concrete(resource, keys), keys


def concrete(resource: str, keys: dict[str, str | tuple[str, ...]]) -> str:
    """Return something that a pattern fits: of keys, the one with the alias that is asked for."""
    aliases = keys.get("kms:ResourceAliases")
    if aliases:
        return next(key for key, names in account().aliases.items() if set(names) & set(aliases))
    return resource if resource == "*" else resource.replace("*", "x").replace("?", "a")


def test_everything_that_is_granted_takes_effect_whatever_key_policies_and_boundaries_say() -> None:
    asked = 0
    for role in bounded():
        for action, resource, keys in granted(role):
            decision = account().decide(role, action, resource, keys)
            assert decision.allowed, f"{role} {action} {resource}: {decision}"
            asked += 1
    assert asked > 2 * len(in_pods())


def test_nobody_manages_a_store() -> None:
    for role, (store, arn) in product(account().roles, stores()):
        if account().roles[role].unread:
            continue
        kind = KINDS[store.type]
        for action in kind.managed:
            assert not unbounded().decide(role, action, arn, TLS).allowed, f"{role} {action} {arn}"


def test_no_bucket_is_used_without_tls() -> None:
    buckets = [(store, arn) for store, arn in stores() if KINDS[store.type].service == "s3"]
    for store, arn in buckets:
        role = workloads()[store.owner or ("", "")]
        decision = account().decide(role, "s3:GetObject", f"{arn}/x", {"aws:SecureTransport": "false"})
        assert not decision.allowed
        assert decision.statements


def test_nobody_outside_the_account_uses_a_store() -> None:
    strangers = [Caller.anonymous(), Caller.service("lambda.amazonaws.com")]
    for caller, (store, arn) in product(strangers, stores()):
        for action in KINDS[store.type].used:
            assert not account().decide_for(caller, action, arn, TLS).allowed


@pytest.mark.parametrize("purpose", ["data", "messages", "secrets", "logs", "registry"])
def test_a_key_is_used_for_the_stores_that_it_encrypts_and_only_through_their_service(purpose: str) -> None:
    key = next(arn for arn, names in account().aliases.items() if names == [f"alias/{ENVIRONMENT}/{purpose}"])
    services = sorted({kind.service for kind in KINDS.values()} | {"secretsmanager", "ec2"})
    for (who, role), service in product(in_pods().items(), services):
        owned = {KINDS[store.type].service for store, _ in stores() if store.owner == who}
        keys = {"kms:ViaService": f"{service}.{HERE.region}.amazonaws.com"}
        decision = account().decide(role, "kms:Decrypt", key, keys)
        assert decision.allowed is (purpose == "data" and service in owned), f"{who} {service}: {decision}"
        assert not account().decide(role, "kms:Decrypt", key).allowed, "not by itself"


def test_nobody_who_works_manages_a_key_or_anybodys_rights() -> None:
    asked = [
        *(("kms:ScheduleKeyDeletion", key) for key in account().aliases),
        *(("kms:PutKeyPolicy", key) for key in account().aliases),
        *(("iam:PassRole", role) for role in account().roles),
        *(("sts:AssumeRole", role) for role in account().roles),
        ("iam:CreateRole", HERE.arn("iam", "role/new")),
        ("iam:PutRolePolicy", HERE.arn("iam", "role/new")),
        ("ec2:RunInstances", "*"),
        ("s3:ListAllMyBuckets", "*"),
        ("dynamodb:ListTables", "*"),
        ("secretsmanager:ListSecrets", "*"),
        ("secretsmanager:GetSecretValue", HERE.arn("secretsmanager", "secret:showcase/kv/showcase-a1B2c3")),
    ]
    for role, (action, resource) in product(workloads().values(), asked):
        decision = unbounded().decide(role, action, resource)
        assert not decision.allowed, f"{role} {action} {resource}: {decision}"


def test_a_boundary_holds_whatever_a_role_is_given() -> None:
    everything = Document.identity({"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
    outside = [
        ("iam:CreateRole", HERE.arn("iam", "role/new")),
        ("iam:PutRolePolicy", HERE.arn("iam", "role/new")),
        ("kms:ScheduleKeyDeletion", next(iter(account().aliases))),
        ("dynamodb:GetItem", HERE.arn("dynamodb", "table/another.shop.orders.items")),
        ("s3:GetObject", "arn:aws:s3:::another-bucket/x"),
    ]
    for role, (action, resource) in product(workloads().values(), outside):
        found = account().roles[role]
        assert found.boundary is not None
        request = Request(
            caller=Caller.role(role),
            action=action,
            resource=resource,
            resource_account=HERE.account,
            keys={"kms:ViaService": f"s3.{HERE.region}.amazonaws.com"},
        )
        within = Policies(
            identity=(everything,), resource=account().policies_on(resource, action), boundary=found.boundary
        )
        assert decide(request, replace(within, boundary=None)).allowed
        assert not decide(request, within).allowed, f"{role} {action} {resource}"


CLUSTER: Final = HERE.arn("eks", f"cluster/{ENVIRONMENT}")
POD_AGENT: Final = "pods.eks.amazonaws.com"


@pytest.mark.parametrize(
    ("caller", "keys", "taken"),
    [
        (Caller.service(POD_AGENT), {"aws:SourceArn": CLUSTER, "aws:SourceAccount": HERE.account}, True),
        (
            Caller.service(POD_AGENT),
            {"aws:SourceArn": f"{CLUSTER}2", "aws:SourceAccount": HERE.account},
            False,
        ),
        (Caller.service(POD_AGENT), {"aws:SourceArn": CLUSTER, "aws:SourceAccount": "444455556666"}, False),
        (Caller.service(POD_AGENT), {}, False),
        (Caller.service("ec2.amazonaws.com"), {"aws:SourceArn": CLUSTER}, False),
        (Caller.federated(HERE.arn("iam", "oidc-provider/token.example.com")), {}, False),
        (Caller.anonymous(), {}, False),
    ],
    ids=["its pods", "another cluster", "another account", "no cluster", "a machine", "a token", "anybody"],
)
def test_the_role_of_a_workload_is_taken_by_the_pods_of_its_cluster_alone(
    caller: Caller, keys: dict[str, str], *, taken: bool
) -> None:
    for role in in_pods().values():
        assert account().decide_for(caller, "sts:AssumeRole", role, keys).allowed is taken


@pytest.mark.parametrize(
    ("service", "of_account", "taken"),
    [
        ("lambda.amazonaws.com", HERE.account, True),
        ("lambda.amazonaws.com", "444455556666", False),
        ("scheduler.amazonaws.com", HERE.account, False),
        (POD_AGENT, HERE.account, False),
    ],
)
def test_the_role_of_a_function_is_taken_by_lambda_alone(
    service: str, of_account: str, *, taken: bool
) -> None:
    assert functions()
    for role in functions().values():
        keys = {"aws:SourceAccount": of_account}
        assert account().decide_for(Caller.service(service), "sts:AssumeRole", role, keys).allowed is taken


def runners() -> set[tuple[str, str]]:
    """Return who runs which function, by names: its schedule, who says so under ``invokes``, sagas with a step for it."""
    found = set()
    for team, described in account_example("production").teams.items():
        first = {name: (spec.get("formerly") or [name])[0] for name, spec in described["services"].items()}
        called = {name: f"{ENVIRONMENT}_{team}_{first[name]}" for name in first}
        found |= {
            (f"{ENVIRONMENT}.{team}.{first[name]}.schedule", called[name])
            for name, spec in described["services"].items()
            if spec["type"] == "function" and spec.get("schedule")
        }
        found |= {
            (f"{ENVIRONMENT}.{team}.{first[name]}", called[function])
            for name, spec in described["services"].items()
            for function in spec.get("invokes", ())
        }
        for name, saga in described.get("sagas", {}).items():
            steps = [(step, step.get("compensation") or {}) for step in saga["steps"]]
            invoked = {action["invokes"] for pair in steps for action in pair if action.get("invokes")}
            role = f"{ENVIRONMENT}.{team}.{(saga.get('formerly') or [name])[0]}.saga"
            found |= {(role, called[function]) for function in invoked}
    return found


def test_a_function_is_run_by_its_schedule_by_who_says_so_and_by_sagas_with_a_step_for_it() -> None:
    run = {
        (role.rpartition("/")[2], each.name)
        for role, each in product(account().roles, named("Function"))
        if not account().roles[role].unread
        and account()
        .decide(role, "lambda:InvokeFunction", f"{HERE.arn('lambda', f'function:{each.name}')}:live")
        .allowed
    }
    assert run
    assert run == runners()


def read_by(namespace: str) -> set[str]:
    """Return the entries of the environment's secret source that a namespace reads."""
    return {
        item["remoteRef"]["key"]
        for each in named("ExternalSecret")
        if each.inputs["metadata"]["namespace"] == namespace
        and each.inputs["spec"].get("secretStoreRef", {}).get("name") == "platform"
        for item in each.inputs["spec"]["data"]
    }


def readers() -> dict[str, str]:
    """Return the roles with which secrets are read, by namespace."""
    return {
        each.inputs["metadata"]["namespace"]: each.inputs["spec"]["provider"]["aws"]["role"]
        for each in named("SecretStore")
        if "aws" in each.inputs["spec"]["provider"]
        and each.inputs["spec"]["provider"]["aws"]["role"] in account().roles
    }


def test_the_secrets_of_a_team_are_read_by_its_reader_and_by_no_other_role() -> None:
    entries = {entry for namespace in readers() for entry in read_by(namespace)}
    assert len(readers()) > 1
    assert len(entries) > 2
    asked = product(
        account().roles, entries, ("secretsmanager:GetSecretValue", "secretsmanager:PutSecretValue")
    )
    for role, entry, action in asked:
        if account().roles[role].unread:
            continue
        wanted = {readers()[each] for each in readers() if entry in read_by(each)}
        decision = account().decide(role, action, HERE.arn("secretsmanager", f"secret:{entry}-a1B2c3"))
        right = role in wanted and action.endswith(":GetSecretValue")
        assert decision.allowed is right, f"{role} {action} {entry}: {decision}"


def test_every_namespace_that_reads_secrets_has_a_reader() -> None:
    reading = {each.inputs["metadata"]["namespace"] for each in named("ExternalSecret")}
    assert {namespace for namespace in reading if read_by(namespace)} == readers().keys()


def test_readers_are_taken_by_external_secrets_alone() -> None:
    takers = {
        role
        for role, reader in product(account().roles, readers().values())
        if not account().roles[role].unread and account().decide(role, "sts:AssumeRole", reader).allowed
    }
    (controller,) = takers
    assert [who.name for who, role in account().service_accounts.items() if role == controller] == [
        "external-secrets"
    ]
    for reader in readers().values():
        assert not account().decide_for(Caller.service(POD_AGENT), "sts:AssumeRole", reader).allowed
