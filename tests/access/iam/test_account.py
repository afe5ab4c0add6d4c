"""From a rendering to the question: may this role do that."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from pavedroad.access.iam import Account, Caller, PolicyError, ServiceAccount, Whereabouts, policies_of
from tests.support.iam import ACCOUNT, KEY, QUEUE, ROLE, SEND, VERSION, Json, allow, deny, to

HERE = Whereabouts(account=ACCOUNT, region="eu-central-1")
TOPIC = f"arn:aws:sns:eu-central-1:{ACCOUNT}:orders"
UNKNOWN = object()


@dataclass(frozen=True)
class Thing:
    """A declared resource."""

    type: str
    inputs: Json
    name: str = "orders"
    property_dependencies: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def urn(self) -> str:
        return f"urn:pulumi:test::test::{self.type}::{self.name}"


def _text(*statements: Json) -> str:
    return json.dumps({"Version": VERSION, "Statement": list(statements)})


TRUST = _text(to({"Service": "pods.eks.amazonaws.com"}, {"Effect": "Allow", "Action": "sts:AssumeRole"}))
THE_ROLE = Thing(
    "aws:iam/role:Role",
    {"name": "orders", "path": "/pavedroad/", "assumeRolePolicy": TRUST, "tags": {"team": "sales"}},
)
THE_QUEUE = Thing("aws:sqs/queue:Queue", {"name": "orders"})
THE_KEY = Thing("aws:kms/key:Key", {"description": "data"}, name="0f1e")


def _collect(*things: Thing, managed: dict[str, Any] | None = None) -> Account:
    return policies_of(things, HERE, managed)


def _inline(*statements: Json, **inputs: Any) -> Thing:
    return Thing(
        "aws:iam/rolePolicy:RolePolicy",
        {"role": "orders", "name": "edges", "policy": _text(*statements), **inputs},
    )


def test_a_role_may_do_what_its_inline_policy_allows_and_nothing_else() -> None:
    account = _collect(THE_ROLE, _inline(allow(SEND, QUEUE)))
    assert account.decide(ROLE, SEND, QUEUE).allowed
    assert not account.decide(ROLE, SEND, QUEUE + "-old").allowed
    assert not account.decide(ROLE, "sqs:ReceiveMessage", QUEUE).allowed


def test_a_role_is_found_by_what_its_policy_depends_on() -> None:
    late = Thing(
        "aws:iam/rolePolicy:RolePolicy",
        {"role": UNKNOWN, "policy": _text(allow())},
        property_dependencies={"role": (THE_ROLE.urn,)},
    )
    assert _collect(THE_ROLE, late).decide(ROLE, SEND, QUEUE).allowed


@pytest.mark.parametrize(
    "where",
    [
        {"inlinePolicies": [{"name": "edges", "policy": _text(allow())}]},
        {"managedPolicyArns": [f"arn:aws:iam::{ACCOUNT}:policy/senders"]},
    ],
)
def test_a_role_may_carry_its_policies_itself(where: Json) -> None:
    declared = Thing("aws:iam/policy:Policy", {"name": "senders", "policy": _text(allow())})
    role = Thing("aws:iam/role:Role", {**THE_ROLE.inputs, **where})
    assert _collect(declared, role).decide(ROLE, SEND, QUEUE).allowed


def test_a_managed_policy_is_attached_by_its_arn() -> None:
    declared = Thing("aws:iam/policy:Policy", {"name": "senders", "path": "/", "policy": _text(allow())})
    attachment = Thing(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {"role": "orders", "policyArn": UNKNOWN},
        property_dependencies={"policyArn": (declared.urn,)},
    )
    assert _collect(declared, THE_ROLE, attachment).decide(ROLE, SEND, QUEUE).allowed


BY_AWS = "arn:aws:iam::aws:policy/AmazonSQSFullAccess"
ATTACHED_BY_AWS = Thing(
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment", {"role": "orders", "policyArn": BY_AWS}
)


def test_a_policy_whose_text_is_not_known_is_never_taken_for_nothing() -> None:
    account = _collect(THE_ROLE, ATTACHED_BY_AWS)
    with pytest.raises(PolicyError, match="text is not known: arn:aws:iam::aws:policy/AmazonSQSFullAccess"):
        account.decide(ROLE, SEND, QUEUE)


def test_a_policy_that_is_declared_elsewhere_can_be_given() -> None:
    account = _collect(THE_ROLE, ATTACHED_BY_AWS, managed={BY_AWS: {"Statement": allow("sqs:*")}})
    assert account.decide(ROLE, SEND, QUEUE).allowed


def test_an_inline_policy_that_is_known_only_later_is_not_evaluated() -> None:
    account = _collect(THE_ROLE, _inline(policy=UNKNOWN))
    with pytest.raises(PolicyError, match="text is not known: orders, edges"):
        account.decide(ROLE, SEND, QUEUE)


def test_a_boundary_limits_the_role_that_has_it() -> None:
    boundary = Thing("aws:iam/policy:Policy", {"name": "limit", "policy": _text(allow("s3:*"))}, name="limit")
    bounded = {**THE_ROLE.inputs, "permissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/limit"}
    role = Thing("aws:iam/role:Role", bounded)
    assert not _collect(boundary, role, _inline(allow("*"))).decide(ROLE, SEND, QUEUE).allowed


def test_a_boundary_whose_text_is_not_known_is_not_evaluated() -> None:
    role = Thing(
        "aws:iam/role:Role", {**THE_ROLE.inputs, "permissionsBoundary": "arn:aws:iam::aws:policy/limit"}
    )
    with pytest.raises(PolicyError, match="text is not known: arn:aws:iam::aws:policy/limit"):
        _collect(role, _inline(allow("*"))).decide(ROLE, SEND, QUEUE)


def test_tags_of_a_role_are_those_of_who_calls() -> None:
    tagged = allow(Condition={"StringEquals": {"aws:PrincipalTag/team": "sales"}})
    assert _collect(THE_ROLE, _inline(tagged)).decide(ROLE, SEND, QUEUE).allowed


SECRET = f"arn:aws:secretsmanager:eu-central-1:{ACCOUNT}:secret:orders-a1B2c3"
REPOSITORY = f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository/orders"
GUARDED = [
    (
        "aws:sqs/queuePolicy:QueuePolicy",
        {"queueUrl": f"https://sqs.eu-central-1.amazonaws.com/{ACCOUNT}/orders"},
        QUEUE,
    ),
    ("aws:sqs/queuePolicy:QueuePolicy", {"queueUrl": UNKNOWN}, QUEUE),
    ("aws:sns/topicPolicy:TopicPolicy", {"arn": TOPIC}, TOPIC),
    ("aws:s3/bucketPolicy:BucketPolicy", {"bucket": "carts"}, "arn:aws:s3:::carts"),
    ("aws:s3/bucketPolicy:BucketPolicy", {"bucket": "carts"}, "arn:aws:s3:::carts/2026/1"),
    ("aws:secretsmanager/secretPolicy:SecretPolicy", {"secretArn": SECRET}, SECRET),
    ("aws:ecr/repositoryPolicy:RepositoryPolicy", {"repository": "orders"}, REPOSITORY),
    ("aws:sqs/queue:Queue", {"name": "orders"}, QUEUE),
    ("aws:sns/topic:Topic", {"name": "orders"}, TOPIC),
]


@pytest.mark.parametrize(("type_", "inputs", "arn"), GUARDED)
def test_a_resources_own_policy_has_its_say(type_: str, inputs: Json, arn: str) -> None:
    service = arn.split(":")[2]
    guard = Thing(
        type_,
        {**inputs, "policy": _text(to("*", deny(f"{service}:Delete*")))},
        property_dependencies={"queueUrl": (THE_QUEUE.urn,)} if inputs.get("queueUrl") is UNKNOWN else {},
        name="guard",
    )
    account = _collect(THE_ROLE, THE_QUEUE, guard, _inline(allow("*")))
    assert account.decide(ROLE, f"{service}:Get", arn).allowed
    assert not account.decide(ROLE, f"{service}:DeleteIt", arn).allowed


def test_a_resources_policy_that_is_known_only_later_is_not_evaluated() -> None:
    guard = Thing("aws:sns/topicPolicy:TopicPolicy", {"arn": TOPIC, "policy": UNKNOWN})
    with pytest.raises(PolicyError, match=f"a policy of {TOPIC} is not known"):
        _collect(THE_ROLE, guard, _inline(allow("*"))).decide(ROLE, "sns:Publish", TOPIC)


BY_ALIAS = allow(
    "kms:Decrypt",
    "arn:aws:kms:*:*:key/*",
    Condition={"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/data"}},
)


def _alias(name: str) -> Thing:
    return Thing(
        "aws:kms/alias:Alias",
        {"name": name, "targetKeyId": UNKNOWN},
        property_dependencies={"targetKeyId": (THE_KEY.urn,)},
    )


def test_a_key_is_used_by_whom_a_policy_names_its_alias_for() -> None:
    assert (
        _collect(THE_ROLE, THE_KEY, _alias("alias/data"), _inline(BY_ALIAS))
        .decide(ROLE, "kms:Decrypt", KEY)
        .allowed
    )
    other = _collect(THE_ROLE, THE_KEY, _alias("alias/logs"), _inline(BY_ALIAS))
    assert not other.decide(ROLE, "kms:Decrypt", KEY).allowed


def test_a_key_whose_policy_does_not_leave_it_to_the_account_is_closed() -> None:
    own = _text(to({"Service": "logs.amazonaws.com"}, allow("kms:*")))
    closed = Thing("aws:kms/key:Key", {"policy": own}, name="0f1e")
    account = _collect(THE_ROLE, closed, _inline(allow("kms:*")))
    assert not account.decide(ROLE, "kms:Decrypt", KEY).allowed
    assert account.decide_for(Caller.service("logs.amazonaws.com"), "kms:Decrypt", KEY).allowed


def test_a_service_account_gets_the_role_that_is_associated_with_it() -> None:
    association = Thing(
        "aws:eks/podIdentityAssociation:PodIdentityAssociation",
        {"clusterName": "main", "namespace": "sales", "serviceAccount": "orders", "roleArn": UNKNOWN},
        property_dependencies={"roleArn": (THE_ROLE.urn,)},
    )
    account = _collect(THE_ROLE, association)
    assert account.service_accounts == {ServiceAccount("main", "sales", "orders"): ROLE}
    assert account.decide_for(Caller.service("pods.eks.amazonaws.com"), "sts:AssumeRole", ROLE).allowed
    assert not account.decide_for(Caller.service("ec2.amazonaws.com"), "sts:AssumeRole", ROLE).allowed


def test_a_role_that_another_trusts_may_assume_it() -> None:
    reader = Thing(
        "aws:iam/role:Role",
        {
            "name": "reader",
            "assumeRolePolicy": _text(to({"AWS": ROLE}, {"Effect": "Allow", "Action": "sts:AssumeRole"})),
        },
        name="reader",
    )
    account = _collect(THE_ROLE, reader)
    assert account.decide(ROLE, "sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/reader").allowed
    assert not account.decide(f"arn:aws:iam::{ACCOUNT}:role/reader", "sts:AssumeRole", ROLE).allowed


def test_whoever_may_pass_a_role_is_not_asked_for_its_trust() -> None:
    assert _collect(THE_ROLE, _inline(allow("iam:PassRole"))).decide(ROLE, "iam:PassRole", ROLE).allowed


def test_a_trust_policy_that_is_known_only_later_is_not_evaluated() -> None:
    role = Thing("aws:iam/role:Role", {"name": "orders", "path": "/pavedroad/", "assumeRolePolicy": UNKNOWN})
    with pytest.raises(PolicyError, match=r"trust policy of .* is not known"):
        _collect(role).decide_for(Caller.service("pods.eks.amazonaws.com"), "sts:AssumeRole", ROLE)


@pytest.mark.parametrize(
    ("thing", "told"),
    [
        (Thing("aws:iam/role:Role", {"assumeRolePolicy": TRUST}), "its name is not known"),
        (_inline(allow(), role="stock"), "nothing says what role refers to"),
        (
            Thing("aws:sqs/queuePolicy:QueuePolicy", {"queueUrl": UNKNOWN}),
            "nothing says what queueUrl refers to",
        ),
        (_inline(allow("SendMessage")), "is not an action"),
        (_inline(allow(), role=f"arn:aws:iam::{ACCOUNT}:role/stock"), "which is not declared"),
    ],
)
def test_a_rendering_that_leaves_open_whose_a_policy_is_is_refused(thing: Thing, told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        _collect(THE_ROLE, thing)


def test_a_role_that_is_not_declared_is_refused() -> None:
    with pytest.raises(PolicyError, match=r"no role .* is declared"):
        _collect().decide(ROLE, SEND, QUEUE)
