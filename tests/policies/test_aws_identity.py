"""Judgements about IAM that one change cannot show: forms of policies, sets of actions, subjects, and who takes a role."""

import copy
from typing import Any

import pytest

from pavedroad.governance import Opaque, Resource, Rule, Verdict, judge
from policies.rules.aws.identity import grants, people, powers, roles, trust, workloads
from policies.rules.aws.identity.escalation import ESCALATIONS, NO_ESCALATION
from policies.rules.aws.identity.reading import changes_nothing
from tests.support.planned import planned, urn

ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/policy:Policy"


def resource(type_: str, name: str = "thing", made_from: tuple[str, ...] = (), **properties: Any) -> Resource:
    by = next((each for each in ("roleArn", "role", "policyArn") if each in properties), "")
    return planned(type_, name, made_from={by: made_from} if made_from else None, **properties)


def verdict(rule: Rule, first: Resource, *others: Resource) -> Verdict:
    found = {each.verdict for each in judge([rule], [first, *others]) if each.name == first.name}
    order = [Verdict.PASS, Verdict.NOT_EVALUATED, Verdict.FAIL]
    return max(found, key=order.index)


def allowing(*actions: str, resources: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resources, **more}


def holding(*statements: dict[str, Any]) -> Resource:
    return resource(POLICY, policy={"Statement": list(statements)})


@pytest.mark.parametrize("ways", ESCALATIONS, ids="+".join)
def test_every_way_up_needs_all_of_its_actions_on_anything(ways: tuple[str, ...]) -> None:
    apart = [allowing(action) for action in ways]
    assert verdict(NO_ESCALATION, holding(*apart)) is Verdict.FAIL
    named = copy.deepcopy(apart)
    named[0]["Resource"] = "arn:aws:iam::111122223333:role/orders"
    assert verdict(NO_ESCALATION, holding(*named)) is Verdict.PASS


def test_the_way_up_that_is_open_is_named() -> None:
    policy = holding(allowing("iam:PassRole", "lambda:*"))
    (finding, *more) = judge([NO_ESCALATION], [policy])
    said = [each.message for each in (finding, *more)]
    assert any("iam:PassRole together with lambda:CreateFunction" in each for each in said)
    assert not any("ec2:RunInstances" in each for each in said)


def test_making_functions_and_tables_without_handing_over_a_role_is_no_way_up() -> None:
    policy = holding(
        allowing("lambda:CreateFunction", "lambda:CreateEventSourceMapping", "dynamodb:CreateTable")
    )
    assert verdict(NO_ESCALATION, policy) is Verdict.PASS


def test_what_is_denied_without_a_condition_is_not_granted() -> None:
    denial = {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}
    granted = allowing("iam:CreateAccessKey")
    assert verdict(powers.NO_CREDENTIALS, holding(granted, denial)) is Verdict.PASS
    weaker = denial | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}
    assert verdict(powers.NO_CREDENTIALS, holding(granted, weaker)) is Verdict.FAIL
    hazy = denial | {"Action": Opaque.UNKNOWN}
    assert verdict(powers.NO_CREDENTIALS, holding(granted, hazy)) is Verdict.NOT_EVALUATED


def test_a_token_for_a_registry_is_no_power_and_can_be_granted_on_everything_only() -> None:
    policy = holding(allowing("ecr:GetAuthorizationToken"))
    for rule in (powers.NO_CREDENTIALS, powers.NO_EXFILTRATION, powers.NO_SHARING, grants.WRITES_NAMED):
        assert verdict(rule, policy) is Verdict.PASS


@pytest.mark.parametrize(
    ("pattern", "harmless"),
    [
        ("ec2:Describe*", True),
        ("S3:getobject", True),
        ("xray:PutTraceSegments", True),
        ("ssmmessages:*", True),
        ("logs:StartQuery", True),
        ("ec2:D*", False),
        ("s3:*", False),
        ("*", False),
        ("logs:CreateLogGroup", False),
        ("xray:Put*", False),
    ],
)
def test_patterns_that_change_nothing_which_could_be_named_are_told_apart(
    pattern: str, *, harmless: bool
) -> None:
    assert changes_nothing(pattern) is harmless


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {"aws:ResourceTag/team": "orders"}}, Verdict.PASS),
        ({"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::orders"}}, Verdict.PASS),
        ({"Null": {"aws:RequestTag/team": "false"}}, Verdict.PASS),
        ({"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}, Verdict.FAIL),
        ({"Bool": {"aws:SecureTransport": "true"}}, Verdict.FAIL),
        ({"StringLike": {"aws:ResourceTag/team": "*"}}, Verdict.FAIL),
        (Opaque.UNKNOWN, Verdict.NOT_EVALUATED),
    ],
)
def test_a_condition_stands_for_a_name_where_it_says_what_or_who(
    condition: object, expected: Verdict
) -> None:
    policy = holding(allowing("ec2:TerminateInstances", Condition=condition))
    assert verdict(grants.WRITES_NAMED, policy) is expected


def test_everything_but_some_actions_is_a_whole_service_and_more() -> None:
    policy = holding({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})
    assert verdict(grants.NO_WHOLE_SERVICE, policy) is Verdict.FAIL
    assert verdict(grants.NOT_ADMIN, policy) is Verdict.PASS
    assert (
        verdict(grants.NOT_ADMIN, holding({"Effect": "Allow", "Action": "*", "NotResource": "a"}))
        is Verdict.FAIL
    )


@pytest.mark.parametrize(
    ("subject", "pinned"),
    [
        ("repo:acme/shop:ref:refs/heads/main", True),
        ("repo:acme/shop:*", True),
        ("repo:acme/*", True),
        ("repository_owner_id:4711:*", True),
        ("repo:acme*", False),
        ("repo:*", False),
        ("repo:*/shop:*", False),
        ("*", False),
        ("main", False),
        ("workflow:release:repo:acme/shop", False),
    ],
)
def test_a_subject_of_github_names_at_least_an_owner(subject: str, *, pinned: bool) -> None:
    assert trust.is_one_repository(subject) is pinned


@pytest.mark.parametrize(
    ("subject", "pinned"),
    [
        ("system:serviceaccount:orders:api", True),
        ("system:serviceaccount:orders:*", True),
        ("system:serviceaccount:*:api", False),
        ("system:serviceaccount:*", False),
        ("project_path:acme/*", True),
        ("project_path:*", False),
        ("*", False),
        ("", False),
    ],
)
def test_a_subject_of_others_says_more_than_its_kind(subject: str, *, pinned: bool) -> None:
    assert trust.is_one_subject(subject) is pinned


def trusting(*statements: dict[str, Any], **properties: Any) -> Resource:
    return resource(ROLE, "role", assumeRolePolicy={"Statement": list(statements)}, **properties)


def federated(**more: Any) -> dict[str, Any]:
    provider = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"
    return {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": {"Federated": provider},
        **more,
    }


def test_a_provider_is_seen_behind_another_statement_and_without_any_condition() -> None:
    service = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}
    for rule in (trust.SUBJECT_PINNED, trust.AUDIENCE_PINNED):
        assert verdict(rule, trusting(service)) is Verdict.PASS
        assert verdict(rule, trusting(service, federated())) is Verdict.FAIL


def test_an_optional_subject_pins_nobody() -> None:
    condition = {"StringEqualsIfExists": {"token.actions.githubusercontent.com:sub": "repo:acme/shop:main"}}
    assert verdict(trust.SUBJECT_PINNED, trusting(federated(Condition=condition))) is Verdict.FAIL


def test_one_of_several_subjects_that_is_wide_is_enough_to_fail() -> None:
    key = "token.actions.githubusercontent.com:sub"
    condition = {"StringLike": {key: ["repo:acme/shop:*", "repo:*"]}}
    assert verdict(trust.SUBJECT_PINNED, trusting(federated(Condition=condition))) is Verdict.FAIL


def test_saml_and_other_federations_owe_no_subject() -> None:
    saml = federated(Principal={"Federated": "arn:aws:iam::111122223333:saml-provider/corp"})
    assert verdict(trust.SUBJECT_PINNED, trusting(saml)) is Verdict.PASS
    assert (
        verdict(trust.SUBJECT_PINNED, trusting(federated(Principal=Opaque.UNKNOWN))) is Verdict.NOT_EVALUATED
    )


def test_an_account_under_an_external_id_is_somebody() -> None:
    account = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "111122223333"}}
    pinned = account | {"Condition": {"StringEquals": {"sts:ExternalId": "4711-0815"}}}
    assert verdict(trust.NAMES_PRINCIPALS, trusting(account)) is Verdict.FAIL
    assert verdict(trust.NAMES_PRINCIPALS, trusting(pinned)) is Verdict.PASS


def taken_by(*subjects: object) -> dict[str, Any]:
    return federated(Condition={"StringEquals": {"oidc.example.com/id/A:sub": list(subjects)}})


def association(name: str, account: object, *made_from: str, role: object = Opaque.UNKNOWN) -> Resource:
    type_ = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
    return resource(type_, name, made_from, namespace="orders", serviceAccount=account, roleArn=role)


def test_a_trust_policy_and_associations_count_together() -> None:
    role = trusting(taken_by("system:serviceaccount:orders:api"))
    rule = workloads.ONE_SERVICE_ACCOUNT
    assert verdict(rule, role) is Verdict.PASS
    assert verdict(rule, role, association("same", "api", role.urn)) is Verdict.PASS
    assert verdict(rule, role, association("other", "worker", role.urn)) is Verdict.FAIL
    assert verdict(rule, role, association("elsewhere", "worker", urn(ROLE, "other"))) is Verdict.PASS
    assert verdict(rule, role, association("nobody knows", "worker")) is Verdict.NOT_EVALUATED


def test_two_subjects_are_too_many_and_an_unknown_one_is_not_counted_as_none() -> None:
    rule = workloads.ONE_SERVICE_ACCOUNT
    both = taken_by("system:serviceaccount:orders:api", "system:serviceaccount:orders:worker")
    assert verdict(rule, trusting(both)) is Verdict.FAIL
    assert verdict(rule, trusting(taken_by(Opaque.UNKNOWN))) is Verdict.NOT_EVALUATED
    assert verdict(rule, trusting(taken_by("repo:acme/shop:main", "repo:acme/web:main"))) is Verdict.PASS


def test_a_policy_of_the_same_stack_is_none_of_aws_own_before_its_name_is_known() -> None:
    attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    own = resource(attachment, "own", (urn(POLICY, "orders"),), policyArn=Opaque.UNKNOWN)
    assert verdict(people.NO_READY_MADE, own) is Verdict.PASS
    other = resource(attachment, "other", policyArn=Opaque.UNKNOWN)
    assert verdict(people.NO_READY_MADE, other) is Verdict.NOT_EVALUATED


def test_a_policy_of_that_name_of_our_own_is_not_aws_one() -> None:
    attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    own = resource(attachment, policyArn="arn:aws:iam::111122223333:policy/AdministratorAccess")
    assert verdict(people.NO_READY_MADE, own) is Verdict.PASS


@pytest.mark.parametrize("type_", ["userPolicy:UserPolicy", "userPolicyAttachment:UserPolicyAttachment"])
def test_whatever_is_given_to_a_user_is_refused(type_: str) -> None:
    assert verdict(people.NOT_ON_USERS, resource(f"aws:iam/{type_}", user="alice")) is Verdict.FAIL


def test_in_a_preview_a_role_is_given_policies_by_what_was_made_from_it() -> None:
    role = resource(ROLE, "role", managedPolicyArns=["arn:aws:iam::111122223333:policy/orders"])
    attachment = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    mine = resource(attachment, "mine", (role.urn,), role=Opaque.UNKNOWN)
    other = resource(attachment, "other", (urn(ROLE, "other"),), role=Opaque.UNKNOWN)
    assert verdict(roles.ONE_WAY, role, mine) is Verdict.FAIL
    assert verdict(roles.ONE_WAY, role, other) is Verdict.PASS


def test_a_role_of_aws_itself_needs_no_boundary() -> None:
    assert verdict(roles.BOUNDED, resource(ROLE, path="/aws-service-role/eks.amazonaws.com/")) is Verdict.PASS
