"""The order of AWS's questions: whose policies have to allow what, within an account and across accounts."""

from dataclasses import replace

import pytest

from pavedroad.access.iam import Caller, Document, Outcome, Policies, PolicyError, Request, decide
from tests.support.iam import (
    ACCOUNT,
    FOREIGN_ROLE,
    KEY,
    OTHER_ACCOUNT,
    QUEUE,
    ROLE,
    SEND,
    SESSION,
    USER,
    Json,
    allow,
    ask,
    deny,
    on_resource,
    policy,
    to,
)

ROOT = f"arn:aws:iam::{ACCOUNT}:root"
FOREIGN_ROOT = f"arn:aws:iam::{OTHER_ACCOUNT}:root"
FOREIGNER = Caller.role(FOREIGN_ROLE)


def test_nothing_allows_nothing() -> None:
    assert not ask()


def test_within_an_account_the_callers_policy_suffices() -> None:
    assert ask(allow())


@pytest.mark.parametrize(
    "principal", ["*", {"AWS": "*"}, {"AWS": ROLE}, {"AWS": [USER, ROLE]}, {"AWS": SESSION}]
)
def test_within_an_account_the_resources_policy_suffices(principal: object) -> None:
    assert ask(on=(to(principal, allow()),))


@pytest.mark.parametrize("account", [ROOT, ACCOUNT])
def test_an_account_as_principal_leaves_it_to_the_account(account: str) -> None:
    assert not ask(on=(to({"AWS": account}, allow()),))
    assert ask(allow(), on=(to({"AWS": account}, allow()),))


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": ROLE.replace("orders", "stock")},
        {"AWS": SESSION.replace("session", "another")},
        {"AWS": OTHER_ACCOUNT},
        {"Service": "sns.amazonaws.com"},
        {"Federated": ROLE},
    ],
)
def test_a_resources_policy_for_somebody_else_allows_nothing(principal: object) -> None:
    assert not ask(on=(to(principal, allow()),))


GRANTED = Policies(
    identity=(policy(allow()),),
    resource=(on_resource(to({"AWS": SESSION}, allow())),),
    boundary=policy(allow()),
)
DENIALS = {
    "the caller's policy": replace(GRANTED, identity=(policy(allow(), deny()),)),
    "the resource's policy": replace(
        GRANTED, resource=(on_resource(to({"AWS": SESSION}, allow()), to("*", deny())),)
    ),
    "the permission boundary": replace(GRANTED, boundary=policy(allow(), deny())),
    "the session's policies": replace(GRANTED, session=(policy(allow(), deny()),)),
    "a service control policy": replace(GRANTED, service_controls=((policy(allow("*"), deny()),),)),
}


@pytest.mark.parametrize("policies", DENIALS.values(), ids=DENIALS)
def test_a_denial_anywhere_outdoes_all_that_allow(policies: Policies) -> None:
    request = Request(caller=Caller.role(ROLE), action=SEND, resource=QUEUE)
    assert decide(request, GRANTED).allowed
    decision = decide(request, policies)
    assert decision.outcome is Outcome.DENIED
    assert decision.statements


def test_a_boundary_grants_nothing() -> None:
    assert not ask(boundary=policy(allow("*")))


def test_a_boundary_limits_the_callers_policy() -> None:
    assert ask(allow("*"), boundary=policy(allow("sqs:*")))
    assert not ask(allow("*"), boundary=policy(allow("s3:*")))


def test_a_boundary_limits_what_a_resource_grants_a_role_but_not_its_session() -> None:
    boundary = policy(allow("s3:*"))
    assert not ask(on=(to({"AWS": ROLE}, allow()),), boundary=boundary)
    assert ask(on=(to({"AWS": SESSION}, allow()),), boundary=boundary)
    assert ask(on=(to("*", allow()),), boundary=boundary)


def test_a_boundary_does_not_limit_what_a_resource_grants_a_user() -> None:
    assert ask(on=(to({"AWS": USER}, allow()),), caller=Caller.user(USER), boundary=policy(allow("s3:*")))


def test_everybody_narrowed_to_a_role_by_a_condition_is_not_limited_by_its_boundary() -> None:
    narrowed = to("*", allow(Condition={"ArnEquals": {"aws:PrincipalArn": ROLE}}))
    assert ask(on=(narrowed,), boundary=policy(allow("s3:*")))
    assert not ask(on=(narrowed,), caller=Caller.user(USER))


def test_session_policies_limit_the_role_and_grant_nothing() -> None:
    assert not ask(session=(policy(allow()),))
    assert ask(allow("*"), session=(policy(allow()),))
    assert not ask(allow("*"), session=(policy(allow("s3:*")),))
    assert not ask(on=(to({"AWS": ROLE}, allow()),), session=(policy(allow("s3:*")),))


def test_every_level_of_service_control_policies_has_to_allow() -> None:
    full, queues, buckets = policy(allow("*")), policy(allow("sqs:*")), policy(allow("s3:*"))
    assert ask(allow(), service_controls=((full,), (buckets, queues)))
    assert not ask(allow(), service_controls=((full,), (buckets,)))
    assert not ask(service_controls=((full,),))
    assert not ask(on=(to({"AWS": SESSION}, allow()),), service_controls=((buckets,),))


def test_across_accounts_both_sides_have_to_allow() -> None:
    theirs = to({"AWS": FOREIGN_ROLE}, allow())
    assert ask(allow(), on=(theirs,), caller=FOREIGNER)
    assert not ask(allow(), caller=FOREIGNER)
    assert not ask(on=(theirs,), caller=FOREIGNER)


@pytest.mark.parametrize("principal", ["*", {"AWS": FOREIGN_ROOT}, {"AWS": OTHER_ACCOUNT}])
def test_across_accounts_a_wide_principal_leaves_it_to_the_other_account(principal: object) -> None:
    assert ask(allow(), on=(to(principal, allow()),), caller=FOREIGNER)
    assert not ask(on=(to(principal, allow()),), caller=FOREIGNER)


def test_across_accounts_a_boundary_limits_whatever_the_resource_says() -> None:
    session = to({"AWS": f"arn:aws:sts::{OTHER_ACCOUNT}:assumed-role/guest/session"}, allow())
    assert ask(allow(), on=(session,), caller=FOREIGNER)
    assert not ask(allow(), on=(session,), caller=FOREIGNER, boundary=policy(allow("s3:*")))


def test_whose_an_object_is_is_said_apart_for_its_arn_does_not() -> None:
    request = Request(
        caller=FOREIGNER, action="s3:GetObject", resource="arn:aws:s3:::carts/1", resource_account=ACCOUNT
    )
    assert not decide(request, Policies(identity=(policy(allow("s3:*")),))).allowed


KEY_FOR_THE_ACCOUNT = to({"AWS": ROOT}, allow("kms:*"))


@pytest.mark.parametrize(
    ("on", "identity", "allowed"),
    [
        ((), (allow("kms:*"),), False),
        ((to({"AWS": USER}, allow("kms:*")),), (allow("kms:*"),), False),
        ((KEY_FOR_THE_ACCOUNT,), (allow("kms:*"),), True),
        ((KEY_FOR_THE_ACCOUNT,), (), False),
        ((to({"AWS": ROOT}, allow("kms:Describe*")),), (allow("kms:*"),), False),
        ((to({"AWS": ROLE}, allow("kms:Decrypt")),), (), True),
    ],
    ids=[
        "no key policy",
        "a key policy for somebody else",
        "delegated to the account, and its policy allows",
        "delegated to the account, and no policy allows",
        "another action is delegated",
        "the key policy names the role",
    ],
)
def test_a_key_policy_comes_before_the_callers(
    on: tuple[Json, ...], identity: tuple[Json, ...], *, allowed: bool
) -> None:
    assert ask(*identity, on=on, action="kms:Decrypt", resource=KEY) is allowed


def test_across_accounts_a_key_takes_both() -> None:
    shared = to({"AWS": FOREIGN_ROOT}, allow("kms:Decrypt"))
    assert ask(allow("kms:Decrypt"), on=(shared,), caller=FOREIGNER, action="kms:Decrypt", resource=KEY)
    assert not ask(on=(shared,), caller=FOREIGNER, action="kms:Decrypt", resource=KEY)


def test_a_role_is_assumed_by_whom_it_trusts() -> None:
    pods = to(
        {"Service": "pods.eks.amazonaws.com"},
        {"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"]},
    )
    agent = Caller.service("pods.eks.amazonaws.com")
    assert ask(on=(pods,), caller=agent, action="sts:AssumeRole", resource=ROLE)
    assert not ask(
        on=(pods,), caller=Caller.service("ec2.amazonaws.com"), action="sts:AssumeRole", resource=ROLE
    )
    assert not ask(
        allow("sts:*"), on=(pods,), caller=Caller.user(USER), action="sts:AssumeRole", resource=ROLE
    )


def test_a_role_may_be_passed_without_a_word_of_its_trust() -> None:
    assert ask(allow("iam:PassRole"), action="iam:PassRole", resource=ROLE)


def test_an_identity_provider_is_trusted_with_its_audience() -> None:
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.example.com"
    trust = to(
        {"Federated": provider},
        {
            "Effect": "Allow",
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringEquals": {"token.example.com:aud": "sts.amazonaws.com"}},
        },
    )

    def assumed(who: str, audience: str) -> bool:
        return ask(
            caller=Caller.federated(who),
            action="sts:AssumeRoleWithWebIdentity",
            resource=ROLE,
            on=(trust,),
            keys={"token.example.com:aud": audience},
        )

    assert assumed(provider, "sts.amazonaws.com")
    assert not assumed(provider, "somebody-else")
    assert not assumed(provider + "x", "sts.amazonaws.com")


def test_a_service_needs_the_resources_policy_whatever_the_account() -> None:
    topic = f"arn:aws:sns:eu-central-1:{ACCOUNT}:orders"
    fan_out = to({"Service": "sns.amazonaws.com"}, allow(Condition={"ArnEquals": {"aws:SourceArn": topic}}))
    caller = Caller.service("sns.amazonaws.com")
    assert ask(on=(fan_out,), caller=caller, keys={"aws:SourceArn": topic})
    assert not ask(on=(fan_out,), caller=caller, keys={"aws:SourceArn": topic + "-old"})
    assert not ask(on=(fan_out,), caller=caller)


def test_everybody_is_also_who_has_no_credentials() -> None:
    assert ask(on=(to("*", allow()),), caller=Caller.anonymous())
    assert not ask(on=(to({"AWS": ACCOUNT}, allow()),), caller=Caller.anonymous())


def test_the_root_user_needs_no_policy_but_obeys_denials_and_service_controls() -> None:
    root = Caller.root(ACCOUNT)
    assert ask(caller=root)
    assert not ask(caller=root, on=(to({"AWS": ROOT}, deny()),))
    assert not ask(caller=root, service_controls=((policy(allow("s3:*")),),))
    assert not ask(caller=root, on=(to({"AWS": USER}, allow("kms:*")),), action="kms:Decrypt", resource=KEY)


@pytest.mark.parametrize("principal", [{"AWS": ROOT}, {"AWS": ROLE}, {"AWS": SESSION}, "*"])
def test_a_denial_of_an_account_a_role_or_a_session_reaches_the_session(principal: object) -> None:
    assert not ask(allow(), on=(to(principal, deny()),))


@pytest.mark.parametrize(
    ("spared", "allowed"),
    [
        ([ROOT, ROLE, SESSION], True),
        ([ROOT, ROLE], False),
        ([ROLE, SESSION], False),
        ([ROOT], False),
        (["*"], True),
    ],
)
def test_not_principal_spares_who_is_listed_with_role_and_account(
    spared: list[str], *, allowed: bool
) -> None:
    others = {**deny(), "NotPrincipal": {"AWS": spared}}
    assert ask(allow(), on=(others,)) is allowed


def test_not_principal_spares_nobody_who_has_a_boundary() -> None:
    others = {**deny(), "NotPrincipal": {"AWS": [ROOT, ROLE, SESSION]}}
    assert not ask(allow(), on=(others,), boundary=policy(allow("*")))


def test_not_principal_that_allows_is_for_everybody_else() -> None:
    others = {**allow(), "NotPrincipal": {"AWS": ROLE}}
    assert not ask(on=(others,))
    assert ask(on=(others,), caller=Caller.user(USER))
    assert ask(on=(others,), caller=Caller.anonymous())


@pytest.mark.parametrize(
    ("caller", "key", "value"),
    [
        (Caller.role(ROLE), "aws:PrincipalArn", ROLE),
        (Caller.role(ROLE), "aws:PrincipalAccount", ACCOUNT),
        (Caller.role(ROLE), "aws:PrincipalType", "AssumedRole"),
        (Caller.role(ROLE), "aws:ResourceAccount", ACCOUNT),
        (Caller.role(ROLE, tags={"eks-cluster-name": "main"}), "aws:PrincipalTag/eks-cluster-name", "main"),
        (Caller.user(USER), "aws:username", "ada"),
        (Caller.service("sns.amazonaws.com"), "aws:PrincipalServiceName", "sns.amazonaws.com"),
        (Caller.service("sns.amazonaws.com"), "aws:PrincipalIsAWSService", "true"),
    ],
)
def test_a_request_says_of_itself(caller: Caller, key: str, value: str) -> None:
    said = {"StringEquals": {key: value}}
    assert ask(caller=caller, on=(to("*", allow(Condition=said)),))


def test_a_request_to_kms_says_whose_account_calls() -> None:
    own = to("*", allow("kms:Decrypt", Condition={"StringEquals": {"kms:CallerAccount": ACCOUNT}}))
    assert ask(on=(own,), action="kms:Decrypt", resource=KEY)
    assert not ask(allow("kms:*"), on=(own,), caller=FOREIGNER, action="kms:Decrypt", resource=KEY)


def test_a_decision_says_which_statements_decided() -> None:
    named = Document.identity({"Statement": allow(Sid="SendOrders")}, "orders' policy")
    decision = decide(
        Request(caller=Caller.role(ROLE), action=SEND, resource=QUEUE), Policies(identity=(named,))
    )
    assert str(decision) == "allowed: by the caller's policies (orders' policy, SendOrders)"


@pytest.mark.parametrize(
    ("action", "resource", "account", "told"),
    [
        ("sqs:*", QUEUE, None, "is not one action"),
        ("SendMessage", QUEUE, None, "is not one action"),
        (SEND, "orders", None, "neither an ARN nor"),
        ("s3:GetObject", "arn:aws:s3:::carts/1", None, "nothing says whose"),
    ],
)
def test_what_is_no_request_is_refused(action: str, resource: str, account: str | None, told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        Request(caller=Caller.role(ROLE), action=action, resource=resource, resource_account=account)


@pytest.mark.parametrize("arn", ["orders", USER, SESSION, "arn:aws:iam::1:role/orders"])
def test_what_is_no_role_is_refused_as_one(arn: str) -> None:
    with pytest.raises(PolicyError, match="is not the ARN of a role"):
        Caller.role(arn)


def test_a_document_in_the_wrong_place_is_refused() -> None:
    with pytest.raises(PolicyError, match="stands among an identity's"):
        Policies(identity=(on_resource(to("*", allow())),))
    with pytest.raises(PolicyError, match="stands on a resource"):
        Policies(resource=(policy(allow()),))
