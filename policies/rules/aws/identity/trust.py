"""Rules about who may become a role: no strangers, nobody by mistake, and of an identity provider only who is meant.

A condition counts where it says who somebody is. How they signed in, as with a second factor, names nobody.
"""

from collections.abc import Callable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Rule,
    Severity,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.iam import (
    AWS,
    FEDERATED,
    SERVICE,
    Condition,
    Principal,
    Statement,
    not_public,
    statements,
)
from pavedroad.governance.iam.patterns import is_narrow, is_whole_account
from policies.rules.aws.identity.holders import ROLE, Check

TRUST: Final = "assumeRolePolicy"
_SUBJECT: Final = ":sub"
_AUDIENCE: Final = ":aud"
_ROLES: Final = frozenset({ROLE})
_OIDC: Final = ":oidc-provider/"
_GITHUB: Final = "token.actions.githubusercontent.com"
_OWNERS: Final = frozenset({"repo", "repository"})
_BARE_CLAIMS: Final = frozenset({"repository_id", "repository_owner", "repository_owner_id"})
_SERVICE_ACCOUNT: Final = "system:serviceaccount:"
_WILD: Final = frozenset("*?")


def _each_statement(met: Callable[[Statement], Truth], words: str) -> Check:
    def check(role: Resource) -> Iterator[Duty]:
        for each in statements(role.properties.at(TRUST)):
            yield Duty(role, met(each), f"{each.part.path} must {words}")

    return check


def _names_somebody(statement: Statement) -> Truth:
    return any_of(statement.denies, statement.pinned(), all_of(*map(_is_somebody, statement.principals)))


def _is_somebody(principal: Principal) -> Truth:
    return any_of(
        principal.of_type(SERVICE, FEDERATED),
        principal.name.satisfies(lambda name: not is_whole_account(name)),
    )


def _pins(claim: str, allowed: Callable[[str], bool]) -> Callable[[Statement], Truth]:
    """Say that a statement about an OIDC provider's identities pins ``claim`` to what ``allowed`` accepts."""
    return lambda statement: any_of(
        statement.denies,
        all_of(*map(_not_oidc, statement.principals)),
        *(_tests_claim(each, claim, allowed) for each in statement.conditions),
    )


def _not_oidc(principal: Principal) -> Truth:
    return any_of(principal.of_type(SERVICE, AWS), principal.name.satisfies(lambda name: _OIDC not in name))


def _tests_claim(condition: Condition, claim: str, allowed: Callable[[str], bool]) -> Truth:
    key = (condition.key.value or "").lower()
    accepted = is_one_repository if key.startswith(_GITHUB) and claim == _SUBJECT else allowed
    return all_of(
        condition.key.satisfies(lambda name: name.lower().endswith(claim)), condition.tests_for(accepted)
    )


def is_one_repository(subject: str) -> bool:
    """Whether a subject of GitHub Actions names at least the owner of the repositories that it stands for."""
    claim, _, rest = subject.partition(":")
    owner, slash, _ = rest.partition("/")
    if claim in _BARE_CLAIMS:
        owner, slash = rest.partition(":")[0], ":"
    return claim in _OWNERS | _BARE_CLAIMS and bool(owner and slash) and not _WILD & set(owner)


def is_one_subject(subject: str) -> bool:
    """Whether a subject says whom it stands for: in Kubernetes at least a namespace, elsewhere more than a kind."""
    if subject.startswith(_SERVICE_ACCOUNT):
        namespace, colon, name = subject.removeprefix(_SERVICE_ACCOUNT).partition(":")
        return bool(namespace and colon and name) and not _WILD & set(namespace)
    literal = subject[: min((subject.find(each) for each in _WILD & set(subject)), default=len(subject))]
    kind, colon, rest = literal.partition(":")
    return is_narrow(subject) and bool(rest if colon else kind)


NOT_PUBLIC: Final = ResourceRule(
    Control(
        identifier="role-trust-not-public",
        sentence="Nobody who is not named may become a role",
        why="Anybody with an AWS account may take the role otherwise.",
        severity=Severity.CRITICAL,
        resource_types=_ROLES,
        fix=Fix(pulumi="name the accounts, roles or services in the trust policy"),
        rows=(242,),
    ),
    _each_statement(
        lambda statement: not_public((statement,)), "name whom it trusts, or pin who asks by a condition"
    ),
)

NAMES_PRINCIPALS: Final = ResourceRule(
    Control(
        identifier="role-trust-names-principals",
        sentence="A role trusts roles and services, not a whole account",
        why="Everybody in the account whom any policy lets assume roles may take this one.",
        severity=Severity.MEDIUM,
        resource_types=_ROLES,
        fix=Fix(pulumi="name roles in place of an account, or add a condition such as aws:PrincipalArn"),
        rows=(242,),
    ),
    _each_statement(_names_somebody, "name roles or services, not a whole account, or add a condition"),
)

SUBJECT_PINNED: Final = ResourceRule(
    Control(
        identifier="oidc-trust-pins-subject",
        sentence="A role that trusts an OIDC provider says which of its subjects",
        why="Everybody whom the provider knows, as every repository of GitHub, may take the role otherwise.",
        severity=Severity.CRITICAL,
        resource_types=_ROLES,
        fix=Fix(pulumi="add a condition StringEquals on the provider's `:sub`"),
        rows=(243,),
    ),
    _each_statement(
        _pins(_SUBJECT, is_one_subject), "pin the subject of its OIDC provider by a condition on its `:sub`"
    ),
)

AUDIENCE_PINNED: Final = ResourceRule(
    Control(
        identifier="oidc-trust-pins-audience",
        sentence="A role that trusts an OIDC provider says for whom its tokens are made",
        why="A token that was made for another service opens the role otherwise.",
        severity=Severity.HIGH,
        resource_types=_ROLES,
        fix=Fix(pulumi='add a condition StringEquals on the provider\'s `:aud`, as "sts.amazonaws.com"'),
        rows=(243,),
    ),
    _each_statement(
        _pins(_AUDIENCE, is_narrow), "pin the audience of its OIDC provider by a condition on its `:aud`"
    ),
)

RULES: Final[tuple[Rule, ...]] = (NOT_PUBLIC, NAMES_PRINCIPALS, SUBJECT_PINNED, AUDIENCE_PINNED)
