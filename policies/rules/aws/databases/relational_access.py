"""Rules about RDS and Aurora: who gets in, and how the way there is protected."""

from collections.abc import Iterator, Mapping
from typing import Final

from pavedroad.governance import (
    Control,
    Duty,
    Fix,
    Properties,
    Reading,
    ResourceRule,
    Severity,
    Stack,
    StackRule,
    Truth,
    any_of,
)
from pavedroad.governance.truth import open_at
from policies.rules.aws.databases.kinds import (
    CLUSTER,
    CLUSTER_INSTANCE,
    INSTANCE,
    INSTANCE_OR_CLUSTER,
    IS_REPLICA,
    engine_is,
    parameter,
)
from policies.rules.aws.joins import Named, does_so
from policies.rules.aws.shapes import (
    Demand,
    amount,
    either,
    flag,
    fsbp,
    none_of,
    one_of,
    owes,
    unless,
)

_GROUP: Final = "aws:rds/parameterGroup:ParameterGroup"
_CLUSTER_GROUP: Final = "aws:rds/clusterParameterGroup:ClusterParameterGroup"
_GROUPS: Final = frozenset({_GROUP, _CLUSTER_GROUP})
_ON: Final = frozenset({"1", "on", "true"})
_FORCED_BY: Final[Mapping[tuple[str, ...], str]] = {
    ("postgres", "aurora-postgresql", "sqlserver"): "rds.force_ssl",
    ("mysql", "aurora-mysql", "mariadb"): "require_secure_transport",
}
"""By the beginnings of families, the parameter that refuses connections without TLS; Oracle and Db2 have none."""


def _forces_tls(group: Properties) -> Truth:
    family = group.text("family")
    for beginnings, name in _FORCED_BY.items():
        if family.value is not None and family.value.startswith(beginnings):
            return parameter(name, _ON.__contains__, "").met(group)
    return family.satisfies(lambda _: True)


_FORCES_TLS: Final = Demand(
    _forces_tls, "set rds.force_ssl to 1, or for MySQL and MariaDB require_secure_transport to ON"
)

GROUPS_FORCE_TLS: Final = ResourceRule(
    Control(
        identifier="rds-parameter-groups-force-tls",
        sentence="A parameter group of a database refuses connections without TLS",
        why="A client that does not ask for TLS would send its password and its data in clear.",
        severity=Severity.HIGH,
        resource_types=_GROUPS,
        fix=Fix(
            pulumi="set the parameter rds.force_ssl=1, for MySQL and MariaDB require_secure_transport=ON"
        ),
        references=(fsbp("RDS.41"), fsbp("RDS.44")),
        rows=(159,),
    ),
    owes(_FORCES_TLS),
)

_NAMED_AT: Final[Mapping[str, tuple[str, str]]] = {
    INSTANCE: (_GROUP, "parameterGroupName"),
    CLUSTER: (_CLUSTER_GROUP, "dbClusterParameterGroupName"),
}
"""By type of database, the type of its parameter group and where it names one."""
_HAS_PARAMETER: Final = tuple(each for beginnings in _FORCED_BY for each in beginnings)
_DEFAULT: Final = "default"


def _groups(stack: Stack) -> Mapping[str, Named]:
    return {type_: Named(stack.of_types({type_}), ("name",)) for type_ in _GROUPS}


def _uses_forcing_group(stack: Stack) -> Iterator[Duty]:
    groups = stack.derived(_groups)
    for database in stack.of_types(_NAMED_AT):
        type_, path = _NAMED_AT[database.type]
        found = groups[type_].of(database, path)
        met = any_of(
            database.properties.text("engine").satisfies(
                lambda engine: not engine.startswith(_HAS_PARAMETER)
            ),
            IS_REPLICA.met(database.properties),
            does_so(found, _forces_tls, _by_name(database.properties.text(path))),
        )
        yield Duty(database, met, f"{path} must name a group that refuses connections without TLS")


def _by_name(group: Reading[str]) -> Truth:
    """Judge a group that is not in the stack: AWS' own groups must not be used, of others nothing is known."""
    if group.value is not None and not group.value.startswith(_DEFAULT):
        return open_at(group.path)
    return group.satisfies(lambda _: False)


FORCING_GROUP_USED: Final = StackRule(
    Control(
        identifier="rds-databases-force-tls",
        sentence="A database uses a parameter group that refuses connections without TLS",
        why="The groups that AWS brings along accept plain connections for most engines and versions.",
        severity=Severity.HIGH,
        resource_types=frozenset(_NAMED_AT),
        fix=Fix(pulumi="declare a parameter group that forces TLS and name it in parameter_group_name"),
        references=(fsbp("RDS.41"), fsbp("RDS.44")),
        rows=(159,),
    ),
    _uses_forcing_group,
)

PROXY_TLS: Final = ResourceRule(
    Control(
        identifier="rds-proxy-requires-tls",
        sentence="A proxy of databases takes connections over TLS only",
        why="Otherwise passwords and data go to it in clear.",
        severity=Severity.HIGH,
        resource_types=frozenset({"aws:rds/proxy:Proxy"}),
        fix=Fix(pulumi="set require_tls=True"),
        references=(fsbp("RDS.43"),),
        rows=(160,),
    ),
    owes(flag("requireTls")),
)

IAM_LOGIN: Final = ResourceRule(
    Control(
        identifier="rds-iam-authentication",
        sentence="People and programs can log in to a database by their IAM role",
        why="Passwords are shared and live on; what a role is given ends by itself and names who it was.",
        severity=Severity.MEDIUM,
        resource_types=INSTANCE_OR_CLUSTER,
        fix=Fix(pulumi="set iam_database_authentication_enabled=True"),
        references=(fsbp("RDS.10"), fsbp("RDS.12")),
        rows=(164,),
    ),
    owes(
        unless(
            either(engine_is("oracle", "sqlserver", "db2", "custom"), one_of("engineMode", "serverless")),
            flag("iamDatabaseAuthenticationEnabled"),
        )
    ),
)

_AUTHORITIES: Final = ("rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1")

MODERN_CERTIFICATE: Final = ResourceRule(
    Control(
        identifier="rds-certificate-authority-modern",
        sentence="A database's certificate comes from an authority that has not run out",
        why="Clients that check certificates cannot connect, and people switch the check off.",
        severity=Severity.MEDIUM,
        resource_types=INSTANCE_OR_CLUSTER | {CLUSTER_INSTANCE},
        fix=Fix(pulumi="leave ca_cert_identifier out, or set it to 'rds-ca-rsa2048-g1' or a newer one"),
        rows=(170,),
    ),
    owes(
        one_of("caCertIdentifier", *_AUTHORITIES, absent=True),
        one_of("caCertificateIdentifier", *_AUTHORITIES, absent=True),
    ),
)

_USUAL_PORTS: Final = frozenset({1433, 1521, 3306, 5432, 50000})
_USUAL_NAMES: Final = ("admin", "administrator", "master", "postgres", "rdsadmin", "root", "sa", "user")

UNUSUAL_PORT: Final = ResourceRule(
    Control(
        identifier="rds-port-not-default",
        sentence="A database listens on another port than its engine's usual one",
        why="The usual port tells whoever scans a network what to try.",
        severity=Severity.LOW,
        resource_types=INSTANCE_OR_CLUSTER,
        fix=Fix(pulumi="set port to one that no engine uses by default"),
        references=(fsbp("RDS.23"),),
        rows=(171,),
    ),
    owes(
        unless(
            IS_REPLICA,
            Demand(
                lambda part: amount(part, "port").satisfies(lambda port: port not in _USUAL_PORTS),
                "set port to one that no engine uses by default",
            ),
        )
    ),
)

UNUSUAL_NAME: Final = ResourceRule(
    Control(
        identifier="rds-administrator-name-not-default",
        sentence="The administrator of a database has a name that is not the usual one",
        why="With a name that everybody knows, only the password is left to guess.",
        severity=Severity.LOW,
        resource_types=INSTANCE_OR_CLUSTER,
        fix=Fix(pulumi="set username, for clusters master_username, to a name of your own"),
        references=(fsbp("RDS.24"), fsbp("RDS.25")),
        rows=(171,),
    ),
    owes(
        none_of("username", *_USUAL_NAMES, absent=True), none_of("masterUsername", *_USUAL_NAMES, absent=True)
    ),
)

RULES: Final = (
    GROUPS_FORCE_TLS,
    FORCING_GROUP_USED,
    PROXY_TLS,
    IAM_LOGIN,
    MODERN_CERTIFICATE,
    UNUSUAL_PORT,
    UNUSUAL_NAME,
)
