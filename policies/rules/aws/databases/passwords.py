"""Rules about the first password of a database: AWS makes it and keeps it, nobody writes it."""

from collections.abc import Iterator, Mapping
from typing import Final

from pavedroad.governance import Control, Duty, Fix, Resource, ResourceRule, Severity, Stack, StackRule, Truth
from pavedroad.governance.properties import State
from pavedroad.governance.truth import YES, open_at
from policies.rules.aws.databases.kinds import CLUSTER, INSTANCE
from policies.rules.aws.shapes import both, either, flag, given, left_out, owes, unless

_DOCUMENTS: Final = "aws:docdb/cluster:Cluster"
_MANAGED: Final = frozenset({INSTANCE, CLUSTER, _DOCUMENTS})
_PASSWORDS: Final[Mapping[str, tuple[str, ...]]] = {
    INSTANCE: ("password", "passwordWo"),
    CLUSTER: ("masterPassword", "masterPasswordWo"),
    _DOCUMENTS: ("masterPassword", "masterPasswordWo"),
    "aws:docdb/elasticCluster:ElasticCluster": ("adminUserPassword",),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("authToken", "authTokenWo"),
}
_COMES_WITH_ONE: Final = either(
    given("replicateSourceDb"),
    given("replicationSourceIdentifier"),
    given("snapshotIdentifier"),
    given("restoreToPointInTime"),
    given("globalClusterIdentifier"),
)
"""A copy has the password of what it was copied from."""

MANAGED: Final = ResourceRule(
    Control(
        identifier="database-passwords-managed",
        sentence="The first password of a database is made, kept and changed by Secrets Manager",
        why="A password that people or programs hand over is known to more than it should be, and is never changed.",
        severity=Severity.HIGH,
        resource_types=_MANAGED,
        fix=Fix(pulumi="set manage_master_user_password=True and leave the password out"),
        rows=(174,),
    ),
    owes(
        unless(
            both(left_out("password"), left_out("masterPassword"), _COMES_WITH_ONE),
            flag("manageMasterUserPassword"),
        )
    ),
)


def _is_not_literal(database: Resource, path: str) -> Truth:
    """Whether a password is left out, or comes from elsewhere: another resource, or encrypted configuration.

    That it is marked as secret says nothing: the SDK marks every password by itself, those written in the program
    as well. Only where values are traced is one that no resource makes known to be written there.
    """
    password = database.properties.text(path)
    if database.references.get(path):
        return YES if password.state is not State.UNKNOWN else password.present()
    marked = password.state is State.SECRET or path in (database.secrets or ())
    if marked and not database.traced:
        return open_at(password.path)
    return YES if password.state is State.SECRET else password.satisfies(lambda _: False, absent=True)


def _not_literal(stack: Stack) -> Iterator[Duty]:
    """Judge whole stacks: only of those does the engine tell what a value is made from."""
    for database in stack.of_types(_PASSWORDS):
        for path in _PASSWORDS[database.type]:
            yield Duty(
                database, _is_not_literal(database, path), f"{path} must not be written into the program"
            )


NOT_LITERAL: Final = StackRule(
    Control(
        identifier="database-passwords-not-literal",
        sentence="No password of a database is written into a program",
        why="Whoever reads the repository, its history or the stack's state can log in.",
        severity=Severity.CRITICAL,
        resource_types=frozenset(_PASSWORDS),
        fix=Fix(pulumi="set manage_master_user_password=True, or take the password from another resource"),
        rows=(174,),
    ),
    _not_literal,
)

RULES: Final = (MANAGED, NOT_LITERAL)
