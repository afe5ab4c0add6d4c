"""Rules about how wide a grant is: everything, a whole service, every resource, any role, any key."""

from typing import Final

from pavedroad.governance import Control, Fix, ResourceRule, Rule, Severity, Truth, all_of, any_of
from pavedroad.governance.iam import Condition, Statement
from pavedroad.governance.iam.patterns import (
    is_every_action,
    is_every_resource,
    is_narrow,
    is_whole_service,
)
from policies.rules.aws.identity.holders import TYPES, each_statement
from policies.rules.aws.identity.reading import changes_nothing
from policies.rules.aws.shapes import cis_aws, fsbp

_HAND_OVER: Final = "iam:PassRole"
_DECRYPTING: Final = ("kms:Decrypt", "kms:ReEncryptFrom")
_RESOURCE_TAG: Final = "aws:resourcetag/"
_KEY_ALIASES: Final = "kms:resourcealiases"


def _not_admin(statement: Statement) -> Truth:
    named = (each.satisfies(lambda name: not is_every_resource(name)) for each in statement.resources)
    listed = (each.satisfies(lambda pattern: not is_every_action(pattern)) for each in statement.actions)
    return any_of(
        statement.denies,
        all_of() if statement.besides else all_of(*listed),
        any_of() if statement.spares_resources else all_of(*named),
    )


def _no_whole_service(statement: Statement) -> Truth:
    return statement.only_actions(lambda pattern: not is_whole_service(pattern))


def _writes_to_named(statement: Statement) -> Truth:
    return any_of(statement.only_actions(changes_nothing), statement.names_resources, statement.pinned())


def _passes_named_roles(statement: Statement) -> Truth:
    return any_of(statement.denies, statement.spares(_HAND_OVER), statement.names_resources)


def _decrypts_with_named_keys(statement: Statement) -> Truth:
    return any_of(
        statement.denies,
        statement.names_resources,
        all_of(*map(statement.spares, _DECRYPTING)),
        *map(_names_keys, statement.conditions),
    )


def _names_keys(condition: Condition) -> Truth:
    """Whether a condition says which keys: by their tags, or by their aliases."""
    return all_of(
        condition.key.satisfies(
            lambda key: key.lower().startswith(_RESOURCE_TAG) or key.lower() == _KEY_ALIASES
        ),
        condition.tests_for(is_narrow),
    )


NOT_ADMIN: Final = ResourceRule(
    Control(
        identifier="iam-no-full-admin",
        sentence="No policy allows every action on every resource",
        why="Whoever gets hold of such an identity owns the account.",
        severity=Severity.CRITICAL,
        resource_types=TYPES,
        fix=Fix(pulumi="list the actions that are needed, and the resources that they are needed on"),
        references=(cis_aws("2.14"), fsbp("IAM.1")),
        rows=(235,),
    ),
    each_statement(_not_admin, "not allow every action on every resource"),
)

NO_WHOLE_SERVICE: Final = ResourceRule(
    Control(
        identifier="iam-no-service-wide-actions",
        sentence="No policy allows every action of a service",
        why="It grows with the service: what AWS adds tomorrow is allowed already.",
        severity=Severity.HIGH,
        resource_types=TYPES,
        fix=Fix(pulumi="list actions, or patterns of them such as s3:Get*, and not NotAction"),
        references=(fsbp("IAM.21"),),
        rows=(236,),
    ),
    each_statement(_no_whole_service, "list actions, not a whole service, nor all actions but some"),
)

WRITES_NAMED: Final = ResourceRule(
    Control(
        identifier="iam-writes-name-resources",
        sentence="What a policy allows to change is named, wherever AWS lets it be",
        why="A fault or an intruder changes whatever there is in the account otherwise.",
        severity=Severity.HIGH,
        resource_types=TYPES,
        fix=Fix(pulumi="name the resources by their ARNs, or add a condition such as aws:ResourceTag"),
        rows=(237,),
    ),
    each_statement(_writes_to_named, "name the resources of actions that change something"),
)

PASSES_NAMED_ROLES: Final = ResourceRule(
    Control(
        identifier="iam-pass-role-names-roles",
        sentence="Roles that may be handed to a service are named",
        why="Whoever may hand over any role may act as the most powerful one.",
        severity=Severity.HIGH,
        resource_types=TYPES,
        fix=Fix(pulumi="allow iam:PassRole on the ARNs of the roles that are meant"),
        rows=(240,),
    ),
    each_statement(_passes_named_roles, "name the roles that iam:PassRole is allowed for"),
)

DECRYPTS_NAMED_KEYS: Final = ResourceRule(
    Control(
        identifier="iam-decrypts-with-named-keys",
        sentence="The keys that a policy allows to decrypt with are named",
        why="With every key every secret of the account can be read.",
        severity=Severity.HIGH,
        resource_types=TYPES,
        fix=Fix(pulumi="name the keys by their ARNs, or by a condition on kms:ResourceAliases"),
        references=(fsbp("KMS.1"), fsbp("KMS.2")),
        rows=(230,),
    ),
    each_statement(
        _decrypts_with_named_keys, "name the keys that kms:Decrypt and kms:ReEncryptFrom are allowed for"
    ),
)

RULES: Final[tuple[Rule, ...]] = (
    NOT_ADMIN,
    NO_WHOLE_SERVICE,
    WRITES_NAMED,
    PASSES_NAMED_ROLES,
    DECRYPTS_NAMED_KEYS,
)
