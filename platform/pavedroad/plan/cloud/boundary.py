"""The most that any role of an environment may ever do: its permissions boundary.

A boundary gives nothing by itself. It holds what the environment's edges grant, widened from single things to
everything whose name begins as the environment's do: so a role that somebody changes by hand still ends at the
environment, and never reaches IAM, billing or another team's tools. A boundary that listed single things would change
with every store, and soon be longer than AWS takes. Source: IAM user guide, «Permissions boundaries for IAM entities».
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pavedroad.plan.cloud.access import Condition, Grant
from pavedroad.plan.cloud.names import beginning

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pavedroad.plan.cloud.account import AccountPlan
    from pavedroad.plan.cloud.names import Kind


EVERYTHING: Final = ("*",)
"""What is granted where the service knows no single things: kept apart, so that it widens nothing else."""

_ARN: Final = re.compile(r"(?P<before>arn:[^:]*:(?P<service>[^:]*):[^:]*:[^:]*:)(?P<thing>.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """How the things of a service are named.

    Attributes:
        kind: The kind of their names; those of a service begin alike.
        before: Expression of what stands before a name in their ARN.
    """

    kind: Kind
    before: str


NAMINGS: Final[dict[str, Naming]] = {
    "cassandra": Naming(kind="keyspaces-keyspace", before="/keyspace/"),
    "dynamodb": Naming(kind="dynamodb-table", before="table/"),
    "elasticache": Naming(kind="elasticache-user", before="user:"),
    "iam": Naming(kind="iam-role", before="role/"),
    "kafka": Naming(kind="msk-cluster", before="(cluster|group|topic)/"),
    "lambda": Naming(kind="lambda-function", before="function:"),
    "logs": Naming(kind="lambda-function", before="log-group:/aws/lambda/"),
    "rds": Naming(kind="rds-identifier", before="(cluster|db):"),
    "s3": Naming(kind="s3-bucket", before=""),
    "secretsmanager": Naming(kind="secretsmanager-secret", before="secret:"),
    "sns": Naming(kind="sns-topic", before=""),
    "sqs": Naming(kind="sqs-queue", before=""),
    "ssm": Naming(kind="ssm-parameter", before="parameter/"),
    "states": Naming(kind="sfn-state-machine", before="stateMachine:"),
}
"""By the service of an ARN. What is not in here is not widened."""


def boundary(account: AccountPlan, grants: Iterable[Grant]) -> tuple[Grant, ...]:
    """Return the statements of an environment's boundary: one for each service and each kind of condition.

    Args:
        account: The environment's account.
        grants: Everything that its roles are granted.
    """
    together: dict[tuple[object, ...], list[Grant]] = {}
    for grant in grants:
        service = grant.actions[0].partition(":")[0]
        kinds = tuple((one.operator, one.key) for one in grant.conditions)
        together.setdefault((service, kinds, grant.resources == EVERYTHING), []).append(grant)
    return tuple(
        _widened(account, f"boundary.{service}.{number}", alike)
        for number, ((service, _, _), alike) in enumerate(sorted(together.items(), key=str))
    )


def _widened(account: AccountPlan, reason: str, alike: list[Grant]) -> Grant:
    """Return one statement in the place of several of the same service with the same kinds of conditions."""
    return Grant(
        reason=reason,
        actions=tuple(sorted({action for grant in alike for action in grant.actions})),
        resources=tuple(
            sorted({_prefix(account, resource) for grant in alike for resource in grant.resources})
        ),
        conditions=tuple(
            _gathered(account, [grant.conditions[place] for grant in alike])
            for place in range(len(alike[0].conditions))
        ),
    )


def _gathered(account: AccountPlan, alike: list[Condition]) -> Condition:
    """Return one condition in the place of several on the same key."""
    given = {value for one in alike for value in one.values}
    widened = {_prefix(account, value) for value in given}
    operator = alike[0].operator
    return Condition(
        operator=operator if widened == given else operator.replace("Equals", "Like"),
        key=alike[0].key,
        values=tuple(sorted(widened)),
    )


def _prefix(account: AccountPlan, resource: str) -> str:
    """Return all things of the environment in the place of one; other things stay what they are."""
    arn = _ARN.fullmatch(resource)
    naming = NAMINGS.get(arn["service"]) if arn else None
    if arn is None or naming is None:
        return resource
    begins = "|".join(
        re.escape(beginning(naming.kind, first))
        for first in dict.fromkeys((account.realm, account.environment))
    )
    found = re.match(f"{naming.before}({begins})", arn["thing"])
    return f"{arn['before']}{found[0]}*" if found else resource
