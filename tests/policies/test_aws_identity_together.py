"""What the policies of one identity allow together, however they come to it, and what of that is known in a preview."""

from typing import Any

import pytest

from pavedroad.governance import Opaque, Resource, Verdict
from tests.support.planned import planned, verdict

CONTROL = "iam-no-privilege-escalation-together"
ROLE = "aws:iam/role:Role"
USER = "aws:iam/user:User"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
TO_MANY = "aws:iam/policyAttachment:PolicyAttachment"


def granting(*actions: str, effect: str = "Allow") -> dict[str, Any]:
    return {"Statement": [{"Effect": effect, "Action": list(actions), "Resource": "*"}]}


def policy(name: str, *actions: str, effect: str = "Allow") -> Resource:
    return planned("aws:iam/policy:Policy", name, policy=granting(*actions, effect=effect))


PASS_ROLE = policy("pass", "iam:PassRole")
RUN = policy("run", "ec2:RunInstances")


def attached(*policies: Resource, role: Resource) -> list[Resource]:
    """Attach policies as a preview sees it: nobody knows a name yet, but whose output it is."""
    return [
        planned(
            ATTACHMENT,
            f"attached-{each.name}",
            made_from={"role": (role.urn,), "policyArn": (each.urn,)},
            role=Opaque.UNKNOWN,
            policyArn=Opaque.UNKNOWN,
        )
        for each in policies
    ]


def test_in_a_preview_policies_count_by_whom_they_are_attached_to() -> None:
    role, other = planned(ROLE, "deployer"), planned(ROLE, "reader")
    both = attached(PASS_ROLE, RUN, role=role)
    assert verdict(CONTROL, role, PASS_ROLE, RUN, *both) is Verdict.FAIL
    assert verdict(CONTROL, other, role, PASS_ROLE, RUN, *both) is Verdict.PASS
    apart = [*attached(PASS_ROLE, role=role), *attached(RUN, role=other)]
    assert verdict(CONTROL, role, other, PASS_ROLE, RUN, *apart) is Verdict.PASS


def test_what_a_role_lists_and_holds_itself_counts_as_well() -> None:
    role = planned(
        ROLE,
        "deployer",
        made_from={"managedPolicyArns": (RUN.urn,)},
        managedPolicyArns=[Opaque.UNKNOWN],
        inlinePolicies=[{"policy": granting("iam:PassRole")}],
    )
    assert verdict(CONTROL, role, RUN) is Verdict.FAIL


@pytest.mark.parametrize("users", [["ann", "bob"], Opaque.UNKNOWN])
def test_an_attachment_to_many_gives_the_policy_to_each_of_them(users: object) -> None:
    ann, bob, eve = (planned(USER, name, name=name) for name in ("ann", "bob", "eve"))
    many = planned(
        TO_MANY,
        "many",
        made_from={"users": (ann.urn, bob.urn), "policyArn": (RUN.urn,)},
        users=users,
        policyArn=Opaque.UNKNOWN,
    )
    own = [
        planned("aws:iam/userPolicy:UserPolicy", f"own-{user}", user=user, policy=granting("iam:PassRole"))
        for user in ("bob", "eve")
    ]
    assert verdict(CONTROL, bob, ann, eve, RUN, many, *own) is Verdict.FAIL
    assert verdict(CONTROL, ann, bob, eve, RUN, many, *own) is Verdict.PASS
    assert verdict(CONTROL, eve, ann, bob, RUN, many, *own) is Verdict.PASS


def test_what_one_policy_denies_no_other_grants() -> None:
    role, denial = planned(ROLE, "deployer"), policy("never", "iam:*", effect="Deny")
    given = attached(PASS_ROLE, RUN, denial, role=role)
    assert verdict(CONTROL, role, PASS_ROLE, RUN, denial, *given) is Verdict.PASS


def test_a_policy_that_perhaps_is_attached_leaves_open_what_it_would_complete() -> None:
    role = planned(ROLE, "deployer", name="deployer")
    adrift = planned(ATTACHMENT, "adrift", role="deployer", policyArn=Opaque.UNKNOWN)
    own = planned("aws:iam/rolePolicy:RolePolicy", "own", role="deployer", policy=granting("iam:PassRole"))
    assert verdict(CONTROL, role, own, RUN, adrift) is Verdict.NOT_EVALUATED
    assert verdict(CONTROL, role, own, policy("list", "ec2:DescribeInstances"), adrift) is Verdict.PASS


def test_a_policy_of_aws_is_none_of_the_stack_s_own() -> None:
    role = planned(ROLE, "deployer", name="deployer")
    of_aws = planned(
        ATTACHMENT, "of-aws", role="deployer", policyArn="arn:aws:iam::aws:policy/ReadOnlyAccess"
    )
    own = planned("aws:iam/rolePolicy:RolePolicy", "own", role="deployer", policy=granting("iam:PassRole"))
    assert verdict(CONTROL, role, own, RUN, of_aws) is Verdict.PASS
