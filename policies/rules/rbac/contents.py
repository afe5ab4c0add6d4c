"""Rules about roles that read secrets or write configuration."""

from collections.abc import Iterator
from typing import Final

from pavedroad.governance import Control, Duty, Fix, Severity, Stack, StackRule, Truth, all_of, any_of
from pavedroad.governance.kubernetes import namespace_of
from pavedroad.governance.truth import NO
from policies.rules.rbac.permissions import (
    CHANGE,
    CLUSTER_ROLE,
    DELETE,
    READ,
    ROLE,
    ROLES,
    Grant,
    Power,
    grants_of_roles,
)
from policies.rules.rbac.shapes import BY_ITSELF, cis, withholds

_WRITE_CONFIGURATION: Final = Power(CHANGE | DELETE, frozenset({"configmaps"}))
_AWS_AUTH: Final = "aws-auth"
_ITS_NAMESPACE: Final = "kube-system"

SECRETS_BY_NAME: Final = withholds(
    Control(
        identifier="roles-read-secrets-by-name",
        sentence="No role reads secrets other than those that it names",
        why="Reading every secret of a namespace is being every service in it.",
        severity=Severity.HIGH,
        resource_types=ROLES,
        fix=Fix(
            descriptor="a service reads its own secrets; declare them under `secrets`",
            pulumi="list the secrets in resourceNames, or mount them instead",
        ),
        references=cis("5.1.2", eks="4.1.2"),
        rows=(112,),
    ),
    "not allow to get, list or watch secrets, or name them in resourceNames",
    Power(READ, frozenset({"secrets"})),
    named_suffices=True,
)

SECRETS_LEFT_ALONE: Final = withholds(
    Control(
        identifier="roles-change-secrets-by-name",
        sentence="No role changes secrets other than those that it names",
        why="The API server answers a patch with all that the secret holds, so this is reading it; and a new secret may "
        "ask for the token of any service account beside it.",
        severity=Severity.HIGH,
        resource_types=ROLES,
        fix=Fix(
            descriptor="secrets come from the environment's vault; declare them under `secrets`",
            pulumi="list the secrets in resourceNames, and leave their creation to the secret store's operator",
        ),
        references=cis("5.1.2", eks="4.1.2"),
        rows=(112,),
    ),
    "not allow to create, update, patch or delete secrets, or name them in resourceNames",
    Power(CHANGE | DELETE, frozenset({"secrets"})),
    named_suffices=True,
)

CONFIGURATION_BY_NAME: Final = withholds(
    Control(
        identifier="cluster-roles-do-not-write-configuration",
        sentence="No ClusterRole changes ConfigMaps other than those that it names",
        why="ConfigMaps of every namespace hold how other people's services, DNS and cloud access work.",
        severity=Severity.HIGH,
        resource_types=frozenset({CLUSTER_ROLE}),
        fix=Fix(
            descriptor=BY_ITSELF,
            pulumi="use a Role in the namespace, or list the ConfigMaps in resourceNames",
        ),
        rows=(124,),
    ),
    "not allow to change configmaps, or name them in resourceNames",
    _WRITE_CONFIGURATION,
    named_suffices=True,
)


def _does_not_name(grant: Grant) -> Truth:
    """Whether `aws-auth` is not among the names of the objects that it is about."""
    named = (name.text() for name in grant.rule.items("resourceNames"))
    return all_of(*(name.satisfies(lambda each: each != _AWS_AUTH) for name in named))


def _spares_aws_auth(grant: Grant, elsewhere: Truth) -> Truth:
    """Whether it does not write `aws-auth`; who names it means it, in whatever namespace the role may land."""
    out_of_reach = all_of(_does_not_name(grant), any_of(grant.named, elsewhere))
    return any_of(_WRITE_CONFIGURATION.withheld(grant), out_of_reach)


def _aws_auth_spared(stack: Stack) -> Iterator[Duty]:
    for role, grants in stack.derived(grants_of_roles).values():
        in_one = role.type == ROLE
        elsewhere = namespace_of(role).satisfies(lambda name: name != _ITS_NAMESPACE) if in_one else NO
        for grant in grants:
            yield Duty(
                role,
                grant.owes(_spares_aws_auth(grant, elsewhere)),
                f"{grant.place} must not allow to change the ConfigMap aws-auth",
            )


AWS_AUTH_SPARED: Final = StackRule(
    Control(
        identifier="roles-cannot-change-aws-auth",
        sentence="No role may change who of AWS may enter the cluster",
        why="The ConfigMap aws-auth maps IAM roles to groups of the cluster: one line makes anybody an administrator.",
        severity=Severity.HIGH,
        resource_types=ROLES,
        fix=Fix(
            descriptor=BY_ITSELF, pulumi="list other ConfigMaps in resourceNames; use EKS access entries"
        ),
        rows=(124,),
    ),
    _aws_auth_spared,
)

RULES: Final = (SECRETS_BY_NAME, SECRETS_LEFT_ALONE, CONFIGURATION_BY_NAME, AWS_AUTH_SPARED)
