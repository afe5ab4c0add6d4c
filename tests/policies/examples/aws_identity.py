"""Examples of the controls about IAM: what identities may do, who may become a role, and how people get in."""

from typing import Any

from tests.support.examples import REMOVED, Declared, Example

_ACCOUNT = "arn:aws:iam::111122223333"
_ROLE = "aws:iam/role:Role"
_ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/ABC"
_STATEMENT = {
    "Effect": "Allow",
    "Action": ["s3:GetObject", "s3:PutObject"],
    "Resource": "arn:aws:s3:::orders/*",
}
_POLICY = Declared(type="aws:iam/policy:Policy", properties={"policy": {"Statement": [_STATEMENT]}})
_HELD_BY_OTHERS = (
    Declared(type="aws:iam/rolePolicy:RolePolicy", properties={"policy": {"Statement": _STATEMENT}}),
    Declared(type="aws:iam/groupPolicy:GroupPolicy", properties={"policy": {"Statement": _STATEMENT}}),
    Declared(type="aws:iam/userPolicy:UserPolicy", properties={"policy": {"Statement": _STATEMENT}}),
)
_INLINE = Declared(
    type=_ROLE, properties={"inlinePolicies": [{"name": "orders", "policy": {"Statement": _STATEMENT}}]}
)
_PERMISSION_SET = Declared(
    type="aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy",
    properties={"inlinePolicy": {"Statement": _STATEMENT}},
)
_FULL = "policy.Statement.Action"


def _granting(*actions: str, resource: str = f"{_ACCOUNT}:role/orders", **more: Any) -> Declared:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource, **more}
    return Declared(type="aws:iam/policy:Policy", properties={"policy": {"Statement": [statement]}})


def _on_anything(*actions: str) -> dict[str, Any]:
    return {"Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}


def _trusting(**statement: Any) -> Declared:
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", **statement}
    return Declared(type=_ROLE, properties={"name": "orders", "assumeRolePolicy": {"Statement": [trust]}})


def _alone(
    control: str, declared: Declared, breaks: str | tuple[str | int, ...], to: object = REMOVED
) -> Example:
    return Example(control=control, declared=(declared,), breaks=breaks, to=to)


_ADMIN = _granting("*", resource=f"{_ACCOUNT}:role/orders")
_RESOURCE = "policy.Statement.0.Resource"
_TRUSTED = _trusting(Principal={"AWS": f"{_ACCOUNT}:role/shop"})
_IN_TRUST = ("assumeRolePolicy", "Statement", 0)
_IRSA = _trusting(
    Principal={"Federated": f"{_ACCOUNT}:oidc-provider/{_ISSUER}"},
    Condition={
        "StringEquals": {
            f"{_ISSUER}:sub": "system:serviceaccount:orders:api",
            f"{_ISSUER}:aud": "sts.amazonaws.com",
        }
    },
)
_GITHUB = _trusting(
    Principal={"Federated": f"{_ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"},
    Condition={"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/shop:*"}},
)
_ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"
_POD_ROLE = Declared(type=_ROLE, properties={"arn": f"{_ACCOUNT}:role/orders", "name": "orders"})


def _association(name: str, account: str) -> Declared:
    return Declared(
        type=_ASSOCIATION,
        name=name,
        properties={"namespace": "orders", "serviceAccount": account, "roleArn": f"{_ACCOUNT}:role/orders"},
    )


_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_ATTACHED = Declared(
    type=_ATTACHMENT, properties={"role": "orders", "policyArn": f"{_ACCOUNT}:policy/orders"}
)
_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
_PASSWORDS = Declared(
    type="aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
    properties={
        "minimumPasswordLength": 14,
        "requireLowercaseCharacters": True,
        "requireUppercaseCharacters": True,
        "requireNumbers": True,
        "requireSymbols": True,
        "passwordReusePrevention": 24,
        "maxPasswordAge": 90,
    },
)

EXAMPLES = (
    _alone("iam-no-full-admin", _ADMIN, _RESOURCE, "*"),
    _alone("iam-no-full-admin", _granting("s3:GetObject", resource="*"), "policy.Statement.0.Action.0", "*"),
    _alone("iam-no-service-wide-actions", _POLICY, "policy.Statement.0.Action.0", "s3:*"),
    *(_alone("iam-no-service-wide-actions", each, _FULL, "s3:*") for each in _HELD_BY_OTHERS),
    _alone("iam-no-service-wide-actions", _INLINE, "inlinePolicies.0.policy.Statement.Action", "*"),
    _alone("iam-no-service-wide-actions", _PERMISSION_SET, "inlinePolicy.Statement.Action", "*"),
    _alone("iam-writes-name-resources", _POLICY, _RESOURCE, "*"),
    _alone("iam-writes-name-resources", _POLICY, _RESOURCE, "arn:aws:s3:::*"),
    _alone(
        "iam-writes-name-resources",
        _granting("ec2:Describe*", "cloudwatch:PutMetricData", resource="*"),
        "policy.Statement.0.Action.1",
        "ec2:TerminateInstances",
    ),
    _alone("iam-pass-role-names-roles", _granting("iam:PassRole"), _RESOURCE, f"{_ACCOUNT}:role/*"),
    _alone(
        "iam-decrypts-with-named-keys",
        _granting("kms:Decrypt", resource="arn:aws:kms:eu-west-1:111122223333:key/1"),
        _RESOURCE,
        "arn:aws:kms:eu-west-1:111122223333:key/*",
    ),
    _alone(
        "iam-decrypts-with-named-keys",
        _granting("kms:*", resource="*", Condition={"StringLike": {"kms:ResourceAliases": "alias/orders-*"}}),
        "policy.Statement.0.Condition",
    ),
    _alone("iam-no-privilege-escalation", _granting("iam:CreatePolicyVersion"), _RESOURCE, "*"),
    _alone(
        "iam-no-privilege-escalation",
        _granting("iam:PassRole", "ec2:DescribeInstances", resource="*"),
        "policy.Statement.0.Action.1",
        "ec2:RunInstances",
    ),
    _alone("iam-credentials-need-constraint", _granting("sts:AssumeRole"), _RESOURCE, "*"),
    _alone("iam-data-reads-need-constraint", _POLICY, _RESOURCE, "*"),
    _alone(
        "iam-permissions-management-needs-constraint",
        _granting("s3:PutBucketPolicy", resource="arn:aws:s3:::orders"),
        _RESOURCE,
        "arn:aws:s3:::*",
    ),
    _alone("role-trust-not-public", _TRUSTED, (*_IN_TRUST, "Principal", "AWS"), "*"),
    _alone(
        "role-trust-not-public",
        _trusting(Principal="*", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1a2b3c4d5e"}}),
        (*_IN_TRUST, "Condition", "StringEquals", "aws:PrincipalOrgID"),
        "*",
    ),
    _alone("role-trust-names-principals", _TRUSTED, (*_IN_TRUST, "Principal", "AWS"), f"{_ACCOUNT}:root"),
    _alone("role-trust-names-principals", _TRUSTED, (*_IN_TRUST, "Principal", "AWS"), "111122223333"),
    _alone("oidc-trust-pins-subject", _IRSA, (*_IN_TRUST, "Condition", "StringEquals", f"{_ISSUER}:sub")),
    _alone(
        "oidc-trust-pins-subject",
        _GITHUB,
        (*_IN_TRUST, "Condition", "StringLike", "token.actions.githubusercontent.com:sub"),
        "repo:*",
    ),
    _alone("oidc-trust-pins-audience", _IRSA, (*_IN_TRUST, "Condition", "StringEquals", f"{_ISSUER}:aud")),
    _alone(
        "roles-for-one-service-account",
        _IRSA,
        (*_IN_TRUST, "Condition", "StringEquals", f"{_ISSUER}:sub"),
        "system:serviceaccount:orders:*",
    ),
    Example(
        control="roles-for-one-service-account",
        declared=(_POD_ROLE, _association("first", "api"), _association("second", "api")),
        of=2,
        breaks="serviceAccount",
        to="worker",
    ),
    _alone("iam-no-admin-policy-attached", _ATTACHED, "policyArn", _ADMINISTRATOR),
    _alone(
        "iam-no-admin-policy-attached",
        Declared(type=_ROLE, properties={"managedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}),
        "managedPolicyArns.0",
        "arn:aws:iam::aws:policy/IAMFullAccess",
    ),
    Example(
        control="iam-no-users",
        declared=(Declared(type="aws:iam/user:User", properties={"name": "break-glass"}),),
        breaks="name",
        to="alice",
        settings={"allowedUsers": ["break-glass"]},
    ),
    _alone(
        "iam-permissions-not-on-users",
        Declared(
            type="aws:iam/policyAttachment:PolicyAttachment", properties={"users": [], "groups": ["staff"]}
        ),
        "users",
        ["alice"],
    ),
    _alone(
        "iam-no-access-keys",
        Declared(type="aws:iam/accessKey:AccessKey", properties={"user": "alice", "status": "Inactive"}),
        "status",
    ),
    Example(
        control="iam-no-privilege-escalation-together",
        declared=(
            Declared(type=_ROLE, properties={"name": "orders"}),
            Declared(
                type="aws:iam/rolePolicy:RolePolicy",
                properties={"role": "orders", "policy": _on_anything("iam:PassRole")},
            ),
            Declared(
                type="aws:iam/policy:Policy",
                properties={"arn": f"{_ACCOUNT}:policy/run", "policy": _on_anything("ec2:DescribeInstances")},
            ),
            Declared(
                type="aws:iam/policyAttachment:PolicyAttachment",
                properties={"roles": ["orders"], "policyArn": f"{_ACCOUNT}:policy/run"},
            ),
        ),
        of=2,
        breaks="policy.Statement.0.Action.0",
        to="ec2:RunInstances",
    ),
    Example(
        control="iam-no-privilege-escalation-together",
        declared=(
            Declared(type="aws:iam/group:Group", properties={"name": "builders"}),
            Declared(
                type="aws:iam/groupPolicy:GroupPolicy",
                properties={
                    "group": "builders",
                    "policy": _on_anything("lambda:CreateFunction", "lambda:InvokeFunction"),
                },
            ),
            Declared(
                type="aws:iam/groupPolicy:GroupPolicy",
                name="other",
                properties={"group": "readers", "policy": _on_anything("iam:PassRole")},
            ),
        ),
        of=2,
        breaks="group",
        to="builders",
    ),
    _alone("passwords-long", _PASSWORDS, "minimumPasswordLength", to=13),
    _alone("passwords-with-uppercase-letters", _PASSWORDS, "requireUppercaseCharacters"),
    _alone("passwords-with-lowercase-letters", _PASSWORDS, "requireLowercaseCharacters", to=False),
    _alone("passwords-with-symbols", _PASSWORDS, "requireSymbols", to=False),
    _alone("passwords-with-digits", _PASSWORDS, "requireNumbers"),
    _alone("passwords-not-reused", _PASSWORDS, "passwordReusePrevention"),
    _alone("passwords-expire", _PASSWORDS, "maxPasswordAge", to=91),
    _alone("passwords-expire", _PASSWORDS, "maxPasswordAge", to=0),
    _alone(
        "roles-have-permissions-boundary",
        Declared(
            type=_ROLE, properties={"name": "orders", "permissionsBoundary": f"{_ACCOUNT}:policy/bounds"}
        ),
        "permissionsBoundary",
    ),
    Example(
        control="role-policies-given-one-way",
        declared=(
            Declared(
                type=_ROLE, properties={"name": "orders", "managedPolicyArns": [f"{_ACCOUNT}:policy/shop"]}
            ),
            Declared(
                type=_ATTACHMENT, properties={"role": "carts", "policyArn": f"{_ACCOUNT}:policy/orders"}
            ),
        ),
        of=1,
        breaks="role",
        to="orders",
    ),
    Example(
        control="role-policies-given-one-way",
        declared=(
            Declared(type=_ROLE, properties={"name": "orders", "inlinePolicies": []}),
            Declared(type="aws:iam/rolePolicy:RolePolicy", properties={"role": "orders", "policy": {}}),
        ),
        breaks="inlinePolicies",
        to=[{"name": "shop", "policy": "{}"}],
    ),
)
