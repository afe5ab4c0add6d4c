"""Names of things on AWS: every kind's length and alphabet, and one function that keeps to them.

A name begins with its environment, so that several stand in one account. Parts are joined by a character that no
name of a descriptor can hold, wherever the kind has one: a grant on ``prod.*`` is then none on ``prod-eu.orders``.
Where the kind has only hyphens, the environment is written without any (``prodz0eu-orders``), so that a grant on
``prod-*`` is none on that either. Where another part has hyphens, and wherever letters had to be changed or cut, a
hash of the parts follows, so that other parts make another name.

A cluster of an environment beside its first has names of its own for what each cluster has, since roles and buckets
know no regions: their first part is ``prod.west``, which is spelled ``prod_west``, ``prod__west`` or ``prodz4west``,
as no environment and no part is.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "backup-vault",
    "cloudwatch-alarm",
    "codedeploy-application",
    "dynamodb-table",
    "ec2-launch-template",
    "ec2-security-group",
    "ecr-repository",
    "eks-cluster",
    "eks-node-group",
    "elasticache-cluster",
    "elasticache-group",
    "elasticache-replication-group",
    "elasticache-user",
    "elb-target-group",
    "events-rule",
    "iam-instance-profile",
    "iam-policy",
    "iam-role",
    "keyspaces-keyspace",
    "kms-alias",
    "lambda-function",
    "logs-group",
    "mq-broker",
    "mq-configuration",
    "msk-cluster",
    "rds-identifier",
    "rds-parameter-group",
    "rds-subnet-group",
    "s3-bucket",
    "scheduler-schedule",
    "secretsmanager-secret",
    "sfn-state-machine",
    "sns-topic",
    "sqs-queue",
    "ssm-parameter",
]
"""What is named, with the service that it is of; DocumentDB and Neptune name as RDS does."""

_HASH_LENGTH: Final = 8

_LONGEST_FIRST: Final = 20
"""Most characters of an environment that is written without hyphens: the shortest kinds have room for little more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """What a kind of names may look like.

    Attributes:
        longest: Most characters.
        separator: What stands between parts.
        refused: Expression of what is replaced: characters that the kind does not have, or hyphens in a row.
        source: Where AWS writes this: an operation or type of the service's API, or a page.
        lower: Whether there is only one case: AWS takes two spellings for one name, or has no capital letters.
        filler: What stands in place of refused characters and before a hash.
        reserved: Expression of what no name may begin with; an environment that does is spelled otherwise.
    """

    longest: int
    separator: Literal[".", "_", "/", "-"]
    refused: str
    source: str
    lower: bool = True
    filler: Literal["-", "_"] = "-"
    reserved: str = ""


_HYPHENS: Final = r"[^a-z0-9]+"
"""Small letters, digits and single hyphens."""

_DOTS: Final = r"[^A-Za-z0-9._-]"
_UNDERSCORES: Final = r"[^A-Za-z0-9_-]"
_PATHS: Final = r"[^A-Za-z0-9/_-]"


def _hyphens(longest: int, source: str, *, reserved: str = "") -> Limit:
    return Limit(longest=longest, separator="-", refused=_HYPHENS, source=source, reserved=reserved)


def _dots(longest: int, source: str, *, lower: bool = True) -> Limit:
    return Limit(longest=longest, separator=".", refused=_DOTS, source=source, lower=lower)


def _underscores(longest: int, source: str, *, lower: bool = True) -> Limit:
    return Limit(longest=longest, separator="_", refused=_UNDERSCORES, source=source, lower=lower)


def _paths(longest: int, source: str, *, lower: bool = False, reserved: str = "") -> Limit:
    refused = r"[^a-z0-9/_-]" if lower else _PATHS
    return Limit(
        longest=longest, separator="/", refused=refused, source=source, lower=lower, reserved=reserved
    )


LIMITS: Final[dict[Kind, Limit]] = {
    "backup-vault": _underscores(50, "backup BackupVaultName"),
    "cloudwatch-alarm": _dots(255, "cloudwatch AlarmName", lower=False),
    "codedeploy-application": _dots(100, "codedeploy ApplicationName", lower=False),
    "dynamodb-table": _dots(255, "dynamodb TableName", lower=False),
    "ec2-launch-template": _dots(128, "ec2 LaunchTemplateName"),
    "ec2-security-group": _dots(255, "ec2 CreateSecurityGroup"),
    "ecr-repository": _paths(256, "ecr RepositoryName", lower=True),
    "eks-cluster": _underscores(100, "eks ClusterName"),
    "eks-node-group": _underscores(63, "EKS user guide, Create a managed node group"),
    "elasticache-cluster": _hyphens(50, "elasticache CreateCacheCluster"),
    "elasticache-group": _hyphens(255, "elasticache CreateCacheSubnetGroup"),
    "elasticache-replication-group": _hyphens(40, "elasticache CreateReplicationGroup"),
    "elasticache-user": _hyphens(40, "elasticache UserId"),
    "elb-target-group": _hyphens(32, "elbv2 CreateTargetGroup"),
    "events-rule": _dots(64, "events RuleName"),
    "iam-instance-profile": _dots(128, "iam instanceProfileNameType"),
    "iam-policy": _dots(128, "iam policyNameType"),
    "iam-role": _dots(64, "iam roleNameType"),
    "keyspaces-keyspace": Limit(
        longest=48, separator="_", refused="[^a-z0-9_]", source="keyspaces KeyspaceName", filler="_"
    ),
    "kms-alias": _paths(250, "kms AliasNameType, less alias/", reserved="aws$"),
    "lambda-function": _underscores(64, "lambda CreateFunction", lower=False),
    "logs-group": _paths(512, "logs LogGroupName", reserved="aws$"),
    "mq-broker": _underscores(50, "mq CreateBroker"),
    "mq-configuration": _dots(150, "mq CreateConfiguration"),
    "msk-cluster": _hyphens(64, "kafka CreateCluster"),
    "rds-identifier": _hyphens(63, "rds, docdb and neptune CreateDBCluster"),
    "rds-parameter-group": _hyphens(255, "rds CreateDBParameterGroup"),
    "rds-subnet-group": _dots(255, "rds CreateDBSubnetGroup"),
    "s3-bucket": _hyphens(63, "S3 user guide, General purpose bucket naming rules", reserved="sthree$"),
    "scheduler-schedule": _dots(64, "scheduler Name"),
    "secretsmanager-secret": _paths(512, "secretsmanager CreateSecret"),
    "sfn-state-machine": _underscores(80, "stepfunctions CreateStateMachine", lower=False),
    "sns-topic": _underscores(256, "sns CreateTopic", lower=False),
    "sqs-queue": _underscores(80, "sqs CreateQueue", lower=False),
    "ssm-parameter": _paths(1011, "ssm PutParameter", reserved="aws|ssm"),
}
"""By kind. Where AWS has more characters than a kind has here, they would only invite confusion."""

_TAKEN_FOR_AN_ARN: Final = re.compile(r"-.{6}")
"""How no secret's name may end: ARNs of secrets do (secretsmanager CreateSecret)."""


def name(kind: Kind, *parts: str, ending: str = "") -> str:
    """Return the name of something, from the outermost part (the environment) to the innermost.

    Args:
        kind: What is named.
        parts: What it is known by; the first is an environment, or ``environment.cluster``. Buckets share one name
            space with all of the world: their last part is the account.
        ending: What the name must end in, whatever is cut before it: ``.fifo``.

    Raises:
        ValueError: There are no parts, or one is empty.
    """
    if not all(parts) or not parts:
        raise ValueError(f"expected parts to name a {kind} by, such as prod, orders and ledger; got {parts}")
    limit = LIMITS[kind]
    spelled_first = (_first(limit, parts[0]), *parts[1:])
    wanted = limit.separator.join(spelled_first)
    spelled = re.sub(limit.refused, limit.filler, wanted.lower() if limit.lower else wanted)
    plain = spelled == wanted and len(spelled + ending) <= limit.longest
    if plain and not _ambiguous(kind, spelled_first):
        return spelled + ending
    digest = _digest(*parts)
    room = limit.longest - len(ending) - len(limit.filler) - _HASH_LENGTH
    return f"{spelled[:room].rstrip('-._/')}{limit.filler}{digest}{ending}"


def beginning(kind: Kind, environment: str) -> str:
    """Return what names of an environment's things begin with, and those of no other environment."""
    limit = LIMITS[kind]
    return f"{_first(limit, environment)}{limit.separator}"


def _first(limit: Limit, environment: str) -> str:
    """Return an environment as names spell it: without hyphens, where what follows is told apart by none but these.

    A ``-`` is written ``z0``, a ``z`` itself ``z1``, the ``.`` before a cluster ``z4``; what is too long ends in ``z2``
    and a hash. What AWS keeps for itself gets a ``_``, or ``z3`` where there is none.
    """
    reserved = limit.reserved and re.match(limit.reserved, environment)
    if not re.fullmatch(limit.refused, "-"):
        spelled = environment.replace(".", "__" if limit.separator == "_" else "_")
        return f"_{spelled}" if reserved else spelled
    spelled = environment.lower().replace("z", "z1").replace("-", "z0").replace(".", "z4")
    spelled += "z3" if reserved else ""
    if len(spelled) <= _LONGEST_FIRST:
        return spelled
    return f"{spelled[: _LONGEST_FIRST - _HASH_LENGTH - 2]}z2{_digest(environment)}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:_HASH_LENGTH]


def _ambiguous(kind: Kind, parts: tuple[str, ...]) -> bool:
    """Whether other parts could make the same name, or AWS could take it for something else."""
    if kind == "secretsmanager-secret" and _TAKEN_FOR_AN_ARN.fullmatch("/".join(parts)[-7:]):
        return True
    return any(LIMITS[kind].separator in part for part in parts[1:])
