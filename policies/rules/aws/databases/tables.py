"""Rules about tables: DynamoDB, its cache DAX, and Keyspaces."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Resource,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    all_of,
    any_of,
)
from pavedroad.governance.remedies import Remedy
from pavedroad.governance.truth import open_at
from policies.rules.aws.shapes import Demand, both, each, flag, fsbp, one_of, owes, own_key

TABLE: Final = "aws:dynamodb/table:Table"
_REPLICA: Final = "aws:dynamodb/tableReplica:TableReplica"
_TARGETS: Final = frozenset({"aws:appautoscaling/target:Target"})
_DAX: Final = frozenset({"aws:dax/cluster:Cluster"})
_KEYSPACES: Final = frozenset({"aws:keyspaces/table:Table"})
_TABLES: Final = frozenset({TABLE, _REPLICA})


def _depending(*, table: tuple[Demand, ...], replica: Demand) -> Callable[[Resource], Iterator[Duty]]:
    """Make a check of tables and of replicas that are resources of their own."""
    of_table, of_replica = owes(*table), owes(replica)
    return lambda resource: (of_table if resource.type == TABLE else of_replica)(resource)


CUSTOMER_KEY: Final = ResourceRule(
    Control(
        identifier="dynamodb-customer-managed-key",
        sentence="A DynamoDB table and its replicas are encrypted with a key of the account",
        why="The key that AWS owns cannot be revoked and tells nobody who used it.",
        severity=Severity.MEDIUM,
        resource_types=_TABLES,
        fix=Fix(
            pulumi="set server_side_encryption with enabled=True and a kms_key_arn, and one for every replica"
        ),
        rows=(175,),
    ),
    _depending(
        table=(
            both(flag("serverSideEncryption.enabled"), own_key("serverSideEncryption.kmsKeyArn")),
            each("replicas[]", own_key("kmsKeyArn")),
        ),
        replica=own_key("kmsKeyArn"),
    ),
)

RECOVERY: Final = ResourceRule(
    Control(
        identifier="dynamodb-point-in-time-recovery",
        sentence="A DynamoDB table and its replicas can be put back to any moment of the last weeks",
        why="A bad release may spoil every row within minutes, and nothing else keeps the old ones.",
        severity=Severity.HIGH,
        resource_types=_TABLES,
        fix=Fix(
            pulumi="set point_in_time_recovery with enabled=True, for replicas point_in_time_recovery=True"
        ),
        references=(fsbp("DynamoDB.2"),),
        rows=(176,),
    ),
    _depending(
        table=(flag("pointInTimeRecovery.enabled"), each("replicas[]", flag("pointInTimeRecovery"))),
        replica=flag("pointInTimeRecovery"),
    ),
)

DELETION_PROTECTED: Final = ResourceRule(
    Control(
        identifier="dynamodb-deletion-protection",
        sentence="AWS refuses to delete a DynamoDB table until somebody says otherwise",
        why="One wrong call, from any tool, would take the data and its recovery.",
        severity=Severity.HIGH,
        resource_types=_TABLES,
        fix=Fix(pulumi="set deletion_protection_enabled=True"),
        references=(fsbp("DynamoDB.6"),),
        remedies=(Remedy("deletionProtectionEnabled", value=True),),
        rows=(177,),
    ),
    owes(flag("deletionProtectionEnabled")),
)

_DIMENSIONS: Final = ("dynamodb:table:ReadCapacityUnits", "dynamodb:table:WriteCapacityUnits")
_ON_DEMAND: Final = one_of("billingMode", "PAY_PER_REQUEST")


class _Targets:
    """Autoscaling targets, by the resource that they are for."""

    def __init__(self, targets: Iterable[Resource]) -> None:
        """Index ``targets`` by the resources whose outputs name theirs, else by that name."""
        self._placed: dict[str, list[Resource]] = {}
        self._adrift = False
        for target in targets:
            name = target.properties.text("resourceId").value
            places = target.references.get("resourceId", ()) or (() if name is None else (name,))
            self._adrift = self._adrift or not places
            for place in places:
                self._placed.setdefault(place, []).append(target)

    def scale(self, table: Resource, dimension: str) -> Truth:
        """Whether one of them scales ``table`` in ``dimension``."""
        name = table.properties.text("name").value
        found = [*self._placed.get(table.urn, ()), *self._placed.get(f"table/{name}", ())]
        unsure = self._adrift or (name is None and bool(self._placed) and not found)
        return any_of(
            *(target.properties.text("scalableDimension").equals(dimension) for target in found),
            *((open_at("resourceId"),) if unsure else ()),
        )


def _targets(stack: Stack) -> _Targets:
    return _Targets(stack.of_types(_TARGETS))


def _scaled(stack: Stack) -> Iterator[Duty]:
    targets = stack.derived(_targets)
    for table in stack.of_types({TABLE}):
        met = any_of(
            _ON_DEMAND.met(table.properties),
            all_of(*(targets.scale(table, dimension) for dimension in _DIMENSIONS)),
            stack.missing("an appautoscaling Target"),
        )
        yield Duty(
            table, met, f"it must {_ON_DEMAND.words}, or autoscaling targets must scale reads and writes"
        )


SCALED: Final = StackRule(
    Control(
        identifier="dynamodb-capacity-follows-demand",
        sentence="The capacity of a DynamoDB table follows what is asked of it",
        why="With a fixed one requests are refused on a good day, and paid for on all others.",
        severity=Severity.LOW,
        resource_types=frozenset({TABLE}),
        fix=Fix(
            pulumi="set billing_mode='PAY_PER_REQUEST', or declare appautoscaling.Target for reads and writes"
        ),
        references=(fsbp("DynamoDB.1"),),
        rows=(178,),
    ),
    _scaled,
)

DAX_ENCRYPTED: Final = ResourceRule(
    Control(
        identifier="dax-storage-encrypted",
        sentence="A DAX cluster encrypts what it keeps on disk",
        why="The cache holds what the table behind it encrypts.",
        severity=Severity.HIGH,
        resource_types=_DAX,
        fix=Fix(pulumi="set server_side_encryption with enabled=True"),
        references=(fsbp("DynamoDB.3"),),
        rows=(179,),
    ),
    owes(flag("serverSideEncryption.enabled")),
)

DAX_TLS: Final = ResourceRule(
    Control(
        identifier="dax-endpoint-tls",
        sentence="A DAX cluster takes connections over TLS only",
        why="Otherwise every item that is read goes over the network in clear.",
        severity=Severity.HIGH,
        resource_types=_DAX,
        fix=Fix(pulumi="set cluster_endpoint_encryption_type='TLS'"),
        references=(fsbp("DynamoDB.7"),),
        rows=(179,),
    ),
    owes(one_of("clusterEndpointEncryptionType", "TLS")),
)

KEYSPACES_KEY: Final = ResourceRule(
    Control(
        identifier="keyspaces-customer-managed-key",
        sentence="A Keyspaces table is encrypted with a key of the account",
        why="The key that AWS owns cannot be revoked and tells nobody who used it.",
        severity=Severity.MEDIUM,
        resource_types=_KEYSPACES,
        fix=Fix(pulumi="set encryption_specification with type='CUSTOMER_MANAGED_KMS_KEY' and the key's ARN"),
        rows=(197,),
    ),
    owes(
        one_of("encryptionSpecification.type", "CUSTOMER_MANAGED_KMS_KEY"),
        own_key("encryptionSpecification.kmsKeyIdentifier"),
    ),
)

KEYSPACES_RECOVERY: Final = ResourceRule(
    Control(
        identifier="keyspaces-point-in-time-recovery",
        sentence="A Keyspaces table can be put back to any moment of the last weeks",
        why="A bad release may spoil every row within minutes, and nothing else keeps the old ones.",
        severity=Severity.HIGH,
        resource_types=_KEYSPACES,
        fix=Fix(pulumi="set point_in_time_recovery with status='ENABLED'"),
        remedies=(Remedy("pointInTimeRecovery.status", value="ENABLED"),),
        rows=(198,),
    ),
    owes(one_of("pointInTimeRecovery.status", "ENABLED")),
)

RULES: Final = (
    CUSTOMER_KEY,
    RECOVERY,
    DELETION_PROTECTED,
    SCALED,
    DAX_ENCRYPTED,
    DAX_TLS,
    KEYSPACES_KEY,
    KEYSPACES_RECOVERY,
)
