"""Rules about how people and machines get in: no users, no keys that last, no ready-made power, strong passwords."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Reference,
    Resource,
    ResourceRule,
    Rule,
    Settings,
    Severity,
    Truth,
    any_of,
    setting,
)
from pavedroad.governance.references import type_in
from pavedroad.governance.truth import NO, truth
from policies.rules.aws.identity.holders import POLICY, ROLE, Check
from policies.rules.aws.shapes import (
    Demand,
    at_least,
    at_most,
    both,
    cis_aws,
    flag,
    fsbp,
    left_out,
    one_of,
    owes,
)

_USER: Final = "aws:iam/user:User"
_KEY: Final = "aws:iam/accessKey:AccessKey"
_PASSWORDS: Final = frozenset({"aws:iam/accountPasswordPolicy:AccountPasswordPolicy"})
_ATTACHED: Final = {
    ROLE: "managedPolicyArns[]",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": "policyArn",
    "aws:iam/policyAttachment:PolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": "policyArn",
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns[]",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "policyArn",
    "aws:ssoadmin/managedPolicyAttachment:ManagedPolicyAttachment": "managedPolicyArn",
}
"""By type, where it names managed policies."""
_ON_USERS: Final = {
    "aws:iam/policyAttachment:PolicyAttachment": "users",
    "aws:iam/userPoliciesExclusive:UserPoliciesExclusive": "policyNames",
    "aws:iam/userPolicy:UserPolicy": "user",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "user",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
}
"""By type, what must be empty so that no permission hangs on a user."""
_OWNED_BY_AWS: Final = ":iam::aws:policy/"


class Refused(Settings):
    """Which of AWS' own policies nobody may have."""

    refused_policies: tuple[str, ...] = setting(
        ("AdministratorAccess", "IAMFullAccess"), "Names of policies of AWS that nothing may be given."
    )


class KnownUsers(Settings):
    """Which users there may be."""

    allowed_users: tuple[str, ...] = setting((), "Names of users that there may be, as for emergencies.")


def _nothing_ready_made(refused: Refused) -> Check:
    def allowed(arn: str) -> bool:
        return _OWNED_BY_AWS not in arn or arn.rpartition("/")[2] not in refused.refused_policies

    def check(resource: Resource) -> Iterator[Duty]:
        path = _ATTACHED[resource.type]
        for part in resource.properties.every(path):
            met = any_of(part.text().satisfies(allowed), _made_here(resource, path))
            yield Duty(resource, met, f"{part.path} must not be a policy of AWS that grants everything")

    return check


def _made_here(resource: Resource, path: str) -> Truth:
    """Whether what is attached comes from a policy of the same stack, and so is none of AWS' own."""
    made_from = resource.references.get(path.removesuffix("[]"), ())
    return truth(holds=path == "policyArn" and bool(made_from) and {*map(type_in, made_from)} == {POLICY})


def _known(users: KnownUsers) -> Check:
    def check(resource: Resource) -> Iterator[Duty]:
        met = resource.properties.text("name").satisfies(lambda name: name in users.allowed_users)
        yield Duty(resource, met, "it must be a role or an identity of a provider, not a user")

    return check


def _not_on_users(resource: Resource) -> Iterator[Duty]:
    path = _ON_USERS[resource.type]
    met = NO if path == "user" else left_out(path).met(resource.properties)
    yield Duty(resource, met, "it must give permissions to groups or roles, not to users")


NO_READY_MADE: Final = ResourceRule.settable(
    Control(
        identifier="iam-no-admin-policy-attached",
        sentence="Nothing is given AWS' policies for administrators",
        why="Whoever gets hold of it owns the account.",
        severity=Severity.CRITICAL,
        resource_types=frozenset(_ATTACHED),
        fix=Fix(pulumi="attach a policy that lists what is needed"),
        rows=(241,),
    ),
    Refused(),
    _nothing_ready_made,
)

NO_USERS: Final = ResourceRule.settable(
    Control(
        identifier="iam-no-users",
        sentence="There are no IAM users",
        why="Users have passwords and keys that last; an identity provider's sessions end.",
        severity=Severity.MEDIUM,
        resource_types=frozenset({_USER}),
        fix=Fix(
            pulumi="use IAM Identity Center for people and roles for machines, or list it in allowedUsers"
        ),
        rows=(244,),
    ),
    KnownUsers(),
    _known,
)

NOT_ON_USERS: Final = ResourceRule(
    Control(
        identifier="iam-permissions-not-on-users",
        sentence="Permissions hang on groups and roles, not on users",
        why="What each user may do is overlooked when it changes.",
        severity=Severity.MEDIUM,
        resource_types=frozenset(_ON_USERS),
        fix=Fix(pulumi="attach the policy to a group or to a role"),
        references=(cis_aws("2.13"), fsbp("IAM.2")),
        rows=(244,),
    ),
    _not_on_users,
)

NO_ACCESS_KEYS: Final = ResourceRule(
    Control(
        identifier="iam-no-access-keys",
        sentence="No access key is in use",
        why="A key that lasts is copied, forgotten, and found by others.",
        severity=Severity.HIGH,
        resource_types=frozenset({_KEY}),
        fix=Fix(pulumi='use a role in place of the key, and set status to "Inactive" until it is removed'),
        references=(cis_aws("2.12"), fsbp("IAM.3")),
        rows=(245,),
    ),
    owes(one_of("status", "Inactive")),
)


def _passwords(
    identifier: str, sentence: str, why: str, fix: str, demand: Demand, *references: Reference
) -> ResourceRule:
    """Make a rule about the account's passwords."""
    control = Control(
        identifier=identifier,
        sentence=sentence,
        why=why,
        severity=Severity.LOW,
        resource_types=_PASSWORDS,
        fix=Fix(pulumi=fix),
        references=references,
        rows=(246,),
    )
    return ResourceRule(control, owes(demand))


PASSWORDS_LONG: Final = _passwords(
    "passwords-long",
    "Passwords of users have at least fourteen characters",
    "Short ones are guessed.",
    "set minimum_password_length=14",
    at_least("minimumPasswordLength", 14),
    cis_aws("2.8"),
)

PASSWORDS_MIXED: Final = tuple(
    _passwords(
        f"passwords-with-{kind}",
        f"Passwords of users have {kind.replace('-', ' ')} in them",
        "The fewer kinds of characters there are, the sooner a password is guessed.",
        f"set {argument}=True",
        flag(path),
        fsbp("IAM.7"),
        fsbp(clause),
    )
    for kind, argument, path, clause in (
        ("uppercase-letters", "require_uppercase_characters", "requireUppercaseCharacters", "IAM.11"),
        ("lowercase-letters", "require_lowercase_characters", "requireLowercaseCharacters", "IAM.12"),
        ("symbols", "require_symbols", "requireSymbols", "IAM.13"),
        ("digits", "require_numbers", "requireNumbers", "IAM.14"),
    )
)

PASSWORDS_NOT_REUSED: Final = _passwords(
    "passwords-not-reused",
    "A user's last twenty-four passwords cannot be used again",
    "A password that leaked once comes back otherwise.",
    "set password_reuse_prevention=24",
    at_least("passwordReusePrevention", 24),
    cis_aws("2.9"),
)

PASSWORDS_EXPIRE: Final = _passwords(
    "passwords-expire",
    "Passwords of users are used for at most ninety days",
    "A password that leaked stays of use until it changes.",
    "set max_password_age=90",
    both(at_least("maxPasswordAge", 1), at_most("maxPasswordAge", 90)),
    fsbp("IAM.7"),
)

RULES: Final[tuple[Rule, ...]] = (
    NO_READY_MADE,
    NO_USERS,
    NOT_ON_USERS,
    NO_ACCESS_KEYS,
    PASSWORDS_LONG,
    *PASSWORDS_MIXED,
    PASSWORDS_NOT_REUSED,
    PASSWORDS_EXPIRE,
)
